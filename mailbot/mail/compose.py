"""The final bytes of a mail (RFC 5322, MIME); the same inputs always give the same bytes."""

import re
import unicodedata
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime, quote
from functools import lru_cache
from html import unescape
from typing import Literal
from urllib.parse import unquote

from mailbot.core.errors import PermanentError
from mailbot.core.message import Address, Attachment
from mailbot.mail import mime
from mailbot.mail.templates import Rendered

AutoSubmitted = Literal["auto-replied", "auto-generated"]

_FIRST_REFERENCES, _LAST_REFERENCES = 1, 9
_LONGEST_LINE = 76
_LONGEST_NAME = 100
_LONGEST_FILENAME = 120
_MSG_ID = re.compile(r"[!-;=?-~]{1,900}")
_ADDRESS = re.compile(
    r"""(?:[^\s\x00-\x1f\x7f-\x9f"(),:;<>@\[\\\]]+|"[^"\\\x00-\x1f\x7f-\x9f]*")@[^\s\x00-\x1f\x7f-\x9f"(),;<>@\\]+"""
)
_CID = re.compile(r"""["'(=\s]cid:([^"')\s>]+)""", re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def compose(
    *,
    rendered: Rendered,
    from_: Address,
    to: Address,
    cc: tuple[Address, ...],
    reply_to: Address | None,
    message_id: str,
    date: datetime,
    in_reply_to: str | None,
    references: tuple[str, ...],
    auto_submitted: AutoSubmitted | None,
    attachments: tuple[Attachment, ...],
    desk_address: str,
    language: str,
) -> bytes:
    """The mail as it is sent; ids are msg-ids without <>, `auto_submitted` is the keyword of RFC 3834 or none.

    Addresses beyond ASCII stand in the header as UTF-8 (RFC 6532) and need SMTPUTF8. PermanentError for an address
    that cannot stand in a header.
    """
    headers = (
        ("From", _addresses(from_)),
        ("To", _addresses(to)),
        ("Cc", _addresses(*cc)),
        ("Reply-To", _addresses(reply_to) if reply_to else ""),
        ("Subject", _words(rendered.subject, "Subject")),
        ("Date", _date(date, date.utcoffset())),
        ("Message-ID", _ids(message_id)),
        ("In-Reply-To", _ids(in_reply_to) if in_reply_to else ""),
        ("References", _ids(*_ends(references))),
        ("Auto-Submitted", auto_submitted or ""),
        ("X-Auto-Response-Suppress", "All" if auto_submitted else ""),
        ("X-Mailbot", _clean(desk_address)),
        ("Content-Language", language),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers if value)
    return head.encode() + _body(rendered, attachments, message_id)


def new_message_id(random: str, domain: str) -> str:
    """The msg-id, without <>, that carries this random id."""
    return f"{random}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def is_sendable(address: Address) -> bool:
    """Whether `compose` can write this address into a header."""
    return _ADDRESS.fullmatch(address.address) is not None and not _BIDI_CONTROLS & set(address.address)


def safe_filename(filename: str) -> str:
    """A name that shows what it is and leads nowhere: no path, no control or bidi characters, not too long."""
    name = "".join(c for c in _clean(re.split(r"[/\\]", filename)[-1]) if c not in _BIDI_CONTROLS).strip(" .")
    stem, dot, extension = name.rpartition(".")
    longest = _LONGEST_FILENAME - len(dot + extension)
    return (stem[:longest] + dot + extension if stem and longest > 0 else name[:_LONGEST_FILENAME]) or "attachment"


def _body(rendered: Rendered, attachments: tuple[Attachment, ...], message_id: str) -> bytes:
    """Text and page, pictures that the page shows beside it, other files after both (RFC 2046, RFC 2387)."""
    named = any(file.content_id for file in attachments)
    shown = {unquote(unescape(cid)) for cid in _CID.findall(rendered.html)} if named else set()
    pictures: list[bytes] = []
    files: list[bytes] = []
    for file in attachments:
        cid = (file.content_id or "").strip("<>")
        is_picture = cid in shown and _MSG_ID.fullmatch(cid)
        shown.discard(cid)  # a second file of that name would take the first one's place in some programs
        name = safe_filename(file.filename)
        encoded = mime.file(file.content, file.content_type, name, cid if is_picture else None)
        (pictures if is_picture else files).append(encoded)
    page = mime.multipart("related", (mime.text(rendered.html, "html"), *pictures), message_id)
    both = mime.multipart("alternative", (mime.text(rendered.text, "plain"), page), message_id)
    return mime.multipart("mixed", (both, *files), message_id)


def _addresses(*addresses: Address) -> str:
    return ",\r\n ".join(map(_address, addresses))


def _address(address: Address) -> str:
    if not is_sendable(address):
        raise PermanentError(f"no mail can be sent to or from {address.address!r}: this is not an address")
    name = _name(address.name)
    return f"{name} <{address.address}>" if name else address.address


@lru_cache(maxsize=1024)
def _name(name: str) -> str:
    """A name for a header, quoted or encoded; empty where nothing of it can be shown."""
    shown = "".join(c for c in _clean(name)[:_LONGEST_NAME] if c not in _BIDI_CONTROLS).strip()
    if shown.isascii() and "=?" not in shown:
        return shown and f'"{quote(shown)}"'
    return _words(shown, "Reply-To")


@lru_cache(maxsize=16)
def _date(date: datetime, _offset: timedelta | None) -> str:
    """For the letters of one moment; equal moments are written differently where their clocks are."""
    return format_datetime(date)


@lru_cache(maxsize=1024)
def _words(text: str, header: str) -> str:
    """Free text for a header, in lines of at most 78 characters; encoded (RFC 2047) where it is not plain ASCII."""
    words = _clean(text)
    plain = words.isascii() and "=?" not in words
    if plain and len(header) + len(": ") + len(words) <= _LONGEST_LINE:
        return words
    charset = "us-ascii" if plain else "utf-8"
    return Header(words, charset, header_name=header, maxlinelen=_LONGEST_LINE).encode(linesep="\r\n")


def _ids(*ids: str) -> str:
    return "\r\n ".join(f"<{id_}>" for id_ in ids if _MSG_ID.fullmatch(id_))


def _ends(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first, which clients thread by, and the last ones; a long conversation must not outgrow servers' limits."""
    distinct = tuple(dict.fromkeys(references))
    if len(distinct) <= _FIRST_REFERENCES + _LAST_REFERENCES:
        return distinct
    return distinct[:_FIRST_REFERENCES] + distinct[-_LAST_REFERENCES:]


def _clean(text: str) -> str:
    """The text on one line, without anything that could end a header."""
    if text.isprintable():  # as nearly all is
        return " ".join(text.split())
    return " ".join("".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in text).split())
