"""A number without a currency: whether its form or the words around it show that it is money."""

import re

from mailbot.reading.figures.lexicon import Cue
from mailbot.reading.figures.nearby import Nearby, Side
from mailbot.reading.figures.things import counts_things

_REACH = 28
_CENTS = re.compile(r"[.,]\d\d$")
_GROUPED = re.compile(r"\d{1,3}(?:([ .,'])\d{3})(?:\1\d{3})*")
_YEAR = re.compile(r"(?:19|20)\d\d|1[34]\d\d")
_DAY_OR_TIME = re.compile(r"(?:[0-2]?\d|3[01])\.(?:0\d|1[0-2])|(?:[01]?\d|2[0-3])\.[0-5]\d")
_ORDINAL = re.compile(r"\.\s*[^\W_A-ZА-Я]|-?(?:го|ого|му|й|е|я|st|nd|rd|th|ndal|ks|le)\b")
_NUMBERED = re.compile(r"(?:[#№*]|\b(?:nr|no|num|št|st|kell|ob)\.?)\s?$", re.IGNORECASE)
_ALONE_ENDS = re.compile(r"[ ]?(?:[.!?]?\s*(?:\n|$)|[.!?,)»“”\"](?:\s|$))")
_ALONE_BEGINS = ".!?,(\n:;—–"


def surely(near: Nearby) -> int | None:
    """How sure it is that a bare number is money: 1 by a word near it, 0 by its form alone; None if it is not."""
    if not near.whole and _counts(near) and not _follows_name(near):
        return None
    if _too_small(near) or _numbered(near):
        return None
    if near.whole or _cue(near, priced=_priced(near)):
        return 1
    return 0 if _shaped(near) else None


def _counts(near: Nearby) -> bool:
    """Whether the number counts things; millions in Persian talk do so only before a few words."""
    number = near.number
    if number.scale > 1000 and not near.text[number.ends - 1].isascii():
        following = next(near.cues("after", 1), None)
        return following is not None and "thing" in following[1].roles
    return counts_things(near.text, number.ends)


def _follows_name(near: Nearby) -> bool:
    """Whether the word right before the number is the name of a sum: «deposit 450»."""
    before = next(near.cues("before", 2), None)
    return before is not None and "name" in before[1].roles and near.number.value >= 100


def _too_small(near: Nearby) -> bool:
    """Whether the number is smaller than what is said without a currency."""
    number, written = near.number, near.written
    if not number.in_digits:
        return number.value < 100
    return not _CENTS.search(written) and (number.value < 10 or number.value % 1 != 0)


def _numbered(near: Nearby) -> bool:
    """Whether the number is a year, an ordinal or that of a thing."""
    number, written = near.number, near.written
    if not number.in_digits:
        return False
    year = bool(_YEAR.fullmatch(written)) and not _cue(near, priced=False)
    ordinal = number.value <= 31 and bool(_ORDINAL.match(near.text, number.ends))
    of_thing = bool(_NUMBERED.search(near.text, max(0, number.begins - 6), number.begins))
    return year or ordinal or of_thing or (written[0] == "0" and written[1:2].isdigit())


def _priced(near: Nearby) -> bool:
    """Whether the number looks like a price, so that even a weak word makes it one."""
    written, number = near.written, near.number
    if not number.in_digits or near.whole:
        return near.whole or bool(number.scale)
    cents = _CENTS.search(written) and not _DAY_OR_TIME.fullmatch(written)
    return bool(cents or _GROUPED.fullmatch(written))


def _shaped(near: Nearby) -> bool:
    """Whether the number can hardly be anything but a price: 4,90 or 38 тыс; 1 500 as a sentence."""
    number, written = near.number, near.written
    if number.scale and (number.scale > 1000 or near.pieces[near.place].digits):
        return True
    if number.in_digits and "," in written[-3:] and _CENTS.search(written):
        return True
    return _alone(near) and (bool(number.scale) or (number.in_digits and bool(_GROUPED.fullmatch(written))))


def _alone(near: Nearby) -> bool:
    """Whether the number is a sentence, or stands between brackets or commas."""
    before = near.text[max(0, near.number.begins - 3) : near.number.begins].rstrip(" ")
    begins = not before or before[-1] in _ALONE_BEGINS
    return begins and bool(_ALONE_ENDS.match(near.text, near.number.ends))


def _cue(near: Nearby, *, priced: bool) -> Cue | None:
    """The nearest word that makes a bare number money; a weak one only where it looks like a price.

    A word such as «together» does so where a price stands before it.
    """
    sides: tuple[tuple[Side, int], ...] = (("before", _REACH), ("after", _REACH // 2))
    for side, reach in sides:
        for _, cue in near.cues(side, reach):
            if side in cue.roles or (priced and cue.roles & {"weak", "demand"}):
                return cue
            if "total" in cue.roles and near.number.begins - near.last < _REACH:
                return cue
    return None
