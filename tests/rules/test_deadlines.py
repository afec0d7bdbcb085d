"""Working hours: compared with counting minute by minute, over changes of the clock too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.deadlines import Calendar, Span

TALLINN = ZoneInfo("Europe/Tallinn")
MINUTE = timedelta(minutes=1)
OFFICE = Calendar(TALLINN, dict.fromkeys(range(5), ((time(9), time(17)),)), frozenset({date(2026, 2, 24)}))


def at(*parts: int, zone: ZoneInfo = TALLINN) -> datetime:
    return datetime(*parts, tzinfo=zone)


def test_the_desk_is_open_from_the_first_minute_to_before_the_last() -> None:
    assert OFFICE.is_open(at(2026, 3, 2, 9, 0))
    assert OFFICE.is_open(at(2026, 3, 2, 16, 59))
    assert not OFFICE.is_open(at(2026, 3, 2, 17, 0))
    assert not OFFICE.is_open(at(2026, 3, 2, 8, 59))
    assert not OFFICE.is_open(at(2026, 2, 24, 12, 0))
    assert not OFFICE.is_open(at(2026, 2, 28, 12, 0))


@pytest.mark.parametrize(
    ("since", "opens"),
    [
        (at(2026, 3, 2, 12, 0), at(2026, 3, 2, 12, 0)),
        (at(2026, 3, 2, 17, 0), at(2026, 3, 3, 9, 0)),
        (at(2026, 2, 27, 18, 0), at(2026, 3, 2, 9, 0)),
        (at(2026, 2, 23, 17, 0), at(2026, 2, 25, 9, 0)),
    ],
)
def test_it_opens_next_on_the_next_working_day(since: datetime, opens: datetime) -> None:
    assert OFFICE.next_open(since) == opens


def test_business_days_keep_the_wall_clock_and_pass_over_days_off() -> None:
    assert OFFICE.add_business_days(at(2026, 2, 20, 16, 0), 2) == at(2026, 2, 25, 16, 0)
    assert OFFICE.add_business_days(at(2026, 2, 21, 10, 0), 1) == at(2026, 2, 23, 10, 0)
    # The clock goes forward in the night to Sunday 29 March: an hour of Universal Time less, the same time of day.
    assert OFFICE.add_business_days(at(2026, 3, 27, 10, 0), 1) == at(2026, 3, 30, 10, 0)


def test_no_business_days_later_is_now() -> None:
    saturday = at(2026, 2, 21, 10, 0)
    assert OFFICE.add_business_days(saturday, 0) == saturday
    assert OFFICE.add_business_time(saturday, timedelta(0)) == saturday


def test_business_time_goes_on_after_a_holiday() -> None:
    assert OFFICE.add_business_time(at(2026, 2, 23, 16, 0), timedelta(hours=2)) == at(2026, 2, 25, 10, 0)
    assert OFFICE.add_business_time(at(2026, 2, 23, 16, 0), timedelta(hours=1)) == at(2026, 2, 23, 17, 0)


def test_a_persian_week() -> None:
    tehran = ZoneInfo("Asia/Tehran")
    week = Calendar(tehran, {day: ((time(8), time(16)),) for day in (5, 6, 0, 1, 2)})
    end = week.add_business_time(at(2026, 11, 4, 15, 30, zone=tehran), timedelta(hours=1))
    assert end == at(2026, 11, 7, 8, 30, zone=tehran)


def test_a_desk_that_never_closes_counts_every_hour_there_is() -> None:
    always = Calendar(TALLINN, dict.fromkeys(range(7), ((time(0), time(0)),)))
    for night in (at(2026, 3, 28, 12, 0), at(2026, 10, 24, 12, 0)):
        assert always.add_business_time(night, timedelta(hours=24)) == night.astimezone(UTC) + timedelta(hours=24)
        assert all(always.is_open(night + n * MINUTE * 30) for n in range(96))


def test_results_are_in_universal_time() -> None:
    noon = at(2026, 3, 2, 12, 0)
    results = (
        OFFICE.next_open(noon),
        OFFICE.add_business_days(noon, 1),
        OFFICE.add_business_time(noon, MINUTE),
        OFFICE.after(noon, Span.parse("1 day")),
    )
    assert all(result.tzinfo is UTC for result in results)


def test_a_time_without_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    for ask in (OFFICE.is_open, OFFICE.next_open, lambda t: OFFICE.add_business_days(t, 1)):
        with pytest.raises(ValueError, match="no time zone"):
            ask(naive)


def test_nothing_is_added_backwards() -> None:
    with pytest.raises(ValueError, match="cannot add"):
        OFFICE.add_business_days(at(2026, 3, 2), -1)
    with pytest.raises(ValueError, match="cannot add"):
        OFFICE.add_business_time(at(2026, 3, 2), -MINUTE)


def test_a_desk_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="never opens"):
        Calendar(TALLINN, {0: ()})


def test_days_off_without_end_are_an_error_and_no_endless_loop() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    closed = Calendar(TALLINN, OFFICE.hours, Always())
    for ask in (closed.next_open, lambda t: closed.add_business_days(t, 1)):
        with pytest.raises(LookupError):
            ask(at(2026, 3, 2))


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("3 business days", at(2026, 3, 2, 16, 0)),
        ("1 business hour", at(2026, 2, 25, 17, 0)),
        ("90 business minutes", at(2026, 2, 26, 9, 30)),
        ("2 days", at(2026, 2, 27, 16, 0)),
        ("1 hour", at(2026, 2, 25, 17, 0)),
    ],
)
def test_a_span_is_read_as_it_is_written(written: str, after: datetime) -> None:
    assert OFFICE.after(at(2026, 2, 25, 16, 0), Span.parse(written)) == after
    assert str(Span.parse(written)) == written


@pytest.mark.parametrize("written", ["3", "three days", "-1 days", "3 weeks", "3business days", ""])
def test_any_other_span_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected a span"):
        Span.parse(written)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Zones whose clocks change by day, by night, at midnight, by half an hour, or never."""
    names = ["Europe/Tallinn", "America/Santiago", "Australia/Lord_Howe", "Asia/Tehran", "America/Havana"]
    hours = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=2)):
        edges = sorted(draw(st.sets(st.integers(5 * 4, 96), min_size=2, max_size=4)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        hours[day] = tuple((time(a // 4, a % 4 * 15), time(b // 4 % 24, b % 4 * 15)) for a, b in pairs)
    days_off = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    return Calendar(ZoneInfo(draw(st.sampled_from(names))), hours, draw(st.frozensets(days_off, max_size=5)))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


def wall_clock_says_open(calendar: Calendar, moment: datetime) -> bool:
    local = moment.astimezone(calendar.zone)
    windows = () if local.date() in calendar.holidays else calendar.hours.get(local.weekday(), ())
    return any(opens <= local.time() and (closes == time(0) or local.time() < closes) for opens, closes in windows)


@given(calendars(), MOMENTS)
@settings(max_examples=150, deadline=None)
def test_open_is_what_the_clock_on_the_wall_says(calendar: Calendar, moment: datetime) -> None:
    assert calendar.is_open(moment) == wall_clock_says_open(calendar, moment)


@given(calendars(), MOMENTS, st.integers(1, 900))
@settings(max_examples=60, deadline=None)
def test_business_time_is_what_counting_minutes_gives(calendar: Calendar, moment: datetime, minutes: int) -> None:
    now, left = moment, minutes
    while left:
        left -= wall_clock_says_open(calendar, now)
        now += MINUTE
    assert calendar.add_business_time(moment, minutes * MINUTE) == now


@given(calendars(), MOMENTS, st.integers(0, 600), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_two_spans_in_a_row_are_one_long_span(calendar: Calendar, moment: datetime, first: int, second: int) -> None:
    in_two = calendar.add_business_time(calendar.add_business_time(moment, first * MINUTE), second * MINUTE)
    assert in_two == calendar.add_business_time(moment, (first + second) * MINUTE)


@given(calendars(), MOMENTS)
@settings(max_examples=100, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, moment: datetime) -> None:
    opens = calendar.next_open(moment)
    assert wall_clock_says_open(calendar, opens)
    quarters = int((opens - moment) / (15 * MINUTE))
    assert not any(wall_clock_says_open(calendar, opens - n * 15 * MINUTE - MINUTE) for n in range(min(quarters, 400)))
