"""What the customer hears of by itself between acknowledgement and answer, and at which moments."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import Condition
from mailbot.core.rules.schedule_hours import ScheduleCalendar

LOOKING_INTO, DELAY = "looking_into", "delay"
_NOTHING = Span(0, "days")
_LEEWAY = timedelta(minutes=15)  # who is to write in the last open hour must not find the desk closed


@dataclass(frozen=True, slots=True)
class LookingInto:
    """The word that somebody is at it: how long after the receipt, and for which cases it is left out."""

    after: Span
    unless: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The word that the answer takes longer: how long before the day that was promised, and how much later the new one
    is; so many times at most."""

    before: Span
    extend: Span
    times: int
    unless: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What rules/stages.yaml says. Two mails lie `apart`; without `hours` they leave when the desk is open."""

    apart: Span = _NOTHING
    hours: Condition | None = None
    looking_into: LookingInto | None = None
    delay: Delay | None = None

    def calendar(self, desk: Calendar) -> Calendar:
        """The hours in which these mails leave."""
        return ScheduleCalendar.of(self.hours, desk) if self.hours else desk

    def is_near(self, case: Case, now: datetime, desk: Calendar) -> bool:
        """Whether a delay notice of the case could not leave before the promised day any more if a mail left now."""
        if self.delay is None or case.promised_at is None or case.delays >= self.delay.times:
            return False
        try:
            notice = self.leaves(max(now, desk.before(case.promised_at, self.delay.before)), now, desk)
        except LookupError:
            return True
        return notice + _LEEWAY > case.promised_at

    def leaves(self, at: datetime, told_at: datetime | None, desk: Calendar) -> datetime:
        """When a mail may leave that is ready at `at`, after the last one at `told_at`; LookupError if never."""
        apart = at if told_at is None else max(at, desk.after(told_at, self.apart))
        return self.calendar(desk).next_open(apart)

    def looks_at(self, received_at: datetime, desk: Calendar) -> datetime | None:
        """When the customer hears that somebody is at it; None if never."""
        if self.looking_into is None:
            return None
        try:
            return self.calendar(desk).next_open(desk.after(received_at, self.looking_into.after))
        except LookupError:
            return None

    def warns_at(self, made_at: datetime, promised_at: datetime, desk: Calendar) -> datetime | None:
        """When the customer hears that a promise of `made_at` cannot be kept: before its day, if mails leave then.

        A promise that is shorter than `before` is looked at when half of its time is over. None if never.
        """
        if self.delay is None:
            return None
        try:
            if promised_at <= made_at:
                return self.calendar(desk).next_open(made_at)
            at = desk.before(promised_at, self.delay.before)
            if at <= made_at:
                at = made_at + (promised_at - made_at) / 2
            opens = self.calendar(desk).next_open(at)
            return opens if opens < promised_at else self._before(promised_at, made_at, opens, desk)
        except LookupError:
            return None

    def _before(self, promised_at: datetime, made_at: datetime, opens: datetime, desk: Calendar) -> datetime:
        """The last moment before the promised day at which mails leave; the first one after it where there is none."""
        try:
            last = self.calendar(desk).subtract_business_time(promised_at, _LEEWAY)
        except LookupError:
            return opens
        return last if last > made_at else opens

    def promises(self, now: datetime, promised_at: datetime, desk: Calendar) -> datetime | None:
        """The new day instead of one that cannot be kept, always a later one; None if there is none."""
        if self.delay is None:
            return None
        try:
            new = desk.after(now, self.delay.extend)
            is_later = _day(new, desk) > _day(promised_at, desk)
            return new if is_later else desk.add_business_days(max(now, promised_at), 1)
        except LookupError:
            return None


def does_not_apply(unless: Condition, case: Case) -> bool:
    """Whether a mail is left out for this case; where `unless` is neither true nor false, it is not."""
    return unless.check(CASE.facts(case)).truth is True


def _day(at: datetime, desk: Calendar) -> date:
    return at.astimezone(desk.zone).date()


NO_STAGES = Stages()
"""Those of a desk whose customers hear nothing in between."""
