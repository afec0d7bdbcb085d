"""What a set of rules said about one mail: which matched and why, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrace:
    """One rule's part: `because` names what matched or, where it did not match, what stood in the way.

    `shadow`: the rule is only watched; nothing that it decides is carried out.
    """

    name: str
    file: str
    line: int
    matched: bool
    because: tuple[str, ...]
    shadow: bool = False

    @property
    def plain(self) -> dict[str, object]:
        """The same as plain data, for the timeline."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecision:
    """One action that a rule asks for; `overridden_by` is the later rule whose word counts instead."""

    action: str
    value: str | bool
    rule: str
    overridden_by: str | None = None
    shadow: bool = False

    @property
    def plain(self) -> dict[str, object]:
        """The same as plain data, for the timeline."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def overridden(self) -> bool:
        """Whether a later rule decided otherwise."""
        return self.overridden_by is not None


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of the rules of a book, in their order, and every decision, overridden ones among them.

    `rules` are all of them where an explanation is asked for, else those that matched; `tried` says how many there
    were for such a mail. `facts` is what they were tried on, as plain JSON.
    """

    rules: tuple[RuleTrace, ...] = ()
    decisions: tuple[RuleDecision, ...] = ()
    tried: int = 0
    facts: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def matched(self) -> tuple[RuleTrace, ...]:
        """The rules that match and count."""
        return tuple(rule for rule in self.rules if rule.matched and not rule.shadow)

    @property
    def effective(self) -> tuple[RuleDecision, ...]:
        """The decisions that are carried out."""
        return tuple(decision for decision in self.decisions if not (decision.overridden or decision.shadow))


NOT_TRIED = Trace()
"""The trace of a mail that no rule was tried on."""
