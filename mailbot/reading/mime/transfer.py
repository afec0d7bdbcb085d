"""Transfer encodings of MIME and of the mail before it, read as far as they can be (RFC 2045 section 6)."""

import base64
import binascii
import re
from collections.abc import Callable

_BASE64_ALIEN = re.compile(rb"[^A-Za-z0-9+/=]+")
_BASE64_CHUNK = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_SPACE = b" \t\r\n\v\f"
_LINE_OF_BASE64 = re.compile(rb"^[A-Za-z0-9+/]{24,}={0,2}[ \t\r]*$", re.MULTILINE)
_ALL_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_LONGEST_WORD = 24
# A line of words, or of dashes, behind the data: what a scanner or a mailing list added.
_FOOTER = re.compile(rb"^(?:[ \t]*--|[ \t]*__|[^\r\n]*[A-Za-z,.:] [A-Za-z]{2,}[ ,.][^\r\n]*$)", re.MULTILINE)
_SOFT_BREAK = re.compile(rb"=[ \t]*(?:\r{0,2}\n|\r|\Z)")
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ?([^\r\n]*)(?:\r{0,2}\n|\r)", re.MULTILINE)


def decoded_content(content: bytes, encoding: str) -> bytes:
    """`content` without its transfer encoding; as it is if the encoding has no name that is known."""
    decoder = _DECODERS.get(encoding.strip(" \t\"';").casefold())
    return decoder(content) if decoder else content


def is_in_words(content: bytes, encoding: str) -> bool:
    """Whether a text is written plainly although it is labelled base64 or uuencode."""
    decoder = _DECODERS.get(encoding.strip(" \t\"';").casefold())
    if decoder is from_uuencode:
        return not _UU_BEGIN.search(content)
    if decoder is not from_base64 or _LINE_OF_BASE64.search(content):
        return False
    sample = content[:2000].strip()[:500]
    if sample.startswith(b"<"):
        return True
    if b" " not in sample or _ALL_BASE64.fullmatch(sample.splitlines()[0].strip()):
        return False
    return max(map(len, sample.split())) < _LONGEST_WORD


def from_base64(content: bytes) -> bytes:
    """The bytes of base64: padding in the middle, spaces, odd lengths and a footer in words are survived."""
    packed = content.translate(None, _SPACE)
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        pass
    if footer := _FOOTER.search(content):
        packed = content[: footer.start()]
    letters = _BASE64_ALIEN.sub(b"", packed)
    return b"".join(map(_base64_chunk, _BASE64_CHUNK.findall(letters)))


def _base64_chunk(chunk: bytes) -> bytes:
    bare = chunk.rstrip(b"=")
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    return base64.b64decode(bare + b"=" * (-len(bare) % 4))


def from_quoted_printable(content: bytes) -> bytes:
    """The bytes of quoted-printable; what is no escape stays as it is written (RFC 2045 section 6.7)."""
    if b"=" not in content:
        return content
    joined = content.replace(b"=\r\n", b"").replace(b"=\n", b"")  # nearly all soft breaks, faster than a pattern is
    if any(rest in joined for rest in (b"= ", b"=\t", b"=\r")) or joined.endswith(b"="):
        joined = _SOFT_BREAK.sub(b"", joined)
    if b"==" not in joined:  # of two the C code would drop one
        return binascii.a2b_qp(joined)
    return _ESCAPE.sub(lambda escape: _BYTE[escape[1].upper()], joined)


_BYTE = {b"%02X" % number: bytes((number,)) for number in range(256)}


def from_uuencode(content: bytes) -> bytes:
    """The bytes of one uuencoded file."""
    begin = _UU_BEGIN.search(content)
    return b"".join(map(_uu_line, content[begin.end() if begin else 0 :].splitlines()))


def _uu_line(line: bytes) -> bytes:
    if not line or line.rstrip() in (b"end", b"`"):
        return b""
    size = (line[0] - 32) & 63
    needed = 1 + (size * 4 + 2) // 3
    # Relays strip the spaces at the end of a line, and some programs write too many.
    try:
        return binascii.a2b_uu(line[:needed].ljust(needed))
    except binascii.Error:
        return b""


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": from_base64, "base-64": from_base64, "b": from_base64, "base 64": from_base64,
    "quoted-printable": from_quoted_printable, "quotedprintable": from_quoted_printable, "qp": from_quoted_printable,
    "quoted printable": from_quoted_printable, "quoted_printable": from_quoted_printable, "q": from_quoted_printable,
    "x-uuencode": from_uuencode, "uuencode": from_uuencode, "x-uue": from_uuencode, "uue": from_uuencode,
}  # fmt: skip
