"""The number of an order, else of a parcel, invoice, contract or booking."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.reading.figures.codes import Code, codes
from mailbot.reading.figures.lexicon import Kind, lexicon
from mailbot.reading.vocabulary import Hit

_DIGITS = str.maketrans({
    **{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)}, "\u00a0": " ",
})  # fmt: skip
_OTHER = re.compile(f"[{''.join(map(chr, _DIGITS))}]+")
_SIGN = re.compile(r"(?:[#№]|\b(?:nr|no|num|nro|št|st|n|№|nº)\b\.?)\s*:?\s*$", re.IGNORECASE)
_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])([-/])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|\d\d)|(?:19|20|1[34])\d\d([-/])[01]?\d\2[0-3]?\d"
)
_NUMERAL = re.compile(r"\d+(?:st|nd|rd|th)")
_MEASURE = re.compile(
    r"\d+(?:[-/]?[a-zа-яõäöüšžč]{1,4}|[xх×]\d+|GB|MB|TB|W|V|A|G|L|M|kW|kWh|MP|Mbps|K|[\u0600-\u06ff]{1,3})"
)
_RANGE = re.compile(r"\d{1,3}[-/]\d{1,3}")
_ORDINAL = re.compile(r"\.\s*[^\W\d_A-ZА-ЯЁ]")
_PLAIN = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_END = re.compile(r"\n\s*\n|[.!?؟]\s")
_SHORT = 5
_NOUN = re.compile(r" ?(?P<word>[^\W\d_]{2,})")
_UNIT = re.compile(r" ?(?P<word>[^\W\d_]+|[€$£₽%٪°])")
_LINE_BEGINS = re.compile(r"(?:^|[\n.!?؟;:(,،«»\"“„–—|/\[])\s*[#№]?\s*$")
_LINE_ENDS = re.compile(r"\s*(?:$|[\n.!?؟;)،,»\"”\]–—|])")
_LETTER = re.compile(r"[^\W\d_]")
_LABELS = "number_labels."
_REACH = 60
_WORDS_BETWEEN = 4
_RANKS = {"order": 60.0, "other": 45.0, "reference": 30.0}


@dataclass(frozen=True, slots=True)
class Found:
    """A number as written (digits in ASCII) with the words around it that showed what it is."""

    number: str
    words: str


def order_number(text: str, hits: Sequence[Hit]) -> Found | None:
    """The number that `text` names best: an order's before a parcel's, invoice's, contract's or booking's.

    `hits` are those of a vocabulary in `text`.
    """
    plain = _OTHER.sub(lambda found: found[0].translate(_DIGITS), text)
    labels = _Labels(plain, hits)
    best, found = 0.0, None
    for code in codes(plain, labels.begins):
        rank = _rank(plain, code, labels)
        if rank > best:
            best, found = rank, Found(code.text, _shown(plain, code))
    return found


def _rank(text: str, code: Code, labels: "_Labels") -> float:
    """How well the words before a code and its form show that it is one of our numbers; 0 if they do not."""
    signed = bool(_SIGN.search(text[max(0, code.begins - 12) : code.begins]))
    label, between = labels.before(code.begins)
    if label == "not_ours" or _is_sum(text, code):
        return 0
    place = _Place(text, code, label or "", between, signed)
    if not place.possible() or (between > 1 and place.digits < 3):
        return 0
    return (_RANKS[label] - between if label else 0.0) + 5 * place.direct + 3 * signed + place.form()


@dataclass(frozen=True, slots=True)
class _Place:
    """A code, the label before it, how many words stand between them, and whether a sign such as # announces it."""

    text: str
    code: Code
    label: str
    between: int
    signed: bool

    @property
    def direct(self) -> bool:
        """Whether the label stands right before the code."""
        return bool(self.label) and self.between == 0

    @property
    def near(self) -> bool:
        """Whether the word before the code or the one before that is the label of a number of ours."""
        return self.label in {"order", "other"} and self.between <= 1

    @property
    def digits(self) -> int:
        return sum(map(str.isdigit, self.code.text))

    @property
    def alone(self) -> bool:
        """Whether the code is a line, a sentence or what stands between brackets."""
        before = self.text[max(0, self.code.begins - 4) : self.code.begins]
        return bool(_LINE_BEGINS.search(before) and self.closed)

    @property
    def closed(self) -> bool:
        return bool(_LINE_ENDS.match(self.text, self.code.ends))

    def possible(self) -> bool:
        """Whether a code can be our number at all: not a date, a measure, a year, a count of things."""
        number = self.code.text
        if not 2 <= len(number) <= 32 or _NUMERAL.fullmatch(number) or self._phone():
            return False
        if len(number) == 2 and _ORDINAL.match(self.text, self.code.ends):
            return False
        if not self.direct and self._usual(number):
            return False
        return not (_PLAIN.fullmatch(number) and len(number) <= 4) or self._short(number)

    def _usual(self, number: str) -> bool:
        """Whether a code that no word announces is more likely a date, a measure, a sum or a year."""
        if _DATE.fullmatch(number) or _MEASURE.fullmatch(number) or _THOUSANDS.fullmatch(number):
            return True
        if _RANGE.fullmatch(number):
            return not (self.alone or self.label) or len(number) < 5
        return bool(_YEAR.fullmatch(number)) and not self.signed

    def _short(self, number: str) -> bool:
        """Whether up to four digits are a number: announced, and not the count of what follows."""
        if len(number) <= 2:
            return self.direct and self.label == "order" and self.closed
        if self.direct and (self.signed or (self.label == "order" and len(number) == 4)):
            return True
        announced = self.direct or self.signed or (self.near and self.closed)
        return announced and not _counts(self.text, self.code)

    def _phone(self) -> bool:
        """Whether the digits are a telephone number, as far as no word says otherwise."""
        bare = self.code.text.replace(" ", "")
        ours = self.direct and (self.label in {"order", "other"} or bare.startswith("00"))
        return not ours and bare.isdecimal() and bare[0] == "0" and 9 <= len(bare) <= 11

    def form(self) -> float:
        """What the form of a code and its place say: alone in its line or sentence, long, of letters and digits."""
        number, digits = self.code.text, self.digits
        mixed = bool(_LETTER.search(number)) or (digits < len(number) and not self.code.grouped)
        if self.label:
            return 2.0 * (mixed or digits >= 5)
        if self.signed and len(number) >= 3 and (mixed or digits >= 4):
            return 25.0
        if not mixed:
            return 10.0 if self.alone and 6 <= digits <= 12 and number[0] != "0" and not self.code.grouped else 0.0
        if len(number) >= 5 and digits >= 2 and (self.alone or self._ends_subject()):
            return 15.0
        return 8.0 if digits >= 4 and len(number) >= 7 else 0.0

    def _ends_subject(self) -> bool:
        return self.closed and self.code.ends <= self.text.find("\n", 0, 200)


def _counts(text: str, code: Code) -> bool:
    """Whether a word in small letters follows, which the number may count."""
    following = _NOUN.match(text, code.ends)
    if not following:
        return False
    word = following["word"]
    _, cue = lexicon().words.get(word, (None, None))
    return (word.islower() and word not in lexicon().free) or (cue is not None and "thing" in cue.roles)


def _is_sum(text: str, code: Code) -> bool:
    """Whether a currency stands beside the code."""
    after = _UNIT.match(text, code.ends)
    meaning = lexicon().meaning(after["word"]) if after else None
    if meaning and meaning.kind in {Kind.CURRENCY, Kind.MINOR, Kind.SCALE}:
        return True
    return text[max(0, code.begins - 1) : code.begins] in {"€", "$", "£", "₽"} or (
        after is not None and after["word"] in "%٪°"
    )


class _Labels:
    """The words of a text that say what number follows."""

    def __init__(self, text: str, hits: Sequence[Hit]) -> None:
        self._text = text
        self._hits = sorted(
            (hit for hit in hits if hit.section.startswith(_LABELS)), key=lambda hit: (hit.ends, -hit.begins)
        )
        self._ends = [hit.ends for hit in self._hits]
        self.begins = frozenset(hit.begins for hit in self._hits)

    def before(self, at: int) -> tuple[str | None, int]:
        """What the nearest label says that stands before `at` in its sentence, and how many words are between."""
        place = bisect_right(self._ends, at)
        while place and at - self._ends[place - 1] <= _REACH:
            place -= 1
            hit = self._hits[place]
            gap = self._text[hit.ends : at]
            if self._apart(hit, gap):
                break
            between = len(
                [word for word in gap.split() if any(map(str.isalnum, word)) and not _SIGN.fullmatch(f" {word}"[1:])]
            )
            if between > _WORDS_BETWEEN:
                break
            name = hit.section.removeprefix(_LABELS)
            if name != "not_ours" or (between <= 1 and "\n" not in gap):
                return name, between
        return None, 0

    def _apart(self, hit: Hit, gap: str) -> bool:
        """Whether a sentence ends between a label and a code; the point behind «inv.» ends none."""
        ended = _SENTENCE_END.search(gap)
        abbreviated = ended and ended.start() == 0 and gap[0] == "." and len(hit.words) <= _SHORT
        return bool(ended) and not (abbreviated and not _SENTENCE_END.search(gap, 1))


def _shown(text: str, code: Code) -> str:
    before = text[max(0, code.begins - 30) : code.begins].rpartition("\n")[2]
    return f"{before.partition(' ')[2] if len(before) == 30 else before}{code.text}".strip()
