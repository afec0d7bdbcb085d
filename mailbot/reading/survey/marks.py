"""The marks in an answer, and how surely each is meant as one: by its scale, its place and its neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from mailbot.reading.survey.pieces import Kind, Piece
from mailbot.reading.survey.said import Said, any_of
from mailbot.reading.survey.scales import BEST, best_of, scale_before, scale_behind, scale_numbers

_LEAD_REACH, _ARTICLE_REACH, _SUM_REACH, _UNREAL_REACH = 3, 2, 4, 5
_FEW = 4


class Sure(IntEnum):
    """How surely a number is a mark: it may be, it stands apart, it stands first, or it is called one."""

    PERHAPS = 1
    APART = 2
    FIRST = 3
    NAMED = 4


class _Follows(IntEnum):
    """What follows a number: the end of its clause, a word that may, something that it counts, or any other word."""

    END = auto()
    GOES_ON = auto()
    COUNTED = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of so many of `best`. `unreal`: not what the customer gives; `sums_up`: what counts in the end;
    `part`: for one thing or person of several."""

    value: int
    begins: int
    sure: Sure
    best: int = BEST
    unreal: bool = False
    sums_up: bool = False
    part: bool = False


def marks_in(said: Said) -> Iterator[Mark]:
    """The marks in digits, words and letters, in their order."""
    scale = frozenset(scale_numbers(said))
    best = best_of(said, scale)
    for at, piece in enumerate(said.pieces):
        if piece.kind is Kind.NUMBER and piece.value is not None and at not in scale:
            mark = _mark(said, at, piece.value, best)
            if mark and mark.value <= mark.best:
                yield mark


def mark_named(said: Said, value: int, begins: int, ends: int) -> Mark:
    """The mark that a phrase from one place to another says by itself."""
    first = next((at for at, piece in enumerate(said.pieces) if piece.ends > begins), len(said.pieces))
    behind = next((at for at, piece in enumerate(said.pieces) if piece.begins >= ends), len(said.pieces))
    return _in_context(said, Mark(value, begins, Sure.NAMED), first, behind)


def _mark(said: Said, at: int, value: int, best: int) -> Mark | None:
    piece = said.pieces[at]
    behind, named_best = scale_behind(said, at + 1, piece.best or scale_before(said, at))
    sure = _sure(said, at, behind, scaled=named_best is not None or behind > at + 1)
    everyday = said.words.is_everyday(piece.word) and not any_of(said.before(at)[-2:], said.words.school_leads)
    if sure is None or everyday:
        return None
    full = said.words.full
    if BEST < value <= full and best == BEST and not named_best and sure >= Sure.FIRST:
        value, named_best = (BEST, BEST) if value == full else (value, full)
    return _in_context(said, Mark(value, piece.begins, sure, named_best or best), at, behind)


def _in_context(said: Said, mark: Mark, at: int, behind: int) -> Mark:
    """The mark, with what the words before and behind it say of it."""
    words, before, after = said.words, said.before(at), said.behind(behind)
    unreal = any_of(before[-_UNREAL_REACH:], words.unreal) or any_of(after, words.unreal_behind)
    sums_up, part = any_of(before[-_SUM_REACH:], words.sums_up), any_of(after[:1], words.parts)
    return Mark(mark.value, mark.begins, mark.sure, mark.best, unreal, sums_up, part)


def _sure(said: Said, at: int, behind: int, *, scaled: bool) -> Sure | None:
    """How surely the number is a mark; None if it counts things, is the number of one, or is part of a sentence."""
    before, follows = said.before(at), _follows(said, behind, digits=said.pieces[at].in_digits)
    led, fits = _is_led(said, at), follows in (_Follows.END, _Follows.GOES_ON)
    if scaled and (fits or led or not before):
        return Sure.NAMED
    if follows is _Follows.COUNTED or _counts_when_said_again(said, at, behind):
        return None
    if not before or _is_numbered(said, at):
        return _first_of_clause(said, at, follows)
    if any_of(before[-1:], said.words.named) or any_of(before[-_LEAD_REACH:], said.words.clock):
        return None
    return _within_clause(said, at, behind, follows) if fits else None


def _first_of_clause(said: Said, at: int, follows: _Follows) -> Sure | None:
    digits, first = said.pieces[at].in_digits, at == said.opens or _is_numbered(said, at)
    if follows is _Follows.ANYTHING:
        return Sure.PERHAPS if digits and first else None
    if first:
        return Sure.FIRST
    if _is_letter(said, at):
        return None
    return Sure.APART if follows is _Follows.END or digits else None


def _within_clause(said: Said, at: int, behind: int, follows: _Follows) -> Sure | None:
    before, digits = said.before(at), said.pieces[at].in_digits
    summed, of_a_name = any_of(before[-_SUM_REACH:], said.words.sums_up), _is_of_a_name(said, at, behind)
    if _is_led(said, at) or (summed and not of_a_name):
        return Sure.NAMED
    if of_a_name or _is_letter(said, at):
        return None
    few, ends = len(before) <= _FEW, follows is _Follows.END
    return Sure.PERHAPS if (ends and few) or (digits and (ends or few)) else None


def _follows(said: Said, at: int, *, digits: bool) -> _Follows:
    words, following = said.words, said.pieces[at : at + 2]
    if not following:
        return _Follows.END
    if following[0].kind >= Kind.PAUSE:
        ordinal = (
            digits and following[0].word == "." and _goes_on(following[1:]) and any_of(following[1:], words.counted)
        )
        return _Follows.COUNTED if ordinal else _Follows.END
    goes_on = following[0].word in words.goes_on
    if any_of(following[:1] if goes_on else said.behind(at), words.counted):
        return _Follows.COUNTED
    return _Follows.GOES_ON if goes_on else _Follows.ANYTHING


def _goes_on(after_point: Sequence[Piece]) -> bool:
    """Whether the sentence does: with a small letter, in a script that has small ones."""
    return all(not piece.capital and piece.word.upper() != piece.word for piece in after_point)


def _is_led(said: Said, at: int) -> bool:
    """Whether words before the number say that it is a mark; «a nice one» is none."""
    before, words = said.before(at), said.words
    pronoun = said.pieces[at].word in words.pronouns
    leads, articles = (1, 1) if pronoun else (_LEAD_REACH, _ARTICLE_REACH)
    return any_of(before[-leads:], words.leads) or any_of(before[-articles:], words.articles)


def _is_numbered(said: Said, at: int) -> bool:
    """Whether the answer begins with «number 5»; elsewhere that is the number of a house, or of any other thing."""
    if at == 0 or at - 1 != said.opens:
        return False
    before = said.pieces[at - 1].word
    return before in said.words.named and before in said.words.leads


def _is_of_a_name(said: Said, at: int, behind: int) -> bool:
    """Whether a number stands behind a name («Cankarjevi 5»), or ends a question."""
    name = said.pieces[at - 1].capital and len(said.before(at)) > 1
    return name or (behind < len(said.pieces) and said.pieces[behind].word in "?؟")


def _counts_when_said_again(said: Said, at: int, behind: int) -> bool:
    """Whether the same number follows and counts: «Five! Five weeks!»"""
    again = next((n for n in range(behind, len(said.pieces)) if said.pieces[n].kind < Kind.PAUSE), behind)
    if again == behind or said.pieces[again].value != said.pieces[at].value:
        return False
    return _follows(said, again + 1, digits=False) is _Follows.COUNTED


def _is_letter(said: Said, at: int) -> bool:
    return len(said.pieces[at].word) == 1 and not said.pieces[at].in_digits
