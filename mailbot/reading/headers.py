"""Header fields as readable text: encoded words, raw 8-bit values and broken dates included (RFC 5322, RFC 2047)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as MimeMessage
from email.utils import parsedate_to_datetime

from mailbot.core.message import Address
from mailbot.reading.charsets import decode, one_line

Headers = Mapping[str, tuple[str, ...]]
"""Decoded values by casefolded name, in the order of the mail."""

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(r"[^\s<>,;]{1,450}@[^\s<>,;]{1,450}")
_SURROGATE = re.compile("[\udc80-\udcff]")
_ESCAPED_BYTES = re.compile(r"(?:\\udc[89a-f][0-9a-f])+")
_LONGEST = 20_000


def decoded(value: object) -> str:
    """One header value as text on one line; never raises."""
    text = str(value)[:_LONGEST]
    if _SURROGATE.search(text):
        text = decode(text.encode("utf-8", "surrogateescape"), None)[0]
    if "=?" not in text:
        return one_line(text)
    try:
        # A mail program that cuts a character between two encoded words is joined again by decode_header.
        chunks = decode_header(text)
    except (HeaderParseError, ValueError):
        return one_line(text)
    return one_line("".join(c if isinstance(c, str) else _word(c, charset) for c, charset in chunks))


def _word(data: bytes, charset: str | None) -> str:
    # Outside of encoded words decode_header gives raw-unicode-escape, which is latin-1 with \\u for the rest.
    return data.decode("raw-unicode-escape", "replace") if charset is None else decode(data, charset)[0]


def collect(root: MimeMessage) -> Headers:
    """Every header of `root`, decoded."""
    found: dict[str, list[str]] = {}
    for name, value in root.raw_items():
        found.setdefault(name.casefold(), []).append(decoded(value))
    return {name: tuple(values) for name, values in found.items()}


def field(mime: MimeMessage, name: str) -> str:
    """The first value of a header of `mime`, decoded; an empty string if it has none."""
    return next((decoded(value) for key, value in mime.raw_items() if key.casefold() == name), "")


def undecoded(root: MimeMessage, name: str) -> tuple[str, ...]:
    """Every value of a header, each on one line, in which encoded words stay as they are.

    For headers that programs read: there decoding would turn a sender's words into the server's.
    """
    return tuple(one_line(str(value)[:_LONGEST]) for key, value in root.raw_items() if key.casefold() == name)


def first(headers: Headers, name: str) -> str:
    """The first value of a header, or an empty string: of duplicate headers mail programs show the first."""
    return headers.get(name, ("",))[0]


def addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """Mail-parser's (name, address) pairs as addresses, with names that it left encoded decoded too."""
    return tuple(Address(_display_name(n), one_line(a)) for n, a in pairs if a and "@" in a)


def _display_name(name: str) -> str:
    def octets(match: re.Match[str]) -> str:
        return decode(bytes.fromhex(match[0].replace(r"\udc", "")), None)[0]

    return decoded(_ESCAPED_BYTES.sub(octets, name))


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The msg-ids in header values, without <>, each once, in their order."""
    found: dict[str, None] = {}
    for value in values:
        ids = _MESSAGE_ID.findall(value) or _BARE_ID.findall(value)
        found.update(dict.fromkeys(one_line(i) for i in ids))
    return tuple(found)


def moment(value: str) -> datetime | None:
    """The time in a Date header in UTC, or None; a time without a zone is taken as UTC."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(value.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None
