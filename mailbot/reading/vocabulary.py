"""The words by which a desk recognises what a mail is about, found in any inflection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from mailbot.reading.inflection import Word, words_of
from mailbot.reading.phrases import Pattern, Phrasebook, patterns_of

_NEGATION_REACH = 3
_NEGATIONS = frozenset({"negations", "negations_after"})
_INVISIBLE = _NEGATIONS | {"ignore"}
_BY_PLACE = attrgetter("start", "end", "section")


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one language by section (`complaint`, `types.late_delivery`, `threats.legal`, …)."""

    language: str
    phrases: tuple[Phrase, ...]
    _book: Phrasebook[Phrase] = field(repr=False, compare=False)

    @classmethod
    def from_words(cls, language: str, words: Mapping[str, object]) -> "Vocabulary":
        """A vocabulary from plain data: section → phrases or named subsections; ValueError says what is wrong."""
        phrases = tuple(_phrases(language, words))
        return cls(language, phrases, Phrasebook((phrase.patterns, phrase) for phrase in phrases))

    def find(self, text: str, words: Sequence[Word] | None = None) -> tuple[Hit, ...]:
        """Every phrase in `text`, in its order; those inside an idiom of section `ignore` are left out.

        `words` are those of the text in this language, where they are known already.
        """
        words = words_of(text, self.language) if words is None else words
        raw = sorted(
            (_hit(phrase, text, words, first, end) for phrase, first, end in self._book.find(words)),
            key=_BY_PLACE,
        )
        idioms = [hit for hit in raw if hit.section == "ignore"]
        reach = _Negations.of(raw)
        return tuple(
            hit._replace(negated=True) if reach and reach.negate(hit, words) else hit
            for hit in raw
            if hit.section not in _INVISIBLE
            and not (idioms and any(idiom.start <= hit.start and hit.end <= idiom.end for idiom in idioms))
        )


def _hit(phrase: Phrase, text: str, words: Sequence[Word], start: int, end: int) -> Hit:
    begins, ends = words[start].start, words[end - 1].end
    return Hit(phrase.section, phrase.weight, text[begins:ends], start, end, begins, ends)


@dataclass(frozen=True, slots=True)
class _Negations:
    """Where words stand that negate what follows or, as Persian verbs do, what precedes."""

    before: frozenset[int]
    after: frozenset[int]

    @classmethod
    def of(cls, hits: Sequence[Hit]) -> "_Negations | None":
        """Those among the hits of a text; None where nothing is negated."""
        before = {hit.end - 1 for hit in hits if hit.section == "negations"}
        after = {hit.start for hit in hits if hit.section == "negations_after"}
        if not before and not after:
            return None
        # The «not» of «not working» belongs to that phrase and denies nothing else.
        taken = {i for hit in hits if hit.section not in _NEGATIONS for i in range(hit.start, hit.end)}
        return cls(frozenset(before - taken), frozenset(after - taken))

    def negate(self, hit: Hit, words: Sequence[Word]) -> bool:
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
