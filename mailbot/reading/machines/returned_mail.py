"""The mail that a report is about: its id and its recipients, from wherever the server repeats them."""

import email
import re
from collections.abc import Iterator
from email.message import Message as MimeMessage

from mailbot.reading.machines.delivery_status import original_id_field, walk
from mailbot.reading.machines.failed_addresses import ADDRESS
from mailbot.reading.machines.report_text import given_back
from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.headers import Headers, decoded, field, first, message_ids
from mailbot.reading.mime.parts import payload, subparts

_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers")
_QUOTED_ID = re.compile(r"^[>|\s]{0,8}message-id\s{0,3}:\s{0,3}<?([^<>\s]{3,900})>?", re.IGNORECASE | re.MULTILINE)
_TOLD_ID = re.compile(r"message[- ]?id\s{0,3}[:=]?\s{0,5}<([^<>\s@]{1,450}@[^<>\s]{1,450})>", re.IGNORECASE)
_TO = re.compile(r"^[>|\s]{0,8}(?:to|cc)\s{0,3}:(.{1,2000})$", re.IGNORECASE | re.MULTILINE)
_LIMIT = 200_000


def original_id(root: MimeMessage, headers: Headers, text: str) -> str | None:
    """The id of the mail that was not delivered, or None."""
    return next((found for found in _ids(root, headers, text) if found), None)


def original_recipients(root: MimeMessage, text: str) -> tuple[str, ...]:
    """To whom that mail had gone, as far as the report repeats its headers."""
    found: dict[str, None] = {}
    for original in _originals(root):
        for name in ("to", "cc"):
            found.update(dict.fromkeys(ADDRESS.findall(field(original, name))))
    for line in [] if found else _TO.findall(given_back(text))[:10]:
        found.update(dict.fromkeys(ADDRESS.findall(decoded(line))))
    return tuple(found)


def _ids(root: MimeMessage, headers: Headers, text: str) -> Iterator[str]:
    for original in _originals(root):
        yield next(iter(message_ids([field(original, "message-id")])), "")
    yield next(iter(message_ids([original_id_field(root)])), "")
    yield next(iter(_QUOTED_ID.findall(text[:_LIMIT])), "")
    yield next(iter(_TOLD_ID.findall(text[:_LIMIT])), "")
    yield from (next(iter(_QUOTED_ID.findall(content)), "") for content in _labelled_wrongly(root))
    for name in ("x-original-message-id", "in-reply-to", "references"):
        yield next(iter(message_ids([first(headers, name)])[-1:]), "")


def _originals(root: MimeMessage) -> Iterator[MimeMessage]:
    for part in list(walk(root))[1:]:
        if part.get_content_type() in _TYPES:
            inner = next(iter(subparts(part)), None)
            if inner is None or not inner.keys():
                inner = email.message_from_bytes(payload(part)[:_LIMIT].lstrip())
            yield inner


def _labelled_wrongly(root: MimeMessage) -> Iterator[str]:
    """Attachments that hold the mail under another type."""
    for part in walk(root):
        if part.get_content_maintype() in ("text", "application"):
            yield decode(payload(part)[:_LIMIT], part.get_content_charset())[0]
