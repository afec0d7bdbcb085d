"""The words by which a desk recognises what a mail is about, found in any inflection."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from mailbot.reading.inflection import Word, bare, fold, keys_of, words_of

_GAP = 2
_START = 2
_NEGATION_REACH = 3
_NEGATIONS = frozenset({"negations", "negations_after"})
_INVISIBLE = _NEGATIONS | {"ignore"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One word of a phrase: a prefix (`vračil*`), an exact form (`=arve`), or any inflected form of a word."""

    prefix: str = ""
    keys: frozenset[str] = frozenset()
    exact: str = ""

    @classmethod
    def of(cls, word: str, language: str) -> "_Pattern":
        folded = fold(word)
        if folded.endswith("*"):
            return cls(prefix=bare(folded[:-1]))
        if folded.startswith("="):
            return cls(keys=keys_of(folded[1:], language), exact=bare(folded[1:]))
        return cls(keys=keys_of(folded, language))

    def places(self, index: "_Index") -> set[int]:
        """The numbers of the words that match."""
        if self.prefix:
            return index.starting_with(self.prefix)
        found = {place for key in self.keys for place in index.by_key.get(key, ())}
        return {place for place in found if bare(index.words[place].folded) == self.exact} if self.exact else found


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a vocabulary: its words stand in this order, with at most two others between neighbours."""

    section: str
    text: str
    weight: float
    patterns: tuple[_Pattern, ...]


class Hit(NamedTuple):
    """A phrase found in a text: the words as written, the numbers of the first and behind the last, and the same
    for characters (`begins`, `ends`)."""

    section: str
    weight: float
    words: str
    start: int
    end: int
    begins: int
    ends: int
    negated: bool = False


class _Index:
    """The words of one text by every form under which they are found."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.by_key: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            for key in word.keys:
                self.by_key[key].append(place)
        self._sorted = sorted(self.by_key)

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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one language by section (`complaint`, `types.late_delivery`, `threats.legal`, …)."""

    language: str
    phrases: tuple[Phrase, ...]
    # By the longest word of each phrase, so that a text is compared with the few phrases of which it has that word.
    _by_key: Mapping[str, Sequence[Phrase]] = field(repr=False, compare=False)
    _by_prefix: Mapping[str, Sequence[tuple[str, Phrase]]] = field(repr=False, compare=False)

    @classmethod
    def from_words(cls, language: str, words: Mapping[str, object]) -> "Vocabulary":
        """A vocabulary from plain data: section → phrases or named subsections; ValueError says what is wrong."""
        phrases = tuple(_phrases(language, words))
        by_key: dict[str, list[Phrase]] = defaultdict(list)
        by_prefix: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for phrase in phrases:
            anchor = max(phrase.patterns, key=lambda p: len(p.prefix or max(p.keys, key=len)))
            if anchor.prefix:
                by_prefix[anchor.prefix[:_START]].append((anchor.prefix, phrase))
            for key in anchor.keys:
                by_key[key].append(phrase)
        return cls(language, phrases, dict(by_key), dict(by_prefix))

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every phrase in `text`, in its order; those inside an idiom of section `ignore` are left out."""
        words = words_of(text, self.language)
        index = _Index(words)
        raw = sorted(
            (
                _hit(phrase, text, words, *place)
                for phrase in self._candidates(index)
                for place in _occurrences(phrase.patterns, index)
            ),
            key=lambda hit: (hit.start, hit.end, hit.section),
        )
        idioms = [hit for hit in raw if hit.section == "ignore"]
        reach = _Negations.of(raw, idioms)
        return tuple(
            hit._replace(negated=True) if reach.negate(hit, words) else hit
            for hit in raw
            if hit.section not in _INVISIBLE
            and not any(idiom.start <= hit.start and hit.end <= idiom.end for idiom in idioms)
        )

    def _candidates(self, index: "_Index") -> Iterable[Phrase]:
        found = {
            id(phrase): phrase for key in index.by_key.keys() & self._by_key.keys() for phrase in self._by_key[key]
        }
        for start in index.starts() & self._by_prefix.keys():
            for prefix, phrase in self._by_prefix[start]:
                if index.has(prefix):
                    found[id(phrase)] = phrase
        return found.values()


def _hit(phrase: Phrase, text: str, words: Sequence[Word], start: int, end: int) -> Hit:
    begins, ends = words[start].start, words[end - 1].end
    return Hit(phrase.section, phrase.weight, text[begins:ends], start, end, begins, ends)


def mentions(phrase: str, text: str, language: str) -> bool:
    """Whether `text` has the words of `phrase`, in this order and in any inflected form."""
    return bool(_occurrences(_patterns(phrase, language), _Index(words_of(text, language))))


@lru_cache(maxsize=5_000)
def _patterns(phrase: str, language: str) -> tuple[_Pattern, ...]:
    patterns = tuple(_Pattern.of(word, language) for word in phrase.split())
    if not patterns or not all(p.prefix or any(p.keys) for p in patterns):
        raise ValueError(f"{phrase!r} is no phrase: words, each in any form, as =exact or as prefix*, are expected")
    return patterns


def _occurrences(patterns: Sequence[_Pattern], index: _Index) -> list[tuple[int, int]]:
    """The first word and the one behind the last of every place where the words of a phrase stand in their order."""
    places = []
    for pattern in patterns:
        if not (found := pattern.places(index)):
            return []
        places.append(found)
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


@dataclass(frozen=True, slots=True)
class _Negations:
    """Where words stand that negate what follows or, as Persian verbs do, what precedes."""

    before: frozenset[int]
    after: frozenset[int]

    @classmethod
    def of(cls, hits: Sequence[Hit], idioms: Sequence[Hit]) -> "_Negations":
        # The «not» of «not working» belongs to that phrase and denies nothing else.
        taken = {i for hit in (*hits, *idioms) if hit.section not in _NEGATIONS for i in range(hit.start, hit.end)}
        return cls(
            frozenset(hit.end - 1 for hit in hits if hit.section == "negations" and hit.end - 1 not in taken),
            frozenset(hit.start for hit in hits if hit.section == "negations_after" and hit.start not in taken),
        )

    def negate(self, hit: Hit, words: Sequence[Word]) -> bool:
        if not self.before and not self.after:
            return False
        clause = words[hit.start].clause
        earlier = range(max(0, hit.start - _NEGATION_REACH), hit.start)
        later = range(hit.end, min(len(words), hit.end + _NEGATION_REACH))
        return any(i in self.before and words[i].clause == clause for i in earlier) or any(
            i in self.after and words[i].clause == clause for i in later
        )


def _phrases(language: str, words: object, path: str = "") -> Iterable[Phrase]:
    if isinstance(words, Mapping):
        for name, content in words.items():
            yield from _phrases(language, content, f"{path}.{name}" if path else str(name))
    elif isinstance(words, list | tuple) and path:
        yield from (_phrase(language, path, entry) for entry in words)
    else:
        expected = "a list of phrases" if path else "a mapping of sections"
        raise ValueError(f"{path or language}: {expected} is expected, not {type(words).__name__}")


def _phrase(language: str, section: str, entry: object) -> Phrase:
    match entry:
        case str(text):
            return Phrase(section, text, 1.0, _patterns(text, language))
        case {**pair} if len(pair) == 1:
            phrase, weight = next(iter(pair.items()))
            if isinstance(phrase, str) and isinstance(weight, int | float) and not isinstance(weight, bool):
                return Phrase(section, phrase, float(weight), _patterns(phrase, language))
    raise ValueError(f"{section}: a phrase or «phrase: weight» is expected, not {entry!r}; put odd text between quotes")
