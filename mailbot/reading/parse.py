"""Raw bytes to a message: the parts by our own pass over them, the addresses by mail-parser where it knows them."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message as MimeMessage

import mailparser

from mailbot.core.message import Address, Attachment, Message
from mailbot.reading import headers as fields
from mailbot.reading.addresses import read_addresses
from mailbot.reading.body import Body, body_of
from mailbot.reading.entity import MAX_PARTS, Entity, entity_of
from mailbot.reading.headers import Headers
from mailbot.reading.leaves import leaves
from mailbot.reading.parts import Part, attachment_of, charset_hint

_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_IDENTITY = ("from", "to", "cc", "date", "subject")
_LONGEST_KNOWN = 5_000
_LONGEST_SENDER = 50_000

# It logs what it does not know; we read that ourselves.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A message with what the other readers need of its source. `text_is_html`: its text was made from its HTML."""

    message: Message
    headers: Headers
    root: MimeMessage
    text_is_html: bool
    problems: tuple[str, ...]


def parse(raw: bytes) -> tuple[Message, tuple[str, ...]]:
    """The message in `raw`, and in words what was wrong with its form. Never raises."""
    parsed = dissect(raw)
    return parsed.message, parsed.problems


def dissect(raw: bytes) -> Parsed:
    """As `parse`, with headers and MIME tree."""
    root = entity_of(raw)
    parts = list(leaves(root))
    body = body_of(parts)
    hint = charset_hint(tuple(parts))
    headers = fields.collect(root, hint)
    files = {id(part): file for part, file in _attachments(parts, body)}
    message = Message(
        message_id=next(iter(fields.message_ids(headers.get("message-id", ()))), None),
        date=fields.moment(fields.first(headers, "date")),
        from_=next(iter(_people(root, "from", hint) or _people(root, "sender", hint)), None),
        reply_to=_people(root, "reply-to", hint),
        to=_people(root, "to", hint),
        cc=_people(root, "cc", hint),
        references=fields.message_ids((*headers.get("references", ()), *headers.get("in-reply-to", ()))),
        subject=fields.first(headers, "subject"),
        text=body.text,
        html=body.html,
        attachments=tuple(files.values()),
        delivered_to=tuple(dict.fromkeys(v for name in _DELIVERED_TO for v in _bare(headers.get(name, ())))),
        authentication_results=fields.undecoded(root, "authentication-results"),
        content_hash=_content_hash(headers, parts, files),
    )
    problems = (*body.problems, *_missing(message), *_unfinished(root))
    return Parsed(message=message, headers=headers, root=root, text_is_html=body.from_html, problems=problems)


def _people(root: Entity, name: str, hint: str | None) -> tuple[Address, ...]:
    """The addresses of a header; of a repeated one all, but of From the first that says anything."""
    values = [fields.unmarked(str(v), hint) for k, v in root.raw_items() if k.casefold() == name]
    if name in ("from", "sender"):
        return next((found for value in values if (found := _read(value[:_LONGEST_SENDER]))), ())
    return tuple(address for value in values for address in _read(value))


def _read(value: str) -> tuple[Address, ...]:
    """By mail-parser, as long as it finds nothing wrong with the value; it reads by the book and not very fast."""
    if len(value) > _LONGEST_KNOWN:
        return read_addresses(value)
    header = MimeMessage()
    header.set_raw("To", value)
    found = mailparser.MailParser(header)
    pairs = [(name, address) for name, address in found.to if address]
    if found.address_header_defects or not pairs or not all(name for name, _ in pairs):
        return read_addresses(value)
    return tuple(Address(fields.decoded(name), fields.decoded(address)) for name, address in pairs)


def _attachments(parts: Iterable[Part], body: Body) -> Iterator[tuple[Part, Attachment]]:
    shown = body.shown_ids
    attached = [part for part in parts if not (part.is_text or part.is_hidden)]
    return ((part, attachment_of(part, number, shown)) for number, part in enumerate(attached, start=1))


def _bare(values: Iterable[str]) -> list[str]:
    return [v.strip("<> ") for v in values if "@" in v]


def _content_hash(headers: Headers, parts: Iterable[Part], files: Mapping[int, Attachment]) -> str:
    """One hash for all deliveries of a mail: relays change trace headers, line ends and the space after the text."""
    digest = hashlib.sha256()
    for name in _IDENTITY:
        value = " ".join(fields.first(headers, name).split())
        digest.update(f"{name}:{len(value)}:{value}\n".encode())
    for part in parts:
        digest.update(f"{part.content_type}:{_part_hash(part, files.get(id(part)))}\n".encode())
    return digest.hexdigest()


def _part_hash(part: Part, file: Attachment | None) -> str:
    if file and part.encoded and not part.content_type.startswith(("text/", "message/")):
        return file.sha256
    return hashlib.sha256(part.content.replace(b"\r\n", b"\n").rstrip()).hexdigest()


def _missing(message: Message) -> Iterator[str]:
    if message.from_ is None:
        yield "no sender address"
    if message.message_id is None:
        yield "no Message-ID"
    if message.date is None:
        yield "no readable date"


def _unfinished(root: Entity) -> Iterator[str]:
    if not root.is_whole:
        yield f"more than {MAX_PARTS} parts: the rest is only in the raw mail"
