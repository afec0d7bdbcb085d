"""The statements of an answer: what each clause, or the part of it behind «but» or «and», says by its words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from mailbot.reading.consent.clauses import Clause
from mailbot.reading.consent.phrases import Found, Phrases
from mailbot.reading.consent.signs import Sign

_REACH, _REACH_BACK = 3, 0
"""At most so many words lie between a negation and what it negates, behind it and before it."""
_MOST_UNKNOWN_SHARE, _UNKNOWN_ALLOWED = 0.3, 1
_ACCEPTS = (Sign.YES, Sign.FINE)
_VAGUE = (Sign.FINE, Sign.WISH)
_NEGATED = (*_ACCEPTS, Sign.WISH)
_ANSWERS = (*_ACCEPTS, Sign.NO)
_DIVIDES = (Sign.BUT, Sign.AND)


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of an answer. `contrast`: «but» stands before it in its sentence; `aside`: about something else."""

    signs: tuple[Sign, ...]
    words: int
    unknown: int
    number: bool
    asked: bool
    contrast: bool = False
    aside: bool = False

    @property
    def accepts(self) -> bool:
        """Whether it says yes, strongly or by a word that does so where little else is said."""
        return self.accepts_firmly or (Sign.FINE in self._stance and _says_little_else(self.words, self.unknown))

    @property
    def accepts_firmly(self) -> bool:
        """Whether it says yes in words that leave no doubt."""
        return Sign.YES in self._stance

    @property
    def declines(self) -> bool:
        """Whether it says no."""
        return Sign.NO in self.signs and not self.asked

    @property
    def _stance(self) -> tuple[Sign, ...]:
        """The signs before the first one that asks; none where a question or a doubt leaves it open."""
        hindered = self.asked or self.has(Sign.NO, Sign.UNSURE)
        return () if hindered else tuple(takewhile(lambda sign: sign is not Sign.ASK, self.signs))

    def has(self, *signs: Sign) -> bool:
        """Whether one of these signs stands in it."""
        return any(sign in self.signs for sign in signs)


def statements_of(clauses: Sequence[Clause], words: Phrases) -> tuple[Statement, ...]:
    """The statements of an answer, in their order."""
    said: list[Statement] = []
    for number, clause in enumerate(clauses):
        starts = number == 0 or clauses[number - 1].sentence != clause.sentence
        ends = number + 1 == len(clauses) or clauses[number + 1].sentence != clause.sentence
        contrast, aside = (False, False) if starts else (said[-1].contrast, said[-1].aside)
        said.extend(_statements(clause, words, contrast=contrast, aside=aside, ends=ends))
    return tuple(said)


def _statements(clause: Clause, words: Phrases, *, contrast: bool, aside: bool, ends: bool) -> Iterator[Statement]:
    whole = tuple(words.find(clause.words))
    parts = list(_parts(clause.words, whole))
    for number, (said, behind_but) in enumerate(parts):
        found = tuple(words.find(said)) if len(parts) > 1 else whole
        length, unknown = _counts(said, found)
        signs = tuple(_signs(found, little_else=_says_little_else(length, unknown)))
        contrast, aside = contrast or behind_but, aside or Sign.ASIDE in signs
        last = ends and number + 1 == len(parts)
        asked = clause.asked and (last or not signs or signs[0] not in _ANSWERS)
        has_number = any(word[0].isdigit() for word in said)
        yield Statement(signs, length, unknown, has_number, asked, contrast, aside)


def _parts(clause: Sequence[str], found: Sequence[Found]) -> Iterator[tuple[Sequence[str], bool]]:
    """The parts of a clause between the words that divide it, each with whether «but» stands before it."""
    begins, behind_but = 0, False
    for one in found:
        if one.sign in _DIVIDES:
            yield clause[begins : one.begins], behind_but
            begins, behind_but = one.ends, behind_but or one.sign is Sign.BUT
    yield clause[begins:], behind_but


def _signs(found: Sequence[Found], *, little_else: bool) -> Iterator[Sign]:
    """The signs of a part; what is only good or wished is declined where little else is said."""
    for one, sign in zip(found, _in_context(found), strict=True):
        if sign is not Sign.SMALL:
            yield Sign.UNSURE if sign is Sign.NO and one.sign in _VAGUE and not little_else else sign


def _in_context(found: Sequence[Found]) -> Iterator[Sign]:
    """Each sign, and NO for one that is negated: by a word before it, or by the next one («certainly not»)."""
    negation: Found | None = None
    for one, following in zip_longest(found, found[1:]):
        before = negation is not None and one.begins - negation.ends <= _REACH
        behind = following is not None and following.sign is Sign.NOT and following.begins - one.ends <= _REACH_BACK
        negated = (before and one.sign in _NEGATED) or (behind and one.sign in _ACCEPTS)
        yield Sign.NO if negated else one.sign
        negation = one if one.sign is Sign.NOT else negation


def _counts(said: Sequence[str], found: Sequence[Found]) -> tuple[int, int]:
    """How many words there are, and how many of them are unknown."""
    words = sum(word[0].isalpha() for word in said)
    known = sum(word[0].isalpha() for one in found for word in said[one.begins : one.ends])
    return words, words - known


def _says_little_else(words: int, unknown: int) -> bool:
    return unknown <= _UNKNOWN_ALLOWED and unknown <= words * _MOST_UNKNOWN_SHARE
