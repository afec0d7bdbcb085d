"""The sum that an agent writes in a command: exactly what stands there, or none, for money is paid out by it."""

import re
from decimal import Decimal

from mailbot.core.money import Money, decimals
from mailbot.reading.commands.words import shared_currencies
from mailbot.reading.figures.lexicon import Kind, lexicon, plain
from mailbot.reading.figures.units import TOMAN

_GROUPED = r"\d{1,3}(?:(?P<mark>[ .,'])\d{3}(?:(?P=mark)\d{3})*)?(?:[.,]\d{1,4})?"
_NUMBER = rf"(?P<number>{_GROUPED}|\d{{1,12}}(?:[.,]\d{{1,4}})?)(?:[.,][-–—])?"
_UNIT = r"[^\W\d_]+\.?\$?|[^\w\s.,'#+-]"
_SUM = re.compile(rf"(?P<before>{_UNIT})? ?{_NUMBER}(?: ?(?P<scale>[^\W\d_]+)\.?)??(?: ?(?P<behind>{_UNIT}))?")
_THOUSANDS = re.compile(r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")
_ONE_GROUP = re.compile(r"\d{1,3}([.,])\d{3}")
_TOO_SHORT_FOR_TOMAN = 1000


def sum_of(text: str, currency: str | None = None) -> Money | None:
    """The sum that the whole of `text` is; a bare number is one of `currency`.

    None if it is none, is not above zero, is finer than its currency, or can be read in two ways («1.234 EUR»).
    """
    match = _SUM.fullmatch(" ".join(_same_marks(text).split()))
    if match is None or (match["before"] and match["behind"]):
        return None
    scale, unit = _scale(match["scale"]), match["before"] or match["behind"]
    code = _code(unit, currency) if unit else currency
    if not code or scale is None:
        return None
    return _money(match["number"], scale, code)


def _same_marks(text: str) -> str:
    """`text` with ASCII digits, and with marks between them that say whether they part thousands or the fraction."""
    return plain(text.replace("٬", "'").replace("’", "'").replace("٫", ","))


def _scale(word: str | None) -> Decimal | None:
    if word is None:
        return Decimal(1)
    meaning = lexicon().meaning(word)
    return meaning.value if meaning and meaning.kind is Kind.SCALE else None


def _code(unit: str, currency: str | None) -> str | None:
    """The code of the currency that a word or sign names; of one that is shared, the organisation's own."""
    word = unit.rstrip(".")
    meaning = lexicon().meaning(word)
    if meaning is None or meaning.kind is not Kind.CURRENCY:
        return currency if currency and word.upper() == currency else None
    is_spelt_out = word.upper() == meaning.code
    return currency if currency in shared_currencies().get(meaning.code, ()) and not is_spelt_out else meaning.code


def _money(number: str, scale: Decimal, code: str) -> Money | None:
    value = _value(number, decimals(code))
    if value is None or (code == TOMAN and scale == 1 and value < _TOO_SHORT_FOR_TOMAN):
        return None  # in talk toman leaves the thousands out, or does not
    amount, code = (value * scale * 10, "IRR") if code == TOMAN else (value * scale, code)
    try:
        return Money(amount, code) if 0 < amount < 10**12 else None
    except (ValueError, ArithmeticError):
        return None


def _value(written: str, places: int) -> Decimal | None:
    """The value of a number with local separators; None where «.» or «,» may part thousands or the fraction."""
    bare = written.replace(" ", "").replace("'", "")
    if one := _ONE_GROUP.fullmatch(bare) if bare == written else None:
        return Decimal(bare) if places == 3 and one[1] == "." else None
    if _THOUSANDS.fullmatch(bare) and bare == written:
        return Decimal(re.sub("[.,]", "", bare))
    place = max(bare.rfind("."), bare.rfind(","))
    if place < 0:
        return Decimal(bare)
    whole = bare[:place]
    return None if bare[place] in whole else Decimal(f"{re.sub('[.,]', '', whole)}.{bare[place + 1 :]}")
