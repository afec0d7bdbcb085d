"""Sums out of the numbers of a text: those with a currency, and bare numbers that are money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from mailbot.reading.figures.bare import surely
from mailbot.reading.figures.lexicon import Kind
from mailbot.reading.figures.nearby import Nearby
from mailbot.reading.figures.numerals import number_at
from mailbot.reading.figures.tokens import Token
from mailbot.reading.figures.units import currency_before, in_full, named

_LARGEST = Decimal(10) ** 12
_CENT = Decimal("0.01")
_FAR = -1000
_FIRST = (Kind.COIN, Kind.NUMBER, Kind.SCALE)
"""With what a sum can begin."""


@dataclass(frozen=True, slots=True)
class Price:
    """An amount with two places and its currency's code ("" where it names none), and where it is written.

    `sure`: 2 with its currency, 1 by a word near it, 0 by its form alone. `roles`: what words near it say of it.
    """

    amount: Decimal
    code: str
    begins: int
    ends: int
    sure: int
    roles: frozenset[str] = frozenset()


def prices(pieces: Sequence[Token], text: str) -> Iterator[Price]:
    """Everything that can be a sum in a plain text, in its order; toman under the code IRT."""
    place, used, last = 0, 0, _FAR
    while place < len(pieces):
        meaning = pieces[place].meaning
        if meaning is None or meaning.kind not in _FIRST:
            place += 1
            continue
        found, behind = _at(place, pieces, text, used, last)
        if found and 0 < found.amount < _LARGEST:
            yield replace(found, amount=found.amount.quantize(_CENT, ROUND_HALF_UP))
            used, last = behind, found.ends
        place = behind


def _at(place: int, pieces: Sequence[Token], text: str, used: int, last: int) -> tuple[Price | None, int]:
    """The price that begins with token `place`, and the number of the token behind what was read there."""
    piece = pieces[place]
    if piece.meaning and piece.meaning.kind is Kind.COIN:
        return Price(piece.meaning.value, piece.meaning.code, piece.begins, piece.ends, 2), place + 1
    number = number_at(place, pieces, text)
    if number is None:
        return None, place + 1
    near = Nearby(pieces, text, number, place, used, last)
    if _part_of_word(near):
        return None, number.behind
    if money := named(near):
        return Price(money.amount, money.code, money.begins, money.ends, 2, near.roles()), money.behind
    sure = surely(near)
    if sure is None:
        return None, number.behind
    return Price(in_full(number), "", number.begins, number.ends, sure, near.roles()), number.behind


def _part_of_word(near: Nearby) -> bool:
    """Whether letters touch the number that are no currency: A54, 2x3, 500gb."""
    begins, ends, at = near.number.begins, near.number.ends, near.number.behind
    if begins and near.text[begins - 1].isalpha() and currency_before(near) is None:
        return True
    if not near.number.in_digits or not near.text[ends : ends + 1].isalpha():
        return False
    return not (near.meaning(at) and near.pieces[at].begins == ends)
