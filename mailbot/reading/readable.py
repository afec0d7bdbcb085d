"""Everything that can be read in a mail, for whoever looks for a name in it: headers and texts, however encoded."""

import email
from collections.abc import Iterator
from email.message import Message as MimeMessage
from html import unescape

from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.headers import decoded


def readable(raw: bytes) -> str:
    """All headers and texts of a mail and of those within it, in lines; never raises."""
    as_it_stands = raw.decode("utf-8", "replace")
    try:
        parts = list(email.message_from_bytes(raw).walk())
    except (RecursionError, ValueError):
        return as_it_stands
    return "\n".join((as_it_stands, *(line for part in parts for line in _lines(part))))


def _lines(part: MimeMessage) -> Iterator[str]:
    for _, value in part.raw_items():
        yield decoded(value)
    if part.get_content_maintype() != "text":
        return
    content = part.get_payload(decode=True)
    if isinstance(content, bytes):
        text = decode(content, part.get_content_charset())[0]
        yield unescape(text) if part.get_content_subtype() == "html" else text
