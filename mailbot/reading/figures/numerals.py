"""Numbers out of the tokens of a text: in digits, in words, or mixed («3,5 тыс», «two hundred and ten»)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mailbot.reading.figures.lexicon import Kind, Meaning
from mailbot.reading.figures.tokens import Token

_GAPS = frozenset({"", " ", "  ", "-", "\u200c", ". "})
_MOST_TOKENS = 24
_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Number:
    """A value, where it is written, and the number of the token behind it.

    `in_digits`: nothing but digits. `scale`: the last factor of a thousand or more; `rest`: what was said behind it.
    """

    value: Decimal
    begins: int
    ends: int
    behind: int
    in_digits: bool
    scale: Decimal
    rest: Decimal


def number_at(place: int, pieces: Sequence[Token], text: str) -> Number | None:
    """The number that begins with token `place`, as long as it can be read; None if it is none."""
    reading = _Reading()
    end = place
    while end < len(pieces) and end - place < _MOST_TOKENS:
        gap = text[pieces[end - 1].ends : pieces[end].begins] if end > place else ""
        if gap not in _GAPS or (gap == "-" and pieces[end - 1].digits):
            break
        taken = reading.take(end, pieces, text)
        if not taken:
            break
        end += taken
    if end == place or not reading.said:
        return None
    first, last = pieces[place], pieces[end - 1]
    digits = end == place + 1 and first.digits
    return Number(reading.value, first.begins, last.ends, end, digits, reading.scale, reading.group)


class _Reading:
    """The sum of a number that is read word by word: groups below a thousand, each with its scale."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.group = Decimal(0)
        self.scale = Decimal(0)
        self.said = False
        self._about = False
        self._lowest: Decimal | None = None

    @property
    def value(self) -> Decimal:
        return self.total + self.group

    def take(self, at: int, pieces: Sequence[Token], text: str) -> int:
        """How many tokens from `at` on belong to the number: none where another word begins."""
        meaning = pieces[at].meaning
        if meaning is None:
            return 0
        match meaning.kind:
            case Kind.NUMBER:
                return self._number(meaning.value, digits=pieces[at].digits)
            case Kind.SCALE if self.said or not meaning.behind:
                return self._scale(meaning)
            case Kind.AND if self.said:
                return self._joined(at, pieces, text)
        return 0

    def _number(self, value: Decimal, *, digits: bool) -> int:
        if not digits and self._shortened(value):
            return 1
        fits = self._lowest is None or (value < self._lowest and not digits)
        if not fits or (self.scale and value >= self.scale):
            return 0
        self.group += value
        self._lowest = Decimal(10) ** _zeros(value) if value and not digits else Decimal(0)
        self.said = True
        return 1

    def _shortened(self, value: Decimal) -> bool:
        """Takes «шесть пятьсот» for six thousand five hundred and «тысяч пять» for about five thousand."""
        if self.group and self.group < 20 and not self.total and 100 <= value < 1000 and value % 100 == 0:
            self.total, self.group, self.scale, self._lowest = self.group * _THOUSAND, value, _THOUSAND, Decimal(100)
            return True
        if self.total == self.scale == _THOUSAND and not self.group and self._about and 1 < value <= 20:
            self.total = value * _THOUSAND
            return True
        return False

    def _scale(self, meaning: Meaning) -> int:
        factor = meaning.value
        if self.scale and factor >= self.scale:
            return 0
        self.said = True
        if factor == 100:
            self.group = (self.group or 1) * factor
            self._lowest = factor
            return 1
        self._about = meaning.about and not self.group
        self.total += (self.group or 1) * factor
        self.group, self.scale, self._lowest = Decimal(0), factor, None
        return 1

    def _joined(self, at: int, pieces: Sequence[Token], text: str) -> int:
        """«and» and what follows: a half, or a smaller number."""
        following = pieces[at + 1 : at + 3]
        if not following or text[pieces[at].ends : following[0].begins] not in _GAPS:
            return 0
        if following[0].meaning and following[0].meaning.kind is Kind.AND:  # «and a half»
            return 0 if len(following) < 2 else self._half(following[1], 3)
        if self._half(following[0], 2):
            return 2
        return 1 if following[0].meaning and self._smaller(following[0]) else 0

    def _half(self, token: Token, taken: int) -> int:
        if not token.meaning or token.meaning.kind is not Kind.HALF:
            return 0
        if self.group or not self.scale:
            self.group += Decimal("0.5")
        else:
            self.total += self.scale / 2
        return taken

    def _smaller(self, token: Token) -> bool:
        meaning = token.meaning
        if not meaning or meaning.kind is not Kind.NUMBER:
            return bool(meaning and meaning.kind is Kind.SCALE and self.scale > meaning.value and not meaning.behind)
        if self._lowest is None:
            return not self.scale or meaning.value < self.scale
        return meaning.value < self._lowest and not token.digits


def _zeros(value: Decimal) -> int:
    """How many zeros a whole number ends with."""
    digits = str(int(value))
    return len(digits) - len(digits.rstrip("0"))
