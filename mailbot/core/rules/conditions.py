"""What a rule's `when` is made of: conditions over facts, in a logic of three values.

A fact that is missing compares to nothing: such a condition is neither true nor false (None), and neither is its
`not`. So a rule never matches because something is unknown; only `exists` asks whether it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mailbot.core.deadlines import Span
from mailbot.core.periods import Period
from mailbot.core.rules.operators import OPERATORS, WITHIN_TEXT, Pattern
from mailbot.core.rules.timing import Occasions
from mailbot.core.rules.values import Kind

_LONGEST_SHOWN = 100

Facts = Mapping[str, object]
"""The value of each field; None or `Unknown` where it is missing, a tuple where there are several."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is missing for a reason that somebody may want to know."""

    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a condition holds (None: cannot be said) and the reasons, in words."""

    truth: bool | None
    because: tuple[str, ...] = ()


class Condition(Protocol):
    """One condition, simple or made of others."""

    def truth(self, facts: Facts) -> bool | None:
        """Whether it holds for these facts."""

    def check(self, facts: Facts) -> Finding:
        """The same, and why."""


@dataclass(frozen=True, slots=True)
class All:
    """Every one of several conditions; of none, it always holds."""

    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> bool | None:
        """False as soon as one is false, unknown as soon as one is unknown."""
        return _conjunction(condition.truth(facts) for condition in self.conditions)

    def check(self, facts: Facts) -> Finding:
        """Its truth, with the reasons of those that made it so."""
        findings = [condition.check(facts) for condition in self.conditions]
        return _together(findings, _conjunction(finding.truth for finding in findings))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several conditions; of none, it never holds."""

    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> bool | None:
        """True as soon as one is true, unknown as soon as one is unknown."""
        return _opposite(_conjunction(_opposite(condition.truth(facts)) for condition in self.conditions))

    def check(self, facts: Facts) -> Finding:
        """Its truth, with the reasons of those that made it so."""
        findings = [condition.check(facts) for condition in self.conditions]
        return _together(findings, _opposite(_conjunction(_opposite(finding.truth) for finding in findings)))


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition; unknown stays unknown."""

    condition: Condition

    def truth(self, facts: Facts) -> bool | None:
        """The opposite."""
        return _opposite(self.condition.truth(facts))

    def check(self, facts: Facts) -> Finding:
        """The same reasons: they say what is the case, not what was wanted."""
        finding = self.condition.check(facts)
        return Finding(_opposite(finding.truth), finding.because)


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that another file gives a name to, such as a schedule."""

    name: str
    condition: Condition

    def truth(self, facts: Facts) -> bool | None:
        """That of the condition."""
        return self.condition.truth(facts)

    def check(self, facts: Facts) -> Finding:
        """The reasons, with the name in front."""
        finding = self.condition.check(facts)
        return Finding(finding.truth, tuple(f"{self.name}: {reason}" for reason in finding.because))


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a field has a value at all."""

    field: str
    wanted: bool

    def truth(self, facts: Facts) -> bool | None:
        """Never unknown."""
        return (_known(facts, self.field) is not None) is self.wanted

    def check(self, facts: Facts) -> Finding:
        """Whether the field is known."""
        exists = _known(facts, self.field) is not None
        reason = f"{self.field} is known" if exists else _why_unknown(facts, self.field)
        return Finding(exists is self.wanted, (reason,))


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one or more values by one operator: it holds when one of the values does.

    `within` lets count only what happened at most so long ago.
    """

    field: str
    kind: Kind
    operator: str
    operands: tuple[Any, ...]
    within: Span | Period | None = None

    def truth(self, facts: Facts) -> bool | None:
        """Unknown when the field is missing, or in another currency than every sum it is compared with."""
        fact = self._fact(facts)
        return None if fact is None else self._compared(fact)[0]

    def check(self, facts: Facts) -> Finding:
        """Its truth, with what was found and what was wanted."""
        fact = self._fact(facts)
        if fact is None:
            return Finding(None, (_why_unknown(facts, self.field),))
        truth, value, operand = self._compared(fact)
        return Finding(truth, (self._reason(value, operand) if truth else self._objection(fact),))

    def _fact(self, facts: Facts) -> object:
        fact = _known(facts, self.field)
        return fact.count(self.within) if isinstance(fact, Occasions) else fact

    def _compared(self, fact: object) -> tuple[bool | None, Any, Any]:
        """The truth, and the value and the operand by which it holds."""
        holds = OPERATORS[self.operator].holds
        unknown = False
        for operand in self.operands:
            for value in fact if isinstance(fact, tuple) else (fact,):
                verdict = holds(self.kind, value, operand)
                if verdict:
                    return True, value, operand
                unknown = unknown or verdict is None
        return None if unknown else False, None, None

    def _reason(self, value: Any, operand: Any) -> str:
        words = OPERATORS[self.operator].words
        if self.operator == "mentions":
            return f"{self.field} '{value.find(operand)}' ({operand})"
        if self.operator in WITHIN_TEXT:
            return f"{self._name} {words} {_quoted(operand)}"
        if self.operator == "is":
            return f"{self._name} is {_shown(value)}"
        return f"{self._name} is {_shown(value)}, {words} {_shown(operand)}"

    def _objection(self, fact: object) -> str:
        denial = OPERATORS[self.operator].denial
        if self.operator in WITHIN_TEXT:
            return f"{self._name} {denial} {' or '.join(map(_quoted, self.operands))}"
        operands = " or ".join(map(_shown, self.operands))
        found = ", ".join(map(_shown, fact)) or "empty" if isinstance(fact, tuple) else _shown(fact)
        return f"{self._name} is {found}, {denial} {operands}"

    @property
    def _name(self) -> str:
        return f"{self.field} within {self.within}" if self.within else self.field


def fields_in(condition: Condition) -> Iterator[str]:
    """The fields that a condition asks for, each as often as it does."""
    match condition:
        case All() | AnyOf():
            for part in condition.conditions:
                yield from fields_in(part)
        case Not() | Named():
            yield from fields_in(condition.condition)
        case Compare() | Exists():
            yield condition.field


def _known(facts: Facts, name: str) -> object:
    fact = facts.get(name)
    return None if isinstance(fact, Unknown) else fact


def _why_unknown(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return f"{name} is unknown: {fact.why}" if isinstance(fact, Unknown) else f"{name} is unknown"


def _conjunction(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's `and`: looks no further than the first that is false."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _together(findings: list[Finding], truth: bool | None) -> Finding:
    """The whole, with the reasons of those parts that made it what it is."""
    return Finding(truth, tuple(reason for finding in findings if finding.truth is truth for reason in finding.because))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _quoted(sought: str | Pattern) -> str:
    return f"'{sought}'" if isinstance(sought, str) else f"/{sought.source}/"
