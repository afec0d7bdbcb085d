"""The features of a text by which it is judged: stems, neighbours in a sentence, pieces of words, and signs.

A feature is a number below `SIZE`: the CRC-32 of its text. Two that share a number are told apart by nobody; with so
many numbers this is rare enough not to matter (the hashing trick, Weinberger et al. 2009).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from mailbot.reading.inflection import Form, Words, without_figures

SIZE = 1 << 18
_LOW = SIZE - 1
_SHORTEST, _LONGEST = 3, 5
_LONGEST_WORD = 20
_PIECE = crc32(b"p ")
_SIGN = re.compile("[?؟!\u2639-\u263b\u2764\U0001f300-\U0001faff]|[:;]-?[()]|\\(\\(|\\)\\)")


class Neighbour(NamedTuple):
    """A word beside others: its stem, and the CRC-32 with which the text of a pair begins that it is the first of.

    `next`: with the word that follows; `after_next`: with the one after that.
    """

    stem: bytes
    next: int
    after_next: int

    @classmethod
    def of(cls, form: Form) -> "Neighbour":
        """The part of a word in pairs."""
        stem = form.stem.encode()
        return cls(stem, crc32(b"2 %b " % stem), crc32(b"3 %b " % stem))


def word_features(form: Form) -> tuple[int, ...]:
    """The features of one word: its stem, and the pieces of what was written."""
    return (stem_feature(form), *piece_features(form.folded))


def stem_feature(form: Form) -> int:
    """The feature of a word whatever its ending."""
    return _number(f"w {form.stem}")


def piece_features(folded: str) -> tuple[int, ...]:
    """The features of the pieces of three to five letters of one word, its beginning and its end marked."""
    marked = f"<{without_figures(folded)[:_LONGEST_WORD]}>"
    pieces = {
        marked[at : at + length] for length in range(_SHORTEST, _LONGEST + 1) for at in range(len(marked) - length + 1)
    }
    return tuple(sorted([crc32(piece.encode(), _PIECE) & _LOW for piece in pieces]))


def pair_features(words: Words, beside: Sequence[Neighbour]) -> list[int]:
    """The features of neighbours: each word with the next of its sentence, and with the one after that."""
    of = words.sentences
    pairs = zip(beside, beside[1:], of, of[1:], strict=False)
    wider = zip(beside, beside[2:], of, of[2:], strict=False)
    return [crc32(second.stem, first.next) & _LOW for first, second, here, there in pairs if here == there] + [
        crc32(second.stem, first.after_next) & _LOW for first, second, here, there in wider if here == there
    ]


def sign_features(text: str, words: Words) -> list[int]:
    """The features of question marks, smiles and the like in `text`, whose words these are; none without a word."""
    return [_number(f"s {sign}") for sign in _SIGN.findall(text)] if words else []


@lru_cache(maxsize=100)
def language_feature(language: str) -> int:
    """The feature of every text of a language: where its words are known less well, less has to speak for a yes."""
    return _number(f"l {language}")


def _number(text: str) -> int:
    return crc32(text.encode()) & _LOW
