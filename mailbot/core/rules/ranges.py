"""Ranges that a rule may write: seasons, hours of the day, days of the week."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol, Self

from mailbot.core.deadlines import DAYS, weekdays

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.? ([a-z]+)\.?(?: ([0-9]{4}))?", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:,? ([0-9]{4}))?", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_BETWEEN = re.compile(r"\s*[–—…]\s*|\s+(?:-|to|until)\s+", re.IGNORECASE)
_LEAP_YEAR = 2000
_SHORTEST_MONTH = 3


class Range(Protocol):
    """What a value lies in or not."""

    def covers(self, value: object) -> bool | None:
        """Whether it lies in it; None where that cannot be said."""


def ends(written: str) -> tuple[str, str] | None:
    """Both ends of a range written with a dash or `to` between them; None where it is none."""
    parts = _BETWEEN.split(written.strip())
    if len(parts) == 1:
        parts = written.strip().split("-")
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 and all(map(str.strip, parts)) else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of every year, or of one."""

    month: int
    day: int
    year: int | None = None

    @classmethod
    def parse(cls, written: str) -> Self:
        """The day written `24 Dec`, `Dec 24`, `24 December 2026` or `2026-12-24`; ValueError for any other form."""
        text = written.strip()
        if found := _ISO.fullmatch(text):
            return cls._valid(int(found[2]), int(found[3]), int(found[1]))
        if found := _DAY_FIRST.fullmatch(text):
            return cls._valid(_month(found[2]), int(found[1]), int(found[3]) if found[3] else None)
        if found := _MONTH_FIRST.fullmatch(text):
            return cls._valid(_month(found[1]), int(found[2]), int(found[3]) if found[3] else None)
        raise ValueError('expected a day like "24 Dec" or 2026-12-24')

    @classmethod
    def _valid(cls, month: int, day: int, year: int | None) -> Self:
        try:
            date(_LEAP_YEAR if year is None else year, month, day)
        except ValueError:
            raise ValueError("expected a day that is in the calendar") from None
        return cls(month, day, year)

    @property
    def date(self) -> date | None:
        """The day itself, if it is one of a certain year."""
        return None if self.year is None else date(self.year, self.month, self.day)


def _month(word: str) -> int:
    low = word.casefold()
    if len(low) >= _SHORTEST_MONTH:
        for number, name in enumerate(_MONTHS, start=1):
            if name.startswith(low):
                return number
    raise ValueError(f'expected a month in English, like "Dec" or "December", not "{word}"')


@dataclass(frozen=True, slots=True)
class Season:
    """From one day to another, both included: of every year, also over its end, or of certain years."""

    first: Day
    last: Day
    written: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """The season written `1 Dec – 6 Jan` or `2026-12-01 – 2027-01-06`, or one day; ValueError for anything else."""
        text = written.strip()
        if _ISO.fullmatch(text):
            return cls(Day.parse(text), Day.parse(text), text)
        first, last = (Day.parse(end) for end in ends(text) or (text, text))
        if (first.date is None) is not (last.date is None):
            raise ValueError("expected both days with their year, or neither")
        if first.date and last.date and first.date > last.date:
            raise ValueError("expected the earlier day first")
        return cls(first, last, text)

    def covers(self, value: object) -> bool | None:
        """Whether the day lies in it."""
        if not isinstance(value, date):
            return None
        if self.first.date and self.last.date:
            return self.first.date <= value <= self.last.date
        here, start, end = (value.month, value.day), self.first, self.last
        begin, stop = (start.month, start.day), (end.month, end.day)
        return begin <= here <= stop if begin <= stop else here >= begin or here <= stop

    def __str__(self) -> str:
        return self.written


def clock(written: str) -> time:
    """The time of day written `08:30` or `8:30`; ValueError for any other form."""
    found = _CLOCK.fullmatch(written.strip())
    if found is None:
        raise ValueError('expected a time of day like "08:30"')
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to before another, also over midnight."""

    start: time
    end: time
    written: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """The hours written `22:00 – 06:00`; an end at 24:00 is midnight; ValueError for any other form."""
        found = ends(written)
        if found is None:
            raise ValueError('expected hours like "22:00 – 06:00"')
        start, end = clock(found[0]), time(0) if found[1] == "24:00" else clock(found[1])
        if start == end:
            raise ValueError("expected two different times")
        return cls(start, end, written.strip())

    def covers(self, value: object) -> bool | None:
        """Whether the time lies in them: their first minute does, the one at which they end does not."""
        if not isinstance(value, time):
            return None
        if self.start < self.end:
            return self.start <= value < self.end
        return value >= self.start or value < self.end

    def __str__(self) -> str:
        return self.written


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Some days of the week, by their short names."""

    days: frozenset[str]
    written: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """The days written `sat` or `mon-fri`; ValueError for any other form."""
        text = written.strip().casefold()
        return cls(frozenset(DAYS[number] for number in weekdays("-".join(ends(text) or (text,)))), text)

    def covers(self, value: object) -> bool | None:
        """Whether the day is one of them."""
        return value in self.days

    def __str__(self) -> str:
        return self.written
