"""The parts of a mail: which are its text, which are attached, and the bytes of each (RFC 2045, 2046, 2183)."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as MimeMessage

from mailbot.core.message import Attachment
from mailbot.reading.mime.charsets import known_codec, one_line
from mailbot.reading.mime.entity import Entity
from mailbot.reading.mime.header_block import read_block
from mailbot.reading.mime.headers import decoded, field
from mailbot.reading.mime.transfer import decoded_content, is_in_words

_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown",
          "text/x-web-markdown", "text/x-patch", "text/x-diff")  # fmt: skip
_RICH = ("text/html", "text/enriched", "text/richtext")
# Variants of the text for watches and for pages that work like programs; no mail program lists them as files.
_VARIANTS = ("text/x-amp-html", "text/watch-html")
_FILES = ("text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/javascript",
          "text/rfc822-headers", "text/xml", "text/rtf", "text/x-vcalendar")  # fmt: skip
_NAMES = {"text/calendar": "invite.ics", "application/pkcs7-signature": "smime.p7s", "application/pkcs7-mime":
          "smime.p7m", "application/x-pkcs7-signature": "smime.p7s", "application/x-pkcs7-mime": "smime.p7m",
          "application/pgp-signature": "signature.asc", "application/ms-tnef": "winmail.dat"}  # fmt: skip
_MAILS = ("message/rfc822", "message/global")
_PATH = re.compile(r"[/\\]+")
# Direction marks in a file name hide its real extension.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that holds no others, without its transfer encoding.

    `alternative` tells apart the multipart/alternative it stands in; None if in none. `file_only` marks a place where
    no text of the mail stands, `related` one beside the page that shows it, `wrapped` a text that counts if no other
    does, `encoded` content that was base64.
    """

    content_type: str
    content: bytes
    name: str = ""
    disposition: str = ""
    content_id: str | None = None
    charset: str | None = None
    flowed: bool = False
    delete_space: bool = False
    encoded: bool = False
    alternative: int | None = None
    related: bool = False
    file_only: bool = False
    is_root: bool = False
    wrapped: bool = False

    @property
    def is_text(self) -> bool:
        """Whether a mail program shows this part as the mail's own text."""
        if self.file_only or self.disposition == "attachment":
            return False
        if self.name and not (self.is_root or self.alternative is not None):
            return False
        if self.content_type in _TEXTS:
            return True
        return self._may_be_text and (self.is_root or (self.disposition == "inline" and not self.name))

    @property
    def _may_be_text(self) -> bool:
        return self.content_type.startswith("text/") and self.content_type not in (*_FILES, *_VARIANTS)

    @property
    def _is_unknown(self) -> bool:
        return self.content_type not in ("text/plain", "text/html")

    @property
    def is_shown_file(self) -> bool:
        """Whether it is a file whose words a mail program shows below the text."""
        if self.file_only or self.is_text or not self._may_be_text:
            return False
        return self.is_root or (self.disposition != "attachment" and not (self.name and self._is_unknown))

    @property
    def is_rich(self) -> bool:
        """Whether it is text with its looks, which a plain text beside it replaces."""
        return self.content_type in _RICH

    @property
    def is_hidden(self) -> bool:
        """Whether it is a variant of the text that nobody lists as a file."""
        return self.content_type in _VARIANTS and self.alternative is not None


def part_of(entity: Entity, **place: object) -> Part:
    """A leaf of the tree as a part; `place` says where in the tree it stands."""
    given = entity.parsed("content-type").parameters
    content_type = entity.get_content_type()
    if content_type.startswith("multipart/"):
        content_type = "text/plain"  # without its borders it is read as text
    encoding = entity.named("content-transfer-encoding").partition(";")[0].partition("(")[0]
    return Part(
        content_type=content_type,
        content=_content(entity, encoding, is_text=content_type.startswith("text/")),
        name=file_name(entity),
        disposition=_disposition(entity),
        content_id=decoded(entity.named("content-id")).strip("<> ") or None,
        charset=next(iter(given.get("charset", "").split()), None),
        flowed=given.get("format", "").casefold() == "flowed",
        delete_space=given.get("delsp", "").casefold() == "yes",
        encoded=encoding.strip(" \t\"'").casefold() == "base64",
        **place,  # type: ignore[arg-type]
    )


def _content(entity: Entity, encoding: str, *, is_text: bool) -> bytes:
    written = entity.content
    if is_text and is_in_words(written, encoding):
        return written
    return decoded_content(written, encoding)


def _disposition(entity: Entity) -> str:
    """inline, attachment or nothing; what has another name is attached (RFC 2183 section 2.8)."""
    given = entity.parsed("content-disposition")
    if given.value in ("inline", "attachment", ""):
        return given.value
    if given.value.startswith(("inline", "form-data")):
        return "inline"
    return "attachment" if given.parameters or given.value.startswith("att") else ""


def attachment_of(part: Part, number: int, shown: frozenset[str] = frozenset()) -> Attachment:
    """A part as an attachment; `number` names it if it has no name of its own, `shown` are the ids in the HTML."""
    referred = part.content_id is not None and (part.related or part.content_id in shown)
    return Attachment(
        filename=part.name or _made_up_name(part, number),
        content_type=part.content_type,
        size=len(part.content),
        sha256=hashlib.sha256(part.content).hexdigest(),
        inline=part.disposition == "inline" or (referred and part.disposition != "attachment"),
        content_id=part.content_id,
        content=part.content,
    )


def _made_up_name(part: Part, number: int) -> str:
    if part.content_type in _MAILS:
        subject = _PATH.sub("_", _subject(part.content))[:_LONGEST_NAME]
        return f"{subject or f'message-{number}'}.eml"
    extension = mimetypes.guess_extension(part.content_type) or ""
    return _NAMES.get(part.content_type) or f"attachment-{number}{extension}"


def _subject(mail: bytes) -> str:
    fields, _ = read_block(mail, 0, lambda _: False)
    return next((decoded(value) for name, value in fields if name.casefold() == "subject"), "")


def file_name(mime: Entity) -> str:
    """The name that the sender gave a part, without any path; empty if there is none."""
    disposition, kind = mime.parsed("content-disposition").parameters, mime.parsed("content-type").parameters
    other = "" if mime.parsed("content-disposition").value == "form-data" else disposition.get("name", "")
    return clean_name(disposition.get("filename") or kind.get("name") or other or kind.get("filename", ""))


def clean_name(written: str) -> str:
    """A file name on one line and without a path; a very long one keeps its extension."""
    pieces = [piece for piece in _PATH.split(_BIDI.sub("", one_line(written))) if piece.strip()]
    name = pieces[-1].strip() if pieces else ""
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    return (
        stem[: _LONGEST_NAME - len(extension) - 1] + dot + extension
        if dot and len(extension) < 20
        else name[:_LONGEST_NAME]
    )


def charset_hint(parts: Iterator[Part] | tuple[Part, ...]) -> str | None:
    """The charset of the mail's first text that names one, in which raw 8-bit headers probably are."""
    return next((part.charset for part in parts if part.is_text and known_codec(part.charset)), None)


def subparts(mime: MimeMessage) -> list[MimeMessage]:
    """The messages directly inside `mime`, none if it is a leaf."""
    if isinstance(mime, Entity) and not mime.get_content_type().startswith("message/"):
        return list(mime.children)
    content = mime.get_payload()
    return [child for child in content if isinstance(child, MimeMessage)] if isinstance(content, list) else []


def payload(mime: MimeMessage) -> bytes:
    """The bytes of a part without its transfer encoding; of an attached mail, that mail. Never raises."""
    if isinstance(mime, Entity):
        return decoded_content(mime.content, mime.named("content-transfer-encoding"))
    content = mime.get_payload()
    if isinstance(content, list):
        return b"\n".join(payload(child) for child in content if isinstance(child, MimeMessage))
    return decoded_content(str(content).encode("utf-8", "surrogateescape"), field(mime, "content-transfer-encoding"))
