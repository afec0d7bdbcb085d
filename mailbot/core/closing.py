"""rules/closing.yaml as data: how long missing details are waited for, when a resolved case closes by itself, and until
when a customer's mail opens a closed one again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.core.case import Case, State
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import AnyOf, Condition

_NEVER: Condition = AnyOf(())


class Wait(StrEnum):
    """From when on a case waits for the customer: never, from the question on, or from the reminder on."""

    NEVER = "never"
    ASKED = "asked"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsPolicy:
    """What follows when a customer was asked for details: when they are reminded once, and when the case closes.

    `wait`: from when on the case waits for them until they write, and clocks that pause then stand still.
    """

    wait: Wait = Wait.NEVER
    remind_after: Span | None = None
    close_after: Span | None = None
    unless: Condition = field(default=_NEVER)

    def applies_to(self, case: Case) -> bool:
        """Whether the customer is reminded at all; where `unless` is neither true nor false, they are."""
        return not _holds(self.unless, case)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span for the cases of which `when` holds."""

    when: Condition
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPolicy:
    """All of rules/closing.yaml. `by` and `reopen` are tried in order: the first that holds counts."""

    details: DetailsPolicy | None = None
    after: Span | None = None
    unless: Condition = field(default=_NEVER)
    by: tuple[Stretch, ...] = ()
    reopen: tuple[Stretch, ...] = ()

    def silence(self, case: Case) -> Span | None:
        """After how much silence a resolved case closes; None where it stays as it is."""
        if _holds(self.unless, case):
            return None
        found = _first(self.by, case)
        return found.span if found else self.after

    def reopen_window(self, case: Case, calendar: Calendar, otherwise: timedelta) -> timedelta:
        """How long after its closing a customer's mail opens the case again."""
        found = _first(self.reopen, case)
        if found is None or case.closed_at is None:
            return otherwise
        return calendar.after(case.closed_at, found.span) - case.closed_at


def was_given_up(case: Case) -> bool:
    """Whether a closed case was never settled: details were missing, and nothing more was heard."""
    return case.state is State.CLOSED and bool(case.asked) and case.resolved_at is None


def is_untouched(case: Case) -> bool:
    """Whether nobody of the team can have dealt with the case: mail in anybody's name makes such ones."""
    waits = case.state is State.WAITING and bool(case.asked)
    return case.state is State.NEW or waits or was_given_up(case)


def in_time(due_at: datetime, now: datetime) -> bool:
    """Whether work is done when it was planned. If not, the desk was down, and mail may lie in the mailbox unread."""
    return now - due_at <= _PUNCTUAL


def _holds(condition: Condition, case: Case) -> bool:
    return condition.truth(CASE.facts(case)) is True


def _first(stretches: Iterable[Stretch], case: Case) -> Stretch | None:
    return next((stretch for stretch in stretches if _holds(stretch.when, case)), None)


_PUNCTUAL = timedelta(hours=1)

NO_CLOSING = ClosingPolicy()
"""That of a desk without the file: nothing closes by itself."""
