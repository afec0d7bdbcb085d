"""When, after a case is resolved, the customer is asked whether they are satisfied, and when rather not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from mailbot.core.case import Case, Priority
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.message import ComplaintType, Remedy, Severity, Threat
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Condition
from mailbot.core.rules.fields import Field, Fields
from mailbot.core.rules.values import FLAG, FREE_TEXT, LANGUAGE, SUM, TEAM, WORD, Kind, choice

_ATTRIBUTES: Mapping[str, Kind] = {
    "is_complaint": FLAG,
    "type": choice(ComplaintType),
    "severity": choice(Severity, ordered=True),
    "demanded_remedy": choice(Remedy),
    "threat": choice(Threat),
    "safety": FLAG,
    "repeat": FLAG,
    "priority": choice(Priority, ordered=True),
    "language": LANGUAGE,
    "mailbox": WORD,
    "team": TEAM,
    "tags": WORD,
    "order_number": WORD,
    "problem": WORD,
    "cause": FREE_TEXT,
}


def _amount(case: Case) -> Money | None:
    return None if case.amount is None or not case.currency else Money.rounded(case.amount, case.currency)


CASE: Fields[Case] = Fields(
    Field("amount", SUM, "The sum that is demanded or in dispute.", _amount),
    *(Field(name, kind, f"The case's {name}.", attrgetter(name)) for name, kind in _ATTRIBUTES.items()),
)
"""What `unless` may ask about a case."""


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
