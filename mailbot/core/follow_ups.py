"""When, after a case is resolved, the customer is asked whether they are satisfied, and when rather not."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import Condition


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One question to the customer: how long after the resolution, and for which cases it is left out."""

    after: Span
    unless: Condition


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """The sequence of rules/follow_up.yaml, of one question or of none."""

    steps: tuple[FollowUp, ...] = ()

    def applies_to(self, case: Case) -> bool:
        """Whether the customer of this case is asked; where `unless` is neither true nor false, they are."""
        return bool(self.steps) and self.steps[0].unless.check(CASE.facts(case)).truth is not True

    def due_at(self, resolved_at: datetime, calendar: Calendar) -> datetime | None:
        """When the question is due, always in business hours; None when none is asked."""
        if not self.steps:
            return None
        return calendar.next_open(calendar.after(resolved_at, self.steps[0].after))
