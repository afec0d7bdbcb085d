"""What rules may ask about the moment of a mail: its arrival on the clock of the organisation."""

from datetime import date, datetime, time
from typing import Protocol

from mailbot.core.deadlines import DAYS, Calendar
from mailbot.core.rules.field import Fields
from mailbot.core.rules.moments import DATE, TIME, WEEKDAY
from mailbot.core.rules.values import FLAG


class Dated(Protocol):
    """A moment, and whose hours and holidays count."""

    @property
    def now(self) -> datetime:
        """The moment."""

    @property
    def calendar(self) -> Calendar:
        """The hours of the desk."""


TIMES: Fields[Dated] = Fields()
"""The fields that schedules are made of."""


@TIMES.add(FLAG)
def business_hours(asked: Dated) -> bool:
    """Whether the desk was open when the mail came."""
    return asked.calendar.is_open(asked.now)


@TIMES.add(FLAG)
def holiday(asked: Dated) -> bool:
    """Whether the mail came on a public holiday, or on a day off of the organisation's own."""
    return _local(asked).date() in asked.calendar.holidays


@TIMES.add(DATE, "date")
def day(asked: Dated) -> date:
    """The day on which the mail came, in the organisation's time zone."""
    return _local(asked).date()


@TIMES.add(TIME, "time")
def hour(asked: Dated) -> time:
    """The time of day at which the mail came, in the organisation's time zone."""
    return _local(asked).time().replace(tzinfo=None)


@TIMES.add(WEEKDAY)
def weekday(asked: Dated) -> str:
    """The day of the week on which the mail came, in the organisation's time zone."""
    return DAYS[_local(asked).weekday()]


def _local(asked: Dated) -> datetime:
    return asked.now.astimezone(asked.calendar.zone)
