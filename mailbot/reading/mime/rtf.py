"""The words of compressed RTF, the only form in which some mails of Outlook have them (MS-OXRTFCP)."""

import re
import struct

from mailbot.reading.mime.charsets import decode

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_LARGEST = 20_000_000
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SILENT = ("fonttbl", "colortbl", "stylesheet", "info", "pict", "mhtmltag", "generator", "themedata")
_BREAKS = {"par": "\n", "line": "\n", "tab": "\t", "cell": "\t", "row": "\n"}
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
# Single bytes, which are decoded together when all are there, stand as characters that no mail has.
_OCTET = 0x10F700
_OCTETS = re.compile("[\U0010f700-\U0010f7ff]+")


def unpacked_rtf(compressed: bytes) -> tuple[str, bool]:
    """The text in compressed RTF without its formatting, and whether it is HTML that was wrapped in RTF."""
    rtf = _expanded(compressed).decode("latin-1")
    is_html = "\\fromhtml" in rtf[:1000]
    page = _CODE_PAGE.search(rtf[:1000])
    text = _OCTETS.sub(lambda run: _decoded(run[0], page[1] if page else "1252"), _words(rtf, is_html))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip(), is_html


def _decoded(run: str, code_page: str) -> str:
    return decode(bytes(ord(character) - _OCTET for character in run), f"cp{code_page}")[0]


def _expanded(data: bytes) -> bytes:
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if kind != _COMPRESSED:
        return data[16:] if kind == _PLAIN else b""
    out = bytearray(_DICTIONARY)
    limit = len(_DICTIONARY) + min(size, _LARGEST)
    position = 16
    while position < len(data) and len(out) < limit:
        flags, position = data[position], position + 1
        for bit in range(8):
            if position >= len(data) or len(out) >= limit:
                break
            if not flags >> bit & 1:
                out.append(data[position])
                position += 1
                continue
            reference = int.from_bytes(data[position : position + 2], "big")
            position += 2
            if not _repeat(out, reference >> 4, (reference & 15) + 2):
                return bytes(out[len(_DICTIONARY) :])
    return bytes(out[len(_DICTIONARY) :])


def _repeat(out: bytearray, offset: int, length: int) -> bool:
    """Appends what stands at an offset of the ring of 4096 bytes; False at the end mark."""
    back = (len(out) - offset) % 4096
    if back == 0 or back > len(out):
        return False
    for _ in range(length):
        out.append(out[-back])
    return True


def _words(rtf: str, is_html: bool) -> str:
    shown: list[str] = []
    silent: list[bool] = [False]
    skip = 0
    for word, number, octet, symbol, brace, text in _TOKEN.findall(rtf):
        if brace == "{":
            silent.append(silent[-1])
        elif brace:
            silent = silent[:-1] if len(silent) > 1 else silent
        elif word == "htmltag":
            silent[-1] = not is_html
        elif word in _SILENT or symbol == "*":
            silent[-1] = True
        elif word == "htmlrtf":
            silent[-1] = number != "0"
        elif not silent[-1]:
            piece, skip = _piece(word, number, octet, symbol, text, skip)
            shown.append(piece)
    return "".join(shown)


def _piece(word: str, number: str, octet: str, symbol: str, text: str, skip: int) -> tuple[str, int]:
    """What a token shows, and how many characters after it only repeat it for old readers."""
    if word == "u" and number:
        return chr(int(number) % 0x10000), 1
    if octet:
        return ("", skip - 1) if skip else (chr(_OCTET + int(octet, 16)), 0)
    if text:
        return text[skip:], 0
    if symbol:
        return {"~": "\u00a0", "_": "\u2011", "\n": "\n"}.get(symbol, symbol if symbol in "\\{}" else ""), skip
    return _BREAKS.get(word, ""), skip
