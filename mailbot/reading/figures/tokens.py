"""The words and digits of a text that say something of numbers or money, found in one pass."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from mailbot.reading.figures.lexicon import Cue, Kind, Meaning, lexicon
from mailbot.reading.memo import Memo

_GROUPED = r"\d{1,3}(?P<mark>[ .,'])\d{3}(?:(?P=mark)\d{3}){0,3}(?![ .,']?\d{3}(?!\d))"
_DIGITS = rf"(?<![\w@/.,:'-])(?:{_GROUPED}|\d{{1,12}})(?:[.,]\d{{1,2}})?(?!\d|[.,:/'-]\d|[ ]?[%٪]|@)"
# The letters of a currency may touch the number («EUR12»), so what stands before it is no word boundary for those.
_TOUCHING = r"(?<=[a-zA-Z€$£₽₹])\d{1,12}(?:[.,]\d{3})*(?:[.,]\d{1,2})?(?![\d%])"
_TOKEN = re.compile(rf"(?P<word>[^\W\d_]+\$?)|(?P<digits>{_DIGITS}|{_TOUCHING})|(?P<sign>[€$£₽₹₴₺₪₸¥₾₼₦฿֏﷼])")
_INSIDE = re.compile(r"(?<=\d)[^\W\d_]+\d")
_TOMAN = "توم"  # often written without a space behind its number: هزارتومن
_WORDS_KEPT, _LONGEST_KEPT = 30_000, 60
_Said = tuple[int, Meaning | None, Cue | None]
"""How many letters of a word, and what they say."""


class Token(NamedTuple):
    """A piece of a text: a meaning, or a cue, or both; `digits` if it is a number in digits."""

    begins: int
    ends: int
    meaning: Meaning | None
    cue: Cue | None
    digits: bool = False


def tokens(plain: str) -> list[Token]:
    """The pieces of a plain text (lexicon.plain) that have to do with numbers or money, in its order."""
    return list(_tokens(plain))


def _tokens(text: str) -> Iterator[Token]:
    said_by = _words()
    for match in _TOKEN.finditer(text):
        written = match[0]
        if match.lastgroup == "digits":
            yield Token(*match.span(), Meaning(Kind.NUMBER, number(written)), None, digits=True)
        elif said := said_by[written] if len(written) < _LONGEST_KEPT else tuple(_said(written)):
            begins = match.start()
            if len(said) > 1 or not _INSIDE.match(text, begins):  # 4KZT9Q is no sum
                for length, meaning, cue in said:
                    yield Token(begins, begins := begins + length, meaning, cue)


@cache
def _words() -> Memo[str, tuple[_Said, ...]]:
    """What the words of texts say; most of them nothing."""
    return Memo(lambda written: tuple(_said(written)), _WORDS_KEPT)


def _said(written: str) -> Iterator[_Said]:
    known = lexicon().words
    if said := known.get(written) or known.get(written.lower()):
        yield len(written), *said
    elif (at := written.find(_TOMAN, 1)) > 0 and written[:at] in known:
        yield at, *known[written[:at]]
        yield len(written) - at, *known.get(written[at:], (None, None))


def number(written: str) -> Decimal:
    """The value of a number with ASCII digits and local separators: 1 234,50 and 1,234.50 and 1.234 (thousands)."""
    bare = re.sub(r"[^\d.,]", "", written).rstrip(".,")
    last = max(bare.rfind("."), bare.rfind(","))
    whole, fraction = (bare, "") if last < 0 or len(bare) - last == 4 else (bare[:last], bare[last + 1 :])
    return Decimal(f"{re.sub('[.,]', '', whole) or 0}.{fraction or 0}")
