"""What happens when a deadline is near or has passed: people are told, and the ordered steps are taken, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.core import actions as a
from mailbot.core.case import Case, Deadline, Priority
from mailbot.core.changes import fold
from mailbot.core.clocks import Alarm, alarms
from mailbot.core.events import AlarmDue
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.letters import Block, Letter
from mailbot.core.notifications import (
    DUE_SOON,
    OVERDUE,
    News,
    agents_of,
    news_again,
    notifications_to,
    referral,
)
from mailbot.core.rule_decisions import members_meant, outsiders_meant
from mailbot.core.situation import Situation
from mailbot.core.sla import Step
from mailbot.core.team import Member

TEAM_OF_CASE = "team"
"""What a step calls the team that sees to the case."""

_PRIORITIES = tuple(Priority)


@dataclass(frozen=True, slots=True)
class _Raised:
    """A deadline of which somebody has to hear now, and why."""

    deadline: Deadline
    alarms: tuple[Alarm, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that are due."""
        return tuple(alarm.step for alarm in self.alarms if alarm.step)

    @property
    def warns(self) -> bool:
        """Whether it is the warning, too."""
        return any(alarm.step is None for alarm in self.alarms)


def alarm_due(event: AlarmDue, situation: Situation) -> Iterable[a.Action]:
    """All that has come due at the clocks of the case, told in one mail to each reader; often nothing."""
    raised = _raised(event.case, situation)
    if not raised:
        return
    steps = [step for one in raised for step in one.steps]
    decided: list[a.Action] = [_told(one, situation) for one in raised]
    decided += _taken(steps, event.case)
    case = fold(event.case, decided, now=situation.now) or event.case
    yield from decided
    to_agents = any(step.notify for step in steps) or any(one.warns for one in raised)
    for letter in _letters(event.case, case, steps, situation, to_agents=to_agents):
        yield a.Send(letter=letter)


def _raised(case: Case, situation: Situation) -> tuple[_Raised, ...]:
    sla, calendar = situation.desk.slas.of(case), situation.desk.calendar
    found = (
        _Raised(deadline, tuple(x for x in alarms(clock, deadline, case.priority, calendar) if x.at <= situation.now))
        for deadline in case.deadlines
        if (clock := sla.clock(deadline.kind) if sla else None)
    )
    return tuple(one for one in found if one.alarms)


def _told(raised: _Raised, situation: Situation) -> a.SetDeadline:
    """The deadline with the moment up to which everything has been told."""
    return a.SetDeadline(
        deadline=replace(raised.deadline, told_at=situation.now),
        event="escalated" if raised.steps else "warned",
        reason=", ".join(f"{step.after} after" for step in raised.steps),
    )


def _taken(steps: Sequence[Step], case: Case) -> Iterable[a.Action]:
    """What the steps do to the case; a priority is only raised."""
    wanted = max((step.priority for step in steps if step.priority), key=_PRIORITIES.index, default=case.priority)
    if _PRIORITIES.index(wanted) > _PRIORITIES.index(case.priority):
        yield a.SetPriority(priority=wanted, reason="escalation")
    for step in steps:
        if step.assign_team and step.assign_team != case.team:
            yield a.AssignTeam(team=step.assign_team, reason="escalation")
            yield a.AssignAgent(address=None, reason="escalation")
        if step.assign_agent:
            yield a.AssignAgent(address=step.assign_agent, reason="escalation")


def _letters(
    before: Case, case: Case, steps: Sequence[Step], situation: Situation, *, to_agents: bool
) -> Iterable[Letter]:
    names = [name for step in steps for name in step.to]
    readers = [*members_meant(names, situation.team), *_team_of(case, names, situation)]
    if to_agents:
        readers += agents_of(before, situation)
    if agents_of(case, situation) != agents_of(before, situation):
        readers += agents_of(case, situation)
    news = _news(before, situation)
    yield from notifications_to(readers, case, news, situation)
    for address in outsiders_meant(names, situation.team):
        yield referral(case, news, situation, address)


def _team_of(case: Case, names: Sequence[str], situation: Situation) -> tuple[Member, ...]:
    return situation.team.of(case.team) if TEAM_OF_CASE in names and case.team else ()


def _news(case: Case, situation: Situation) -> News:
    """The customer's last words, once more: whoever reads them may answer at once. What was attached stays with us."""
    code = OVERDUE if any(deadline.has_passed(situation.now) for deadline in case.deadlines) else DUE_SOON
    latest = latest_from_customer(situation.messages)
    if latest is None:
        return News(code=code, words=Block(""), sender=case.customer, received_at=case.opened_at, again=True)
    return replace(news_again(latest, code), attachments_from=None)
