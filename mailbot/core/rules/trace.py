"""What a set of rules said about one mail: which matched and why, and what was decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrace:
    """One rule's part: `because` names what matched or, where it did not match, what stood in the way."""

    name: str
    file: str
    line: int
    matched: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecision:
    """One action that a rule asks for; `overridden_by` is the later rule whose word counts instead."""

    action: str
    value: str | bool
    rule: str
    overridden_by: str | None = None

    @property
    def overridden(self) -> bool:
        """Whether a later rule decided otherwise."""
        return self.overridden_by is not None


@dataclass(frozen=True, slots=True)
class Trace:
    """Every rule of the book in its order, and every decision, overridden ones among them."""

    rules: tuple[RuleTrace, ...] = ()
    decisions: tuple[RuleDecision, ...] = ()

    @property
    def effective(self) -> tuple[RuleDecision, ...]:
        """The decisions that are carried out."""
        return tuple(decision for decision in self.decisions if not decision.overridden)


NOT_TRIED = Trace()
"""The trace of a mail that no rule was tried on."""
