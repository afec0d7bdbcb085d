"""The daily list: to each agent the own open cases by deadline, to each lead those of the teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar
from mailbot.core.letter_parts import language_of, name_of
from mailbot.core.letters import Letter, LetterKind, Ltr
from mailbot.core.situation import Situation
from mailbot.core.team import Member

SHOWN = 50
"""So many cases a list shows; of the others it tells how many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One open case; `due_at` is its next deadline, which may have `passed`, or passes `before_next` list is sent."""

    number: Ltr
    subject: str
    type: str
    priority: str
    state: str
    assignee: str | None
    due_at: datetime | None
    passed: bool
    due_today: bool = False
    before_next: bool = False


def next_list(now: datetime, calendar: Calendar) -> datetime:
    """When the lists after those of now are sent: at the opening of the next day that is worked."""
    tomorrow = datetime.combine(now.astimezone(calendar.zone).date() + timedelta(days=1), time(), calendar.zone)
    return tomorrow if calendar.is_open(tomorrow) else calendar.next_open(tomorrow)


def daily_list(member: Member, cases: Sequence[Case], situation: Situation, *, in_all: int, whole_team: bool) -> Letter:
    """The list that one member gets: `cases` are those to show of so many `in_all`, in their order."""
    until = next_list(situation.now, situation.desk.calendar)
    return Letter(
        kind=LetterKind.DAILY_LIST,
        to=member.mailbox,
        language=language_of(member, situation),
        values={
            "whole_team": whole_team,
            "cases": tuple(_line(case, situation, until) for case in cases),
            "left_out": in_all - len(cases),
            "original_subject": "",
        },
    )


def _is_near(case: Case, now: datetime, until: datetime) -> bool:
    return case.next_due_at is not None and now < case.next_due_at < until


def _line(case: Case, situation: Situation, until: datetime) -> CaseLine:
    due_at, now, zone = case.next_due_at, situation.now, situation.desk.calendar.zone
    near = _is_near(case, now, until)
    return CaseLine(
        number=Ltr(case.number),
        subject=case.subject,
        type=case.type.value,
        priority=case.priority.value,
        state=case.state.value,
        assignee=name_of(case.assignee, situation),
        due_at=due_at,
        passed=due_at is not None and due_at <= now,
        due_today=near and due_at is not None and due_at.astimezone(zone).date() == now.astimezone(zone).date(),
        before_next=near,
    )
