"""Encoded words of RFC 2047 as text, also where programs write them against its rules."""

import binascii
import re
from itertools import islice

from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.transfer import from_base64

# Possessive, so that a value full of beginnings without ends is read in one pass.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?=]++|\?(?!=)|=(?!\?[^?\s=]{1,60}\?[bBqQ]\?))*+)\?=", re.DOTALL)
# Of more than anybody writes the rest stays as it is written.
_MOST = 50_000


def with_words_decoded(text: str) -> str:
    """`text` with its encoded words read; what stands between two of them is dropped if it is only white space."""
    if "=?" not in text:
        return text
    read: list[str] = []
    charset, octets, position = "", bytearray(), 0
    for word in islice(_WORD.finditer(text), _MOST):
        between = text[position : word.start()]
        if position and (not between or between.isspace()):
            between = ""
        label = word[1].partition("*")[0].casefold()
        # A mail program may cut a character between two encoded words: their bytes are joined before they are decoded.
        if position and (between or label != charset):
            read.append(decode(bytes(octets), charset)[0])
            octets.clear()
        read.append(between)
        charset, position = label, word.end()
        octets += _content(word[2], word[3])
    read.append(decode(bytes(octets), charset)[0] if position else "")
    return "".join((*read, text[position:]))


def _content(encoding: str, written: str) -> bytes:
    octets = written.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return from_base64(octets)
    return binascii.a2b_qp(octets.replace(b"\r", b"").replace(b"\n", b""), header=True)
