"""Which of two values is the greater, and whether one lies between two others; None where they do not compare."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mailbot.core.deadlines import Span
from mailbot.core.money import Money
from mailbot.core.periods import Period
from mailbot.core.rules.ranges import ends
from mailbot.core.rules.timing import Elapsed, OnDay

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)


def sign(value: object, operand: object, words: Sequence[str] = ()) -> int | None:
    """-1, 0 or 1: `value` is less, equal or more. `words` lists words from least to most; other text counts as the
    number with which it begins."""
    if isinstance(value, Elapsed):
        return value.sign(operand) if isinstance(operand, Span | Period) else None
    left, right = _rank(value, words), _rank(operand, words)
    if left is None or right is None or not (_of_one_unit(value, operand) and _comparable(left, right)):
        return None
    return int(left > right) - int(left < right)


def _rank(value: object, words: Sequence[str]) -> Any:
    if isinstance(value, Span | Period):
        return value.count
    if isinstance(value, OnDay):
        return value.day
    if not isinstance(value, str):
        return value
    if words:
        return words.index(value) if value in words else None
    number = _NUMBER.match(value.strip())
    return float(number[0]) if number else None


def _of_one_unit(left: object, right: object) -> bool:
    return getattr(left, "unit", None) == getattr(right, "unit", None)


def _comparable(left: object, right: object) -> bool:
    if isinstance(left, Money) and isinstance(right, Money):
        return left.currency == right.currency
    return type(left) is type(right) or (isinstance(left, int | float) and isinstance(right, int | float))


@dataclass(frozen=True, slots=True)
class Between:
    """From one value to another, both included."""

    first: object
    last: object

    @classmethod
    def reading(cls, parse: Callable[[str], object]) -> Callable[[str], "Between"]:
        """A function that reads two values with a dash between them; ValueError for anything else."""

        def read(written: str) -> Between:
            found = ends(written)
            if found is None:
                raise ValueError("expected two values with a dash between them, the smaller first")
            return cls._ordered(*map(parse, found))

        return read

    @classmethod
    def _ordered(cls, first: object, last: object) -> "Between":
        if (sign(first, last) or 0) > 0:
            raise ValueError("expected the smaller value first")
        return cls(first, last)

    def covers(self, value: object) -> bool | None:
        """Whether the value lies in it; None where it does not compare."""
        low, high = sign(value, self.first), sign(value, self.last)
        return None if low is None or high is None else low >= 0 and high <= 0

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"
