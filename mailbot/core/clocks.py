"""How a clock of an SLA counts: its deadline, the pauses in it, and when somebody is to be told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.case import Case, Deadline, Pause, Priority
from mailbot.core.deadlines import Calendar
from mailbot.core.rules.schedule_hours import ScheduleCalendar
from mailbot.core.sla import Clock, Slas, Step


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which those concerned hear of a deadline: a step after it, or (None) the warning before it."""

    at: datetime
    step: Step | None = None


def begun(clock: Clock, started_at: datetime, priority: Priority, desk: Calendar) -> Deadline:
    """The deadline of a clock that begins now; LookupError where its hours never come."""
    deadline = Deadline(kind=clock.kind, started_at=started_at, due_at=started_at)
    return replace(deadline, due_at=due_at(clock, deadline, priority, desk))


def due_at(clock: Clock, deadline: Deadline, priority: Priority, desk: Calendar) -> datetime:
    """When a deadline is due, with its pauses and with what it was put off by; LookupError as above."""
    calendar = _calendar(clock, desk)
    due = calendar.after(deadline.started_at, clock.span(priority))
    if clock.extension:
        for _ in range(deadline.prolonged):
            due = calendar.after(due, clock.extension.by)
    for pause in deadline.pauses:
        due = _moved(due, pause, calendar, in_business=clock.span(priority).in_business)
    return due


def recounted(clock: Clock, deadline: Deadline, priority: Priority, desk: Calendar, now: datetime) -> Deadline:
    """A running deadline by what its clock says now; one that was missed stays so unless it comes to lie ahead.

    Who was told of the old moment is told of the new one.
    """
    due = due_at(clock, deadline, priority, desk)
    if due == deadline.due_at or (deadline.has_passed(now) and due <= now):
        return deadline
    return replace(deadline, due_at=due, told_at=now if due > now else None)


def prolongable(case: Case, slas: Slas) -> tuple[tuple[Deadline, Clock], ...]:
    """The deadlines of a case that may be put off and were not yet, each with its clock."""
    sla = slas.of(case)
    found = ((deadline, sla.clock(deadline.kind) if sla else None) for deadline in case.deadlines)
    return tuple(
        (deadline, clock)
        for deadline, clock in found
        if clock and clock.extension and deadline.is_running and not deadline.prolonged
    )


def prolonged(clock: Clock, deadline: Deadline, priority: Priority, desk: Calendar, now: datetime) -> Deadline:
    """The deadline put off by what its clock allows; LookupError where its hours do not come any more."""
    return recounted(clock, replace(deadline, prolonged=deadline.prolonged + 1), priority, desk, now)


def alarms(clock: Clock, deadline: Deadline, priority: Priority, desk: Calendar) -> tuple[Alarm, ...]:
    """What is still to be told of a deadline, the earliest first; nothing while its clock stands still."""
    if not deadline.is_running or deadline.paused_since:
        return ()
    told_at = deadline.told_at or deadline.started_at
    return tuple(
        sorted((alarm for alarm in _all_alarms(clock, deadline, priority, desk) if alarm.at > told_at), key=_moment)
    )


def next_alarm(case: Case, slas: Slas, desk: Calendar) -> datetime | None:
    """When somebody has to hear of a deadline of this case next; it may have passed."""
    sla = slas.of(case)
    counted = [(clock, d) for d in case.deadlines if (clock := sla.clock(d.kind) if sla else None)]
    moments = [alarm.at for clock, d in counted for alarm in alarms(clock, d, case.priority, desk)]
    moments += [d.due_at for clock, d in counted if clock.lapses and d.is_running and not d.paused_since]
    return min(moments, default=None)


def _all_alarms(clock: Clock, deadline: Deadline, priority: Priority, desk: Calendar) -> Iterable[Alarm]:
    calendar = _calendar(clock, desk)
    try:
        if warn_at := _warning_at(clock, deadline, priority, calendar):
            yield Alarm(warn_at)
        for step in clock.escalate:
            yield Alarm(calendar.after(deadline.due_at, step.after), step)
    except LookupError:  # hours that do not come any more: nobody waits for them
        return


def _warning_at(clock: Clock, deadline: Deadline, priority: Priority, calendar: Calendar) -> datetime | None:
    """Before which moment nobody needs a warning; None where it would come at once."""
    warn, due, started_at, span = clock.warn, deadline.due_at, deadline.started_at, clock.span(priority)
    if warn is None:
        return None
    if warn.before:
        at = calendar.before(due, warn.before)
    else:
        end, left = calendar.after(started_at, span), 100 - warn.percent
        if span.in_business:
            at = calendar.subtract_business_time(due, calendar.open_time(started_at, end) * left / 100)
        else:
            at = due - (end - started_at) * left / 100
    return at if at > started_at else None


def _moved(due: datetime, pause: Pause, calendar: Calendar, *, in_business: bool) -> datetime:
    if pause.until is None or pause.since >= due:
        return due
    if not in_business:
        return due + (pause.until - pause.since)
    # Business days may end at a time of day at which the desk is closed: no open hour is left then, but no less either.
    return max(calendar.add_business_time(due, calendar.open_time(pause.since, pause.until)), pause.until)


def _calendar(clock: Clock, desk: Calendar) -> Calendar:
    return ScheduleCalendar.of(clock.hours, desk) if clock.hours else desk


def _moment(alarm: Alarm) -> datetime:
    return alarm.at
