"""The scale of a mark: «4 of 5», «from 1 to 5», «1 2 3 4 5»; and two numbers between which the mark lies."""

from collections.abc import Iterator

from mailbot.reading.survey.pieces import STARS, Kind
from mailbot.reading.survey.said import Said

BEST = 5
"""The best mark of the scale that the question names."""
_LONG = 4
_RINGS = frozenset("[(<")


def scale_behind(said: Said, at: int, best: int | None) -> tuple[int, int | None]:
    """The number of the piece behind a scale that begins with piece `at`, and the best mark that it names."""
    while at < len(said.pieces):
        piece = said.pieces[at]
        if unit := _unit(said, at):
            at = unit + 1
        elif piece.best and piece.kind is Kind.WORD:
            at, best = at + 1, piece.best
        elif end := _of(said, at):
            at, best = end + 1, _number(said, end)
        else:
            break
    return at, best


def scale_before(said: Said, at: int) -> int | None:
    """The best mark of the scale that stands right before piece `at`, as in Estonian «kümnest palli kuus»."""
    near = said.before(at)[-2:]
    return next((piece.best for piece in near if piece.best and piece.kind is Kind.WORD), None)


def scale_numbers(said: Said) -> Iterator[int]:
    """The numbers of the pieces that are a scale, or the ends of a span, and no mark."""
    for at, piece in enumerate(said.pieces):
        if piece.kind is Kind.WORD and piece.best and not piece.word.isalpha():
            yield at
        elif other := _other_end(said, at):
            yield from (at, other)
    yield from _counted_up(said)


def best_of(said: Said, numbers: frozenset[int]) -> int:
    """The best mark of the scale that these pieces are; that of the question where they name no other."""
    return max((BEST, *(_number(said, at) for at in numbers)))


def _unit(said: Said, at: int) -> int | None:
    """The number of the piece that is a unit, where one begins with piece `at`: «stars», «with a plus»."""
    end = at
    while end < len(said.pieces) - 1 and end - at < 2 and said.pieces[end].word in said.words.joins:
        end += 1
    piece = said.pieces[end]
    is_unit = piece.word in said.words.units or piece.word == STARS
    return end if is_unit and piece.kind < Kind.PAUSE else None


def _of(said: Said, at: int) -> int | None:
    """The number of the piece that says of how many, where «out of» or the like begins with piece `at`."""
    end = at
    while end < len(said.pieces) and end - at < 2 and said.pieces[end].word in said.words.of:
        end += 1
    return end if at < end < len(said.pieces) and _number(said, end) >= BEST else None


def _other_end(said: Said, at: int) -> int | None:
    """The number of the piece with the other end of a span that begins with piece `at`."""
    if not said.is_number(at) or at + 1 >= len(said.pieces):
        return None
    between = said.pieces[at + 1]
    until = between.word in said.words.until
    if until and said.is_number(at + 1):  # one word in Estonian: viieni
        return at + 1
    if between.kind is not Kind.WORD or not said.is_number(at + 2):
        return None
    led = at > 0 and said.pieces[at - 1].word in said.words.between
    return at + 2 if until or led else None


def _counted_up(said: Said) -> Iterator[int]:
    """The pieces of «1 2 3 4 5», which somebody left standing or copied; not the one in a ring."""
    run: list[int] = []
    for at in [at for at, piece in enumerate(said.pieces) if piece.kind is Kind.NUMBER and piece.in_digits]:
        if run and not _next_in_line(said, run[-1], at):
            yield from _without_rings(said, run)
            run = []
        run.append(at)
    yield from _without_rings(said, run)


def _without_rings(said: Said, run: list[int]) -> Iterator[int]:
    if len(run) >= _LONG:
        yield from (at for at in run if at == 0 or said.pieces[at - 1].word not in _RINGS)


def _next_in_line(said: Said, before: int, at: int) -> bool:
    follows = _number(said, before) + 1 == _number(said, at)
    return follows and all(piece.kind >= Kind.PAUSE for piece in said.pieces[before + 1 : at])


def _number(said: Said, at: int) -> int:
    return said.pieces[at].best or said.pieces[at].value or 0
