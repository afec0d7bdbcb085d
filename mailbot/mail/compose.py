"""The final bytes of a mail (RFC 5322, MIME); the same inputs always give the same bytes."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from email.charset import BASE64, QP, Charset
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, quote
from functools import lru_cache
from html import unescape
from io import BytesIO
from typing import Literal
from urllib.parse import unquote

from mailbot.core.errors import PermanentError
from mailbot.core.message import Address, Attachment
from mailbot.mail.templates import Rendered

AutoSubmitted = Literal["auto-replied", "auto-generated"]

_FIRST_REFERENCES, _LAST_REFERENCES = 1, 9
_LONGEST_NAME = 100
_LONGEST_FILENAME = 120
_MSG_ID = re.compile(r"[!-;=?-~]{1,900}")
_ADDRESS = re.compile(
    r"""(?:[^\s\x00-\x1f\x7f-\x9f"(),:;<>@\[\\\]]+|"[^"\\\x00-\x1f\x7f-\x9f]*")@[^\s\x00-\x1f\x7f-\x9f"(),;<>@\\]+"""
)
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/([a-z0-9][a-z0-9.+_-]{0,99})", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_CID = re.compile(r"""["'(=\s]cid:([^"')\s>]+)""", re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# The older half of the email package makes bodies three times as fast; our headers are written below.
_POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)
# Encoded, a text passes every server unaltered; base64 is the shorter one for scripts other than Latin.
_QUOTED_PRINTABLE, _BASE64 = Charset("utf-8"), Charset("utf-8")
_QUOTED_PRINTABLE.body_encoding, _BASE64.body_encoding = QP, BASE64


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
        ("Date", format_datetime(date)),
        ("Message-ID", _ids(message_id)),
        ("In-Reply-To", _ids(in_reply_to) if in_reply_to else ""),
        ("References", _ids(*_ends(references))),
        ("Auto-Submitted", auto_submitted or ""),
        ("X-Auto-Response-Suppress", "All" if auto_submitted else ""),
        ("X-Mailbot", _clean(desk_address)),
        ("Content-Language", language),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers if value)
    return head.encode() + _serialised(_body(rendered, attachments, message_id))


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


class _Generator(BytesGenerator):
    """Writes a text in one piece: line by line, as the package does it, takes a third of all composing."""

    def _write_lines(self, lines: str) -> None:
        self.write(_LINE_END.sub(_POLICY.linesep, lines))


def _serialised(message: Message) -> bytes:
    out = BytesIO()
    _Generator(out, policy=_POLICY).flatten(message)
    return out.getvalue()


def _body(rendered: Rendered, attachments: Iterable[Attachment], message_id: str) -> Message:
    """Text and page, pictures that the page shows beside it, other files after both (RFC 2046, RFC 2387)."""
    shown = {unquote(unescape(cid)) for cid in _CID.findall(rendered.html)}
    pictures: list[Message] = []
    files: list[Message] = []
    for file in attachments:
        cid = (file.content_id or "").strip("<>")
        is_picture = cid in shown and _MSG_ID.fullmatch(cid)
        shown.discard(cid)  # a second file of that name would take the first one's place in some programs
        (pictures if is_picture else files).append(_file(file, cid if is_picture else None))
    page = _multipart("related", (_text(rendered.html, "html"), *pictures), message_id)
    both = _multipart("alternative", (_text(rendered.text, "plain"), page), message_id)
    return _multipart("mixed", (both, *files), message_id)


def _multipart(subtype: str, parts: tuple[Message, ...], message_id: str) -> Message:
    if len(parts) == 1:
        return parts[0]
    # "=_" can stand in no quoted-printable or base64 text.
    boundary = "=_" + hashlib.sha256(f"{subtype} {message_id}".encode()).hexdigest()[:32]
    return MIMEMultipart(subtype, boundary, parts, policy=_POLICY)


def _text(text: str, subtype: str) -> Message:
    part = MIMENonMultipart("text", subtype, policy=_POLICY, charset="utf-8")
    writable = text.encode("utf-8", "replace").decode()
    if (len(text) - len(text.encode("ascii", "ignore"))) * 6 < len(text):
        part.set_payload(writable, _QUOTED_PRINTABLE)
    else:
        part.set_payload(writable.replace("\n", "\r\n"), _BASE64)
    return part


def _file(file: Attachment, cid: str | None) -> Message:
    part = MIMEBase(*_media_type(file.content_type), policy=_POLICY)
    part.set_payload(file.content)
    encode_base64(part)
    name = safe_filename(file.filename)
    shown_name = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "inline" if cid else "attachment", filename=shown_name)
    if cid:
        part["Content-ID"] = f"<{cid}>"
    return part


def _media_type(content_type: str) -> tuple[str, str]:
    known = _MEDIA_TYPE.fullmatch(content_type)
    return (known[1].lower(), known[2].lower()) if known else ("application", "octet-stream")


def _addresses(*addresses: Address) -> str:
    return ",\r\n ".join(map(_address, addresses))


def _address(address: Address) -> str:
    if not is_sendable(address):
        raise PermanentError(f"no mail can be sent to or from {address.address!r}: this is not an address")
    name = "".join(c for c in _clean(address.name)[:_LONGEST_NAME] if c not in _BIDI_CONTROLS).strip()
    if not name:
        return address.address
    shown = f'"{quote(name)}"' if name.isascii() and "=?" not in name else _words(name, "Reply-To")
    return f"{shown} <{address.address}>"


@lru_cache(maxsize=1024)
def _words(text: str, header: str) -> str:
    """Free text for a header, in lines of at most 78 characters; encoded (RFC 2047) where it is not plain ASCII."""
    words = _clean(text)
    charset = "us-ascii" if words.isascii() and "=?" not in words else "utf-8"
    return Header(words, charset, header_name=header, maxlinelen=76).encode(linesep="\r\n")


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
