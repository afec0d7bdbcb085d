"""Stretches of the calendar as laws and policies write them: `14 days`, `12 months`, `2 years`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

PeriodUnit = Literal["days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, weeks, months or years."""

    count: int
    unit: PeriodUnit

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period written so, singular or plural; ValueError for any other form."""
        written = re.fullmatch(r"([1-9][0-9]{0,3}) (day|week|month|year)s?", text.strip(), re.ASCII)
        if written is None:
            raise ValueError('expected a period like "14 days", "12 months" or "2 years"')
        unit: PeriodUnit = f"{written[2]}s"  # type: ignore[assignment]  # the pattern lets through no other word
        return cls(int(written[1]), unit)

    def after(self, day: date) -> date:
        """The day on which the period ends that begins on `day`; a day that the last month lacks is its last one."""
        return self._moved(day, self.count)

    def before(self, day: date) -> date:
        """The day on which the period began that ends on `day`; a day that the month lacks is its last one."""
        return self._moved(day, -self.count)

    def _moved(self, day: date, count: int) -> date:
        if self.unit in ("days", "weeks"):
            return day + timedelta(days=count * (7 if self.unit == "weeks" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if self.unit == "years" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"
