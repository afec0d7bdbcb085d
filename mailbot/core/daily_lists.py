"""The daily list: to each agent the own open cases by deadline, to each lead those of the teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.letter_parts import language_of, name_of
from mailbot.core.letters import Letter, LetterKind, Ltr
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One open case; `due_at` is its next deadline, which may have `passed`."""

    number: Ltr
    subject: str
    type: str
    priority: str
    state: str
    assignee: str | None
    due_at: datetime | None
    passed: bool


def daily_list(member: Member, cases: Sequence[Case], situation: Situation, *, whole_team: bool) -> Letter:
    """The list that one member gets; `cases` are those to show, in any order."""
    pressing = sorted(cases, key=_pressing)
    return Letter(
        kind=LetterKind.DAILY_LIST,
        to=member.mailbox,
        language=language_of(member, situation),
        values={
            "whole_team": whole_team,
            "cases": tuple(_line(case, situation) for case in pressing[:_MOST]),
            "left_out": max(len(pressing) - _MOST, 0),
            "original_subject": "",
        },
    )


def _pressing(case: Case) -> tuple[bool, float, int]:
    due_at = case.next_due_at
    return due_at is None, due_at.timestamp() if due_at else 0.0, case.id


def _line(case: Case, situation: Situation) -> CaseLine:
    due_at = case.next_due_at
    return CaseLine(
        number=Ltr(case.number),
        subject=case.subject,
        type=case.type.value,
        priority=case.priority.value,
        state=case.state.value,
        assignee=name_of(case.assignee, situation),
        due_at=due_at,
        passed=due_at is not None and due_at <= situation.now,
    )
