"""The number of an order, else of a parcel, invoice, contract or booking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.reading.vocabulary import Hit

_DIGITS = str.maketrans({**{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)}})
_CANDIDATE = re.compile(
    r"(?<![\w@./+-])[#№]?\s?(?P<id>(?=[A-Za-z/_-]{0,23}\d)[A-Za-z0-9]+(?:[-/_][A-Za-z0-9]+){0,6})(?![\w@]|[.,:]\d)"
)
_SIGN = re.compile(r"(?:[#№]|\b(?:nr|no|num|št|n)\b\.?|number|номер|شماره)\s*:?\s*$", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}")
_ORDINARY = re.compile(
    r"\d{1,2}|\d{1,4}(?:st|nd|rd|th|h|am|pm|kg|g|cm|mm|ml|gb|w|v|eur|x)|(?:19|20)\d\d", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"\n\s*\n|[.!?؟]\s")
_LABELS = "number_labels."
_REACH = 60
_WORDS_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A number as written (digits in ASCII) with the words around it that showed what it is."""

    number: str
    words: str


def order_number(text: str, hits: Sequence[Hit]) -> Found | None:
    """The number that `text` names best: an order's before a parcel's, invoice's, contract's or booking's.

    `hits` are those of a vocabulary in `text`.
    """
    labels = [hit for hit in hits if hit.section.startswith(_LABELS)]
    plain = text.translate(_DIGITS)
    best, found = 0, None
    for match in _CANDIDATE.finditer(plain):
        rank = _rank(plain, match, labels)
        if rank > best:
            best, found = rank, Found(match["id"], _shown(plain, match))
    return found


def _rank(text: str, match: re.Match[str], labels: Sequence[Hit]) -> int:
    """How well the words before a number show that it is one of ours; 0 if they do not."""
    number = match["id"]
    signed = bool(_SIGN.search(text[max(0, match.start() - 12) : match.start("id")]))
    if not 3 <= len(number) <= 24 or _DATE.fullmatch(number) or (_ORDINARY.fullmatch(number) and not signed):
        return 0
    shaped = number.upper() == number and bool(re.search("[A-Z]", number)) and sum(map(str.isdigit, number)) >= 3
    match _label(text, match.start(), labels):
        case "order":
            return 6 if signed or shaped or len(number) >= 4 else 4
        case "other":
            return 3
        case "not_ours":
            return 0
    return 2 if shaped else int(signed and len(number) >= 4)


def _label(text: str, at: int, labels: Sequence[Hit]) -> str | None:
    """What the label says that stands last before `at` in the same sentence, at most four words away."""
    near = [
        hit
        for hit in labels
        if at - _REACH <= hit.ends <= at
        and len(text[hit.ends : at].split()) <= _WORDS_BETWEEN
        and not _SENTENCE_END.search(text[hit.ends : at])
    ]
    return max(near, key=lambda hit: (hit.ends, -hit.begins)).section.removeprefix(_LABELS) if near else None


def _shown(text: str, match: re.Match[str]) -> str:
    before = text[max(0, match.start() - 30) : match.start()].rpartition("\n")[2]
    return f"{before.partition(' ')[2] if len(before) == 30 else before}{match[0]}".strip()
