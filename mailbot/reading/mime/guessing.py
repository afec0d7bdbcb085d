"""Which charset unlabelled or mislabelled bytes are in; owns chardet."""

import re

import chardet

_SAMPLE = 20_000
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_LABELS_OF_CYRILLIC = (*_CYRILLIC, "koi8-u", "mac-cyrillic")
_COMMON_CYRILLIC = "оеаинтсрвлОЕАИНТСРВЛ"
_TURN_TO_CAPITALS = re.compile("[а-яё][А-ЯЁ]")
_HIGH = bytes(range(0x80, 0x100))
_RUN = re.compile(rb"[\x80-\xff]+")
# Four letters in a row that are all outside ASCII stand in hardly any word of a language with Latin letters.
_FOREIGN_WORD = re.compile(rb"[\x80-\xff]{4,}")
_MIXED_WORD = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-10", "iso8859-13",
          "iso8859-14", "iso8859-15", "iso8859-16", "mac-roman", "cp850", "cp437", "cp852", "cp775")  # fmt: skip
# Small Greek and Hebrew letters stand where KOI8-R has Cyrillic capitals.
_LIKE_CAPITALS = re.compile(r"(?:iso-?8859-[78]|windows-125[35])$", re.IGNORECASE)
_WIDE = re.compile(r"gb|big5|euc|cp9[345]|shift|johab|iso-?2022|hz|utf", re.IGNORECASE)
# Codecs of mainframes and of machines long gone: no mail is in them, though short texts look so.
_NOT_IN_MAIL = re.compile(
    r"^(?:cp(?:037|273|424|437|500|737|775|8(?:5[0-8]|6\d|75)|1006|1026|1125|1140)|ibm(?!866)\w*|ebcdic\w*|mac\w*"
    r"|hproman8|kz1048|ptcp154)$",
    re.IGNORECASE,
)
_ISO_2022 = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp"),
    (b"\x1b$@", "iso2022_jp"),
    (b"\x1b$(", "iso2022_jp"),
)


def guess(data: bytes) -> str:
    """The name of the charset that `data` most probably is in; cp1252 where nothing speaks for another."""
    sample = data[:_SAMPLE]
    cyrillic = _best_cyrillic(sample)
    if cyrillic and not _in_capitals(sample, cyrillic):
        return cyrillic
    found = str(chardet.detect(sample)["encoding"] or "cp1252")
    if cyrillic and not _LIKE_CAPITALS.match(found):
        return cyrillic
    if _NOT_IN_MAIL.match(found.replace("-", "").replace("_", "")) or (_WIDE.match(found) and not _in_pairs(sample)):
        return _japanese(sample) or "cp1252"
    return found


def looks_mislabelled(data: bytes, codec: str) -> bool:
    """Whether `data` would decode under `codec` but not to words that anybody writes."""
    sample = data[:_SAMPLE]
    if codec in _LATIN:
        return _is_foreign(sample)
    if codec in _LABELS_OF_CYRILLIC:
        if not _FOREIGN_WORD.search(sample):
            return len(_MIXED_WORD.findall(sample)) * 3 >= max(2 * _high(sample), 1)
        best = _best_cyrillic(sample)
        return bool(best) and best != codec and _share(sample, best) - _share(sample, codec) > 0.15
    return False


def escaped_codec(data: bytes) -> str:
    """The codec whose escape sequences stand in `data` (ISO 2022); empty if there are none."""
    if b"\x1b$" not in data:
        return ""
    return next((codec for escape, codec in _ISO_2022 if escape in data), "")


def zeros_codec(data: bytes) -> str:
    """The codec of UTF-16 text, seen by its mark or by the zeros beside its ASCII characters; else empty."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 8 or max(even, odd) * 5 < len(sample) or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def byte_order(data: bytes) -> str:
    """The codec of a text that is labelled UTF-16; big endian if nothing in it says (RFC 2781 section 4.3)."""
    return zeros_codec(data) or "utf-16-be"


def _high(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _HIGH))


def _is_foreign(sample: bytes) -> bool:
    # A row of dashes, bullets or hard spaces is no word.
    words = (word for word in _FOREIGN_WORD.findall(sample) if len(set(word)) >= 3 and max(word) > 0xA0)
    lengths = list(map(len, words))
    return (len(lengths) >= 2 or sum(lengths) >= 8) and sum(lengths) * 2 > _high(sample)


def _best_cyrillic(sample: bytes) -> str:
    if not _FOREIGN_WORD.search(sample):
        return ""
    share, best = max((_share(sample, codec), codec) for codec in _CYRILLIC)
    return best if share > 0.42 else ""


def _share(sample: bytes, codec: str) -> float:
    """How much of the text outside ASCII is the ten letters that make two thirds of any text in Cyrillic script."""
    text = sample.decode(codec, "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    common = sum(text.count(letter) for letter in _COMMON_CYRILLIC)
    # No word turns to capitals in its middle, as those do that were written in another charset.
    return (common - len(_TURN_TO_CAPITALS.findall(text))) / foreign if foreign >= 6 else 0.0


def _in_capitals(sample: bytes, codec: str) -> bool:
    text = sample.decode(codec, "replace")
    return sum(map(str.isupper, text)) > sum(map(str.islower, text))


def _in_pairs(sample: bytes) -> bool:
    """Whether bytes outside ASCII stand together, as in charsets of two bytes, and not alone between letters."""
    runs = _RUN.findall(sample)
    together = sum(1 for run in runs if len(run) > 1)
    return together * 2 > len(runs) or _high(sample) * 3 > len(sample)


def _japanese(sample: bytes) -> str:
    for codec in ("cp932", "euc_jp"):
        try:
            text = sample.decode(codec)
        except UnicodeError:
            continue
        kana = sum(1 for character in text if "\u3040" <= character <= "\u30ff")
        if kana * 4 > len(text) - len(text.encode("ascii", "ignore")):
            return codec
    return ""
