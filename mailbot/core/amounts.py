"""Sums that are calculated, like `min(order.total * 20 %, 15 EUR)`: read and checked once, told for every case.

What cannot be told is None and never a wrong sum: where a fact is missing, currencies meet, or nothing divides.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Self

from mailbot.core.money import Money, decimals
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.timing import Occasions
from mailbot.core.spelling import did_you_mean

MONEY, NUMBER = "money", "number"
"""The kinds of value to calculate with; a sum whose currency is known is of a kind of its own, named by its code."""

_LONGEST, _DEEPEST, _MOST_DIGITS = 200, 20, 15
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,12}(?:\.[0-9]{1,4})?)|(?P<currency>[A-Z]{3})\b"
    r"|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)|(?P<sign>[-+*/%(),]))",
    re.ASCII,
)
_ALIKE: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "min": min,
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a sum of a currency, exact and not rounded yet."""

    amount: Fraction
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a case under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two terms and what is done with them: `+ - * /`, `min` or `max`."""

    sign: str
    left: "Term"
    right: "Term"


Term = Quantity | Fact | Operation


@dataclass(frozen=True, slots=True)
class Calculation:
    """A sum that follows from facts, as it is `written`."""

    written: str
    term: Term

    @classmethod
    def parse(cls, text: str) -> Self:
        """The calculation written so; ValueError with what does not belong there."""
        written = " ".join(text.split())
        if len(written) > _LONGEST:
            raise ValueError(f"expected a calculation of at most {_LONGEST} characters")
        return cls(written, _Parser(_tokens(written)).whole())

    @property
    def asks(self) -> frozenset[str]:
        """The names of the facts in it."""
        return frozenset(_names(self.term))

    def check(self, kinds: Mapping[str, str]) -> None:
        """ValueError where a field is unknown or does not fit, or no sum comes out.

        `kinds` are those of all fields; one with which nobody can calculate has another word there.
        """
        if _kind(self.term, kinds) == NUMBER:
            raise ValueError("this makes a number, expected a sum of money")

    def of(self, facts: Facts) -> Money | None:
        """The sum, rounded half up to what can be paid, and nothing of a debt; None where it cannot be told."""
        found = _value(self.term, facts)
        if found is None or not found.currency:
            return None
        minor = math.floor(found.amount * 10 ** decimals(found.currency) + Fraction(1, 2))
        return Money.from_minor(max(minor, 0), found.currency) if minor < 10**_MOST_DIGITS else None


def _value(term: Term, facts: Facts) -> Quantity | None:
    if isinstance(term, Quantity):
        return term
    if isinstance(term, Fact):
        return _known(facts.get(term.name))
    left, right = _value(term.left, facts), _value(term.right, facts)
    return _result(term.sign, left, right) if left and right else None


def _known(fact: object) -> Quantity | None:
    """A fact to calculate with; None for any other, and where it is not known."""
    if isinstance(fact, Money):
        return Quantity(Fraction(fact.amount), fact.currency)
    if isinstance(fact, Occasions):
        return Quantity(Fraction(fact.count()))
    if isinstance(fact, bool) or not isinstance(fact, int | float | Decimal):
        return None
    number = Decimal(str(fact)) if isinstance(fact, float) else Decimal(fact)
    return Quantity(Fraction(number)) if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def _result(sign: str, left: Quantity, right: Quantity) -> Quantity | None:
    """What comes out; None where the two do not go together."""
    if sign == "*" and not (left.currency and right.currency):
        return Quantity(left.amount * right.amount, left.currency or right.currency)
    if sign == "/" and right.amount and right.currency in ("", left.currency):
        return Quantity(left.amount / right.amount, "" if right.currency else left.currency)
    if sign in _ALIKE and left.currency == right.currency:
        return Quantity(_ALIKE[sign](left.amount, right.amount), left.currency)
    return None


def _kind(term: Term, kinds: Mapping[str, str]) -> str:
    if isinstance(term, Quantity):
        return term.currency or NUMBER
    if isinstance(term, Fact):
        return _kind_of_fact(term.name, kinds)
    left, right = _kind(term.left, kinds), _kind(term.right, kinds)
    numbers = (left == NUMBER) + (right == NUMBER)
    if term.sign == "*":
        return _product(left, right, numbers)
    if term.sign == "/":
        return _quotient(left, right)
    if numbers == 1:
        raise ValueError(f"found a sum and a number around {term.sign}, expected two of a kind")
    return _common(left, right)


def _kind_of_fact(name: str, kinds: Mapping[str, str]) -> str:
    usable = [known for known, kind in kinds.items() if kind in (MONEY, NUMBER)]
    if name not in kinds:
        raise ValueError(f'no such field: "{name}"{did_you_mean(name, usable) or _expected(usable)}')
    if name not in usable:
        raise ValueError(f'"{name}" is neither a sum nor a number{_expected(usable)}')
    return kinds[name]


def _expected(usable: list[str]) -> str:
    return f", expected one of {', '.join(usable)}"


def _product(left: str, right: str, numbers: int) -> str:
    if not numbers:
        raise ValueError("two sums cannot be multiplied")
    return right if left == NUMBER else left


def _quotient(left: str, right: str) -> str:
    if right == NUMBER:
        return left
    if left == NUMBER:
        raise ValueError("a number cannot be divided by a sum")
    _common(left, right)
    return NUMBER


def _common(left: str, right: str) -> str:
    """The kind of two alike; ValueError where their currencies are known to differ."""
    if right in (left, MONEY):
        return left
    if left == MONEY:
        return right
    raise ValueError(f"found {left} and {right} together: nothing is converted")


def _names(term: Term) -> list[str]:
    if isinstance(term, Fact):
        return [term.name]
    return [*_names(term.left), *_names(term.right)] if isinstance(term, Operation) else []


def _tokens(written: str) -> list[tuple[str, str]]:
    """The parts of it, each with its kind."""
    found, place = [], 0
    while place < len(written):
        token = _TOKEN.match(written, place)
        if token is None or token.lastgroup is None:
            raise ValueError(f'cannot read "{written[place:].strip()}"')
        found.append((token.lastgroup, token[token.lastgroup]))
        place = token.end()
    return found


class _Parser:
    """Reads a calculation from left to right, one method for each level of how tightly signs bind."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Term:
        """Everything; ValueError where something is left over."""
        term = self._sum()
        if self._next[1]:
            raise ValueError(f'found "{self._next[1]}", expected + - * / or the end')
        return term

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _take(self, *texts: str) -> str:
        """The next part if it is one of these, else nothing."""
        text = self._next[1] if self._next[1] in texts else ""
        self._place += bool(text)
        return text

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise ValueError(f"expected {text} {self._before}")

    @property
    def _before(self) -> str:
        return f'before "{self._next[1]}"' if self._next[1] else "at the end"

    def _sum(self) -> Term:
        term = self._product()
        while sign := self._take("+", "-"):
            term = Operation(sign, term, self._product())
        return term

    def _product(self) -> Term:
        term = self._term()
        while sign := self._take("*", "/"):
            term = Operation(sign, term, self._term())
        return term

    def _term(self) -> Term:
        kind, text = self._next
        self._place += kind != "end"
        if kind == "number":
            return self._number(Fraction(text))
        if text in ("min", "max"):
            return self._choice(text)
        if kind == "name":
            return Fact(text)
        if text == "(":
            (inner,) = self._inside()
            return inner
        self._place -= kind != "end"
        raise ValueError(f"expected a sum, a number or a field {self._before}")

    def _number(self, number: Fraction) -> Quantity:
        if self._take("%"):
            return Quantity(number / 100)
        kind, text = self._next
        if kind != "currency":
            return Quantity(number)
        self._place += 1
        return Quantity(number, text)

    def _choice(self, which: str) -> Term:
        self._expect("(")
        terms = self._inside(",")
        if len(terms) == 1:
            raise ValueError(f"expected two or more in {which}(…)")
        return reduce(lambda left, right: Operation(which, left, right), terms)

    def _inside(self, *separators: str) -> list[Term]:
        """What stands in brackets that are open, up to the one that closes them."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("too many brackets inside each other")
        terms = [self._sum()]
        while self._take(*separators):
            terms.append(self._sum())
        self._expect(")")
        self._depth -= 1
        return terms
