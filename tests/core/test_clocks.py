"""How clocks count: against opening hours, holidays, changes of the clock, and pauses of any length."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.case import Deadline, Pause, Priority
from mailbot.core.clocks import alarms, begun, due_at, prolonged, recounted
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.rules.conditions import AnyOf, Compare
from mailbot.core.rules.ranges import Hours, Weekdays
from mailbot.core.rules.schedule_hours import ScheduleCalendar
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.sla import Clock, EarlyWarning, Extension, Happening, Step
from tests.rules.test_deadlines import MOMENTS, OFFICE, at, calendars, wall_clock_says_open

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NORMAL = Priority.NORMAL
NIGHT = Compare("time", TIMES["time"].kind, "between", (Hours.parse("22:00 – 06:00"),))
WEEKEND = Compare("weekday", TIMES["weekday"].kind, "between", (Weekdays.parse("sat"), Weekdays.parse("sun")))
LUNCH = Compare("time", TIMES["time"].kind, "le", (time(12, 30),))
OFFICE_HOURS = Compare("business_hours", TIMES["business_hours"].kind, "is", (True,))


def clock(within: str, **values: object) -> Clock:
    fixed = {"kind": "c", "starts": frozenset({Happening.RECEIPT}), "until": Happening.ANSWER}
    return Clock(**(fixed | {"within": Span.parse(within)} | values))


SPANS = st.builds(
    Span,
    st.integers(1, 60),
    st.sampled_from(["business days", "business hours", "business minutes", "days", "hours", "minutes"]),
)


@given(calendars(), MOMENTS, SPANS)
@settings(max_examples=100, deadline=None)
def test_a_deadline_is_never_before_its_start(calendar: Calendar, moment: datetime, span: Span) -> None:
    assert begun(clock(str(span)), moment, NORMAL, calendar).due_at > moment


@given(calendars(), MOMENTS, SPANS, st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_more_time_never_gives_an_earlier_deadline(calendar: Calendar, moment: datetime, span: Span, more: int) -> None:
    longer = Span(span.count + more, span.unit)
    assert calendar.after(moment, longer) >= calendar.after(moment, span)


@given(calendars(), MOMENTS, st.integers(1, 600), st.integers(0, 400), st.integers(1, 6000))
@settings(max_examples=100, deadline=None)
def test_a_pause_of_some_open_hours_moves_the_deadline_by_as_many(
    calendar: Calendar, moment: datetime, minutes: int, before: int, length: int
) -> None:
    counts = clock(f"{minutes} business minutes")
    running = begun(counts, moment, NORMAL, calendar)
    since = min(moment + before * MINUTE, running.due_at - MINUTE)
    pause = Pause(since, since + length * MINUTE)
    moved = due_at(counts, replace(running, pauses=(pause,)), NORMAL, calendar)
    assert calendar.open_time(running.due_at, moved) == calendar.open_time(pause.since, pause.until)
    open_minutes = sum(wall_clock_says_open(calendar, since + n * MINUTE) for n in range(length))
    assert calendar.open_time(pause.since, pause.until) == open_minutes * MINUTE


@given(MOMENTS, st.integers(1, 40), st.integers(1, 6000))
@settings(max_examples=50, deadline=None)
def test_a_clock_of_the_calendar_is_moved_by_the_whole_pause(moment: datetime, days: int, length: int) -> None:
    counts = clock(f"{days} days")
    running = begun(counts, moment, NORMAL, OFFICE)
    paused = replace(running, pauses=(Pause(moment + HOUR, moment + HOUR + length * MINUTE),))
    assert due_at(counts, paused, NORMAL, OFFICE) == running.due_at + length * MINUTE


@given(calendars(), MOMENTS, st.integers(0, 900))
@settings(max_examples=100, deadline=None)
def test_what_lies_so_much_open_time_before_is_found_again_by_counting_forward(
    calendar: Calendar, moment: datetime, minutes: int
) -> None:
    before = calendar.subtract_business_time(moment, minutes * MINUTE)
    assert before <= moment
    assert calendar.open_time(before, moment) == minutes * MINUTE


def test_an_hour_is_an_hour_on_the_days_on_which_the_clock_is_changed() -> None:
    spring, autumn = at(2026, 3, 28, 12, 0), at(2026, 10, 24, 12, 0)
    for start in (spring, autumn):
        assert begun(clock("24 hours"), start, NORMAL, OFFICE).due_at == start.astimezone(UTC) + 24 * HOUR
    assert begun(clock("1 business day"), at(2026, 3, 27, 10, 0), NORMAL, OFFICE).due_at == at(2026, 3, 30, 10, 0)


def test_holidays_do_not_count() -> None:
    eve = at(2026, 2, 23, 16, 0)
    assert begun(clock("2 business hours"), eve, NORMAL, OFFICE).due_at == at(2026, 2, 25, 10, 0)


def test_what_was_missed_before_a_pause_stays_missed() -> None:
    counts = clock("1 hour")
    missed = begun(counts, at(2026, 3, 2, 9, 0), NORMAL, OFFICE)
    now = at(2026, 3, 3, 9, 0)
    resumed = replace(missed, pauses=(Pause(at(2026, 3, 2, 11, 0), now),))
    assert recounted(counts, resumed, NORMAL, OFFICE, now).due_at == at(2026, 3, 2, 10, 0)


def test_business_days_that_end_at_night_leave_no_less_time_after_a_pause_than_before_it() -> None:
    counts = clock("4 business days", pauses=True)
    running = begun(counts, at(2026, 3, 2, 20, 0), NORMAL, OFFICE)
    assert running.due_at == at(2026, 3, 6, 20, 0)
    over_the_weekend = replace(running, pauses=(Pause(at(2026, 3, 6, 18, 0), at(2026, 3, 9, 8, 0)),))
    assert due_at(counts, over_the_weekend, NORMAL, OFFICE) == at(2026, 3, 9, 8, 0)


def test_a_graver_priority_shortens_and_a_missed_deadline_is_not_missed_twice() -> None:
    counts = clock("2 business days", by_priority={Priority.URGENT: Span.parse("2 business hours")})
    running = begun(counts, at(2026, 3, 2, 9, 0), NORMAL, OFFICE)
    sooner = recounted(counts, running, Priority.URGENT, OFFICE, at(2026, 3, 2, 10, 0))
    assert sooner.due_at == at(2026, 3, 2, 11, 0)
    late = at(2026, 3, 5, 9, 0)
    assert recounted(counts, running, Priority.URGENT, OFFICE, late) == running
    assert recounted(counts, sooner, NORMAL, OFFICE, at(2026, 3, 2, 12, 0)).due_at == running.due_at


def test_a_deadline_is_prolonged_by_what_the_clock_allows() -> None:
    counts = clock("15 days", extension=Extension(Span.parse("15 days")))
    start = at(2026, 11, 2, 9, 0)
    later = prolonged(counts, begun(counts, start, NORMAL, OFFICE), NORMAL, OFFICE, start + 3 * HOUR)
    assert (later.due_at, later.prolonged) == (start.astimezone(UTC) + timedelta(days=30), 1)


@pytest.mark.parametrize(
    ("warn", "expected"),
    [
        (EarlyWarning(before=Span.parse("2 business hours")), at(2026, 2, 25, 9, 0)),
        (EarlyWarning(before=Span.parse("1 hour")), at(2026, 2, 25, 10, 0)),
        (EarlyWarning(percent=25), at(2026, 2, 23, 16, 0)),
        (EarlyWarning(percent=75), at(2026, 2, 25, 10, 0)),
    ],
)
def test_a_warning_comes_so_long_before(warn: EarlyWarning, expected: datetime) -> None:
    counts = clock("4 business hours", warn=warn)
    running = begun(counts, at(2026, 2, 23, 15, 0), NORMAL, OFFICE)
    assert running.due_at == at(2026, 2, 25, 11, 0)
    assert [alarm.at for alarm in alarms(counts, running, NORMAL, OFFICE)] == [expected]


def test_there_is_no_warning_that_would_come_at_once() -> None:
    counts = clock("1 business hour", warn=EarlyWarning(before=Span.parse("2 business hours")))
    assert alarms(counts, begun(counts, at(2026, 3, 2, 10, 0), NORMAL, OFFICE), NORMAL, OFFICE) == ()


def test_steps_come_after_the_deadline_in_order_each_until_it_was_told() -> None:
    steps = (Step(after=Span.parse("1 business day")), Step(after=Span.parse("0 minutes")))
    counts = clock("4 business hours", escalate=steps)
    running = begun(counts, at(2026, 3, 2, 9, 0), NORMAL, OFFICE)
    moments = [at(2026, 3, 2, 13, 0), at(2026, 3, 3, 13, 0)]
    assert [alarm.at for alarm in alarms(counts, running, NORMAL, OFFICE)] == moments
    told = replace(running, told_at=at(2026, 3, 2, 13, 0))
    assert [alarm.at for alarm in alarms(counts, told, NORMAL, OFFICE)] == moments[1:]
    assert alarms(counts, replace(running, met_at=moments[0]), NORMAL, OFFICE) == ()
    assert alarms(counts, replace(running, pauses=(Pause(moments[0]),)), NORMAL, OFFICE) == ()


# Schedules as calendars


def test_a_schedule_has_hours_over_midnight() -> None:
    night = ScheduleCalendar.of(NIGHT, OFFICE)
    assert night.windows_of(date(2026, 3, 2)) == ((time(0), time(6)), (time(22), time(0)))
    assert night.add_business_time(at(2026, 3, 2, 23, 0), 2 * HOUR) == at(2026, 3, 3, 1, 0)
    assert night.open_time(at(2026, 3, 2, 12, 0), at(2026, 3, 4, 12, 0)) == 16 * HOUR


def test_a_schedule_of_business_hours_and_weekends_is_what_its_conditions_say() -> None:
    calendar = ScheduleCalendar.of(AnyOf((WEEKEND, OFFICE_HOURS)), OFFICE)
    assert calendar.windows_of(date(2026, 3, 2)) == ((time(9), time(17)),)
    assert calendar.windows_of(date(2026, 3, 7)) == ((time(0), time(0)),)
    assert calendar.windows_of(date(2026, 2, 24)) == ()


def test_a_schedule_by_a_comparison_ends_with_the_minute_after() -> None:
    assert ScheduleCalendar.of(LUNCH, OFFICE).windows_of(date(2026, 3, 2)) == ((time(0), time(12, 31)),)


def test_clocks_count_in_their_schedule() -> None:
    counts = clock("3 business hours", hours=NIGHT)
    assert begun(counts, at(2026, 3, 2, 12, 0), NORMAL, OFFICE).due_at == at(2026, 3, 3, 1, 0)


def test_hours_that_never_come_are_an_error_and_no_endless_loop() -> None:
    never = AnyOf(())
    with pytest.raises(LookupError):
        begun(clock("1 business hour", hours=never), at(2026, 3, 2), NORMAL, OFFICE)
    running = Deadline(kind="c", started_at=at(2026, 3, 2), due_at=at(2026, 3, 3))
    counts = clock("1 business hour", hours=never, warn=EarlyWarning(before=Span.parse("1 business hour")))
    assert alarms(counts, running, NORMAL, OFFICE) == ()


@given(calendars(), MOMENTS)
@settings(max_examples=50, deadline=None)
def test_a_schedule_of_business_hours_is_the_desks_calendar(calendar: Calendar, moment: datetime) -> None:
    same = ScheduleCalendar.of(OFFICE_HOURS, calendar)
    assert same.open_time(moment, moment + timedelta(days=9)) == calendar.open_time(moment, moment + timedelta(days=9))
