"""Phrases and where they stand in a text: words in their order, each in any inflection, as a prefix or exact."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from mailbot.reading.inflection import Word, bare, fold, keys_of

_GAP = 2
_START = 2
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

    def places(self, index: "Index") -> set[int]:
        """The numbers of the words that match."""
        if self.prefix:
            return index.starting_with(self.prefix)
        found = {place for key in self.keys if key in index.by_key for place in index.by_key[key]}
        return {place for place in found if bare(index.words[place].folded) == self.exact} if self.exact else found


class Index:
    """The words of one text by every form under which they are found."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.by_key: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            for key in word.keys:
                self.by_key[key].append(place)
        self._sorted = sorted(self.by_key)
        self._places: dict[int, tuple[Pattern, set[int]]] = {}  # the pattern too, lest another one gets its id

    def places(self, pattern: Pattern) -> set[int]:
        """The numbers of the words that match; looked for once, since many phrases have a word in common."""
        if id(pattern) not in self._places:
            self._places[id(pattern)] = pattern, pattern.places(self)
        return self._places[id(pattern)][1]

    def starts(self) -> set[str]:
        """The first letters of every form."""
        return {key[:length] for key in self.by_key for length in (1, _START)}

    def has(self, prefix: str) -> bool:
        """Whether a form begins with `prefix`."""
        place = bisect_left(self._sorted, prefix)
        return place < len(self._sorted) and self._sorted[place].startswith(prefix)

    def starting_with(self, prefix: str) -> set[int]:
        """The numbers of the words of which a form begins with `prefix`."""
        found: set[int] = set()
        for place in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[place].startswith(prefix):
                break
            found.update(self.by_key[self._sorted[place]])
        return found


@lru_cache(maxsize=50_000)
def patterns_of(phrase: str, language: str) -> tuple[Pattern, ...]:
    """The words of a phrase; ValueError where it has none. Compiled once a process."""
    patterns = tuple(Pattern.of(word, language) for word in phrase.split())
    if not patterns or not all(p.prefix or any(p.keys) for p in patterns):
        raise ValueError(f"{phrase!r} is no phrase: words, each in any form, as =exact or as prefix*, are expected")
    return patterns


def occurrences(patterns: Sequence[Pattern], index: Index) -> list[tuple[int, int]]:
    """The first word and the one behind the last of every place where the words of a phrase stand in their order."""
    places = []
    for pattern in patterns:
        if not (found := index.places(pattern)):
            return []
        places.append(found)
    if len(places) == 1:
        return [(first, first + 1) for first in places[0]]
    ends = ((first, _end_of(first, places[1:], index.words)) for first in places[0])
    return [(first, end) for first, end in ends if end]


def _end_of(first: int, places: Sequence[set[int]], words: Sequence[Word]) -> int:
    """Behind which word a phrase that begins with word `first` ends; 0 if its other words do not follow."""
    sentence = words[first].sentence
    end = first + 1
    for found in places:
        for place in range(end, min(end + _GAP + 1, len(words))):
            if place in found and words[place].sentence == sentence:
                end = place + 1
                break
        else:
            return 0
    return end


class Anchors(Generic[T]):
    """Things that each belong to a phrase, by its rarest word: a text is compared with the few that it can have."""

    def __init__(self, entries: Iterable[tuple[Sequence[Pattern], T]]) -> None:
        listed = list(entries)
        frequent = Counter(id(pattern) for patterns, _ in listed for pattern in patterns)
        groups: dict[int, list[T]] = {}
        self._by_key: dict[str, list[list[T]]] = defaultdict(list)
        self._by_prefix: dict[str, list[tuple[str, list[T]]]] = defaultdict(list)
        for patterns, entry in listed:
            anchor = min(patterns, key=lambda pattern: (frequent[id(pattern)], -pattern.length))
            if id(anchor) not in groups:
                groups[id(anchor)] = self._new_group(anchor)
            groups[id(anchor)].append(entry)

    def _new_group(self, anchor: Pattern) -> list[T]:
        group: list[T] = []
        if anchor.prefix:
            self._by_prefix[anchor.prefix[:_START]].append((anchor.prefix, group))
        for key in anchor.keys:
            self._by_key[key].append(group)
        return group

    def candidates(self, index: Index) -> list[T]:
        """Those whose rarest word stands in the text, each once."""
        found = {id(group): group for key in index.by_key.keys() & self._by_key.keys() for group in self._by_key[key]}
        for start in index.starts() & self._by_prefix.keys():
            for prefix, group in self._by_prefix[start]:
                if index.has(prefix):
                    found[id(group)] = group
        return [entry for group in found.values() for entry in group]
