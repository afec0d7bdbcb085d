"""The header block of a mail or of one of its parts: where it ends, and its fields (RFC 5322 section 2.2)."""

import re
from collections.abc import Callable

Fields = list[tuple[str, str]]
MAX_FIELDS = 120_000

_LINE = re.compile(rb"([^\r\n]*)(?:\r{0,2}\n|\r|\Z)")
_FIELD = re.compile(
    rb"([!-9;-~\x80-\xff]{1,200})[ \t]*+:([^\r\n]*+(?:(?:\r{0,2}\n|\r)[ \t]++[^\s][^\r\n]*+)*+)(?:\r{0,2}\n|\r|\Z)"
)
_EMPTY_LINE = re.compile(rb"(?:\n|\r(?!\r?\n))[ \t]*+(?:\r{0,2}\n|\r)")
_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?\s*+")
_ENVELOPE = re.compile(rb">?From ")
_KNOWN = rb"(?:[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]+|From|To|Cc|Subject|Date|Received|Sender)[ \t]*:"
_FIELD_AHEAD = re.compile(rb"(?:(?!--)[^\r\n]{1,1000}(?:\r{0,2}\n|\r)){0,3}?" + _KNOWN, re.IGNORECASE)
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
    while len(fields) < MAX_FIELDS and position < len(raw):
        if usual := _FIELD.match(raw, position):
            fields.append((usual[1], [usual[2]]))
            position = usual.end()
            continue
        line = _LINE.match(raw, position)
        if line is None or _is_end(raw, line):
            position = line.end() if line else len(raw)
            break
        if line[1][0] in b" \t" and fields:
            fields[-1][1].append(line[1])
        elif not _is_passed_over(raw, line) or (line[1].startswith(b"--") and is_border(line[1])):
            break  # the header has no end, and this is the text
        position = line.end()
    if len(fields) == MAX_FIELDS:
        end = _EMPTY_LINE.search(raw, position - 1)
        position = end.end() if end else len(raw)
    return [
        (_text(name), _text(b"".join(values).translate(None, b"\r\n")).strip(" \t")) for name, values in fields
    ], position


def _is_end(raw: bytes, line: re.Match[bytes]) -> bool:
    """Whether a line is the empty one below a header: one of spaces is, unless a field follows it."""
    return not line[1] or (line[1].isspace() and not _NEXT_FIELD.match(raw, line.end()))


def _is_passed_over(raw: bytes, line: re.Match[bytes]) -> bool:
    """Whether a line that is no field stands in the middle of a header, as that of a mail box does."""
    return bool(_ENVELOPE.match(line[1]) or _FIELD_AHEAD.match(raw, line.end()))


def _text(octets: bytes) -> str:
    return octets.decode("ascii", "surrogateescape")
