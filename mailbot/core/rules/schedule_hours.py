"""Opening hours that a schedule of schedules.yaml describes, for clocks that count in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from mailbot.core.deadlines import Calendar, Window
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Named, Not
from mailbot.core.rules.ranges import Hours
from mailbot.core.rules.time_fields import TIMES

_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a schedule is asked about."""

    now: datetime
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCalendar(Calendar):
    """A calendar that is open when a schedule holds; `desk` knows business hours and holidays."""

    schedule: Condition
    desk: Calendar

    @classmethod
    def of(cls, schedule: Condition, desk: Calendar) -> "ScheduleCalendar":
        """The hours of a schedule on the clock of this desk."""
        return cls(zone=desk.zone, hours=desk.hours, holidays=desk.holidays, schedule=schedule, desk=desk)

    def windows_of(self, day: date) -> tuple[Window, ...]:
        """The hours of that local day in which the schedule holds, in order; exact to the minute."""
        office = (edge for window in self.desk.windows_of(day) for edge in window)
        edges = {_MIDNIGHT, *_times_in(self.schedule), *office}
        found: list[Window] = []
        for start, end in pairwise((*sorted(edges), _MIDNIGHT)):
            if self._holds(datetime.combine(day, start, self.zone)):
                joined = found.pop()[0] if found and found[-1][1] == start else start
                found.append((joined, end))
        return tuple(found)

    def _holds(self, moment: datetime) -> bool:
        return self.schedule.truth(TIMES.facts(_Moment(moment, self.desk))) is True


def _times_in(condition: Condition) -> Iterator[time]:
    """The times of day at which a condition may begin or cease to hold."""
    match condition:
        case All() | AnyOf():
            for part in condition.conditions:
                yield from _times_in(part)
        case Not() | Named():
            yield from _times_in(condition.condition)
        case Compare(field="time"):
            for operand in condition.operands:
                yield from (operand.start, operand.end) if isinstance(operand, Hours) else (operand, _next(operand))


def _next(at: time) -> time:
    """The minute after: the first at which it is later than `at`."""
    return (datetime.combine(date.min, at) + timedelta(minutes=1)).time()
