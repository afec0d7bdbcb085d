"""A sum of money in one currency (ISO 4217), exact to its smallest unit, and sums written in several currencies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering
from typing import Self

# ISO 4217, list one: currencies whose minor unit is not a hundredth.
_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {code: places for places, codes in _BY_DECIMALS.items() for code in codes.split()}
_CODE = re.compile(r"[A-Z]{3}")
_WRITTEN = re.compile(r"(?P<amount>[0-9]{1,12}(?:\.[0-9]{1,4})?) (?P<currency>[A-Z]{3})", re.ASCII)


def decimals(currency: str) -> int:
    """How many decimal places the currency has: 2 for EUR, 0 for JPY."""
    return _DECIMALS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A sum; ValueError when it is finer than the currency's smallest unit. Compares only within its currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f'"{self.currency}" is not a currency code of three capital letters')
        if not self.amount.is_finite() or self.amount != _rounded(self.amount, self.currency):
            raise ValueError(f"{self.amount} {self.currency} cannot be paid: {self.currency} has no unit that small")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The sum written as `50 EUR` or `12.50 EUR`; ValueError for any other form."""
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise ValueError('expected a sum and a currency like "50 EUR" or "12.50 EUR"')
        return cls(Decimal(written["amount"]), written["currency"])

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """The payable sum nearest to a calculated one, halves away from zero."""
        return cls(_rounded(amount, currency), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Self:
        """The sum of that many cents, or whatever the currency's smallest unit is."""
        return cls(Decimal(units).scaleb(-decimals(currency)), currency)

    @property
    def minor(self) -> int:
        """The sum in the currency's smallest unit, as it is stored."""
        return int(self.amount.scaleb(decimals(self.currency)))

    def __lt__(self, other: Self) -> bool:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are of two currencies and cannot be compared")
        return self.amount < other.amount

    def __add__(self, other: "Money") -> "Money":
        """Both together; ValueError for two currencies: nothing is converted."""
        return Money(self.amount + self._alike(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """What is left, below zero where it is a debt; ValueError for two currencies."""
        return Money(self.amount - self._alike(other), self.currency)

    def _alike(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are of two currencies and cannot be added up")
        return other.amount

    def __str__(self) -> str:
        return f"{self.amount:.{decimals(self.currency)}f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Sums:
    """One sum, written in one or more currencies, of which the first is the usual one."""

    written: tuple[Money, ...]

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """The sum written so in each currency; ValueError for none, for another form and for a currency twice."""
        sums = tuple(map(Money.parse, texts))
        if not sums:
            raise ValueError("expected at least one sum")
        if len({sum_.currency for sum_ in sums}) < len(sums):
            raise ValueError("expected each currency once")
        return cls(sums)

    def within(self, currency: str) -> Money | None:
        """The sum in this currency; None where it was not written in it: nothing is converted."""
        return next((sum_ for sum_ in self.written if sum_.currency == currency), None)


def total(sums: Iterable[Money], currency: str) -> Money:
    """What those of this currency make together; the others are not counted."""
    return Money.from_minor(sum(sum_.minor for sum_ in sums if sum_.currency == currency), currency)


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_HALF_UP)
