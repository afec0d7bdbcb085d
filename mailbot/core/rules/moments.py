"""The kinds of value that have to do with time: days and seasons, hours, days of the week, spans, occasions."""

from datetime import date, time

from mailbot.core.deadlines import DAYS, Span
from mailbot.core.periods import Period
from mailbot.core.rules.ranges import Day, Hours, Season, Weekdays, clock
from mailbot.core.rules.ranking import Between
from mailbot.core.rules.values import COUNT, ORDER, Kind, Known, UnexpectedValue


def _day(written: object, _known: Known) -> date:
    day = Day.parse(str(written)).date
    if day is None:
        raise UnexpectedValue("expected a day with its year, like 2026-12-24; days of every year stand in `between`")
    return day


def _day_then(written: object, known: Known) -> date:
    try:
        span(str(written))
    except ValueError:
        return _day(written, known)
    raise UnexpectedValue("expected a day like 2026-12-24; a span stands behind `within` or `older_than`")


def _time(written: object, _known: Known) -> time:
    return clock(str(written))


def _weekday(written: object, _known: Known) -> str:
    if written in DAYS:
        return str(written)
    raise UnexpectedValue(f"expected one of {', '.join(DAYS)}")


def span(written: str) -> Span | Period:
    """The span of time written `3 business days`, `2 days` or `12 months`; ValueError for any other form."""
    try:
        return Span.parse(written)
    except ValueError:
        pass
    try:
        return Period.parse(written)
    except ValueError:
        raise ValueError(
            'expected a span like "3 business days", "4 business hours", "2 days" or "12 months"'
        ) from None


def _span(written: object, _known: Known) -> Span | Period:
    return span(str(written))


_SPAN_PATTERN = "^[0-9]{1,4} ((business )?(day|hour|minute)|week|month|year)s?$"

DATE = Kind(("between", *ORDER), _day, {"type": "string", "examples": ["1 Dec – 6 Jan"]}, range=Season.parse)
TIME = Kind(("between", *ORDER), _time, {"type": "string", "examples": ["22:00 – 06:00"]}, range=Hours.parse)
WEEKDAY = Kind(("between",), _weekday, {"type": "string", "examples": [*DAYS, "mon-fri"]}, range=Weekdays.parse)
SPAN = Kind(
    (*ORDER, "between"),
    _span,
    {"type": "string", "pattern": _SPAN_PATTERN},
    range=Between.reading(span),
    bare=False,
)
DAY = Kind(
    ("between", *ORDER, "within", "older_than"),
    _day_then,
    DATE.schema,
    range=Season.parse,
    others={"within": SPAN, "older_than": SPAN},
)
"""A day in the life of an order or a customer; that of a mail's arrival is a DATE."""
OCCASIONS = Kind(COUNT.operators, COUNT.parse, COUNT.schema, range=COUNT.range, within=True)
