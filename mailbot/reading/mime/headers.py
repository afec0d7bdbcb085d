"""Header fields as readable text: encoded words and raw 8-bit values included (RFC 5322, RFC 2047)."""

from collections.abc import Mapping
from email.message import Message as MimeMessage

from mailbot.reading.mime.charsets import decode, one_line
from mailbot.reading.mime.dates import moment
from mailbot.reading.mime.encoded_words import with_words_decoded
from mailbot.reading.mime.message_ids import message_ids

__all__ = ["Headers", "collect", "decoded", "field", "first", "message_ids", "moment", "undecoded", "unmarked"]

Headers = Mapping[str, tuple[str, ...]]
"""Decoded values by casefolded name, in the order of the mail."""


def decoded(value: object, hint: str | None = None) -> str:
    """One header value as text on one line; never raises. `hint` is the charset of raw 8-bit values."""
    text = str(value)
    if text.isascii() and text.isprintable() and "=?" not in text:  # as nearly all are
        return text.strip()
    return one_line(with_words_decoded(unmarked(text, hint)))


def unmarked(text: str, hint: str | None = None) -> str:
    """A header value in which raw 8-bit bytes, which stand in it as surrogates, are read; encoded words stay."""
    if text.isascii() and "\x1b$" not in text:
        return text
    return decode(text.encode("utf-8", "surrogateescape"), None, hint=hint)[0]


def collect(root: MimeMessage, hint: str | None = None) -> Headers:
    """Every header of `root`, decoded."""
    found: dict[str, list[str]] = {}
    for name, value in root.raw_items():
        found.setdefault(name.casefold(), []).append(decoded(value, hint))
    return {name: tuple(values) for name, values in found.items()}


def field(mime: MimeMessage, name: str) -> str:
    """The first value of a header of `mime`, decoded; an empty string if it has none."""
    return next((decoded(value) for key, value in mime.raw_items() if key.casefold() == name), "")


def undecoded(root: MimeMessage, name: str) -> tuple[str, ...]:
    """Every value of a header, each on one line, in which encoded words stay as they are.

    For headers that programs read: there decoding would turn a sender's words into the server's.
    """
    return tuple(one_line(str(value)) for key, value in root.raw_items() if key.casefold() == name)


def first(headers: Headers, name: str) -> str:
    """The first value of a header, or an empty string: of duplicate headers mail programs show the first."""
    return headers.get(name, ("",))[0]
