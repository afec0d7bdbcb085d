"""Tries the rules of a book on the facts of one mail."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.conditions import Condition, Facts
from mailbot.core.rules.trace import RuleDecision, RuleTrace, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a book: what it is called, where it stands, when it matches, and (action, value) pairs."""

    name: str
    file: str
    line: int
    when: Condition
    then: tuple[tuple[str, str | bool], ...]


def evaluate(rules: Iterable[Rule], facts: Facts) -> Trace:
    """Which rules match and what they decide, in order; a later decision overrides, `stop` ends."""
    traces: list[RuleTrace] = []
    decisions: list[RuleDecision] = []
    stopped_by: str | None = None
    for rule in rules:
        if stopped_by is not None:
            traces.append(_trace(rule, matched=False, because=(f"not tried: stopped by “{stopped_by}”",)))
            continue
        finding = rule.when.check(facts)
        traces.append(_trace(rule, matched=finding.truth is True, because=finding.because or ("no condition",)))
        if finding.truth is True:
            for action, value in rule.then:
                decisions = [*_overridden(decisions, action, rule.name), _decision(rule, action, value)]
                if ACTIONS[action].ends and value:
                    stopped_by = rule.name
    return Trace(tuple(traces), tuple(decisions))


def _trace(rule: Rule, *, matched: bool, because: tuple[str, ...]) -> RuleTrace:
    return RuleTrace(name=rule.name, file=rule.file, line=rule.line, matched=matched, because=because)


def _decision(rule: Rule, action: str, value: str | bool) -> RuleDecision:
    return RuleDecision(action=action, value=value, rule=rule.name)


def _overridden(decisions: list[RuleDecision], action: str, by: str) -> list[RuleDecision]:
    if ACTIONS[action].several:
        return decisions
    return [
        replace(decision, overridden_by=by) if decision.action == action and not decision.overridden else decision
        for decision in decisions
    ]
