"""What a rule's `when` is made of: conditions over facts, in a logic of three values.

A fact that is missing compares to nothing: such a condition is neither true nor false (None), and neither is its
`not`. So a rule never matches because something is unknown; only `exists` asks whether it is.
"""

import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from mailbot.core.money import Money
from mailbot.core.rules.values import Kind

Facts = Mapping[str, object]
"""The value of each field; None where it is missing, a tuple where there are several."""


class Pattern(Protocol):
    """A regular expression that takes linear time whatever the text."""

    @property
    def source(self) -> str:
        """The expression as it was written."""

    def find(self, text: str) -> str | None:
        """The first stretch of the text that matches."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a condition holds (None: cannot be said) and the reasons, in words."""

    truth: bool | None
    because: tuple[str, ...] = ()


class Condition(Protocol):
    """One condition, simple or made of others."""

    def check(self, facts: Facts) -> Finding:
        """Whether it holds for these facts, and why."""


@dataclass(frozen=True, slots=True)
class All:
    """Every one of several conditions; of none, it always holds."""

    conditions: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """False as soon as one is false, unknown as soon as one is unknown."""
        findings = [condition.check(facts) for condition in self.conditions]
        return _together(findings, next((t for t in (False, None) if any(f.truth is t for f in findings)), True))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several conditions; of none, it never holds."""

    conditions: tuple[Condition, ...]

    def check(self, facts: Facts) -> Finding:
        """True as soon as one is true, unknown as soon as one is unknown."""
        findings = [condition.check(facts) for condition in self.conditions]
        return _together(findings, next((t for t in (True, None) if any(f.truth is t for f in findings)), False))


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition; unknown stays unknown."""

    condition: Condition

    def check(self, facts: Facts) -> Finding:
        """The same reasons: they say what is the case, not what was wanted."""
        finding = self.condition.check(facts)
        return Finding(None if finding.truth is None else not finding.truth, finding.because)


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a field has a value at all."""

    field: str
    wanted: bool

    def check(self, facts: Facts) -> Finding:
        """Never unknown."""
        exists = facts.get(self.field) is not None
        return Finding(exists is self.wanted, (f"{self.field} is {'known' if exists else 'unknown'}",))


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one or more values by one operator: it holds when one of the values does."""

    field: str
    kind: Kind
    operator: str
    operands: tuple[Any, ...]

    def check(self, facts: Facts) -> Finding:
        """Unknown when the field is missing, or in another currency than every sum it is compared with."""
        fact = facts.get(self.field)
        if fact is None:
            return Finding(None, (f"{self.field} is unknown",))
        values = fact if isinstance(fact, tuple) else (fact,)
        compare = OPERATORS[self.operator]
        unknown = False
        for operand in self.operands:
            for value in values:
                verdict = compare.holds(self.kind, value, operand)
                if verdict:
                    return Finding(True, (self._reason(compare.words, value, operand),))
                unknown = unknown or verdict is None
        return Finding(None if unknown else False, (self._objection(fact),))

    def _reason(self, words: str, value: object, operand: Any) -> str:
        if self.operator == "is":
            return f"{self.field} is {_shown(value)}"
        if self.operator in _WITHIN_TEXT:
            return f"{self.field} {words} {_quoted(operand)}"
        return f"{self.field} is {_shown(value)}, {words} {_shown(operand)}"

    def _objection(self, fact: object) -> str:
        if self.operator in _WITHIN_TEXT:
            return f"{self.field} {OPERATORS[self.operator].denial} {' or '.join(map(_quoted, self.operands))}"
        operands = " or ".join(map(_shown, self.operands))
        found = ", ".join(map(_shown, fact)) or "empty" if isinstance(fact, tuple) else _shown(fact)
        return f"{self.field} is {found}, {OPERATORS[self.operator].denial} {operands}"


@dataclass(frozen=True, slots=True)
class Operator:
    """How a value is compared with what the rule says, and the words for it in an explanation."""

    holds: Callable[[Kind, Any, Any], bool | None]
    words: str
    denial: str


def _is(_kind: Kind, value: Any, operand: Any) -> bool | None:
    if isinstance(value, str):
        return folded(value) == folded(operand)
    return _in_one_currency(value, operand) and bool(value == operand)


def _contains(_kind: Kind, value: Any, operand: Any) -> bool | None:
    return folded(operand) in folded(value)


def _matches(_kind: Kind, value: Any, operand: Pattern) -> bool | None:
    return operand.find(value) is not None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Kind, Any, Any], bool | None]:
    def holds(kind: Kind, value: Any, operand: Any) -> bool | None:
        return _in_one_currency(value, operand) and compare(kind.rank(value), kind.rank(operand))

    return holds


OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_is, "is", "not"),
    "contains": Operator(_contains, "contains", "does not contain"),
    "matches": Operator(_matches, "matches", "does not match"),
    "lt": Operator(_ordered(operator.lt), "less than", "not less than"),
    "le": Operator(_ordered(operator.le), "at most", "not at most"),
    "gt": Operator(_ordered(operator.gt), "more than", "not more than"),
    "ge": Operator(_ordered(operator.ge), "at least", "not at least"),
}
_WITHIN_TEXT = frozenset({"contains", "matches"})


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """The text in the form in which letter case, width and the way of writing an accent make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def _in_one_currency(value: Any, operand: Any) -> bool | None:
    if isinstance(value, Money) and isinstance(operand, Money) and value.currency != operand.currency:
        return None
    return True


def _together(findings: list[Finding], truth: bool | None) -> Finding:
    """The whole, with the reasons of those parts that made it what it is."""
    return Finding(truth, tuple(reason for finding in findings if finding.truth is truth for reason in finding.because))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _quoted(sought: str | Pattern) -> str:
    return f"'{sought}'" if isinstance(sought, str) else f"/{sought.source}/"
