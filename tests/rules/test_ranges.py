"""Seasons, hours and days of the week: what they cover, and what is no range."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.money import Money
from mailbot.core.rules.moments import span
from mailbot.core.rules.ranges import Hours, Season, Weekdays
from mailbot.core.rules.ranking import Between, sign
from mailbot.core.rules.values import COUNT, SUM


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        ("1 Dec – 6 Jan", ["2026-12-01", "2026-12-31", "2027-01-01", "2030-01-06"], ["2026-11-30", "2027-01-07"]),
        ("1 December to 6 January", ["2026-12-24"], ["2026-07-01"]),
        ("Jun 20 - Jun 25", ["2026-06-20", "2027-06-25"], ["2026-06-26"]),
        ("1 Jun-31 Aug", ["2026-07-01"], ["2026-09-01"]),
        ("2026-12-01 – 2027-01-06", ["2026-12-01", "2027-01-06"], ["2025-12-24", "2027-12-24"]),
        ("2026-12-01 - 2027-01-06", ["2026-12-24"], ["2027-12-24"]),
        ("24 Dec 2026", ["2026-12-24"], ["2027-12-24", "2026-12-25"]),
        ("2026-12-24", ["2026-12-24"], ["2027-12-24"]),
        ("24 Dec", ["2026-12-24", "2027-12-24"], ["2026-12-25"]),
        ("29 Feb – 1 Mar", ["2028-02-29", "2027-03-01"], ["2027-02-28"]),
    ],
)
def test_a_season_covers_its_days(written: str, inside: list[str], outside: list[str]) -> None:
    season = Season.parse(written)
    assert all(season.covers(date.fromisoformat(day)) for day in inside)
    assert not any(season.covers(date.fromisoformat(day)) for day in outside)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1 Dez – 6 Jan", 'a month in English, like "Dec" or "December", not "Dez"'),
        ("31 Nov", "a day that is in the calendar"),
        ("2026-02-30", "a day that is in the calendar"),
        ("1 Dec 2026 – 6 Jan", "both days with their year, or neither"),
        ("2027-01-06 – 2026-12-01", "the earlier day first"),
        ("winter", 'a day like "24 Dec" or 2026-12-24'),
        ("01.12. – 06.01.", 'a day like "24 Dec" or 2026-12-24'),
        ("1 Dec – 6 Jan – 8 Jan", 'a day like "24 Dec" or 2026-12-24'),
    ],
)
def test_what_is_no_season_is_named(written: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Season.parse(written)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 364))
def test_a_season_and_the_days_that_it_leaves_out_share_none(first: date, length: int) -> None:
    if (first.month, first.day) == (2, 29):
        return
    last = date(2001, first.month, first.day) + timedelta(days=length)
    season = Season.parse(f"{first:%d %b} – {last:%d %b}")
    year = [date(2001, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(bool(season.covers(day)) for day in year) == length + 1


def test_hours_go_over_midnight_and_end_before_their_end() -> None:
    night = Hours.parse("22:00 – 06:00")
    assert [night.covers(time(*at)) for at in ((22, 0), (23, 59), (0, 0), (5, 59), (6, 0), (21, 59))] == [
        *(True, True, True, True),
        *(False, False),
    ]
    evening = Hours.parse("18:00-24:00")
    assert (evening.covers(time(23, 59)), evening.covers(time(0, 0))) == (True, False)


@pytest.mark.parametrize("written", ["22:00", "22 – 06", "22:00 – 25:00", "08:00 – 08:00", "24:00 – 06:00"])
def test_any_other_hours_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Hours.parse(written)


def test_days_of_the_week_may_be_a_range() -> None:
    assert [Weekdays.parse("fri-mon").covers(day) for day in ("thu", "fri", "sun", "mon", "tue")] == [
        False,
        *(True, True, True),
        False,
    ]
    assert Weekdays.parse("sat").covers("sat")
    with pytest.raises(ValueError, match="expected a day"):
        Weekdays.parse("saturday")


def test_sums_and_counts_lie_between_their_ends_or_on_them() -> None:
    assert SUM.range
    assert COUNT.range
    fifties = SUM.range("50 – 200 EUR")
    sums = [fifties.covers(Money.parse(written)) for written in ("49.99 EUR", "50 EUR", "200 EUR", "60 USD")]
    assert sums == [False, True, True, None]
    assert [COUNT.range("2 – 5").covers(count) for count in (1, 2, 5, 6)] == [False, True, True, False]
    for written in ("200 – 50 EUR", "50 EUR – 200 USD", "50 EUR", "a – b"):
        with pytest.raises(ValueError, match="expected"):
            SUM.range(written)
    with pytest.raises(ValueError, match="smaller value first"):
        COUNT.range("5 – 2")


def test_spans_are_written_in_units_of_clock_desk_and_calendar() -> None:
    assert [str(span(written)) for written in ("3 business days", "2 days", "6 weeks", "1 year")] == [
        *("3 business days", "2 days"),
        *("6 weeks", "1 year"),
    ]
    with pytest.raises(ValueError, match='like "3 business days"'):
        span("soon")


def test_what_is_of_two_kinds_does_not_compare() -> None:
    assert sign(date(2026, 1, 1), time(0)) is None
    assert sign("1 (Highest)", "3") == -1
    assert sign("high", "3") is None
    assert Between(1, 2).covers("x") is None
