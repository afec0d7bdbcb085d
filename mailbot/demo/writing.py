"""Mail as people's programs write it: a complaint, and a reply that quotes the whole mail it answers."""

import mimetypes
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from html import escape

from mailbot.demo.script import Complaint, Person, Picture, shipped

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.IGNORECASE | re.DOTALL)


def complaint_mail(complaint: Complaint, author: Person, desk: str, now: datetime) -> EmailMessage:
    """A customer's first mail."""
    mail = _mail(author, desk, complaint.subject, now)
    mail.set_content(complaint.text)
    if complaint.html:
        _add_page(mail, complaint.html, complaint.pictures)
    for name in complaint.attachments:
        kind, subtype = _media_type(name)
        mail.add_attachment(shipped(name).read_bytes(), kind, subtype, filename=name)
    return mail


def reply_mail(original: EmailMessage, author: Person, text: str, now: datetime) -> EmailMessage:
    """`text` as a reply to `original`: to its Reply-To, in its thread, above or below the quoted mail.

    Times are shown in the zone of `now`.
    """
    to = (original["reply-to"] or original["from"]).addresses[0].addr_spec
    subject = str(original["subject"])
    mail = _mail(author, to, subject if subject.startswith("Re: ") else f"Re: {subject}", now)
    mail["In-Reply-To"] = original["message-id"]
    mail["References"] = " ".join(filter(None, (original["references"], original["message-id"])))
    wrote = _attribution(original, author, now)
    quote = "\n".join(f"> {line}".rstrip() for line in text_of(original).splitlines())
    parts = (text, f"{wrote}\n{quote}") if author.answers == "above" else (f"{wrote}\n{quote}", text)
    mail.set_content("\n".join(part.strip("\n") + "\n" for part in parts))
    if author.html:
        mail.add_alternative(_page(original, author, text, wrote), subtype="html")
    return mail


def text_of(mail: EmailMessage) -> str:
    """What a person reads in a mail that has a plain-text part, as all mail of the desk has."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def person_in(mail: EmailMessage, header: str) -> tuple[str, str]:
    """Display name (may be empty) and address in From or To."""
    # The email package's own reading leaves a space between two encoded words, against RFC 2047 section 6.2.
    raw = next((str(value) for name, value in mail.raw_items() if name.lower() == header), "")
    name, address = parseaddr("".join(raw.splitlines()))
    return str(make_header(decode_header(name))), address


def attachments_of(mail: EmailMessage) -> tuple[str, ...]:
    """The names of the files and pictures in a mail."""
    return tuple(name for part in mail.walk() if (name := part.get_filename()))


def _mail(author: Person, to: str, subject: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = Address(author.name, addr_spec=author.address)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=author.address.rpartition("@")[2])
    return mail


def _add_page(mail: EmailMessage, html: str, pictures: Iterable[Picture]) -> None:
    mail.add_alternative(html, subtype="html")
    page = mail.get_body(("html",))
    assert page is not None, "it was just added"
    for picture in pictures:
        content, (kind, subtype) = shipped(picture.file).read_bytes(), _media_type(picture.file)
        page.add_related(content, kind, subtype, cid=f"<{picture.id}>", filename=picture.file, disposition="inline")


def _attribution(original: EmailMessage, author: Person, now: datetime) -> str:
    name, address = person_in(original, "from")
    return author.wrote.format(
        date=original["date"].datetime.astimezone(now.tzinfo), name=name or address, address=address
    )


def _page(original: EmailMessage, author: Person, text: str, wrote: str) -> str:
    """The HTML of Thunderbird and its relatives."""
    html = original.get_body(("html",))
    old = _BODY.search(html.get_content()) if html else None
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.strip().split("\n\n"))
    cite = f'<div class="moz-cite-prefix">{escape(wrote)}<br></div>'
    quote = f'<blockquote type="cite">{old[1] if old else escape(text_of(original))}</blockquote>'
    parts = (paragraphs, cite, quote) if author.answers == "above" else (cite, quote, paragraphs)
    return f"<html><head></head><body>{''.join(parts)}</body></html>"


def _media_type(name: str) -> tuple[str, str]:
    kind, _, subtype = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
    return kind, subtype
