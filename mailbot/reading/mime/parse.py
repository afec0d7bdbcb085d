"""Raw bytes to a message: the parts by our own pass over them, the addresses by mail-parser where it knows them."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message as MimeMessage
from itertools import islice

import mailparser

from mailbot.core.message import Address, Attachment, Message
from mailbot.reading.mime import headers as fields
from mailbot.reading.mime.addresses import AddressList, read_list, usual_addresses
from mailbot.reading.mime.body import Body, body_of
from mailbot.reading.mime.entity import MAX_PARTS, Entity, entity_of
from mailbot.reading.mime.header_block import MAX_FIELDS
from mailbot.reading.mime.headers import Headers
from mailbot.reading.mime.leaves import leaves
from mailbot.reading.mime.parts import Part, attachment_of, charset_hint

_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_IDENTITY = ("from", "to", "cc", "date", "subject")
_PEOPLE = {"from": "from_", "sender": "sender", "reply-to": "reply_to", "to": "to", "cc": "cc"}
_LONGEST_KNOWN = 5_000
_LONGEST_SENDER = 50_000
_MOST_NAMES, _MOST_VALUES, _LONGEST_VALUE = 200, 10, 1_000

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
    people = _People.of_mail(root, hint)
    reply_to, to, cc = (people.of(name) for name in ("reply-to", "to", "cc"))
    message = Message(
        message_id=next(iter(fields.message_ids(headers.get("message-id", ()))), None),
        date=fields.moment(fields.first(headers, "date")),
        from_=people.sender,
        reply_to=reply_to.addresses,
        to=to.addresses,
        cc=cc.addresses,
        references=fields.message_ids((*headers.get("references", ()), *headers.get("in-reply-to", ()))),
        subject=fields.first(headers, "subject"),
        text=body.text,
        html=body.html,
        attachments=tuple(files.values()),
        delivered_to=tuple(dict.fromkeys(v for name in _DELIVERED_TO for v in _bare(headers.get(name, ())))),
        authentication_results=fields.undecoded(root, "authentication-results"),
        content_hash=_content_hash(headers, parts, files),
        headers=_kept(headers),
    )
    problems = (*body.problems, *_missing(message), *_unfinished(root, reply_to, to, cc))
    return Parsed(message=message, headers=headers, root=root, text_is_html=body.from_html, problems=problems)


@dataclass(frozen=True, slots=True)
class _People:
    """The values of the address headers, and what mail-parser reads out of those it finds nothing wrong with."""

    values: dict[str, list[str]]
    known: dict[str, tuple[Address, ...]]

    @classmethod
    def of_mail(cls, root: Entity, hint: str | None) -> "_People":
        values: dict[str, list[str]] = {}
        for name, value in root.raw_items():
            if (key := name.lower()) in _PEOPLE and str(value).strip():
                values.setdefault(key, []).append(fields.unmarked(str(value), hint))
        return cls(values, _known({name: found[0] for name, found in values.items() if len(found) == 1}))

    @property
    def sender(self) -> Address | None:
        """The author: of repeated headers the first that says anything; who sent it, if it has no author."""
        for name in ("from", "sender"):
            if known := self.known.get(name):
                return known[0]
            for value in self.values.get(name, ()):
                if found := read_list(value[:_LONGEST_SENDER]).addresses:
                    return found[0]
        return None

    def of(self, name: str) -> AddressList:
        """All addresses of a header, repeated ones joined."""
        if known := self.known.get(name):
            return AddressList(known, is_whole=True)
        lists = [read_list(value) for value in self.values.get(name, ())]
        found = tuple(address for one in lists for address in one.addresses)
        return AddressList(found, is_whole=all(one.is_whole for one in lists))


def _known(values: Mapping[str, str]) -> dict[str, tuple[Address, ...]]:
    """The addresses of those headers that nothing is wrong with."""
    short = {name: value for name, value in values.items() if len(value) <= _LONGEST_KNOWN}
    usual = {name: usual_addresses(value) for name, value in short.items()}
    others = {name: short[name] for name, found in usual.items() if found is None and name != "sender"}
    return {name: found for name, found in usual.items() if found} | _by_the_book(others)


def _by_the_book(values: Mapping[str, str]) -> dict[str, tuple[Address, ...]]:
    """By mail-parser, which is strict and not very fast: what it does not read well is left out."""
    if not values:
        return {}
    bare = MimeMessage()
    for name, value in values.items():
        bare.set_raw(name, value)
    try:
        mail = mailparser.MailParser(bare)
        doubtful = {defect["header"] for defect in mail.address_header_defects}
        found = {name: getattr(mail, _PEOPLE[name]) for name in bare if name not in doubtful}
    except (MessageError, ValueError, LookupError):  # encoded words that are none, and the like
        return {}
    return {name: _addresses(pairs) for name, pairs in found.items() if pairs and all(n and a for n, a in pairs)}


def _addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(fields.decoded(name), fields.decoded(address)) for name, address in pairs)


def _attachments(parts: Iterable[Part], body: Body) -> Iterator[tuple[Part, Attachment]]:
    shown = body.shown_ids
    attached = [part for part in parts if not (part.is_text or part.is_hidden)]
    return ((part, attachment_of(part, number, shown)) for number, part in enumerate(attached, start=1))


def _kept(headers: Headers) -> Headers:
    """What is kept of the headers: of each name the first few values, at a length that somebody may ask about."""
    names = islice(headers.items(), _MOST_NAMES)
    return {name: tuple(value[:_LONGEST_VALUE] for value in values[:_MOST_VALUES]) for name, values in names}


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


def _unfinished(root: Entity, *lists: AddressList) -> Iterator[str]:
    if not root.is_whole:
        yield f"more than {MAX_PARTS} parts: the rest is only in the raw mail"
    if len(root) == MAX_FIELDS:
        yield f"more than {MAX_FIELDS} header fields: the rest is only in the raw mail"
    if not all(found.is_whole for found in lists):
        yield "more addresses than are read: the rest is only in the raw mail"
