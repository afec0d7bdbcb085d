"""What rules have decided, carried out on a case: one row an action, and what the letters need to know of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mailbot.core import actions as a
from mailbot.core.case import PRIORITY_OF_SEVERITY, Case, Priority
from mailbot.core.message import Address, ComplaintType, Severity
from mailbot.core.rules.actions import LEAD, OFF
from mailbot.core.rules.trace import Trace
from mailbot.core.team import Member, Team

_PRIORITIES = tuple(Priority)


def considered(trace: Trace) -> a.Note:
    """A line for the timeline: which rules matched, and all that an explanation needs."""
    matched = [rule.name for rule in trace.matched]
    return a.Note(
        event="rules",
        detail=f"{len(matched)} of {trace.tried} matched: {', '.join(matched)}".rstrip(": "),
        data={
            "rules": [rule.plain for rule in trace.rules],
            "decisions": [decision.plain for decision in trace.decisions],
            "tried": trace.tried,
            "facts": trace.facts,
        },
    )


def carried_out(trace: Trace) -> Iterable[a.Action]:
    """What the decisions do to the case; what they say about letters goes into the timeline as well."""
    for decision in trace.effective:
        if make := _FROM_RULE.get(decision.action):
            yield make(decision.value, f"rule “{decision.rule}”", decision.rule)


def with_priority(trace: Trace, *, at_least: Priority = Priority.LOW) -> Iterable[a.SetPriority]:
    """The priority that follows from the severity where rules decided one without the other; never below `at_least`."""
    decisions = {decision.action: decision for decision in trace.effective}
    graver = decisions.get("severity")
    if graver is None or "priority" in decisions:
        return
    priority = PRIORITY_OF_SEVERITY[Severity(str(graver.value))]
    if _PRIORITIES.index(priority) >= _PRIORITIES.index(at_least):
        yield a.SetPriority(priority=priority, reason=f"severity {graver.value}", rule=graver.rule)


def decided(trace: Trace, action: str) -> tuple[str, ...]:
    """The values that count for an action, in the order of the rules."""
    return tuple(str(decision.value) for decision in trace.effective if decision.action == action)


def acknowledged_with(trace: Trace, case: Case) -> str | None:
    """The template of the acknowledgement; None when none may go out."""
    template = next(iter(decided(trace, "acknowledge")), "acknowledgement")
    return None if case.on_hold or template == OFF else template


def told(trace: Trace, team: Team) -> tuple[Member, ...]:
    """The members whom rules want to hear of it."""
    return members_meant(decided(trace, "notify"), team)


def told_outside(trace: Trace, team: Team) -> tuple[Address, ...]:
    """The addresses outside the team that rules want to hear of it."""
    return outsiders_meant(decided(trace, "notify"), team)


def members_meant(names: Sequence[str], team: Team) -> tuple[Member, ...]:
    """The members behind `lead`, names of teams and addresses."""
    leads = team.leads if LEAD in names else ()
    return (*leads, *(member for name in names for member in (*team.of(name), team.by_address(name)) if member))


def outsiders_meant(names: Sequence[str], team: Team) -> tuple[Address, ...]:
    """The addresses among these names that are no member's, each once."""
    outside = (name for name in names if "@" in name and team.by_address(name) is None)
    return tuple({address.key: address for name in outside for address in [Address("", name)]}.values())


def _held(decision: str | bool, reason: str, rule: str) -> a.Action:
    why = rule if decision is True else decision or None
    return a.PutOnHold(why=why, reason=reason, rule=rule)


def _noted(event: str) -> Callable[[Any, str, str], a.Action]:
    """A decision about letters: it changes nothing in the case."""
    return lambda value, reason, rule: a.Note(event=event, detail=value, reason=reason, rule=rule)


_FROM_RULE: Mapping[str, Callable[[Any, str, str], a.Action]] = {
    "assign_team": lambda value, reason, rule: a.AssignTeam(team=value, reason=reason, rule=rule),
    "assign_agent": lambda value, reason, rule: a.AssignAgent(address=value, reason=reason, rule=rule),
    "priority": lambda value, reason, rule: a.SetPriority(priority=Priority(value), reason=reason, rule=rule),
    "severity": lambda value, reason, rule: a.SetSeverity(severity=Severity(value), reason=reason, rule=rule),
    "type": lambda value, reason, rule: a.SetType(type=ComplaintType(value), reason=reason, rule=rule),
    "tag": lambda value, reason, rule: a.AddTag(tag=value, reason=reason, rule=rule),
    "note": lambda value, reason, rule: a.Advise(text=value, reason=reason, rule=rule),
    "suggest": lambda value, reason, rule: a.Suggest(policy=value, reason=reason, rule=rule),
    "link_problem": lambda value, reason, rule: a.LinkProblem(problem=value, reason=reason, rule=rule),
    "hold": _held,
    "sla": lambda value, reason, rule: a.SetSla(sla=None if value == OFF else value, reason=reason, rule=rule),
    "acknowledge": _noted("acknowledge"),
    "ask_for": _noted("ask_for"),
    "notify": _noted("notify"),
}
