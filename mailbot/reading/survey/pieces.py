"""An answer as words, numbers and the signs that divide it, in their order."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from mailbot.reading.survey.words import MarkWords, plain_word

STARS = "*"
"""The word of a row of stars."""
_QUOTED = re.compile(r"(?m)^[ \t]*>.*$")
_QUOTES = frozenset('«»„“”"*')
_LONGEST_SCALE = 100
_LEADING_ON = frozenset(":=")
_DRESS = re.compile("[_\ufe0e\ufe0f\u20e3\u200d-\u200f\u202a-\u202e\u2066-\u2069]")
_PIECE = re.compile(
    r"(?P<date>\d{1,2}\.[ ]?\d{1,2}\.(?:[ ]?\d{2,4})?)"
    r"|(?P<share>(?<![\w.,:/%-])\d{1,3}(?:[.,]\d)?[ ]?/[ ]?\d{1,3}(?![\w/]|[.,:-]\d))"
    r"|(?P<range>(?<![\w.,:/%-])(?:\d{1,3}[-–—…]\d{1,3}|[01][ ]?[-–—…]+[ ]?(?:5|10|100))(?![\w%/]|[.,:/-]\d))"
    r"|(?P<whole>(?<![\w.,:/%€$£₽№#-])[0-9]{1,3}(?:[.,]0)?(?![\w.,:/%€$£₽-]|[ ][%€$£₽])"
    r"|(?<![\w.,:/%€$£₽№#-])[0-9]{1,3}(?=[.,:;/]+(?!\d)|-(?!\w)))"
    r"|(?P<ended>(?<![\w.,:/%€$£₽№#-])\d{1,3}-?[^\W\d_]{1,5}(?!\w))"
    r"|(?P<percent>\d{1,3}[ ]?[%٪])"
    r"|(?P<stars>[★⭐🌟]+)"
    r"|(?P<figure>[\w€$£₽№#]*\d[\w.,:/-]*)"
    r"|(?P<word>[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*)"
    r"|(?P<stop>[.!?؟…\n])"
    r"|(?P<pause>[^\w\s])"
)


class Kind(IntEnum):
    """What a piece is; from PAUSE on it divides."""

    WORD = 0
    NUMBER = 1
    PAUSE = 2
    STOP = 3


class Piece(NamedTuple):
    """A piece of an answer. `value`: the number that it says; `best`: the best mark of the scale that it names."""

    kind: Kind
    begins: int
    ends: int
    word: str
    value: int | None = None
    best: int | None = None
    in_digits: bool = False
    capital: bool = False


def own_words(answer: str) -> str:
    """`answer` without quoted lines, its digits in ASCII whatever the script."""
    said = unicodedata.normalize("NFKC", _DRESS.sub("", _QUOTED.sub("", answer))).strip()
    if said.isascii():
        return said
    return "".join(c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c)) for c in said)


def pieces_of(said: str, words: MarkWords) -> list[Piece]:
    """The pieces of `said` (own_words)."""
    pieces: list[Piece] = []
    for match in _PIECE.finditer(said):
        if match[0] in _LEADING_ON and not (pieces and pieces[-1].kind is Kind.NUMBER):
            continue
        if match[0] not in _QUOTES:
            pieces.append(_piece(match, words))
    return pieces


def _piece(match: re.Match[str], words: MarkWords) -> Piece:
    written, (begins, ends), name = match[0], match.span(), str(match.lastgroup)
    if name in _DIVIDES:
        return Piece(_DIVIDES[name], begins, ends, written)
    if name in _IN_DIGITS:
        value, best = _IN_DIGITS[name](written)
        kind = Kind.WORD if value is None else Kind.NUMBER
        return Piece(kind, begins, ends, STARS if name == "stars" else written, value, best, in_digits=True)
    return _ended(written, begins, ends, words) if name == "ended" else _word(written, begins, ends, words)


def _word(written: str, begins: int, ends: int, words: MarkWords) -> Piece:
    word, letter = plain_word(written), words.letter(written)
    value = words.number(word) if letter is None else letter
    kind = Kind.WORD if value is None else Kind.NUMBER
    return Piece(kind, begins, ends, word, value, words.end_of_scale(word), capital=written[0].isupper())


def _ended(written: str, begins: int, ends: int, words: MarkWords) -> Piece:
    """Digits with the ending of a word: «5ga», «4-ку»; with other letters they are no number."""
    word = plain_word(written)
    ending, best = word.lstrip("0123456789").lstrip("-"), words.end_of_scale(word)
    if best is not None or ending not in words.endings:
        return Piece(Kind.WORD, begins, ends, word, best=best)
    return Piece(Kind.NUMBER, begins, ends, word, int(word.removesuffix(ending).rstrip("-")), in_digits=True)


def _share(written: str) -> tuple[int | None, int]:
    value, best = written.split("/")
    return _whole(value), int(best)


def _whole(written: str) -> int | None:
    """The value, unless there is a part of one behind it."""
    number = float(written.strip().replace(",", "."))
    return int(number) if number.is_integer() else None


def _end_of_range(written: str) -> int | None:
    """The best mark, unless so many are no scale: «5-882» is the number of a case."""
    end = int(re.split(r"\D+", written)[1])
    return end if end <= _LONGEST_SCALE else None


_DIVIDES = {"stop": Kind.STOP, "pause": Kind.PAUSE}
_IN_DIGITS: Mapping[str, Callable[[str], tuple[int | None, int | None]]] = {
    "share": _share,
    "percent": lambda written: (int(written.rstrip("%٪ ")), 100),
    "stars": lambda written: (len(written), 5),
    "range": lambda written: (None, _end_of_range(written)),
    "whole": lambda written: (_whole(written), None),
}
"""The value, and the best mark of the scale, by the name of the group in the pattern."""
