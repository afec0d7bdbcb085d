"""A field: something that a rule may ask about, how it is read, and its documentation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.values import Kind

S = TypeVar("S")
_UNREAD = object()


@dataclass(frozen=True, slots=True)
class Field(Generic[S]):
    """One field: the kind of its values, and how it is read from what is decided about.

    `kept`: its value stands in the timeline; what a customer wrote in free words does not, it is in the mail.
    """

    name: str
    kind: Kind
    doc: str
    read: Callable[[S], object]
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Family(Generic[S]):
    """Fields without number, such as headers: what follows the dot in their name is an argument."""

    name: str
    kind: Kind
    doc: str
    read: Callable[[S, str], object]
    kept: bool = False

    def member(self, rest: str) -> Field[S]:
        """The field whose name ends in `rest`."""
        return Field(f"{self.name}.{rest}", self.kind, self.doc, lambda source: self.read(source, rest), self.kept)


class Fields(dict[str, Field[S]]):
    """Fields by name. Functions enter by decoration."""

    def __init__(self, *fields: Field[S]) -> None:
        super().__init__((field.name, field) for field in fields)
        self.families: dict[str, Family[S]] = {}

    def add(
        self, kind: Kind, name: str = "", *, kept: bool = True
    ) -> Callable[[Callable[[S], object]], Callable[[S], object]]:
        """Make the function a field: under its own name, or under one that is no Python name."""

        def enter(read: Callable[[S], object]) -> Callable[[S], object]:
            field = Field(name or read.__name__, kind, read.__doc__ or "", read, kept)
            self[field.name] = field
            return read

        return enter

    def add_family(self, kind: Kind) -> Callable[[Callable[[S, str], object]], Callable[[S, str], object]]:
        """Make the function a family of fields under its own name."""

        def enter(read: Callable[[S, str], object]) -> Callable[[S, str], object]:
            self.families[read.__name__] = Family(read.__name__, kind, read.__doc__ or "", read)
            return read

        return enter

    def include(self, others: "Fields[Any]") -> None:
        """Take in the fields and families of another table."""
        self.update(others)
        self.families.update(others.families)

    def find(self, name: str) -> Field[S] | None:
        """The field of this name, one of a family too."""
        if field := self.get(name):
            return field
        family, _, rest = name.partition(".")
        return self.families[family].member(rest) if rest and family in self.families else None

    def facts(self, source: S) -> Facts:
        """The value of every field, each read when it is first asked for; None where there is none."""
        return _Read(self, source)


class _Read(Facts, Generic[S]):
    """Facts that are read from their source when somebody asks."""

    def __init__(self, fields: Fields[S], source: S) -> None:
        self._fields = fields
        self._source = source
        self._read: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        value = self.get(name, _UNREAD)
        if value is _UNREAD:
            raise KeyError(name)
        return value

    # Conditions ask in this way alone; what a `Mapping` has of its own goes a long way round.
    def get(self, name: str, default: object = None, /) -> Any:
        value = self._read.get(name, _UNREAD)
        if value is _UNREAD:
            field = self._fields.find(name)
            if field is None:
                return default
            value = self._read[name] = field.read(self._source)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)
