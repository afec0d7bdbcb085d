"""At which moments customers hear of delays: before the day, in hours, apart, and never again at once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.deadlines import Calendar, Span
from mailbot.core.rules.conditions import AnyOf
from mailbot.core.stages import Delay, Stages
from tests.rules.test_deadlines import MOMENTS

NEVER = AnyOf(())
DAY_WINDOW = ((time(9), time(17)),)
DESKS = [
    Calendar(ZoneInfo(zone), dict.fromkeys(days, DAY_WINDOW))
    for zone, days in (
        ("Europe/Tallinn", range(5)),
        ("Asia/Tehran", (5, 6, 0, 1, 2)),
        ("America/New_York", range(5)),
        ("Australia/Lord_Howe", range(7)),
    )
]
SPANS = st.builds(Span, st.integers(1, 12), st.sampled_from(("business hours", "hours", "business days", "days")))
MADE = datetime(2026, 11, 2, 10, tzinfo=UTC)


def stages(before: str = "4 business hours", extend: str = "2 business days", apart: str = "1 business day") -> Stages:
    delay = Delay(before=Span.parse(before), extend=Span.parse(extend), times=2, unless=NEVER)
    return Stages(apart=Span.parse(apart), delay=delay)


def november(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "promised_at", "expected"),
    [
        ("4 business hours", november(4, 10), november(3, 14)),
        ("1 business day", november(4, 10), november(3, 10)),
        ("4 business hours", november(2, 14), november(2, 12)),  # shorter than that: halfway
        ("4 hours", november(4, 8), november(4, 7)),  # 06:00 in Tallinn: at the opening
        ("4 hours", november(4, 7), november(3, 14, 45)),  # at the opening it would be too late
        ("4 business hours", november(7, 22), november(6, 11)),  # a Saturday
        ("4 business hours", november(2, 9), november(2, 10)),  # the day had passed when it was promised
    ],
)
def test_the_moment_of_a_notice(before: str, promised_at: datetime, expected: datetime) -> None:
    assert stages(before).warns_at(MADE, promised_at, DESKS[0]) == expected


@settings(max_examples=300, deadline=None)
@given(desk=st.sampled_from(DESKS), made_at=MOMENTS, before=SPANS, wait=st.timedeltas(timedelta(1), timedelta(60)))
def test_a_notice_leaves_in_hours_and_before_the_day_if_there_are_any(
    desk: Calendar, made_at: datetime, before: Span, wait: timedelta
) -> None:
    promised_at = made_at + wait
    at = stages(str(before)).warns_at(made_at, promised_at, desk)
    assert at is not None
    assert desk.is_open(at)
    if desk.open_time(made_at, promised_at) > timedelta(minutes=15):
        assert made_at < at < promised_at
    else:
        assert at >= made_at


@settings(max_examples=300, deadline=None)
@given(desk=st.sampled_from(DESKS), promised_at=MOMENTS, late=st.timedeltas(timedelta(-5), timedelta(80)), extend=SPANS)
def test_a_new_day_is_always_a_later_day(desk: Calendar, promised_at: datetime, late: timedelta, extend: Span) -> None:
    now = promised_at + late
    new = stages(extend=str(extend)).promises(now, promised_at, desk)
    assert new is not None
    assert new > now
    assert new.astimezone(desk.zone).date() > promised_at.astimezone(desk.zone).date()


@settings(max_examples=200, deadline=None)
@given(desk=st.sampled_from(DESKS), at=MOMENTS, ago=st.timedeltas(timedelta(0), timedelta(9)), apart=SPANS)
def test_a_mail_leaves_in_hours_and_apart_from_the_last(
    desk: Calendar, at: datetime, ago: timedelta, apart: Span
) -> None:
    told_at = at - ago
    leaves = stages(apart=str(apart)).leaves(at, told_at, desk)
    assert leaves >= max(at, desk.after(told_at, apart))
    assert desk.is_open(leaves)
