"""Sums of money in a text, in the formats and words of our languages, and the one that a mail is about."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mailbot.reading.figures.lexicon import plain
from mailbot.reading.figures.prices import Price, prices
from mailbot.reading.figures.tokens import Token, tokens
from mailbot.reading.figures.units import TOMAN, toman
from mailbot.reading.vocabulary import Hit

_NEAR = 60
_LONGEST_MARK = 80
_PARTS = re.compile(r"(?:[^.!?\n]|\.(?!\s)){0,40}")
_MARKS = {"remedies.": 2.0, "types.billing": 1.0}
_MARKED = tuple(_MARKS)
_ROLES = {"demanded": 3.0, "asked": 2.0, "total": 2.0, "each": -3.0}
_SURE = (0.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with two places, its ISO 4217 currency, the words that said so and where they begin and end."""

    amount: Decimal
    currency: str
    words: str
    begins: int
    ends: int


def sums(text: str) -> tuple[Sum, ...]:
    """The sums in `text` that name their currency, in its order; toman is given as rial (times 10)."""
    return tuple(_sum(price, price.code, text) for price in _prices(text) if price.sure == 2)


def sum_of(text: str, hits: Sequence[Hit], default_currency: str | None = None) -> Sum | None:
    """The sum demanded, else the one in dispute, else the price; `hits` are those of a vocabulary in `text`.

    A sum without a currency has that of the mail, else that of the language's country, else `default_currency`.
    """
    plainly = plain(text)
    pieces = tokens(plainly)
    found = _unlabelled(list(prices(pieces, plainly)), hits)
    fallback = _currency(found, pieces, default_currency)
    known = [_in(price, fallback) for price in found if price.sure == 2 or fallback]
    if not known:
        return None
    marks = [hit for hit in hits if not hit.negated and hit.section.startswith(_MARKED)]
    best = _best(known, marks, plainly)
    return _sum(best, best.code, text)


def _prices(text: str) -> list[Price]:
    plainly = plain(text)
    return list(prices(tokens(plainly), plainly))


def _unlabelled(found: Sequence[Price], hits: Sequence[Hit]) -> list[Price]:
    """The prices without those bare numbers that a word such as «receipt» before them makes the number of a thing."""
    behind = {hit.ends + gap for hit in hits if hit.section.startswith("number_labels.") for gap in (1, 2)}
    return [price for price in found if price.sure == 2 or price.amount % 1 or price.begins not in behind]


def _sum(price: Price, code: str, text: str) -> Sum:
    amount, code = (price.amount * 10, "IRR") if code == TOMAN else (price.amount, code)
    return Sum(amount, code, text[price.begins : price.ends].strip(), price.begins, price.ends)


def _currency(found: Sequence[Price], pieces: Sequence[Token], default: str | None) -> str:
    """The currency of sums that name none: that of the mail, else of most of its telling words, else `default`."""
    if named := next((price.code for price in found if price.sure == 2), ""):
        return named
    codes = Counter([piece.cue.code for piece in pieces if piece.cue]) if found else None
    return (codes.most_common(1)[0][0] if codes else "") or default or ""


def _in(price: Price, code: str) -> Price:
    """A price in `code` if it names no currency itself."""
    return price if price.sure == 2 else replace(price, code=code, amount=toman(price.amount, code))


def _best(found: Sequence[Price], marks: Sequence[Hit], text: str) -> Price:
    """The sum for which most speaks, the first of several; a total stands for the parts before it in its sentence."""
    best, highest, before = found[0], float("-inf"), None
    places = [hit.begins for hit in marks]
    for price in found:
        first = bisect_left(places, price.begins - _NEAR - _LONGEST_MARK)
        weight = _weight(price, marks[first : bisect_right(places, price.begins + _NEAR)])
        if before and "total" in price.roles and _PARTS.fullmatch(text, before[0].ends, price.begins):
            weight = max(weight, before[1]) + 1
        if weight > highest:
            best, highest = price, weight
        before = (price, weight)
    return best


def _weight(price: Price, marks: Sequence[Hit]) -> float:
    """How much speaks for a sum among `marks`: what is demanded before what is in dispute, a total before its parts."""
    near = max(
        (
            weight
            for hit in marks
            for section, weight in _MARKS.items()
            if hit.section.startswith(section) and price.begins <= hit.ends + _NEAR
        ),
        default=0.0,
    )
    return near + _SURE[price.sure] + sum(weight for role, weight in _ROLES.items() if role in price.roles)
