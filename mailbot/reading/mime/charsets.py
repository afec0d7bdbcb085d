"""Bytes of mail to text that a database can keep, whatever charset they claim to be in."""

import codecs
import re
from functools import lru_cache

from mailbot.reading.mime import guessing
from mailbot.reading.mime.japanese import decode_iso_2022_jp

# What is labelled so is in practice the superset that Windows writes.
_ALIASES = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "gbk": "gb18030", "cp936": "gb18030",
    "x-gbk": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz", "x-euc-cn": "gb18030", "chinese": "gb18030",
    "big5": "cp950", "x-x-big5": "cp950", "big5-eten": "cp950", "cn-big5": "cp950", "x-big5": "cp950",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "ksc_5601": "cp949",
    "ks_c_5601-1989": "cp949", "ks-c5601": "cp949", "korean": "cp949", "windows-949": "cp949", "x-windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "x-ms-cp932": "cp932",
    "windows-31j": "cp932", "x-euc-jp": "euc_jp", "x-euc": "euc_jp", "cp51932": "euc_jp", "eucjp-ms": "euc_jp",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "8859-1": "cp1252", "l1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "ansi": "cp1252", "x-ansi": "cp1252", "x-cp1252": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252", "west european": "cp1252", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-macroman": "mac_roman", "mac": "mac_roman", "iso-8859-9": "cp1254",
    "iso-8859-8": "cp1255", "iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255", "logical": "cp1255",
    "x-cp1250": "cp1250", "x-cp1251": "cp1251", "win-1251": "cp1251", "win1251": "cp1251", "x-mac-cyrillic":
    "mac_cyrillic", "koi8": "koi8_r", "koi": "koi8_r", "koi8-ru": "koi8_u", "cskoi8r": "koi8_r", "cp-850": "cp850",
    "cp-866": "cp866", "tis-620": "cp874", "iso-8859-11": "cp874", "windows-874": "cp874", "tis620": "cp874",
    "windows-1257": "cp1257", "baltic": "cp1257", "unicode-1-1-utf-7": "utf_7", "x-unicode-2-0-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "x-utf-8": "utf-8", "utf_8": "utf-8",
    "unicode": "utf_16", "ucs-2": "utf_16", "iso-10646-ucs-2": "utf_16", "csunicode": "utf_16",
    "csiso2022jp": "iso2022_jp", "iso-2022-jp-ms": "iso2022_jp", "cp50220": "iso2022_jp", "cp50221": "iso2022_jp",
    "us-ascii": "", "ascii": "", "ansi_x3.4-1968": "", "us": "", "default": "", "unknown-8bit": "", "unknown": "",
    "x-unknown": "", "x-user-defined": "", "iso-8859-1-unknown": "", "8bit": "", "7bit": "", "binary": "",
}  # fmt: skip
_FALLBACKS = {"cp950": ("big5hkscs",), "euc_jp": ("euc_jis_2004",), "gb18030": ()}
# Bytes that these codecs leave undefined are controls (as browsers read them), not signs of a wrong label.
_HOLES = {"cp1252": b"\x81\x8d\x8f\x90\x9d", "cp1250": b"\x81\x83\x88\x90\x98", "cp1251": b"\x98",
          "cp1257": b"\x81\x83\x88\x8a\x8c\x90\x98\x9a\x9c\x9f\xa1\xa5", "cp1254": b"\x81\x8d\x8e\x8f\x90\x9d\x9e",
          "cp1253": b"\x81\x88\x8a\x8c\x8d\x8e\x8f\x90\x98\x9a\x9c\x9d\x9e\x9f\xaa"}  # fmt: skip
_STATEFUL = ("utf_7", "utf_16", "utf_32", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be", "hz", "iso2022_jp",
             "iso2022_kr", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext", "utf-7", "utf-16",
             "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # fmt: skip
# How many characters must be sound for each broken one, by whether the codec is what the label says and is UTF-8:
# by chance no other text is half UTF-8.
_SOUND = {(True, True): 1, (False, True): 2, (True, False): 4}
_DENSE = ("gb18030", "cp950", "big5hkscs", "cp949", "cp932", "euc_jp", "johab")
_NO_CHARSETS = ("idna", "punycode", "undefined", "raw-unicode-escape", "unicode-escape")
_NAME = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_META = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# NUL and lone surrogates are refused by PostgreSQL; the other controls only confuse programs that show text.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_CONTROLS = "".join(chr(code) for code in (*range(9), 0xB, *range(0xE, 0x20), 0x7F, 0xFEFF))
_LINE_END = re.compile("\r{1,2}\n|[\r\f\u2028\u2029\x85]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def decode(data: bytes, charset: str | None, *, html: bool = False, hint: str | None = None) -> tuple[str, bool]:
    """The text of `data`, and whether its charset had to be guessed because the label is missing or wrong.

    `hint` is a charset that the mail uses elsewhere; it counts where `data` has no label.
    """
    named = known_codec(charset)
    if html and (label := _label_inside(data)) and (not named or guessing.looks_mislabelled(data, named)):
        found = known_codec(label)
        named = named if found in _STATEFUL else found or named
    if data.isascii() and named not in _STATEFUL and not (b"\x1b" in data or b"\0" in data):
        return storable(data.decode("ascii")), False
    text, codec = _decoded(data, named, known_codec(hint))
    return storable(text), bool(codec != named and (named or codec != "utf-8" or charset))


def _label_inside(page: bytes) -> str:
    """The charset that a page of HTML names itself; empty if it names none."""
    head = page[:4096]
    found = _META.search(head) if b"<meta" in (small := head.lower()) or b"<?xml" in small else None
    return found[1].decode("ascii") if found else ""


def storable(text: str) -> str:
    """`text` with line ends as \\n and without what PostgreSQL cannot keep."""
    if text.isprintable():  # a short text, as those in headers are
        return text
    text = text.replace("\r\n", "\n")
    if any(end in text for end in "\r\f\u2028\u2029\x85"):
        text = _LINE_END.sub("\n", text)
    # Looking for each of the characters is a tenth of the work of the pattern.
    if any(control in text for control in _CONTROLS) or not _encodable(text):
        text = _UNSTORABLE.sub("", text)
    return text


def _encodable(text: str) -> bool:
    try:
        return bool(text.isascii() or text.encode() is not None)
    except UnicodeEncodeError:
        return False


def one_line(text: str) -> str:
    """`text` as it may stand in a header: without line breaks and other control characters."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROL.sub(" ", text).replace("\ufeff", "").strip()


@lru_cache(maxsize=500)
def known_codec(charset: str | None) -> str:
    """The codec for a charset's label; empty where it is none or says nothing."""
    name = (charset or "").strip("'\"<>[] \t;").partition("*")[0].casefold()
    name = _ALIASES.get(name, _ALIASES.get(name.replace("_", "-"), name))
    try:
        info = codecs.lookup(name) if _NAME.fullmatch(name) else None
    except (LookupError, ValueError):
        return known_codec(name[2:]) if name.startswith("x-") else ""
    if info is None or not info._is_text_encoding or info.name in _NO_CHARSETS:
        return ""
    return "cp1252" if info.name == "iso8859-1" else info.name


def _decoded(data: bytes, named: str, hint: str) -> tuple[str, str]:
    """The text and the codec that gave it."""
    if named not in _STATEFUL:
        named = guessing.escaped_codec(data) or guessing.zeros_codec(data) or named
    if named in _STATEFUL and (text := _strictly(data, named)) is not None:
        return text, named
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None and (named not in _DENSE or len(_SEQUENCE.findall(data[:20_000])) >= 4):
        return utf8, "utf-8"
    if named and not guessing.looks_mislabelled(data, named):
        for codec in (named, *_FALLBACKS.get(named, ())):
            if (text := _strictly(data, codec)) is not None:
                return text, named
    return _damaged(data, named) or _guessed(data, hint)


def _strictly(data: bytes, codec: str) -> str | None:
    if codec == "iso2022_jp":
        return decode_iso_2022_jp(data)
    if codec in ("utf_16", "utf-16"):
        codec = guessing.byte_order(data)
    if codec in _HOLES:
        data = data.translate(None, _HOLES[codec])
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _damaged(data: bytes, named: str) -> tuple[str, str] | None:
    """The text in its own charset although some of its bytes are not; None if too many are not."""
    for codec in dict.fromkeys(("utf-8", named)):
        if not codec or guessing.looks_mislabelled(data, codec):
            continue
        text = data.decode(codec, "replace")
        broken = text.count("\ufffd")
        foreign = len(text) - len(text.encode("ascii", "ignore")) - broken
        # A mail that was cut may end inside a character.
        if foreign >= max(1, _SOUND[codec == named, codec == "utf-8"] * (broken - text.endswith("\ufffd"))):
            return text, codec
    return None


def _guessed(data: bytes, hint: str) -> tuple[str, str]:
    for codec in (hint, guessing.guess(data)):
        known = known_codec(codec)
        if known and not guessing.looks_mislabelled(data, known) and (text := _strictly(data, known)) is not None:
            return text, known
    codec = known_codec(guessing.guess(data)) or "cp1252"
    return data.decode(codec, "replace"), codec
