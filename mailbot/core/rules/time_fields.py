"""What rules may ask about the moment of a mail: its arrival on the clock of the organisation."""

from datetime import date, datetime, time

from mailbot.core.deadlines import DAYS
from mailbot.core.rules.field import Fields
from mailbot.core.rules.incoming import Incoming
from mailbot.core.rules.moments import DATE, TIME, WEEKDAY
from mailbot.core.rules.values import FLAG

TIMES: Fields[Incoming] = Fields()
"""The fields that schedules are made of."""


@TIMES.add(FLAG)
def business_hours(incoming: Incoming) -> bool:
    """Whether the desk was open when the mail came."""
    return incoming.calendar.is_open(incoming.now)


@TIMES.add(FLAG)
def holiday(incoming: Incoming) -> bool:
    """Whether the mail came on a public holiday, or on a day off of the organisation's own."""
    return _local(incoming).date() in incoming.calendar.holidays


@TIMES.add(DATE, "date")
def day(incoming: Incoming) -> date:
    """The day on which the mail came, in the organisation's time zone."""
    return _local(incoming).date()


@TIMES.add(TIME, "time")
def hour(incoming: Incoming) -> time:
    """The time of day at which the mail came, in the organisation's time zone."""
    return _local(incoming).time().replace(tzinfo=None)


@TIMES.add(WEEKDAY)
def weekday(incoming: Incoming) -> str:
    """The day of the week on which the mail came, in the organisation's time zone."""
    return DAYS[_local(incoming).weekday()]


def _local(incoming: Incoming) -> datetime:
    return incoming.now.astimezone(incoming.calendar.zone)
