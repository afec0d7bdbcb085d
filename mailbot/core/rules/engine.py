"""Tries the rules of a book on the facts of one mail: all of them with their reasons, or those that can match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import Condition, Facts
from mailbot.core.rules.index import RuleIndex
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.trace import RuleDecision, RuleTrace, Trace

__all__ = ["Condition", "Rule", "consider", "evaluate"]

_ONLY_OPENING = "not tried: only mails that open a case"


@dataclass(frozen=True, slots=True)
class _Trial:
    """One rule, tried or not."""

    rule: Rule
    matched: bool
    because: tuple[str, ...]

    @property
    def trace(self) -> RuleTrace:
        rule = self.rule
        return RuleTrace(
            name=rule.name,
            file=rule.file,
            line=rule.line,
            matched=self.matched,
            because=self.because,
            shadow=rule.shadow,
        )

    @property
    def stops(self) -> bool:
        return self.matched and self.rule.stops


def evaluate(rules: Iterable[Rule], facts: Facts) -> Trace:
    """Every rule and why it matches or not, and what they decide; a later decision overrides, `stop` ends."""
    trials: list[_Trial] = []
    stopped_by: str | None = None
    for rule in rules:
        if stopped_by is not None:
            trials.append(_Trial(rule, matched=False, because=(f"not tried: stopped by “{stopped_by}”",)))
        elif not rule.is_for(facts):
            trials.append(_Trial(rule, matched=False, because=(_ONLY_OPENING,)))
        else:
            finding = rule.when.check(facts)
            trials.append(_Trial(rule, finding.truth is True, finding.because or ("no condition",)))
            stopped_by = rule.name if trials[-1].stops else None
    return _trace(trials, sum(trial.rule.is_for(facts) for trial in trials))


def consider(index: RuleIndex, facts: Facts) -> Trace:
    """What `evaluate` decides, with no more work than the rules take that can match, and with only those that do."""
    trials: list[_Trial] = []
    for rule in index.candidates(facts):
        if rule.when.truth(facts):
            trials.append(_Trial(rule, matched=True, because=rule.when.check(facts).because or ("no condition",)))
            if trials[-1].stops:
                break
    return _trace(trials, index.count(facts))


def _trace(trials: Sequence[_Trial], tried: int) -> Trace:
    decisions = [
        RuleDecision(action=action, value=value, rule=trial.rule.name, shadow=trial.rule.shadow)
        for trial in trials
        if trial.matched
        for action, value in trial.rule.then
    ]
    return Trace(tuple(trial.trace for trial in trials), tuple(_settled(decisions)), tried)


def _settled(decisions: Sequence[RuleDecision]) -> Iterable[RuleDecision]:
    """The decisions, each with the next rule that decides the same matter otherwise."""
    settled: list[RuleDecision] = []
    next_rule: dict[str, str] = {}
    for decision in reversed(decisions):
        if decision.shadow or ACTIONS[decision.action].several:
            settled.append(decision)
        else:
            later = next_rule.get(decision.action)
            settled.append(decision if later is None else replace(decision, overridden_by=later))
            next_rule[decision.action] = decision.rule
    return reversed(settled)
