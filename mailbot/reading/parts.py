"""The parts of a MIME message: which are its text, which are attached, and the bytes of each (RFC 2045, 2183, 2231)."""

import base64
import binascii
import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as MimeMessage

from mailbot.core.message import Attachment
from mailbot.reading.charsets import decode, one_line
from mailbot.reading.headers import decoded, field

MAX_PARTS = 1000
_BASE64_ALIEN = re.compile(r"[^A-Za-z0-9+/=]")
_BASE64_CHUNK = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_PATH = re.compile(r"[/\\]+")
# Direction marks in a file name hide its real extension.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree. `alternative` tells apart the multipart/alternative it stands in; None if in none."""

    mime: MimeMessage
    alternative: int | None

    @property
    def content_type(self) -> str:
        """The media type, casefolded; text/plain where it is missing or broken."""
        return self.mime.get_content_type()

    @property
    def is_text(self) -> bool:
        """Whether a mail program shows this part as the mail's own text."""
        if self.content_type.startswith("multipart/"):
            return True  # a multipart without its boundary is read as plain text
        shown = self.mime.get_content_disposition() != "attachment" and not file_name(self.mime)
        return shown and self.content_type in ("text/plain", "text/html")


def leaves(root: MimeMessage, alternative: int | None = None) -> Iterator[Part]:
    """Every part that is no container; a forwarded mail (message/rfc822) is one part and never walked into."""
    pending = [(root, alternative)]
    for _ in range(MAX_PARTS):
        if not pending:
            return
        mime, group = pending.pop()
        if mime.get_content_maintype() == "multipart" and mime.is_multipart():
            if mime.get_content_type() == "multipart/alternative":
                group = id(mime)
            pending.extend((child, group) for child in reversed(subparts(mime)))
        else:
            yield Part(mime, group)


def subparts(mime: MimeMessage) -> list[MimeMessage]:
    """The messages directly inside `mime`, none if it is a leaf."""
    content = mime.get_payload()
    return [child for child in content if isinstance(child, MimeMessage)] if isinstance(content, list) else []


def text_of(part: Part) -> tuple[str, bool]:
    """The decoded text of a text part, and whether its charset was guessed."""
    text, guessed = decode(payload(part.mime), part.mime.get_content_charset(), html=part.content_type == "text/html")
    if part.content_type == "text/plain" and _parameter(part.mime, "format") == "flowed":
        text = unflowed(text, delete_space=_parameter(part.mime, "delsp") == "yes")
    return text, guessed


def unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed put together again, quotes kept as quotes (RFC 3676 section 4)."""
    lines: list[str] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        flows = line.endswith(" ") and line != "-- "
        piece = line[:-1] if flows and delete_space else line
        if open_depth == depth:
            lines[-1] += piece
        else:
            lines.append(">" * depth + (" " if depth else "") + piece)
        open_depth = depth if flows else None
    return "\n".join(lines)


def payload(mime: MimeMessage) -> bytes:
    """The bytes of a part without its transfer encoding; of an attached mail, that mail. Never raises."""
    content = mime.get_payload()
    if isinstance(content, list):
        return b"\n".join(_serialised(child) for child in content)
    if isinstance(content, str) and field(mime, "content-transfer-encoding").casefold() == "base64":
        return _base64(content)
    try:
        data = mime.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = str(content).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _serialised(mime: object) -> bytes:
    try:
        return mime.as_bytes() if isinstance(mime, MimeMessage) else str(mime).encode("utf-8", "surrogateescape")
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return b""  # the raw mail, which is kept, still has it


def _base64(content: str) -> bytes:
    try:
        return base64.b64decode(content.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeError):
        pass
    letters: list[str] = []
    for line in content.splitlines():
        stripped = line.strip()
        if stripped.startswith("--") or " " in stripped:  # a scanner's footer, not data
            break
        letters.append(_BASE64_ALIEN.sub("", stripped))
    return b"".join(map(_base64_chunk, _BASE64_CHUNK.findall("".join(letters))))


def _base64_chunk(chunk: str) -> bytes:
    bare = chunk.rstrip("=")
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def attachment_of(part: Part, number: int) -> Attachment:
    """A part as an attachment; `number` names it if it has no name of its own."""
    content = payload(part.mime)
    content_id = field(part.mime, "content-id").strip("<> ") or None
    shown = part.content_type.startswith("image/") and part.mime.get_content_disposition() != "attachment"
    return Attachment(
        filename=file_name(part.mime) or _made_up_name(part, number),
        content_type=part.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=shown and content_id is not None,
        content_id=content_id,
        content=content,
    )


def _made_up_name(part: Part, number: int) -> str:
    if part.content_type == "message/rfc822":
        return f"message-{number}.eml"
    return f"attachment-{number}{mimetypes.guess_extension(part.content_type) or ''}"


def file_name(mime: MimeMessage) -> str:
    """The name that the sender gave a part, without any path; empty if there is none."""
    name = _named(mime, "content-disposition", "filename") or _named(mime, "content-type", "name")
    return _BIDI.sub("", _PATH.split(name)[-1]).strip()[:200]


def _named(mime: MimeMessage, header: str, parameter: str) -> str:
    raw = next((v for k, v in mime.raw_items() if k.casefold() == header), None)
    if raw is None:
        return ""
    copy = MimeMessage()
    # Raw 8-bit names survive only if they are decoded before the parameters are parsed.
    copy[header] = decode(str(raw).encode("utf-8", "surrogateescape"), None)[0]
    values = [v for k, v in copy.get_params([], header) if k.casefold() == parameter]
    extended = next((v for v in values if isinstance(v, tuple)), None)
    if extended:  # RFC 6266 section 4.3: the extended form wins
        return one_line(decode(extended[2].encode("raw-unicode-escape", "replace"), extended[0])[0])
    return decoded(values[0]) if values else ""


def _parameter(mime: MimeMessage, name: str) -> str:
    value = mime.get_param(name, "")
    return value.casefold() if isinstance(value, str) else ""
