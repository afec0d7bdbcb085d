"""Files and signatures that stand inside a text: uuencode and signed text of PGP (RFC 9580 section 7)."""

import re
from dataclasses import dataclass

from mailbot.reading.mime.transfer import from_uuencode

_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})(?:\r{0,2}\n|\r)", re.MULTILINE)
_END = re.compile(rb"^(?:end|====)[ \t]*(?:\r{0,2}\n|\r|\Z)", re.MULTILINE)
_DATA = re.compile(rb"[\x20-\x60]{1,100}(?:\r{0,2}\n|\r)")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_ESCAPED_DASH = re.compile("^- ", re.MULTILINE)
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file that stood in a text."""

    name: str
    content: bytes


def without_files(text: bytes) -> tuple[bytes, list[EnclosedFile]]:
    """`text` without the uuencoded files in it, and those files."""
    kept: list[bytes] = []
    files: list[EnclosedFile] = []
    position = 0
    while len(files) < _MOST_FILES and (begin := _BEGIN.search(text, position)):
        end = _END.search(text, begin.end())
        if end is None or not (_DATA.match(text, begin.end()) or end.start() == begin.end()):
            kept.append(text[position : begin.end()])
            position = begin.end()
            if end is None:
                break
            continue
        kept.append(text[position : begin.start()])
        files.append(EnclosedFile(begin[1].decode("utf-8", "surrogateescape").strip(), _content(text, begin, end)))
        position = end.end()
    return b"".join((*kept, text[position:])), files


def _content(text: bytes, begin: re.Match[bytes], end: re.Match[bytes]) -> bytes:
    return from_uuencode(text[begin.start() : end.start()])


def without_signature(text: str) -> str:
    """A text without the lines that PGP puts around it when it signs it."""
    begin = text.find(_SIGNED)
    if begin < 0 or (begin and text[begin - 1] != "\n"):
        return text
    headers_end = text.find("\n\n", begin)
    signature = text.find("\n" + _SIGNATURE, begin)
    if headers_end < 0 or signature < headers_end:
        return text
    end = text.find(_SIGNATURE_END, signature)
    after = text[end + len(_SIGNATURE_END) :].lstrip("\n") if end >= 0 else ""
    signed = _ESCAPED_DASH.sub("", text[headers_end + 2 : signature])
    return text[:begin] + signed + ("\n" + after if after else "")
