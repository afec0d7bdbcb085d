"""The body of a mail as bytes (RFC 2045, RFC 2046): texts and files, each encoded so that it passes every server.

Written out directly: the standard library builds objects first and costs ten times as much.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from email.mime.base import MIMEBase
from email.policy import compat32
from email.quoprimime import body_encode

_POLICY = compat32.clone(linesep="\r\n")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/([a-z0-9][a-z0-9.+_-]{0,99})", re.IGNORECASE)
_LONGEST_LINE = 76


def text(words: str, subtype: str) -> bytes:
    """`text/plain` or `text/html` in UTF-8: base64 is the shorter one for scripts other than Latin."""
    is_mostly_ascii = (len(words) - len(words.encode("ascii", "ignore"))) * 6 < len(words)
    if is_mostly_ascii:
        encoding, body = "quoted-printable", _quoted(words)
    else:
        encoding, body = "base64", _base64(words.replace("\n", "\r\n").encode("utf-8", "replace"))
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nMIME-Version: 1.0\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode("ascii") + body


def file(content: bytes, content_type: str, filename: str, cid: str | None) -> bytes:
    """A file as it is, to be shown in a page under the Content-ID `cid`, or else attached."""
    head = MIMEBase(*_media_type(content_type), policy=_POLICY)
    head["Content-Transfer-Encoding"] = "base64"
    name = filename if filename.isascii() else ("utf-8", "", filename)
    head.add_header("Content-Disposition", "inline" if cid else "attachment", filename=name)
    if cid:
        head["Content-ID"] = f"<{cid}>"
    return head.as_bytes() + _base64(content)


def multipart(subtype: str, parts: tuple[bytes, ...], message_id: str) -> bytes:
    """The parts in one; a single part stands for itself."""
    if len(parts) == 1:
        return parts[0]
    # "=_" can stand in no quoted-printable or base64 text.
    boundary = "=_" + hashlib.sha256(f"{subtype} {message_id}".encode()).hexdigest()[:32]
    return b"".join(_multipart(subtype, parts, boundary))


def _multipart(subtype: str, parts: tuple[bytes, ...], boundary: str) -> Iterator[bytes]:
    content_type = f'Content-Type: multipart/{subtype}; boundary="{boundary}"'
    if len(content_type) > _LONGEST_LINE + 2:
        content_type = content_type.replace("; ", ";\r\n ")
    yield f"{content_type}\r\nMIME-Version: 1.0\r\n".encode("ascii")
    for part in parts:
        yield f"\r\n--{boundary}\r\n".encode("ascii")
        yield part
    yield f"\r\n--{boundary}--\r\n".encode("ascii")


def _quoted(words: str) -> bytes:
    """Quoted-printable (RFC 2045 section 6.7)."""
    lines = _LINE_END.sub("\n", words) if "\r" in words else words
    octets = lines.encode("utf-8", "replace")
    if _has_blank_at_line_end(octets):  # of which the quicker way would make lines that are too long
        encoded = body_encode(octets.decode("latin-1"), _LONGEST_LINE).encode("ascii")
    else:
        encoded = binascii.b2a_qp(octets)
    return encoded.replace(b"\n", b"\r\n")


def _has_blank_at_line_end(octets: bytes) -> bool:
    if octets.endswith((b" ", b"\t")) or b" \n" in octets:
        return True
    return b"\t" in octets and b"\t\n" in octets  # one octet is found sooner than two


def _base64(octets: bytes) -> bytes:
    """Base64 in lines (RFC 2045 section 6.8)."""
    encoded = binascii.b2a_base64(octets, newline=False)
    lines = [encoded[start : start + _LONGEST_LINE] for start in range(0, len(encoded), _LONGEST_LINE)]
    return b"\r\n".join([*lines, b""])


def _media_type(content_type: str) -> tuple[str, str]:
    known = _MEDIA_TYPE.fullmatch(content_type)
    return (known[1].lower(), known[2].lower()) if known else ("application", "octet-stream")
