"""Raw bytes to a message: mail-parser, supplemented where real mail needs more."""

import email.parser
import hashlib
import html as html_escape
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message as MimeMessage

import mailparser

from mailbot.core.message import Address, Attachment, Message
from mailbot.reading import headers as fields
from mailbot.reading.headers import Headers
from mailbot.reading.html import html_to_text
from mailbot.reading.parts import MAX_PARTS, Part, attachment_of, leaves, payload, text_of

_MAX_TEXT = 2_000_000
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_IDENTITY = ("from", "to", "cc", "date", "subject")

# It logs each part of a type that it has no attribute for; those are attachments like others.
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
    root, people, problems = _opened(raw)
    headers = fields.collect(root)
    parts = list(leaves(root))
    if len(parts) >= MAX_PARTS:
        problems.append(f"more than {MAX_PARTS} parts: the rest is only in the raw mail")
    body = _Body.of(parts)
    problems.extend(body.problems)
    date = fields.moment(fields.first(headers, "date"))
    message = Message(
        message_id=next(iter(fields.message_ids(headers.get("message-id", ()))), None),
        date=date,
        from_=next(iter(people["from_"]), None),
        reply_to=people["reply_to"],
        to=people["to"],
        cc=people["cc"],
        references=fields.message_ids((*headers.get("references", ()), *headers.get("in-reply-to", ()))),
        subject=fields.first(headers, "subject"),
        text=body.text,
        html=body.html,
        attachments=tuple(_attachments(parts)),
        delivered_to=tuple(dict.fromkeys(v for name in _DELIVERED_TO for v in _bare(headers.get(name, ())))),
        authentication_results=fields.undecoded(root, "authentication-results"),
        content_hash=_content_hash(headers, parts),
    )
    problems.extend(_missing(message))
    return Parsed(message=message, headers=headers, root=root, text_is_html=body.from_html, problems=tuple(problems))


def _opened(raw: bytes) -> tuple[MimeMessage, dict[str, tuple[Address, ...]], list[str]]:
    names = ("from_", "reply_to", "to", "cc")
    try:
        mail = mailparser.parse_from_bytes(raw)
    except Exception as error:  # whatever the parser chokes on, the headers and the bytes are still worth reading
        root = email.parser.BytesHeaderParser().parsebytes(raw)
        root.replace_header("content-type", "text/plain") if "content-type" in root else None
        lone = mailparser.MailParser(_only_headers(root))
        return root, {n: fields.addresses(getattr(lone, n)) for n in names}, [f"not parsed as MIME: {error}"]
    problems = [f"{kind} in the MIME structure" for kind in sorted(mail.defects_categories) if "Address" not in kind]
    return mail.message, {n: fields.addresses(getattr(mail, n)) for n in names}, problems


def _only_headers(root: MimeMessage) -> MimeMessage:
    bare = MimeMessage()
    for name in ("From", "Reply-To", "To", "Cc"):
        if name in root:
            bare[name] = root[name]
    return bare


@dataclass(frozen=True, slots=True)
class _Body:
    text: str
    html: str | None
    from_html: bool
    problems: tuple[str, ...]

    @classmethod
    def of(cls, parts: Iterable[Part]) -> "_Body":
        shown = [(part, *text_of(part)) for part in parts if part.is_text]
        plain_groups = {p.alternative for p, text, _ in shown if p.content_type != "text/html" and text.strip()}
        html_groups = {p.alternative for p, _, _ in shown if p.content_type == "text/html"}
        texts: list[str] = []
        pages: list[str] = []
        from_html = False
        for part, text, _ in shown:
            twin = part.alternative is not None
            if part.content_type == "text/html":
                pages.append(text)
                if not (twin and part.alternative in plain_groups) and not _repeats(
                    shown_text := html_to_text(text), texts
                ):
                    texts.append(shown_text)
                    from_html = True
            else:
                texts.append(text)
                if not (twin and part.alternative in html_groups):
                    pages.append(f'<div style="white-space: pre-wrap">{html_escape.escape(text)}</div>')
        joined = "\n".join(text for text in texts if text.strip())
        problems = ["a charset is missing or wrong: guessed"] if any(guessed for _, _, guessed in shown) else []
        if len(joined) > _MAX_TEXT:
            problems.append(f"the text is cut after {_MAX_TEXT} characters")
        return cls(joined[:_MAX_TEXT], "\n".join(pages) if html_groups else None, from_html, tuple(problems))


def _repeats(text: str, texts: Iterable[str]) -> bool:
    """Whether `text` was there before: some programs send both forms without saying that they are alternatives."""
    words = text.split()
    return any(words == other.split() for other in texts)


def _attachments(parts: Iterable[Part]) -> Iterator[Attachment]:
    attached = [part for part in parts if not part.is_text]
    return (attachment_of(part, number) for number, part in enumerate(attached, start=1))


def _bare(values: Iterable[str]) -> list[str]:
    return [v.strip("<> ") for v in values if "@" in v]


def _content_hash(headers: Headers, parts: Iterable[Part]) -> str:
    """One hash for all deliveries of a mail: relays change trace headers, line ends and the space after the text."""
    digest = hashlib.sha256()
    for name in _IDENTITY:
        value = " ".join(fields.first(headers, name).split())
        digest.update(f"{name}:{len(value)}:{value}\n".encode())
    for part in parts:
        content = payload(part.mime)
        if part.content_type.startswith("text/"):
            content = content.replace(b"\r\n", b"\n").rstrip()
        digest.update(f"{part.content_type}:{len(content)}\n".encode() + content)
    return digest.hexdigest()


def _missing(message: Message) -> Iterator[str]:
    if message.from_ is None:
        yield "no sender address"
    if message.message_id is None:
        yield "no Message-ID"
    if message.date is None:
        yield "no readable date"
