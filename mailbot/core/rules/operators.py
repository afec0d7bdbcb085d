"""How a value is compared with what a rule says: one row an operator. True, false, or None: it does not compare."""

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from mailbot.core.money import Money
from mailbot.core.rules.listing import plain
from mailbot.core.rules.timing import OnDay
from mailbot.core.rules.values import Kind


class Pattern(Protocol):
    """A regular expression that takes linear time whatever the text."""

    @property
    def source(self) -> str:
        """The expression as it was written."""

    def find(self, text: str) -> str | None:
        """The first stretch of the text that matches."""


class Wording(Protocol):
    """The words of a mail, found in any inflection."""

    def find(self, phrase: str) -> str | None:
        """The words as written where the mail has those of the phrase, in their order."""

    def among(self, phrases: frozenset[str]) -> Collection[str]:
        """Those of many phrases that the mail may have; none that it has is left out."""


@dataclass(frozen=True, slots=True)
class Operator:
    """How a value is compared with what the rule says, and the words for it in an explanation."""

    holds: Callable[[Kind, Any, Any], bool | None]
    words: str
    denial: str
    doc: str


def _is(_kind: Kind, value: Any, operand: Any) -> bool | None:
    if isinstance(value, str):
        return folded(value) == _folded_operand(operand)
    return _in_one_currency(value, operand) and bool(value == operand)


def _contains(_kind: Kind, value: Any, operand: Any) -> bool | None:
    return _folded_operand(operand) in folded(value)


def _matches(_kind: Kind, value: Any, operand: Pattern) -> bool | None:
    return operand.find(value) is not None


def _mentions(_kind: Kind, value: Wording, operand: str) -> bool | None:
    return value.find(operand) is not None


def _covered(_kind: Kind, value: Any, operand: Any) -> bool | None:
    found: bool | None = operand.covers(value.day if isinstance(value, OnDay) else value)
    return found


def _within(_kind: Kind, value: OnDay, operand: Any) -> bool | None:
    return value.is_within(operand)


def _older_than(_kind: Kind, value: OnDay, operand: Any) -> bool | None:
    return value.is_older(operand)


def _ordered(compare: Callable[[int, int], bool]) -> Callable[[Kind, Any, Any], bool | None]:
    def holds(kind: Kind, value: Any, operand: Any) -> bool | None:
        sign = kind.sign(value, operand)
        return None if sign is None else compare(sign, 0)

    return holds


EXISTS = "Has a value (`true`), or has none (`false`)."
WITHIN = (
    "Happened at most so long ago, like `90 days` or `12 months`; beside another operator of a number, counts only "
    "what did."
)
OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_is, "is", "not", "Is this value; letter case never matters."),
    "contains": Operator(_contains, "contains", "does not contain", "Contains this text; letter case never matters."),
    "matches": Operator(
        _matches,
        "matches",
        "does not match",
        "Contains what this regular expression describes (RE2: no look-around, no back-references); letter case never "
        "matters.",
    ),
    "mentions": Operator(
        _mentions,
        "mentions",
        "none of",
        "Has these words in their order and in any inflection, with at most two others between neighbours; `word*` is "
        "a prefix, `=word` this form alone.",
    ),
    "in": Operator(_covered, "in", "not in", "Stands in the list of this file, like `lists/partners.txt`."),
    "between": Operator(
        _covered,
        "within",
        "not within",
        "Lies between these two, ends included: `1 Dec – 6 Jan`, `mon-fri`, `50 – 200 EUR`, `2 – 5`; hours end before "
        "their end: `22:00 – 06:00`. A day or a day of the week may stand alone.",
    ),
    "lt": Operator(_ordered(operator.lt), "less than", "not less than", "Is less; sums only within their currency."),
    "le": Operator(_ordered(operator.le), "at most", "not at most", "Is at most this."),
    "gt": Operator(_ordered(operator.gt), "more than", "not more than", "Is more."),
    "ge": Operator(_ordered(operator.ge), "at least", "not at least", "Is at least this."),
    "within": Operator(_within, "not longer ago than", "not within the last", WITHIN),
    "older_than": Operator(_older_than, "longer ago than", "not longer ago than", "Happened more than so long ago."),
}
"""By name, each with the words of an explanation and its documentation."""
WITHIN_TEXT = frozenset({"contains", "matches", "mentions"})
"""The operators that look inside a text: their reasons leave it out."""


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """The text in the form in which letter case, width and the way of writing an accent make no difference."""
    return plain(text)


@lru_cache(maxsize=50_000)
def _folded_operand(written: str) -> str:
    """What a rule says is compared with mail after mail: unlike texts of mails, it is worth keeping."""
    return plain(written)


def _in_one_currency(value: Any, operand: Any) -> bool | None:
    if isinstance(value, Money) and isinstance(operand, Money) and value.currency != operand.currency:
        return None
    return True
