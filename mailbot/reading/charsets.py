"""Bytes of mail to text that a database can keep, whatever charset they claim to be in."""

import codecs
import re

import chardet

_ALIASES = {
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
    "x-sjis": "shift_jis",
    "x-cp1251": "cp1251",
    "ks_c_5601-1987": "cp949",
    # What is labelled so is in practice the superset that Windows writes.
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "",
    "ascii": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "default": "",
}
# These labels are right when they decode; a valid UTF-8 text under any other label is UTF-8 (wrong labels are common,
# and the chance that text of a single-byte charset is valid UTF-8 is negligible).
_MULTIBYTE = re.compile(
    r"utf-?(?:7|16|32)|^(?:gb|big5|euc|iso2022|iso-2022|shift|sjis|cp9[345]|hz|johab)", re.IGNORECASE
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SAMPLE = 20_000
# NUL and lone surrogates are refused by PostgreSQL; the other controls only confuse programs that show text.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\u2028|\u2029|\x85")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def decode(data: bytes, charset: str | None, *, html: bool = False) -> tuple[str, bool]:
    """The text of `data`, and whether its charset had to be guessed because the label is missing or wrong."""
    named = _known_codec(charset)
    if not named and html and (meta := _META.search(data[:4096])):
        named = _known_codec(meta[1].decode("ascii"))
    if data.isascii() and not _MULTIBYTE.search(named):
        return storable(data.decode("ascii")), False
    candidates = (named, "utf-8") if _MULTIBYTE.search(named) else ("utf-8", named)
    for codec in filter(None, candidates):
        try:
            return storable(data.decode(codec)), bool(named) and codec != named
        except (UnicodeError, ValueError):
            continue
    return storable(data.decode(_guessed_codec(data), "replace")), True


def storable(text: str) -> str:
    """`text` with line ends as \\n and without what PostgreSQL cannot keep."""
    return _UNSTORABLE.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """`text` as it may stand in a header: without line breaks and other control characters."""
    return _CONTROL.sub(" ", text).replace("\ufeff", "").strip()


def _known_codec(charset: str | None) -> str:
    name = (charset or "").strip("'\" \t").partition("*")[0].casefold()
    name = _ALIASES.get(name, name)
    try:
        return codecs.lookup(name).name if name and codecs.lookup(name)._is_text_encoding else ""
    except (LookupError, ValueError):
        return ""


def _guessed_codec(data: bytes) -> str:
    return _known_codec(chardet.detect(data[:_SAMPLE])["encoding"]) or "cp1252"
