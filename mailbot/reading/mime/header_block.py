"""The header block of a mail or of one of its parts: where it ends, and its fields (RFC 5322 section 2.2)."""

import re
from collections.abc import Callable

Fields = list[tuple[str, str]]

_LINE = re.compile(rb"([^\r\n]*)(?:\r{0,2}\n|\r|\Z)")
_NAME = re.compile(rb"[!-9;-~\x80-\xff]{1,200}[ \t]*\Z")
_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?\s*+")
_ENVELOPE = re.compile(rb">?From ")
_KNOWN = rb"(?:[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]+|From|To|Cc|Subject|Date|Received|Sender)[ \t]*:"
_FIELD_AHEAD = re.compile(rb"(?:[^\r\n]{1,1000}(?:\r{0,2}\n|\r)){0,3}?" + _KNOWN, re.IGNORECASE)
_NEXT_FIELD = re.compile(rb"[ \t]+[^\s]|" + _KNOWN, re.IGNORECASE)
_MARK = re.compile(rb"From |" + _KNOWN, re.IGNORECASE)


def beginning(raw: bytes) -> int:
    """Where the header of a whole mail begins: behind blank lines, if a header follows them."""
    blank = _BLANK.match(raw)
    position = blank.end() if blank else 0
    return position if _MARK.match(raw, position) else 0


def read_block(raw: bytes, position: int, is_border: Callable[[bytes], bool]) -> tuple[Fields, int]:
    """The fields from `position` on, bytes outside ASCII as surrogates, and where the content begins.

    `is_border` says whether a line is a border between parts: there a block ends that has no empty line.
    """
    fields: list[tuple[bytes, list[bytes]]] = []
    end = len(raw)
    for line in _LINE.finditer(raw, position):
        text = line[1]
        if not text or (text.isspace() and not _NEXT_FIELD.match(raw, line.end())):
            end = line.end()
            break
        if text[0] in b" \t" and fields:
            fields[-1][1].append(text)
            continue
        name, colon, value = text.partition(b":")
        if colon and _NAME.match(name):
            fields.append((name.rstrip(), [value]))
        elif text.startswith(b"--") and is_border(text):
            end = line.start()
            break
        elif not (_ENVELOPE.match(text) or _FIELD_AHEAD.match(raw, line.end())):
            end = line.start()  # the header has no end, and this is the text
            break
    return [(_text(name), _text(b"".join(values)).strip(" \t")) for name, values in fields], end


def _text(octets: bytes) -> str:
    return octets.decode("ascii", "surrogateescape")
