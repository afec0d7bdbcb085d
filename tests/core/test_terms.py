"""Spans as laws write them (so many weeks, the end of the n-th day), and all arithmetic of the calendar, each against
a count that goes from minute to minute by the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.deadlines import Calendar, Span

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = ("Europe/Tallinn", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe")
LONDON, TALLINN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Tallinn")
OFFICE = Calendar(LONDON, dict.fromkeys(range(5), ((time(9), time(17)),)), frozenset({date(2026, 12, 25)}))
CHANGES = [(2026, 3, 28), (2026, 3, 7), (2026, 10, 24), (2026, 10, 31), (2026, 4, 4), (2026, 10, 3), (2022, 3, 20)]
"""Days around which the clocks of the zones are changed; Tehran changed for the last time in 2022."""


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Shifts with breaks between them, some round the clock, some over the hours at which the clock is changed."""
    hours = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=2)):
        edges = sorted(draw(st.sets(st.integers(0, 24), min_size=2, max_size=6)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        hours[day] = tuple((time(a), time(b % 24)) for a, b in pairs)
    near = st.sampled_from(CHANGES).flatmap(lambda d: st.dates(date(*d) - 5 * DAY, date(*d) + 5 * DAY))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    return Calendar(zone, hours, draw(st.frozensets(near, max_size=4)))


MOMENTS = st.builds(
    lambda day, minutes: datetime(*day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-4 * 1440, 4 * 1440),
)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    local = moment.astimezone(calendar.zone)
    windows = () if local.date() in calendar.holidays else calendar.hours.get(local.weekday(), ())
    return any(opens <= local.time() and (closes == time(0) or local.time() < closes) for opens, closes in windows)


def minutes_of(calendar: Calendar, day: date) -> list[datetime]:
    """Every minute of a local day: 23, 24 or 25 hours of them, or half an hour more or less."""
    around = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    return [m for n in range(3 * 1440) if (m := around + n * MINUTE).astimezone(calendar.zone).date() == day]


def counted_end(calendar: Calendar, day: date) -> datetime:
    minutes = minutes_of(calendar, day)
    open_ones = [minute for minute in minutes if is_open(calendar, minute)]
    return min(open_ones[-1] + MINUTE, minutes[-1]) if open_ones else minutes[-1]


def opens_on(calendar: Calendar, day: date) -> bool:
    return day not in calendar.holidays and bool(calendar.hours.get(day.weekday()))


def counted_day(calendar: Calendar, moment: datetime, days: int, step: timedelta) -> date:
    day = moment.astimezone(calendar.zone).date()
    while days:
        day += step
        days -= opens_on(calendar, day)
    return day


@given(calendars(), MOMENTS, st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_the_end_of_the_nth_business_day_is_the_last_open_minute_of_that_day(
    calendar: Calendar, moment: datetime, days: int
) -> None:
    day = counted_day(calendar, moment, days, DAY)
    assert calendar.after(moment, Span(days, "business days", by_end_of_day=True)) == counted_end(calendar, day)


@given(calendars(), MOMENTS, st.integers(1, 12), st.sampled_from(["days", "weeks"]))
@settings(max_examples=80, deadline=None)
def test_the_end_of_the_nth_day_is_found_by_the_calendar_on_the_wall(
    calendar: Calendar, moment: datetime, number: int, unit: str
) -> None:
    day = moment.astimezone(calendar.zone).date() + number * (7 if unit == "weeks" else 1) * DAY
    assert calendar.after(moment, Span(number, unit, by_end_of_day=True)) == counted_end(calendar, day)


@given(calendars(), MOMENTS, st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_weeks_end_at_the_hour_at_which_they_began(calendar: Calendar, moment: datetime, weeks: int) -> None:
    start = moment.astimezone(calendar.zone)
    end = calendar.after(moment, Span(weeks, "weeks")).astimezone(calendar.zone)
    assert end.date() == start.date() + weeks * 7 * DAY
    wanted = datetime.combine(end.date(), start.time())
    skipped = wanted.replace(tzinfo=calendar.zone).astimezone(UTC).astimezone(calendar.zone).time() != start.time()
    assert skipped or end.time() == start.time()


@given(calendars(), MOMENTS, st.integers(1, 1200))
@settings(max_examples=80, deadline=None)
def test_business_time_after_and_before_a_moment_is_what_counting_minutes_gives(
    calendar: Calendar, moment: datetime, minutes: int
) -> None:
    ahead, left = moment, minutes
    while left:
        left -= is_open(calendar, ahead)
        ahead += MINUTE
    assert calendar.after(moment, Span(minutes, "business minutes")) == ahead
    back, left = moment, minutes
    while left:
        back -= MINUTE
        left -= is_open(calendar, back)
    assert calendar.before(moment, Span(minutes, "business minutes")) == back


@given(calendars(), MOMENTS, st.integers(0, 9 * 1440))
@settings(max_examples=60, deadline=None)
def test_open_time_between_two_moments_is_what_counting_minutes_gives(
    calendar: Calendar, moment: datetime, length: int
) -> None:
    counted = sum(is_open(calendar, moment + n * MINUTE) for n in range(length))
    assert calendar.open_time(moment, moment + length * MINUTE) == counted * MINUTE


@given(calendars(), MOMENTS, st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_business_days_after_and_before_keep_the_hour_and_skip_days_off(
    calendar: Calendar, moment: datetime, days: int
) -> None:
    hour = moment.astimezone(calendar.zone).time()
    for ask, step in ((calendar.after, DAY), (calendar.before, -DAY)):
        day = counted_day(calendar, moment, days, step)
        expected = datetime.combine(day, hour, calendar.zone).astimezone(UTC)
        assert ask(moment, Span(days, "business days")) == expected


def at(*parts: int, zone: ZoneInfo = LONDON) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]  # the parts of a moment, then its zone


@pytest.mark.parametrize(
    ("written", "since", "due"),
    [
        ("3 business days, end of day", at(2026, 11, 5, 23, 50), at(2026, 11, 10, 17, 0)),
        ("3 business days, end of day", at(2026, 11, 7, 10, 0), at(2026, 11, 11, 17, 0)),
        ("3 business days end of day", at(2026, 12, 23, 0, 0), at(2026, 12, 29, 17, 0)),
        ("15 business days, end of day", at(2026, 11, 2, 8, 0), at(2026, 11, 23, 17, 0)),
        ("8 weeks, end of day", at(2026, 9, 7, 12, 0), at(2026, 11, 2, 17, 0)),
        ("8 weeks, end of day", at(2026, 10, 31, 12, 0), at(2026, 12, 26, 23, 59)),
        ("8 weeks", at(2026, 9, 7, 12, 0), at(2026, 11, 2, 12, 0)),
        ("8 weeks", at(2026, 3, 2, 12, 0), at(2026, 4, 27, 12, 0)),
        ("1 week", at(2026, 3, 24, 12, 0), at(2026, 3, 31, 12, 0)),
        ("15 days, end of day", at(2026, 10, 20, 23, 59), at(2026, 11, 4, 17, 0)),
        ("15 days", at(2026, 10, 20, 12, 0), at(2026, 11, 4, 11, 0)),
    ],
)
def test_a_deadline_is_read_as_laws_write_it(written: str, since: datetime, due: datetime) -> None:
    assert OFFICE.after(since, Span.of_deadline(written)) == due


def test_a_day_that_closes_at_midnight_ends_with_its_last_minute_so_that_its_date_is_its_own() -> None:
    always = Calendar(TALLINN, dict.fromkeys(range(7), ((time(0), time(0)),)))
    end = always.after(at(2026, 10, 24, 12, 0, zone=TALLINN), Span(1, "days", by_end_of_day=True))
    assert end == at(2026, 10, 25, 23, 59, zone=TALLINN)


@pytest.mark.parametrize("written", ["3 business days, end of day", "8 weeks", "1 week, end of day", "2 hours"])
def test_a_deadline_is_written_as_it_is_read(written: str) -> None:
    assert str(Span.of_deadline(written)) == written


@pytest.mark.parametrize("written", ["2 hours, end of day", "end of day", "8 weeks, end of month", "week", "8 wk"])
def test_other_deadlines_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Span.of_deadline(written)


def test_other_spans_know_neither_weeks_nor_the_end_of_a_day() -> None:
    for written in ("8 weeks", "3 business days, end of day"):
        with pytest.raises(ValueError, match="expected a span"):
            Span.parse(written)
