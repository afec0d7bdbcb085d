"""Spans of time as facts: how long something has lasted, and when something happened; asked for in written spans."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailbot.core.deadlines import Calendar, Span
from mailbot.core.periods import Period


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time from one moment to another, by the clock and by the desk's hours."""

    since: datetime
    until: datetime
    calendar: Calendar

    def sign(self, span: Span | Period) -> int | None:
        """-1, 0 or 1: shorter, as long, or longer than the span; None where the calendar cannot tell."""
        try:
            end = self._end(span)
        except (LookupError, OverflowError, ValueError):
            return None
        return (self.until > end) - (self.until < end)

    def _end(self, span: Span | Period) -> datetime:
        if isinstance(span, Span):
            return self.calendar.after(self.since, span)
        local = self.since.astimezone(self.calendar.zone)
        return datetime.combine(span.after(local.date()), local.time(), self.calendar.zone)

    def __str__(self) -> str:
        minutes = max(0, int((self.until - self.since).total_seconds())) // 60
        for unit, length in (("day", 24 * 60), ("hour", 60)):
            if minutes >= length:
                return _counted(minutes // length, unit)
        return _counted(minutes, "minute")


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day on which something happened or will happen, as seen at a moment."""

    day: date
    until: datetime
    calendar: Calendar

    def is_within(self, span: Span | Period) -> bool | None:
        """Whether it is at most `span` ago; a day that is still to come is not. None where the calendar cannot tell."""
        last = self._last_day(span)
        return None if last is None else self.day <= self._today <= last

    def is_older(self, span: Span | Period) -> bool | None:
        """Whether it is more than `span` ago; None where the calendar cannot tell."""
        last = self._last_day(span)
        return None if last is None else last < self._today

    @property
    def _today(self) -> date:
        return self.until.astimezone(self.calendar.zone).date()

    def _last_day(self, span: Span | Period) -> date | None:
        """The day on which the span ends that begins on the day."""
        try:
            if isinstance(span, Period):
                return span.after(self.day)
            if span.unit == "days":
                return self.day + timedelta(days=span.count)
            start = datetime.combine(self.day, time(0), self.calendar.zone)
            return self.calendar.after(start, span).astimezone(self.calendar.zone).date()
        except (LookupError, OverflowError, ValueError):
            return None

    def __str__(self) -> str:
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Occasions:
    """When something happened, newest first, as seen at a moment."""

    at: tuple[datetime, ...]
    until: datetime
    calendar: Calendar

    def count(self, within: Span | Period | None = None) -> int:
        """How often it happened; how often at most `within` ago."""
        if within is None:
            return len(self.at)
        return sum(1 for since in self.at if Elapsed(since, self.until, self.calendar).sign(within) in (-1, 0))

    def __str__(self) -> str:
        return str(len(self.at))


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
