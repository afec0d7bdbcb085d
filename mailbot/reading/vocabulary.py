"""The words by which a desk recognises what a mail is about, found in any inflection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from mailbot.reading.inflection import Words, words_of
from mailbot.reading.phrases import Pattern, Phrasebook, patterns_of

_NEGATION_REACH = 3
_NEGATIONS = frozenset({"negations", "negations_after"})
_INVISIBLE = _NEGATIONS | {"ignore"}
_LABELS = ("number_labels.", "ignore")
_ORDER = attrgetter("section", "text", "weight")


@dataclass(frozen=True, slots=True, order=True)
class Phrase:
    """A phrase of a vocabulary: its words stand in this order, with at most two others between neighbours."""

    section: str
    text: str
    weight: float
    patterns: tuple[Pattern, ...]


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


_hit = partial(tuple.__new__, Hit)
_Place = tuple[int, int, Phrase]
"""The first word of a phrase found, the one behind its last, and the phrase."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one language by section (`complaint`, `types.late_delivery`, `threats.legal`, …)."""

    language: str
    phrases: tuple[Phrase, ...]
    _numbered: tuple[Phrase, ...] = field(repr=False, compare=False)
    _book: Phrasebook[int] = field(repr=False, compare=False)
    _labels: Phrasebook[int] = field(repr=False, compare=False)

    @classmethod
    def from_words(cls, language: str, words: Mapping[str, object]) -> "Vocabulary":
        """A vocabulary from plain data: section → phrases or named subsections; ValueError says what is wrong."""
        phrases = tuple(_phrases(language, words))
        numbered = tuple(sorted(phrases, key=_ORDER))
        entries = [(phrase.patterns, number) for number, phrase in enumerate(numbered)]
        labels = [entry for entry, phrase in zip(entries, numbered, strict=True) if phrase.section.startswith(_LABELS)]
        return cls(language, phrases, numbered, Phrasebook(entries), Phrasebook(labels))

    def find(self, text: str, words: Words | None = None) -> tuple[Hit, ...]:
        """Every phrase in `text`, in its order; those inside an idiom of section `ignore` are left out.

        `words` are those of the text in this language, where they are known already.
        """
        return self._found(text, words_of(text, self.language) if words is None else words, self._book)

    def number_labels(self, text: str) -> tuple[Hit, ...]:
        """Of what `find` finds that which says what number follows, and not whether it is denied."""
        return self._found(text, words_of(text, self.language), self._labels)

    def _found(self, text: str, words: Words, book: Phrasebook[int]) -> tuple[Hit, ...]:
        found = [(start, end, self._numbered[number]) for start, end, number in sorted(book.find(words))]
        unsaid = [place for place in found if place[2].section in _INVISIBLE]
        idioms = [(start, end) for start, end, phrase in unsaid if phrase.section == "ignore"]
        denied = _Denied.of(unsaid, found, words)
        hits: list[Hit] = []
        for start, end, phrase in found:
            section = phrase.section
            if section in _INVISIBLE or (idioms and _inside(idioms, start, end)):
                continue
            begins, ends = words.starts[start], words.ends[end - 1]
            negated = start in denied.starts or (bool(denied.ends) and (end, words.clauses[start]) in denied.ends)
            hits.append(_hit((section, phrase.weight, text[begins:ends], start, end, begins, ends, negated)))
        return tuple(hits)


def _inside(idioms: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in idioms)


@dataclass(frozen=True, slots=True)
class _Denied:
    """Where a phrase is denied: the words with which it begins, where a negation stands before it; those before which
    it ends, with its clause, where one stands behind it, as Persian verbs do."""

    starts: frozenset[int]
    ends: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, unsaid: Sequence[_Place], found: Sequence[_Place], words: Words) -> "_Denied":
        """By the negations in `unsaid`, which is a part of the phrases `found`."""
        before = {end - 1 for _, end, phrase in unsaid if phrase.section == "negations"}
        after = {start for start, _, phrase in unsaid if phrase.section == "negations_after"}
        if places := before | after:
            # The «not» of «not working» belongs to that phrase and denies nothing else.
            there = [place for place in found if place[0] in places or place[1] - place[0] > 1]
            taken = {i for start, end, phrase in there if phrase.section not in _NEGATIONS for i in range(start, end)}
            before, after = before - taken, after - taken
        clauses = words.clauses
        return cls(
            frozenset(
                start
                for at in before
                for start in range(at + 1, min(len(words), at + _NEGATION_REACH + 1))
                if clauses[start] == clauses[at]
            ),
            frozenset((at - step, clauses[at]) for at in after for step in range(_NEGATION_REACH)),
        )


def _phrases(language: str, words: object, path: str = "") -> Iterable[Phrase]:
    if isinstance(words, Mapping):
        for name, content in words.items():
            yield from _phrases(language, content, f"{path}.{name}" if path else str(name))
    elif isinstance(words, list | tuple) and path:
        yield from (phrase_of(language, path, entry) for entry in words)
    else:
        expected = "a list of phrases" if path else "a mapping of sections"
        raise ValueError(f"{path or language}: {expected} is expected, not {type(words).__name__}")


def phrase_of(language: str, section: str, entry: object) -> Phrase:
    """The phrase that an entry of a section stands for; ValueError says why it is none."""
    match entry:
        case str(text):
            return Phrase(section, text, 1.0, patterns_of(text, language))
        case {**pair} if len(pair) == 1:
            phrase, weight = next(iter(pair.items()))
            if isinstance(phrase, str) and isinstance(weight, int | float) and not isinstance(weight, bool):
                return Phrase(section, phrase, float(weight), patterns_of(phrase, language))
    raise ValueError(f"{section}: a phrase or «phrase: weight» is expected, not {entry!r}; put odd text between quotes")
