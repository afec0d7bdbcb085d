"""The kinds of value that a rule may write: each says which operators compare it and what may be written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.money import Money
from mailbot.core.spelling import did_you_mean
from mailbot.core.team import Team

_ORDER = ("lt", "le", "gt", "ge")


class UnexpectedValue(ValueError):
    """What was written may not stand here; the text says what may."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that rules may refer to: teams and members, languages, policies of compensation.yaml."""

    team: Team
    languages: tuple[str, ...]
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: its operators (a value without one means the first), how it is read, its JSON Schema.

    `parse` raises `UnexpectedValue`. `order` lists words from least to most; other kinds compare as they are.
    """

    operators: tuple[str, ...]
    parse: Callable[[object, Known], object]
    schema: Mapping[str, object]
    order: tuple[str, ...] = ()

    def rank(self, value: object) -> object:
        """What `lt` and its kin compare."""
        return self.order.index(str(value)) if self.order else value


def choice(words: type[StrEnum], *, ordered: bool = False) -> Kind:
    """One word of an enumeration; `ordered` if it lists them from least to most."""
    listed = tuple(str(word) for word in words)

    def parse(written: object, _known: Known) -> str:
        return _one_of(written, listed, f"one of {', '.join(listed)}")

    operators = ("is", *_ORDER) if ordered else ("is",)
    return Kind(operators, parse, {"enum": list(listed)}, order=listed if ordered else ())


def named(what: str, names: Callable[[Known], tuple[str, ...]]) -> Kind:
    """A name that is defined elsewhere."""

    def parse(written: object, known: Known) -> str:
        return _one_of(written, names(known), f"{what} ({', '.join(names(known)) or 'there is none'})")

    return Kind(("is",), parse, {"type": "string"})


def _one_of(written: object, words: tuple[str, ...], expected: str) -> str:
    if isinstance(written, str) and written in words:
        return written
    raise UnexpectedValue(f"expected {expected}{did_you_mean(str(written), words)}")


def _person(written: object, known: Known) -> str:
    members = known.team.named(str(written))
    if len(members) == 1:
        return members[0].address
    if members:
        raise UnexpectedValue(f"expected one member: this may be {' or '.join(m.address for m in members)}")
    names = [name for member in known.team.members for name in (member.name, *member.name.split(), member.address)]
    raise UnexpectedValue(f"expected the name or address of a member{did_you_mean(str(written), names)}")


def _text(written: object, _known: Known) -> str:
    if isinstance(written, str) and written.strip():
        return written
    raise UnexpectedValue("expected text (a number or a word like true needs quotes)")


def _flag(written: object, _known: Known) -> bool:
    if isinstance(written, bool):
        return written
    raise UnexpectedValue("expected true or false")


def _count(written: object, _known: Known) -> int:
    if isinstance(written, int) and not isinstance(written, bool) and written >= 0:
        return written
    raise UnexpectedValue("expected a whole number, zero or more")


def _sum(written: object, _known: Known) -> Money:
    try:
        return Money.parse(str(written))
    except ValueError as error:
        raise UnexpectedValue(str(error)) from None


TEAM = named("a team of config.yaml", lambda known: known.team.team_names)
LANGUAGE = named("a language of config.yaml", lambda known: known.languages)
SUGGESTION = named("a policy of compensation.yaml", lambda known: known.suggestions)
PERSON = Kind(("is",), _person, {"type": "string"})
WORD = Kind(("is", "contains", "matches"), _text, {"type": "string", "minLength": 1})
FREE_TEXT = Kind(("contains", "is", "matches"), _text, {"type": "string", "minLength": 1})
FLAG = Kind(("is",), _flag, {"type": "boolean"})
COUNT = Kind(("is", *_ORDER), _count, {"type": "integer", "minimum": 0})
SUM = Kind(("is", *_ORDER), _sum, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? [A-Z]{3}$"})
