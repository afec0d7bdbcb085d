"""Days, stretches and times of day in `#wait`, `#call` and `#away`, in our five languages."""

from datetime import date, timedelta

import jdatetime
import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.commands.jalali import gregorian
from tests.reading.commands.reading import TODAY, command

COMING = st.dates(TODAY, TODAY + timedelta(days=3000))
THIS_YEAR = st.dates(TODAY, TODAY + timedelta(days=360))
LOCALES = st.sampled_from(["en_GB", "en_US", "et", "sl", "ru"])
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@given(day=COMING, locale=LOCALES, form=st.sampled_from(["long", "full"]))
def test_a_day_with_its_year_is_read_back_in_every_language(day, locale, form):
    assert command(f"#wait {format_date(day, form, locale)}").day == day


@given(day=THIS_YEAR, locale=LOCALES, form=st.sampled_from(["d MMMM", "d. MMM", "EEEE, d. MMMM"]))
def test_a_day_without_its_year_is_the_next_one(day, locale, form):
    assert command(f"#wait {format_date(day, form, locale)}").day == day


@given(day=COMING, form=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%-d. %-m. %Y", "%-d.%-m.%y", "%Y/%m/%d"]))
def test_a_day_in_digits_is_read_back(day, form):
    assert command(f"#wait {day.strftime(form)}").day == day


@given(day=THIS_YEAR)
def test_a_day_and_month_in_digits_are_the_next_such_day(day):
    assert command(f"#wait {day:%d.%m.}").day == day


@given(day=COMING, form=st.sampled_from(["%-d %B %Y", "%A %-d %B %Y", "%Y/%m/%d"]))
def test_a_day_of_the_iranian_calendar_is_read_back(day, form):
    written = jdatetime.date.fromgregorian(date=day, locale="fa_IR").strftime(form)
    assert command(f"#wait {written.translate(PERSIAN)}").day == day


@given(day=THIS_YEAR)
def test_a_day_of_the_iranian_calendar_without_its_year_is_the_next_one(day):
    assert command(f"#wait {jdatetime.date.fromgregorian(date=day, locale='fa_IR').strftime('%-d %B')}").day == day


@given(day=st.dates(date(1965, 1, 1), date(2090, 1, 1)))
def test_the_iranian_calendar_is_the_one_of_jdatetime(day):
    written = jdatetime.date.fromgregorian(date=day)
    assert gregorian(written.year, written.month, written.day) == day


@given(day=THIS_YEAR)
def test_day_and_month_between_strokes_are_read_only_where_they_can_be_nothing_else(day):
    found = command(f"#wait {day:%d/%m/%Y}")
    assert found.day == (day if day.day > 12 or day.day == day.month else None)
    assert found.error == (None if found.day else "not_a_date")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3 Dec", "2026-12-03"), ("Dec 3rd", "2026-12-03"), ("the 3rd of December", "2026-12-03"),
        ("Thu 3.12.", "2026-12-03"), ("29.2.", "2028-02-29"), ("today", "2026-11-26"), ("tomorrow", "2026-11-27"),
        ("the day after tomorrow", "2026-11-28"), ("Friday", "2026-11-27"), ("until next Friday", "2026-11-27"),
        ("Thursday", "2026-12-03"), ("in 3 days", "2026-11-29"), ("3 days from now", "2026-11-29"),
        ("in a week", "2026-12-03"), ("next week", "2026-12-03"), ("12/13/2026", "2026-12-13"),
        ("homme", "2026-11-27"), ("ülehomseni", "2026-11-28"), ("ulehomme", "2026-11-28"),
        ("reedel", "2026-11-27"), ("järgmise reedeni", "2026-11-27"), ("kuni 5. detsembrini", "2026-12-05"),
        ("2 nädala pärast", "2026-12-10"), ("nädala pärast", "2026-12-03"), ("5. dets 2026. a", "2026-12-05"),
        ("jutri", "2026-11-27"), ("do petka", "2026-11-27"), ("v petek", "2026-11-27"),
        ("naslednji petek", "2026-11-27"), ("čez tri dni", "2026-11-29"), ("cez pet dni", "2026-12-01"),
        ("do 5. decembra", "2026-12-05"), ("čez dva tedna", "2026-12-10"),
        ("завтра", "2026-11-27"), ("послезавтра", "2026-11-28"), ("до пятницы", "2026-11-27"),
        ("в следующую среду", "2026-12-02"), ("через 3 дня", "2026-11-29"), ("через неделю", "2026-12-03"),
        ("до 5-го декабря", "2026-12-05"), ("5 дек. 2026 г.", "2026-12-05"),
        ("فردا", "2026-11-27"), ("پس‌فردا", "2026-11-28"), ("سه‌شنبه", "2026-12-01"), ("تا جمعه", "2026-11-27"),
        ("جمعه آینده", "2026-11-27"), ("۳ روز دیگر", "2026-11-29"), ("12 آذر", "2026-12-03"),
        ("۱۲ آذر ماه ۱۴۰۵", "2026-12-03"), ("هفته آینده", "2026-12-03"), ("۵ دسامبر", "2026-12-05"),
    ],
)  # fmt: skip
def test_the_day_that_words_name(words, day):
    found = command(f"#wait {words}")
    assert (found.day, found.lasts, found.error) == (date.fromisoformat(day), None, None)
    assert found.arguments == tuple(words.rstrip(".").split())


@pytest.mark.parametrize(
    "words",
    [
        "12/03/2026", "3/12", "25.11.2026", "2026-11-25", "31.11.", "Friday, 3 December 2026", "yesterday", "soon", "0",
        "-3 days", "3 to 5 days", "Monday or Tuesday", "3", "December", "99999 days", "in 3 hours", "30 اسفند ۱۴۰۶",
    ],
)  # fmt: skip
def test_words_that_name_no_coming_day_or_several_are_an_error(words):
    found = command(f"#wait {words}")
    assert (found.day, found.error) == (None, "not_a_date")


@pytest.mark.parametrize("words", ["tomorrow", "Friday", "3.12.", "12 آذر", "in 3 days"])
def test_a_day_that_depends_on_today_is_an_error_where_today_is_not_known(words):
    assert command(f"#wait {words}", today=None).error == "not_a_date"
    assert command("#wait 2026-12-03", today=None).day == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("3d", 3), ("3 days", 3), ("for 2 weeks", 14), ("a week", 7), ("2w", 14), ("1 month", 30), ("48 hours", 2),
        ("2 nädalat", 14), ("kolm päeva", 3), ("nädal", 7), ("1 teden", 7), ("pet dni", 5), ("2 tedna", 14),
        ("3 дня", 3), ("две недели", 14), ("неделю", 7), ("۳ روز", 3), ("یک هفته", 7), ("2 ماه", 60),
    ],
)  # fmt: skip
def test_how_long_words_say(words, days):
    for name in ("wait", "away"):
        found = command(f"#{name} {words}")
        assert (found.lasts, found.day, found.error) == (timedelta(days=days), None, None)


@pytest.mark.parametrize("words", ["0", "0d", "0 days", "back", "Back.", "tagasi", "nazaj", "вернулась", "برگشتم"])
def test_an_agent_is_back(words):
    assert command(f"#away {words}").lasts == timedelta(0)


def test_an_agent_is_away_until_a_day():
    assert command("#away until Friday").day == date(2026, 11, 27)
    assert command("#away до 5 декабря").day == date(2026, 12, 5)


@pytest.mark.parametrize("words", ["3", "long", "-3 d", "3 parcels", "3.5 days"])
def test_what_says_no_stretch_is_an_error(words):
    assert command(f"#away {words}").error == "not_a_duration"


def test_a_stretch_and_a_day_are_required():
    assert command("#away").error == command("#wait").error == "missing_argument"


@pytest.mark.parametrize(
    ("words", "day", "time"),
    [
        ("", None, ""), ("tomorrow", "2026-11-27", ""), ("3.12. 14:00", "2026-12-03", "14:00"),
        ("3.12. 14.30", "2026-12-03", "14:30"), ("14:00", "2026-11-26", "14:00"),
        ("9:05 tomorrow", "2026-11-27", "09:05"),
        ("tomorrow at 2pm", "2026-11-27", "14:00"), ("tomorrow, 12 am", "2026-11-27", "00:00"),
        ("Friday @ 9:30", "2026-11-27", "09:30"), ("3 days", "2026-11-29", ""),
        ("homme kell 14.30", "2026-11-27", "14:30"), ("jutri ob 14h", "2026-11-27", "14:00"),
        ("завтра в 14:00", "2026-11-27", "14:00"), ("завтра в 2 часа дня", "2026-11-27", "14:00"),
        ("فردا ساعت ۱۴", "2026-11-27", "14:00"), ("فردا ساعت ۲ بعد از ظهر", "2026-11-27", "14:00"),
    ],
)  # fmt: skip
def test_a_call_has_a_day_and_a_time_or_neither(words, day, time):
    found = command(f"#call {words}")
    assert (found.day, found.rest, found.error) == (date.fromisoformat(day) if day else None, time, None)


@pytest.mark.parametrize("words", ["Friday 9", "tomorrow 25:00", "tomorrow 14:60", "Mari", "14:00 15:00"])
def test_a_call_at_no_time_is_an_error(words):
    assert command(f"#call {words}").error == "not_a_date"
