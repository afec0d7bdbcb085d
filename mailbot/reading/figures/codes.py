"""Codes in a text: pieces of digits and letters that can be the number of an order or of something else."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mailbot.reading.figures.lexicon import Kind, lexicon

_ATOM = r"[^\W_]+(?:(?<=[^\W\d_])\u200c[^\W\d_]+)*"
_PIECE = re.compile(
    rf"(?<![\w@.+/-])(?<!\d,)(?=[^\s\d]{{0,20}}\d)(?P<id>{_ATOM}(?:[-/_]{_ATOM}){{0,8}})(?![\w@]|[-/_.,:]\w)"
)
_FROM_DIGIT = re.compile(r"\d\S*")
_PREFIX = re.compile(r"(?:^|[\s(#№:])(?P<prefix>[A-ZА-ЯЁÕÄÖÜŠŽČ]{1,5}) $")
_SUFFIX = re.compile(r" (?:[A-Z]{2}(?![\w-])|[A-Z](?=[.,;)]?(?:\n|$)))")
_BOUNDARY = re.compile(r"[ ]?(?:$|[\n.,;:!?)»“”\"(*–—])|\s+[-–—]\s")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")
_MOST_PIECES = 6
_LONGEST = 32
_NO_PREFIX = frozenset({
    "A", "AND", "AWB", "BIC", "CAD", "DDV", "EAN", "EN", "GSM", "I", "IBAN", "ID", "IMEI", "INV", "ISBN", "ISO", "KM",
    "NO", "NR", "OF", "OK", "PIN", "PIR", "PNR", "PO", "PS", "REF", "SKU", "TEL", "THE", "TRR", "VIN", "В", "ГОСТ", "Д",
    "ЗА", "И", "ИНН", "К", "КВ", "НА", "НДС", "О", "ПО", "С", "СНИЛС", "ТЕЛ", "ТО", "У", "УЛ",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """A code as written and where it stands; `grouped` if spaces divide it."""

    text: str
    begins: int
    ends: int
    grouped: bool = False


def codes(text: str, words: Container[int] = ()) -> Iterator[Code]:
    """Every code in a text with ASCII digits, in its order; pieces with spaces between as one where they are one.

    `words`: where words begin that announce a code, and so are no part of one.
    """
    run: list[re.Match[str]] = []
    for match in _pieces(text):
        if run and not (match.start() == run[-1].end() + 1 and text[run[-1].end()] == " " and len(run) < _MOST_PIECES):
            yield from _of(run, text, words)
            run = []
        run.append(match)
    if run:
        yield from _of(run, text, words)


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """The pieces, which are looked for only between the spaces around a digit."""
    ends = 0
    for found in _FROM_DIGIT.finditer(text):
        begins = found.start()
        while begins > ends and not text[begins - 1].isspace():
            begins -= 1
        ends = found.end()
        yield from _PIECE.finditer(text, begins, ends)


def _of(run: list[re.Match[str]], text: str, words: Container[int]) -> Iterator[Code]:
    """The codes of pieces that stand side by side: one, if they look like one, or each by itself."""
    begins, ends = run[0].start(), run[-1].end()
    prefix = _PREFIX.search(text, max(0, begins - 8), begins)
    lead = prefix["prefix"] if prefix and prefix.start("prefix") not in words and not _named(prefix["prefix"]) else ""
    tail = _SUFFIX.match(text, ends)
    parts = [match["id"] for match in run]
    closed = _BOUNDARY.match(text, tail.end() if tail else ends) or (
        lead and len(run) > 1 and min(map(len, parts[:-1])) >= 3
    )
    if _THOUSANDS.fullmatch(text, begins, ends) and not lead:
        yield Code(text[begins:ends], begins, ends, grouped=True)
        return
    if closed and (lead or len(run) > 1) and _one(parts, bool(lead), tail is not None):
        begins -= len(lead) + 1 if lead else 0
        ends = tail.end() if tail else ends
        if ends - begins <= _LONGEST:
            yield Code(text[begins:ends], begins, ends, grouped=True)
            return
    for match in run:
        yield Code(match["id"], match.start(), match.end())


def _one(parts: list[str], lead: bool, tail: bool) -> bool:
    """Whether the pieces are the groups of one code: enough digits, and no word of its own among them."""
    digits = sum(map(str.isdigit, "".join(parts)))
    if not all(part[0].isdigit() for part in parts[1:]) or any(part.isalpha() for part in parts):
        return False
    if len(parts) == 1:
        return digits < 8 or not parts[0].isdecimal()
    if lead or tail:
        return digits >= 4
    return digits >= 7 and (len(parts) >= 3 or all(len(part) >= 3 for part in parts))


def _named(word: str) -> bool:
    """Whether a word in capitals is a currency, or says what number follows."""
    meaning = lexicon().meaning(word)
    return word in _NO_PREFIX or (meaning is not None and meaning.kind is Kind.CURRENCY)
