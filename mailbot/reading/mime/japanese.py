"""ISO-2022-JP as mail programs write it: with the rows of NEC and IBM and with half-width kana (RFC 1468, CP50220)."""

import re

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([@BDOQ]|\([BJIH]|&@\x1b\$B|N|O)")
_KANJI = (b"$@", b"$B", b"$(@", b"$(B", b"$(O", b"$(Q", b"&@\x1b$B")
_SHIFT = re.compile(rb"[\x0e\x0f]")


def decode_iso_2022_jp(data: bytes) -> str | None:
    """The text of `data`, or None where a two-byte character exists in no Japanese charset."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeError:
        pass
    pieces = _ESCAPE.split(data)
    texts = [pieces[0].decode("cp932", "replace")]
    for escape, content in zip(pieces[1::2], pieces[2::2], strict=True):
        texts.append(_segment(escape, content))
    text = "".join(texts)
    return None if text.count("\ufffd") * 4 > len(text) else text


def _segment(escape: bytes, content: bytes) -> str:
    if escape in _KANJI:
        # A line end switches back to ASCII even where the escape is missing.
        line, end, rest = content.partition(b"\n")
        return _kanji(line) + (end + rest).decode("ascii", "replace")
    if escape == b"$(D":
        pairs = re.findall(rb"[\x21-\x7e]{2}", content)
        return "".join((b"\x8f" + bytes(byte | 0x80 for byte in pair)).decode("euc_jp", "replace") for pair in pairs)
    if escape == b"(I":
        return bytes(byte | 0x80 if byte > 0x20 else byte for byte in content).decode("cp932", "replace")
    return _SHIFT.sub(b"", content).decode("cp932", "replace")


def _kanji(content: bytes) -> str:
    shifted = bytearray()
    for first, second in zip(content[::2], content[1::2], strict=False):
        shifted += _shift_jis(first, second) if 0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E else b"?"
    return shifted.decode("cp932", "replace")


def _shift_jis(row: int, cell: int) -> bytes:
    """The two bytes that Shift_JIS has for a row and a cell of JIS X 0208 (JIS X 0208:1997 appendix 1)."""
    lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
    trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
    return bytes((lead, trail))
