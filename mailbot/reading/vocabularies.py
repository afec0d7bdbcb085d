"""The vocabularies of a desk by language: each is made when first asked for, out of what was put by or of its text.

The desk itself hardly ever asks; its reading processes do.
"""

import pickle
from collections.abc import Iterator, Mapping

from mailbot.reading.phrases import Pattern, patterns_of
from mailbot.reading.vocabulary import Vocabulary
from mailbot.shelf import NO_SHELF, Shelf, name_of
from mailbot.yaml_file import parse_yaml

TESTS = "tests"
"""The one section of a vocabulary's file that holds no words."""


class Written:
    """A vocabulary as it is written, which has been found sound. Two are equal that are written alike."""

    __slots__ = ("_made", "_shelf", "language", "text")

    def __init__(self, language: str, text: str, *, shelf: Shelf = NO_SHELF, made: Vocabulary | None = None) -> None:
        self.language, self.text, self._shelf, self._made = language, text, shelf, made

    @classmethod
    def put_by(cls, made: Vocabulary, text: str, shelf: Shelf) -> "Written":
        """One that has just been made; where it could be put by it is not held, nor what it was made of."""
        shelf.put(_name_of(made.language, text), pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        if shelf.get(_name_of(made.language, text)) is None:
            return cls(made.language, text, made=made)
        patterns_of.cache_clear()
        Pattern.of.cache_clear()
        return cls(made.language, text, shelf=shelf)

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary itself."""
        if self._made is None:
            self._made = self._taken() or _made_of(self.language, self.text)
        return self._made

    def _taken(self) -> Vocabulary | None:
        content = self._shelf.get(_name_of(self.language, self.text))
        found: Vocabulary | None = pickle.loads(content) if content else None  # noqa: S301  (the shelf is ours alone)
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and (self.language, self.text) == (other.language, other.text)

    def __hash__(self) -> int:
        return hash((self.language, self.text))

    def __reduce__(self) -> tuple[object, ...]:
        """Another process takes it from the shelf by itself, where there is one."""
        return _written, (self.language, self.text, self._shelf, self._made if self._shelf == NO_SHELF else None)


class Vocabularies(Mapping[str, Vocabulary]):
    """Those of a rule book."""

    def __init__(self, written: Mapping[str, Written]) -> None:
        self.written = dict(written)

    def __getitem__(self, language: str) -> Vocabulary:
        return self.written[language].vocabulary

    def __iter__(self) -> Iterator[str]:
        return iter(self.written)

    def __len__(self) -> int:
        return len(self.written)

    def __contains__(self, language: object) -> bool:
        return language in self.written

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabularies) and self.written == other.written

    def __hash__(self) -> int:
        return hash(tuple(self.written.items()))


def _written(language: str, text: str, shelf: Shelf, made: Vocabulary | None) -> Written:
    return Written(language, text, shelf=shelf, made=made)


def _made_of(language: str, text: str) -> Vocabulary:
    data = parse_yaml(language, text.encode()).data
    return Vocabulary.from_words(language, {name: content for name, content in data.items() if name != TESTS})


def _name_of(language: str, text: str) -> str:
    return name_of("vocabulary", language, text)
