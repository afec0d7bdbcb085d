"""A header value with parameters, such as Content-Type: `value; name=text; name*0*=utf-8''text` (RFC 2045, 2231)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from mailbot.reading.mime.charsets import decode, known_codec, one_line
from mailbot.reading.mime.encoded_words import with_words_decoded

_LONGEST = 50_000
_PARAMETER = re.compile(r'([^\s=;"]{1,80})\s{0,9}=\s{0,9}("(?:[^"\\]|\\.)*+"|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_NAME = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*?)$")


@dataclass(frozen=True, slots=True)
class Parameterised:
    """The value before the first semicolon, casefolded, and the parameters by casefolded name, decoded."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Segment:
    number: int
    extended: bool
    text: str


def parameterised(header: str, hint: str | None = None) -> Parameterised:
    """What `header` says, whatever is wrong with its quotes. `hint` is the charset of raw 8-bit names."""
    text = _readable(header[:_LONGEST], hint)
    value, semicolon, rest = text.partition(";")
    if "=" in value and not semicolon:
        value, rest = _without_semicolon(value)
    return Parameterised(one_line(value).strip(" \"'").casefold(), _parameters(rest))


def _readable(header: str, hint: str | None) -> str:
    if header.isascii() and "\x1b" not in header:
        return header
    return decode(header.encode("utf-8", "surrogateescape"), None, hint=hint)[0]


def _without_semicolon(value: str) -> tuple[str, str]:
    """`text/plain charset=utf-8`, and `charset=utf-8` alone."""
    before, _, rest = value.strip().partition(" ")
    return ("", value) if "=" in before else (before, rest)


def _parameters(text: str) -> dict[str, str]:
    plain: dict[str, str] = {}
    segments: dict[str, dict[int, _Segment]] = {}
    for written, value in _PARAMETER.findall(text):
        name = _NAME.match(written)
        if name is None:
            continue
        key, content = name[1].casefold(), _unquoted(value)
        if name[2] is None and not name[3]:
            plain.setdefault(key, content)
        else:
            number = int(name[2] or 0)
            segments.setdefault(key, {}).setdefault(number, _Segment(number, bool(name[3]), content))
    # The extended form wins over the plain one beside it (RFC 6266 section 4.3).
    joined = {key: _joined(sorted(found.values(), key=lambda s: s.number)) for key, found in segments.items()}
    return {key: with_words_decoded(value) for key, value in plain.items()} | joined


def _unquoted(value: str) -> str:
    bare = value.strip()
    if len(bare) >= 2 and bare[0] == '"' and bare[-1] == '"':
        return _ESCAPED.sub(r"\1", bare[1:-1])
    return bare.strip('"')


def _joined(segments: Iterable[_Segment]) -> str:
    charset: str | None = None
    octets = bytearray()
    for position, segment in enumerate(segments):
        text = segment.text
        if segment.extended and position == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text) if segment.extended or charset else text.encode("utf-8", "surrogateescape")
    label = charset if known_codec(charset) else None
    return with_words_decoded(decode(bytes(octets), label)[0])
