"""Delivery reports: who was not reached, and by which of our mails (RFC 3464; flufl.bounce for the rest)."""

import email
import re
from collections.abc import Iterator
from email.message import Message as MimeMessage

from flufl.bounce import all_failures

from mailbot.core.message import Bounce, FailedRecipient
from mailbot.reading.headers import Headers, decoded, field, message_ids
from mailbot.reading.parts import payload, subparts

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_QUOTED_ID = re.compile(r"^[>\s]*message-id\s*:\s*<([^<>\s]{3,900})>", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
_LIMIT = 200_000
_MOST_PARTS = 50


def read_bounce(root: MimeMessage, headers: Headers, text: str) -> Bounce:
    """What the report `root` says; without recipients when no detector understands it."""
    recipients = tuple(_reported(root)) or tuple(_named(headers)) or tuple(_guessed(root, text))
    return Bounce(recipients, _original_id(root) or next(iter(_QUOTED_ID.findall(text[:_LIMIT])), None))


def _reported(root: MimeMessage) -> Iterator[FailedRecipient]:
    for part in _walk(root):
        if part.get_content_type() not in _STATUS:
            continue
        for block in subparts(part) or [email.message_from_bytes(payload(part))]:
            if "action" in block:
                yield _recipient(block)


def _recipient(block: MimeMessage) -> FailedRecipient:
    named = field(block, "original-recipient") or field(block, "final-recipient")
    action = field(block, "action").casefold().split()[0:1]
    status = field(block, "status").partition(" ")[0]
    permanent = action == ["failed"] and not status.startswith("4")
    return FailedRecipient(named.rpartition(";")[2].strip("<> "), "".join(action), status, permanent)


def _named(headers: Headers) -> Iterator[FailedRecipient]:
    for value in headers.get("x-failed-recipients", ()):
        for address in _ADDRESS.findall(value):
            yield FailedRecipient(address, "failed", "5.0.0", True)


def _guessed(root: MimeMessage, text: str) -> Iterator[FailedRecipient]:
    if len(text) > _LIMIT:
        return
    try:
        temporary, permanent = all_failures(root)
    except Exception:  # its detectors are heuristics over text that anybody may write
        return
    for address in sorted(permanent):
        yield FailedRecipient(_as_text(address), "failed", "5.0.0", True)
    for address in sorted(temporary - permanent):
        yield FailedRecipient(_as_text(address), "delayed", "4.0.0", False)


def _as_text(address: bytes | str) -> str:
    return decoded(address.decode("utf-8", "replace") if isinstance(address, bytes) else address)


def _original_id(root: MimeMessage) -> str | None:
    for part in _walk(root):
        if part.get_content_type() in _ORIGINAL:
            original = next(iter(subparts(part)), None) or email.message_from_bytes(payload(part))
            if found := message_ids([field(original, "message-id")]):
                return found[0]
    return None


def _walk(root: MimeMessage) -> Iterator[MimeMessage]:
    """The parts of a report, two levels deep: what is inside the returned mail is not the report's own."""
    yield root
    if root.get_content_maintype() != "multipart":
        return
    for part in subparts(root)[:_MOST_PARTS]:
        yield part
        if part.get_content_maintype() == "multipart":
            yield from subparts(part)[:_MOST_PARTS]
