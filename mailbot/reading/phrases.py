"""Phrases and where they stand in a text: words in their order, each in any inflection, as a prefix or exact."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from mailbot.reading.inflection import Form, Words, bare, fold, keys_of
from mailbot.reading.memo import Memo

_GAP = 2
_START = 2
_WORDS_KEPT = 30_000
T = TypeVar("T")
_Places = int
"""The words of a text that match a pattern: the bits of a number, the lowest for the first word."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One word of a phrase: a prefix (`vračil*`), an exact form (`=arve`), or any inflected form of a word."""

    prefix: str = ""
    keys: frozenset[str] = frozenset()
    exact: str = ""

    @classmethod
    @lru_cache(maxsize=50_000)  # one object a word, so that a text is asked for it once
    def of(cls, word: str, language: str) -> "Pattern":
        """The pattern of a word as it stands in a phrase."""
        folded = fold(word)
        if folded.endswith("*"):
            return cls(prefix=bare(folded[:-1]))
        if folded.startswith("="):
            return cls(keys=keys_of(folded[1:], language), exact=bare(folded[1:]))
        return cls(keys=keys_of(folded, language))

    @property
    def length(self) -> int:
        """How many letters say which word it is."""
        return len(self.prefix) or max(map(len, self.keys))

    def matches(self, form: Form) -> bool:
        """Whether a word of a text is a form of it."""
        if self.prefix:
            return any(key.startswith(self.prefix) for key in form.keys)
        return not self.keys.isdisjoint(form.keys) and (not self.exact or bare(form.folded) == self.exact)


@lru_cache(maxsize=50_000)
def patterns_of(phrase: str, language: str) -> tuple[Pattern, ...]:
    """The words of a phrase; ValueError where it has none. Compiled once a process."""
    patterns = tuple(Pattern.of(word, language) for word in phrase.split())
    if not patterns or not all(p.prefix or any(p.keys) for p in patterns):
        raise ValueError(f"{phrase!r} is no phrase: words, each in any form, as =exact or as prefix*, are expected")
    return patterns


def occurrences(patterns: Sequence[Pattern], words: Words) -> list[tuple[int, int]]:
    """The first word and the one behind the last of every place where the words of a phrase stand in their order."""
    firsts = (place for place, form in enumerate(words.forms) if patterns[0].matches(form))
    if len(patterns) == 1:
        return [(first, first + 1) for first in firsts]
    ends = ((first, _end_of(first, patterns[1:], words)) for first in firsts)
    return [(first, end) for first, end in ends if end]


def _end_of(first: int, patterns: Sequence[Pattern], words: Words) -> int:
    """Behind which word a phrase that begins with word `first` ends; 0 if its other words do not follow."""
    sentence, end = words.sentences[first], first + 1
    for pattern in patterns:
        for place in range(end, min(end + _GAP + 1, len(words))):
            if words.sentences[place] == sentence and pattern.matches(words.forms[place]):
                end = place + 1
                break
        else:
            return 0
    return end


class Phrasebook(Generic[T]):
    """Many things that each belong to a phrase. A text is compared with the few of which it has the rarest word.

    What a word matches is found out once, since the words of mails are mostly the same.
    """

    def __init__(self, entries: Iterable[tuple[Sequence[Pattern], T]]) -> None:
        listed = list(entries)
        frequent = Counter(pattern for patterns, _ in listed for pattern in patterns)
        self._patterns = tuple(frequent)
        numbers = {pattern: number for number, pattern in enumerate(self._patterns)}
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[int]] = defaultdict(list)
        for pattern, number in numbers.items():
            self._file(pattern, number)
        self._alone: list[list[T]] = [[] for _ in self._patterns]
        self._anchored: list[list[_Entry[T]]] = [[] for _ in self._patterns]
        for patterns, thing in listed:
            first, *others = map(numbers.__getitem__, patterns)
            if others:
                anchor = min(patterns, key=lambda pattern: (frequent[pattern], -pattern.length))
                self._anchored[numbers[anchor]].append(_Entry(first, others[0], tuple(others), thing))
            else:
                self._alone[first].append(thing)
        self._in_longer = {numbers[pattern] for patterns, _ in listed if len(patterns) > 1 for pattern in patterns}
        self._matched = Memo(self._match, _WORDS_KEPT)

    def _file(self, pattern: Pattern, number: int) -> None:
        if pattern.prefix:
            self._by_prefix[pattern.prefix[:_START]].append(number)
        for key in pattern.keys:
            self._by_key[key].append(number)

    def find(self, words: Words) -> list[tuple[int, int, T]]:
        """Where the phrase of a thing stands in the text: its first word, the one behind the last, and the thing."""
        found: list[tuple[int, int, T]] = []
        places: dict[int, _Places] = defaultdict(int)
        for place, form in enumerate(words.forms):
            alone, in_longer = self._matched[form]
            for thing in alone:
                found.append((place, place + 1, thing))
            bit = 1 << place
            for number in in_longer:
                places[number] |= bit
        found += self._longer(words, places)
        return found

    def _longer(self, words: Words, places: Mapping[int, _Places]) -> Iterator[tuple[int, int, T]]:
        """As `find`, of the phrases of several words, where it is known at which places each pattern matches."""
        for number in places:
            for first, second, others, thing in self._anchored[number]:
                if (firsts := places.get(first)) and (seconds := places.get(second)):
                    # Most words that match the first pattern are far from those that match the second.
                    firsts &= seconds >> 1 | seconds >> 2 | seconds >> 3
                    while firsts:
                        place = firsts.bit_length() - 1
                        firsts ^= 1 << place
                        if end := _end(place, others, words.sentences, places):
                            yield place, end, thing

    def candidates(self, words: Words) -> set[T]:
        """The things of which the text has the rarest word."""
        matched = [self._matched[form] for form in set(words.forms)]
        anchors = {number for one in matched for number in one.in_longer}
        return {thing for one in matched for thing in one.alone} | {
            entry.thing for number in anchors for entry in self._anchored[number]
        }

    def _match(self, form: Form) -> "_Matched[T]":
        likely = {number for key in form.keys if key in self._by_key for number in self._by_key[key]}
        for start in {key[:length] for key in form.keys for length in (1, _START)} & self._by_prefix.keys():
            likely.update(self._by_prefix[start])
        found = [number for number in sorted(likely) if self._patterns[number].matches(form)]
        return _Matched(
            tuple(thing for number in found for thing in self._alone[number]),
            tuple(number for number in found if number in self._in_longer),
        )


class _Matched(NamedTuple, Generic[T]):
    """What a word matches: things whose phrase is one word, and the numbers of patterns that longer phrases have."""

    alone: tuple[T, ...]
    in_longer: tuple[int, ...]


class _Entry(NamedTuple, Generic[T]):
    """A thing and its phrase: the numbers of its first pattern, its second, and of all but the first in their order."""

    first: int
    second: int
    others: tuple[int, ...]
    thing: T


def _end(first: int, others: Sequence[int], sentences: Sequence[int], places: Mapping[int, _Places]) -> int:
    """As `_end_of`, where it is known at which places each pattern matches."""
    sentence, end = sentences[first], first + 1
    for number in others:
        found = places.get(number, 0)
        for place in range(end, end + _GAP + 1):
            if found >> place & 1 and sentences[place] == sentence:
                end = place + 1
                break
        else:
            return 0
    return end
