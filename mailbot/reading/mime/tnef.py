"""The files and the words inside `winmail.dat`, in which Outlook wraps a mail for other Outlooks (MS-OXTNEF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.reading.mime.charsets import decode, one_line

_SIGNATURE = 0x223E9F78
_BODY, _CODE_PAGE, _MESSAGE = 0x800C, 0x9007, 0x9003
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_PLAIN, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _TYPE, _OBJECT, _CONTENT_ID = 0x3707, 0x3704, 0x3001, 0x370E, 0x3701, 0x3712
_WIDTHS = {0x01: 0, 0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _WIDE_STRING, _EMBEDDED = 0x1E, 0x1F, 0x0D
_MOST = 10_000
_Properties = dict[int, tuple[int, bytes]]


@dataclass(slots=True)
class TnefFile:
    """A file in the wrapping."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""
    content_id: str | None = None


@dataclass(slots=True)
class Tnef:
    """What was unwrapped: the text, the HTML, compressed RTF, and the files."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    files: list[TnefFile] = field(default_factory=list)


def unwrap(data: bytes) -> Tnef | None:
    """What is inside, or None if `data` is no TNEF; of a damaged one, what comes before the damage."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Tnef()
    code_page = "cp1252"
    for attribute, content in _attributes(data):
        if attribute == _CODE_PAGE and len(content) >= 4:
            code_page = f"cp{struct.unpack_from('<I', content)[0]}"
        elif attribute == _NEW_FILE:
            found.files.append(TnefFile())
        elif attribute in (_BODY, _MESSAGE):
            _add_words(found, attribute, content, code_page)
        elif found.files:
            _add_to_file(found.files[-1], attribute, content, code_page)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_MOST):
        if position + 9 > len(data):
            return
        _, attribute, _, size = struct.unpack_from("<BHHI", data, position)
        yield attribute, data[position + 9 : position + 9 + size]
        position += 9 + size + 2


def _add_words(found: Tnef, attribute: int, content: bytes, code_page: str) -> None:
    if attribute == _BODY:
        found.text = decode(content.rstrip(b"\0"), code_page)[0]
        return
    properties = _properties(content)
    found.text = _text(properties, _PLAIN, code_page) or found.text
    found.html = properties.get(_HTML, (0, b""))[1]
    found.rtf = properties.get(_RTF, (0, b""))[1]


def _add_to_file(file: TnefFile, attribute: int, content: bytes, code_page: str) -> None:
    if attribute == _FILE_TITLE:
        file.name = file.name or one_line(decode(content.rstrip(b"\0"), code_page)[0])
    elif attribute == _FILE_DATA:
        file.content = content
    elif attribute == _FILE_PROPERTIES:
        properties = _properties(content)
        names = (_text(properties, name, code_page) for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
        file.name = next(filter(None, map(one_line, names)), file.name)
        file.content_type = _text(properties, _TYPE, code_page).casefold()
        file.content_id = _text(properties, _CONTENT_ID, code_page) or None
        kind, embedded = properties.get(_OBJECT, (0, b""))
        if not file.content and embedded:
            file.content = embedded[16:] if kind == _EMBEDDED else embedded


def _text(properties: _Properties, name: int, code_page: str) -> str:
    kind, value = properties.get(name, (0, b""))
    if kind == _WIDE_STRING:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return decode(value.rstrip(b"\0"), code_page)[0] if kind == _STRING else ""


def _properties(data: bytes) -> _Properties:
    found: _Properties = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        position = 4
        for _ in range(min(count, _MOST)):
            kind, name = struct.unpack_from("<HH", data, position)
            position = _behind_name(data, position + 4) if name >= 0x8000 else position + 4
            value, position = _value(data, position, kind)
            found.setdefault(name, (kind & 0xFFF, value))
    except struct.error:
        pass  # what was read before the damage is good
    return found


def _behind_name(data: bytes, position: int) -> int:
    (has_words,) = struct.unpack_from("<I", data, position + 16)
    (number,) = struct.unpack_from("<I", data, position + 20)
    return position + 24 + (number + (-number % 4) if has_words else 0)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next property begins."""
    width = _WIDTHS.get(kind & 0xFFF)
    if width is not None and not kind & 0x1000:
        return data[position : position + width], position + width
    (count,) = struct.unpack_from("<I", data, position)
    position += 4
    if width is not None:
        return data[position : position + width], position + width * count
    first = b""
    for number in range(min(count, _MOST)):
        (size,) = struct.unpack_from("<I", data, position)
        first = data[position + 4 : position + 4 + size] if number == 0 else first
        position += 4 + size + (-size % 4)
    return first, position
