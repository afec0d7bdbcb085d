"""Everything that can be read in a mail, for whoever looks for a name in it: headers and texts, however encoded."""

import email
import re
from collections.abc import Iterable, Iterator
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


def plain_text(raw: bytes) -> str:
    """The first plain text of a mail; empty where it has none."""
    for part in email.message_from_bytes(raw).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(content, bytes):
            return decode(content, part.get_content_charset())[0].strip()
    return ""


def attached_files(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The files that came with a mail: a harmless name of each, and its content."""
    for part in email.message_from_bytes(raw).walk():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield re.sub(r"[^\w.-]+", "_", decoded(name)).strip("._")[-80:] or "file", content


def blotted(raw: bytes, secrets: Iterable[str]) -> bytes:
    """The mail with these secrets, in lower case, blotted out in every part; else as it was."""
    words = [re.escape(secret) for secret in secrets]
    if not words:
        return raw
    pattern = re.compile("|".join(words), re.IGNORECASE)
    plain = re.sub(pattern.pattern.encode(), _blot_bytes, raw, flags=re.IGNORECASE)
    return plain if not pattern.search(readable(plain)) else _blotted_inside(plain, pattern)


def _blot_bytes(found: re.Match[bytes]) -> bytes:
    return b"x" * len(found[0])


def _blotted_inside(raw: bytes, pattern: re.Pattern[str]) -> bytes:
    root = email.message_from_bytes(raw)
    for part in root.walk():
        content = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(content, bytes):
            text = decode(content, part.get_content_charset())[0]
            if pattern.search(text):
                del part["Content-Transfer-Encoding"]
                part.set_payload(pattern.sub(lambda found: "x" * len(found[0]), text), "utf-8")
    return root.as_bytes()
