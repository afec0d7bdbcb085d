"""Phrases and where they stand in a text: words in their order, each in any inflection, as a prefix or exact."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from mailbot.reading.inflection import Word, bare, fold, keys_of

_GAP = 2
_START = 2
_WORDS_KEPT = 30_000
T = TypeVar("T")


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

    def matches(self, word: Word) -> bool:
        """Whether a word of a text is a form of it."""
        if self.prefix:
            return any(key.startswith(self.prefix) for key in word.keys)
        return not self.keys.isdisjoint(word.keys) and (not self.exact or bare(word.folded) == self.exact)


@lru_cache(maxsize=50_000)
def patterns_of(phrase: str, language: str) -> tuple[Pattern, ...]:
    """The words of a phrase; ValueError where it has none. Compiled once a process."""
    patterns = tuple(Pattern.of(word, language) for word in phrase.split())
    if not patterns or not all(p.prefix or any(p.keys) for p in patterns):
        raise ValueError(f"{phrase!r} is no phrase: words, each in any form, as =exact or as prefix*, are expected")
    return patterns


def occurrences(patterns: Sequence[Pattern], words: Sequence[Word]) -> list[tuple[int, int]]:
    """The first word and the one behind the last of every place where the words of a phrase stand in their order."""
    firsts = (place for place, word in enumerate(words) if patterns[0].matches(word))
    if len(patterns) == 1:
        return [(first, first + 1) for first in firsts]
    ends = ((first, _end_of(first, patterns[1:], words)) for first in firsts)
    return [(first, end) for first, end in ends if end]


def _end_of(first: int, patterns: Sequence[Pattern], words: Sequence[Word]) -> int:
    """Behind which word a phrase that begins with word `first` ends; 0 if its other words do not follow."""
    sentence = words[first].sentence
    end = first + 1
    for pattern in patterns:
        for place in range(end, min(end + _GAP + 1, len(words))):
            if words[place].sentence == sentence and pattern.matches(words[place]):
                end = place + 1
                break
        else:
            return 0
    return end


class Phrasebook(Generic[T]):
    """Many things that each belong to a phrase. A text is compared with the few of which it has the rarest word.

    Which patterns a word matches is found out once, since the words of mails are mostly the same.
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
        self._anchored: list[list[_Entry[T]]] = [[] for _ in self._patterns]
        for patterns, thing in listed:
            anchor = min(patterns, key=lambda pattern: (frequent[pattern], -pattern.length))
            first, *others = map(numbers.__getitem__, patterns)
            entry = _Entry(first, frozenset((first, *others)), tuple(others), thing)
            self._anchored[numbers[anchor]].append(entry)
        self._known: dict[tuple[str, frozenset[str]], tuple[int, ...]] = {}

    def _file(self, pattern: Pattern, number: int) -> None:
        if pattern.prefix:
            self._by_prefix[pattern.prefix[:_START]].append(number)
        for key in pattern.keys:
            self._by_key[key].append(number)

    def find(self, words: Sequence[Word]) -> Iterator[tuple[T, int, int]]:
        """Each thing whose phrase stands in the text, with the first word and the one behind the last."""
        matched = self._matched(words)
        places = _places(matched)
        found = frozenset(places)
        for number, firsts in places.items():
            for entry in self._anchored[number]:
                if not entry.others:
                    for first in firsts:
                        yield entry.thing, first, first + 1
                elif entry.numbers <= found:
                    for first in places[entry.first]:
                        if end := _end(first, entry.others, words, matched):
                            yield entry.thing, first, end

    def candidates(self, words: Sequence[Word]) -> list[T]:
        """The things of which the text has the rarest word, each once."""
        return [entry.thing for number in _places(self._matched(words)) for entry in self._anchored[number]]

    def _matched(self, words: Sequence[Word]) -> list[tuple[int, ...]]:
        """For each word, the numbers of the patterns that it matches."""
        known = ((word, self._known.get((word.folded, word.keys))) for word in words)
        return [self._match(word) if numbers is None else numbers for word, numbers in known]

    def _match(self, word: Word) -> tuple[int, ...]:
        likely = {number for key in word.keys if key in self._by_key for number in self._by_key[key]}
        for start in {key[:length] for key in word.keys for length in (1, _START)} & self._by_prefix.keys():
            likely.update(self._by_prefix[start])
        found = tuple(number for number in sorted(likely) if self._patterns[number].matches(word))
        if len(self._known) >= _WORDS_KEPT:
            self._known.clear()
        self._known[word.folded, word.keys] = found
        return found


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    """A thing and its phrase: the number of its first pattern, those of all, and of the others in their order."""

    first: int
    numbers: frozenset[int]
    others: tuple[int, ...]
    thing: T


def _places(matched: Sequence[tuple[int, ...]]) -> dict[int, list[int]]:
    """By the number of a pattern, the words that match it."""
    places: dict[int, list[int]] = {}
    for place, numbers in enumerate(matched):
        for number in numbers:
            places.setdefault(number, []).append(place)
    return places


def _end(first: int, others: Sequence[int], words: Sequence[Word], matched: Sequence[tuple[int, ...]]) -> int:
    """As `_end_of`, where it is known which patterns each word matches."""
    sentence, end = words[first].sentence, first + 1
    for number in others:
        for place in range(end, min(end + _GAP + 1, len(words))):
            if number in matched[place] and words[place].sentence == sentence:
                end = place + 1
                break
        else:
            return 0
    return end
