"""Encoded words of RFC 2047 as text, also where programs write them against its rules."""

import binascii
import re
from itertools import groupby

from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.transfer import from_base64

# Possessive, so that a value full of beginnings without ends is read in one pass.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?=]++|\?(?!=)|=(?!\?[^?\s=]{1,60}\?[bBqQ]\?))*+)\?=", re.DOTALL)
_Piece = tuple[str | None, str | bytes]


def with_words_decoded(text: str) -> str:
    """`text` with its encoded words read; what stands between two of them is dropped if it is only white space."""
    if "=?" not in text:
        return text
    # A mail program may cut a character between two encoded words: their bytes are joined before they are decoded.
    runs = groupby(_pieces(text), key=lambda piece: piece[0])
    return "".join(_joined(charset, [content for _, content in run]) for charset, run in runs)


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        if between and not (position and between.isspace()):
            pieces.append((None, between))
        pieces.append((word[1].partition("*")[0].casefold(), _content(word[2], word[3])))
        position = word.end()
    pieces.append((None, text[position:]))
    return pieces


def _content(encoding: str, written: str) -> bytes:
    octets = written.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return from_base64(octets)
    return binascii.a2b_qp(octets.replace(b"\r", b"").replace(b"\n", b""), header=True)


def _joined(charset: str | None, contents: list[str | bytes]) -> str:
    if charset is None:
        return "".join(content for content in contents if isinstance(content, str))
    octets = [content for content in contents if isinstance(content, bytes)]
    return decode(b"".join(octets), charset)[0]
