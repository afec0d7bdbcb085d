"""When the desk is open, and the moment that lies so many working hours or days after another, or before it.

Opening hours are times on the wall clock of the organisation's zone; all arithmetic is done in UTC, so that an hour
stays an hour where the clock is changed. Results are in UTC; datetimes without a zone are refused.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from mailbot.core.spelling import did_you_mean

# Nobody closes for longer: a calendar that has no open hour within it is a mistake, not a long holiday.
_HORIZON = timedelta(days=3660)
_DAY = timedelta(days=1)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as they are written; Monday is 0."""

Window = tuple[time, time]
"""From opening to closing on one day; a closing time of 00:00 is the midnight at its end."""

Opening = tuple[datetime, datetime]
"""One window of one day as moments in UTC."""

Unit = Literal["business days", "business hours", "business minutes", "weeks", "days", "hours", "minutes"]

_TO_THE_END = re.compile(r"(?P<span>.+?),? +end of day")
_WEEKS = re.compile(r"([0-9]{1,3}) weeks?", re.ASCII)
_BY_DAY = frozenset({"business days", "days", "weeks"})


def weekdays(written: str) -> tuple[int, ...]:
    """The days meant by `mon`, `mon-fri` or `sat-wed` (Monday is 0); ValueError for anything else."""
    first, _, last = written.partition("-")
    unknown = [day for day in (first, last or first) if day not in DAYS]
    if unknown:
        raise ValueError(f"expected a day ({', '.join(DAYS)}) or a range like mon-fri{did_you_mean(unknown[0], DAYS)}")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + offset) % 7 for offset in range((end - start) % 7 + 1))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as people write it: `3 business days`, `4 business hours`, `2 days`.

    `by_end_of_day`: it lasts until the end of its last day, whatever the hour at which it began.
    """

    count: int
    unit: Unit
    by_end_of_day: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """The span written so, singular or plural; ValueError for any other form."""
        written = re.fullmatch(r"([0-9]{1,4}) ((?:business )?(?:day|hour|minute))s?", text.strip(), re.ASCII)
        if written is None:
            raise ValueError('expected a span like "3 business days", "4 business hours" or "2 days"')
        unit: Unit = f"{written[2]}s"  # type: ignore[assignment]  # the pattern lets through no other word
        return cls(int(written[1]), unit)

    @classmethod
    def of_deadline(cls, text: str) -> Self:
        """The same for a deadline, which laws also write as `8 weeks` or `3 business days, end of day`."""
        to_the_end = _TO_THE_END.fullmatch(text.strip())
        written = to_the_end["span"] if to_the_end else text.strip()
        weeks = _WEEKS.fullmatch(written)
        span = cls(int(weeks[1]), "weeks") if weeks else cls.parse(written)
        if to_the_end and span.unit not in _BY_DAY:
            raise ValueError('expected days, business days or weeks before "end of day"')
        return replace(span, by_end_of_day=bool(to_the_end))

    @property
    def in_business(self) -> bool:
        """Whether it is counted in hours or days on which the desk is open."""
        return self.unit.startswith("business")

    @property
    def length(self) -> timedelta | None:
        """How long it is by the clock; None for business time, which only a calendar can tell."""
        return None if self.in_business else self.count * _LENGTHS[self.unit]

    def __str__(self) -> str:
        end = ", end of day" if self.by_end_of_day else ""
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}{end}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The desk's hours: windows of each weekday (Monday is 0) in order and without overlap, and days off."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[Window, ...]]
    holidays: Container[date] = frozenset()

    def __post_init__(self) -> None:
        if not any(self.hours.values()):
            raise ValueError("a desk that never opens has no deadlines")

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at that moment; it is at the opening minute, and not at the closing one."""
        start, _ = next(self._windows(at))
        return start <= _utc(at)

    def next_open(self, at: datetime) -> datetime:
        """The first moment from `at` on at which the desk is open."""
        start, _ = next(self._windows(at))
        return max(start, _utc(at))

    def windows_of(self, day: date) -> tuple[Window, ...]:
        """The opening hours of that local day, in order."""
        hours = self.hours.get(day.weekday(), ())
        return () if hours and day in self.holidays else hours

    def is_business_day(self, day: date) -> bool:
        """Whether the desk opens at all on that local day."""
        return bool(self.windows_of(day))

    def add_business_days(self, at: datetime, days: int) -> datetime:
        """The same wall-clock time on the n-th business day after `at`'s local day; `at` itself for none."""
        if days < 0:
            raise ValueError(f"cannot add {days} business days")
        return self._on(at, self._business_day_after(self._day_of(at), days))

    def add_days(self, at: datetime, days: int) -> datetime:
        """The same wall-clock time so many days later, however often the clock is changed in between."""
        return self._on(at, self._day_of(at) + days * _DAY)

    def end_of_day(self, day: date) -> datetime:
        """When the desk closes on that local day; its last minute where it does not open, or closes at midnight."""
        last_minute = self._moment(day + _DAY, time(0)) - _LENGTHS["minutes"]
        return min(max((end for _, end in self._openings(day)), default=last_minute), last_minute)

    def add_business_time(self, at: datetime, span: timedelta) -> datetime:
        """The first moment by which the desk has been open for `span` since `at`."""
        if span < timedelta(0):
            raise ValueError(f"cannot add {span} of business time")
        if not span:
            return _utc(at)
        for opens, closes in self._windows(at):
            start = max(opens, _utc(at))
            if closes - start >= span:
                return start + span
            span -= closes - start
        raise AssertionError("windows never end: they raise LookupError instead")

    def after(self, at: datetime, span: Span) -> datetime:
        """The moment that lies a written span after `at`."""
        if span.by_end_of_day:
            return self.end_of_day(self._last_day(at, span))
        if span.unit == "business days":
            return self.add_business_days(at, span.count)
        if span.unit == "weeks":
            return self.add_days(at, 7 * span.count)
        length = span.count * _LENGTHS[span.unit.removeprefix("business ")]
        return self.add_business_time(at, length) if span.in_business else _utc(at) + length

    def open_time(self, since: datetime, until: datetime) -> timedelta:
        """For how long the desk is open from one moment to a later one; nothing if it is not later."""
        total, end = timedelta(0), _utc(until)
        for opens, closes in self._windows(since) if _utc(since) < end else ():
            if opens >= end:
                break
            total += min(closes, end) - max(opens, _utc(since))
        return total

    def subtract_business_time(self, at: datetime, span: timedelta) -> datetime:
        """The last moment from which the desk is open for `span` until `at`."""
        if span < timedelta(0):
            raise ValueError(f"cannot subtract {span} of business time")
        if not span:
            return _utc(at)
        for opens, closes in self._windows_before(at):
            end = min(closes, _utc(at))
            if end - opens >= span:
                return end - span
            span -= end - opens
        raise LookupError(f"the desk was not open long enough in the ten years before {at:%Y-%m-%d}")

    def subtract_business_days(self, at: datetime, days: int) -> datetime:
        """The same wall-clock time on the n-th business day before `at`'s local day; `at` itself for none."""
        if days < 0:
            raise ValueError(f"cannot subtract {days} business days")
        local = _utc(at).astimezone(self.zone)
        day, first = local.date(), local.date() - _HORIZON
        while days:
            day -= _DAY
            days -= self.is_business_day(day)
            if day < first:
                raise LookupError(f"the desk has too few business days before {local.date()}")
        return _utc(at) if day == local.date() else datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def before(self, at: datetime, span: Span) -> datetime:
        """The moment that lies a written span before `at`."""
        if span.unit == "business days":
            return self.subtract_business_days(at, span.count)
        length = span.count * _LENGTHS[span.unit.removeprefix("business ")]
        return self.subtract_business_time(at, length) if span.in_business else _utc(at) - length

    def _last_day(self, at: datetime, span: Span) -> date:
        """The local day on which a span of whole days ends."""
        day = self._day_of(at)
        if span.in_business:
            return self._business_day_after(day, span.count)
        return day + span.count * (7 if span.unit == "weeks" else 1) * _DAY

    def _business_day_after(self, day: date, days: int) -> date:
        """The n-th business day after a local day; that day itself for none."""
        first, last = day, day + _HORIZON
        while days:
            day += _DAY
            days -= self.is_business_day(day)
            if day > last:
                raise LookupError(f"the desk has too few business days after {first}")
        return day

    def _day_of(self, at: datetime) -> date:
        return _utc(at).astimezone(self.zone).date()

    def _on(self, at: datetime, day: date) -> datetime:
        """The wall-clock time of `at` on another local day."""
        local = _utc(at).astimezone(self.zone)
        return _utc(at) if day == local.date() else datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def _windows(self, at: datetime) -> Iterator[Opening]:
        """Opening and closing moments of every window that closes after `at`, in order, without end."""
        moment = _utc(at)
        day, last = moment.astimezone(self.zone).date(), moment.date() + _HORIZON
        while day < last:
            for start, end in self._openings(day):
                if end > moment:
                    yield start, end
                    last = day + _HORIZON
            day += _DAY
        raise LookupError(f"the desk does not open within ten years after {moment:%Y-%m-%d}")

    def _windows_before(self, at: datetime) -> Iterator[Opening]:
        """Opening and closing moments of every window that opens before `at`, the latest first, ten years back."""
        moment = _utc(at)
        day = moment.astimezone(self.zone).date()
        for _ in range(_HORIZON.days):
            yield from ((start, end) for start, end in reversed(tuple(self._openings(day))) if start < moment)
            day -= _DAY

    def _openings(self, day: date) -> Iterator[Opening]:
        """The windows of a local day as moments; one that the change of the clock swallows is none."""
        for opens, closes in self.windows_of(day):
            start, end = self._moment(day, opens), self._moment(day if closes > time(0) else day + _DAY, closes)
            if end > start:
                yield start, end

    def _moment(self, day: date, wall: time) -> datetime:
        """A wall time that is skipped or comes twice is read as before the change (PEP 495, fold=0)."""
        return datetime.combine(day, wall, self.zone).astimezone(UTC)


_LENGTHS = {"weeks": 7 * _DAY, "days": _DAY, "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)
