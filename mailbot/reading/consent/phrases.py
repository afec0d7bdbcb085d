"""The phrases of the word files, and where they stand among the words of a clause."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailbot.reading.consent.signs import Sign
from mailbot.reading.survey.words import Forms

_GAP, _LONGEST_GAP = "_", 3
_KEY = 2
"""So many letters of its first word a phrase is looked up by."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a clause: what it does, and the numbers of its first word and of the one behind it."""

    sign: Sign
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one behind the other, each in any of its forms; None is a gap. `first`, `last`: only there in a clause."""

    sign: Sign
    written: str
    words: tuple[Forms | None, ...]
    first: bool
    last: bool

    @classmethod
    def of(cls, sign: Sign, written: str) -> "Phrase":
        """What an entry of a word file stands for.

        `^` and `$` are the ends of a clause, * any ending, | stands between words of which one is meant, _ is up to
        three words, and a number any number.
        """
        words = written.removeprefix("^").removesuffix("$").split()
        forms = tuple(None if word == _GAP else Forms.of(_numeral(form) for form in word.split("|")) for word in words)
        return cls(sign, written, forms, written.startswith("^"), written.endswith("$"))

    def beginnings(self) -> set[str]:
        """The beginnings of the words that it may begin with."""
        forms = self.words[0] or Forms()
        return {form[:_KEY] for form in (*forms.whole, *forms.beginnings)}

    def end(self, clause: Sequence[str], at: int) -> int | None:
        """The number of the word behind the phrase that begins at this word; None if it does not. Numbers are `00`."""
        if self.first and at:
            return None
        end = _end(self.words, clause, at)
        return None if self.last and end != len(clause) else end


def _end(words: Sequence[Forms | None], clause: Sequence[str], at: int) -> int | None:
    for number, forms in enumerate(words):
        if forms is None:
            ends = (_end(words[number + 1 :], clause, at + gap) for gap in range(_LONGEST_GAP + 1))
            return next((end for end in ends if end is not None), None)
        if at >= len(clause) or clause[at] not in forms:
            return None
        at += 1
    return at


def _numeral(word: str) -> str:
    """A word, or what stands for every number."""
    return "00" if word[:1].isdigit() else word


class Phrases:
    """The phrases of one language. The longest one at a word is meant."""

    __slots__ = ("_by_key",)

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_key: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted(phrases, key=lambda one: (-len(one.words), -len(one.written))):
            for key in phrase.beginnings():
                by_key[key].append(phrase)
        self._by_key: Mapping[str, Sequence[Phrase]] = dict(by_key)

    def find(self, clause: Sequence[str]) -> Iterator[Found]:
        """What stands in a clause, from left to right; none lies upon another."""
        words = [_numeral(word) for word in clause]
        at = 0
        while at < len(words):
            found = self._longest(words, at)
            if found:
                yield found
            at = found.ends if found else at + 1

    def _longest(self, words: Sequence[str], at: int) -> Found | None:
        for phrase in self._by_key.get(words[at][:_KEY], ()):
            end = phrase.end(words, at)
            if end is not None:
                return Found(phrase.sign, at, end)
        return None
