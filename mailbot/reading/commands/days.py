"""Days, stretches of time and times of day, as agents of our languages write them."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from mailbot.reading.commands.jalali import gregorian, year_of
from mailbot.reading.commands.words import Meaning, Role, readings, spoken

_ISO = r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})"
_DOTS = r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})(?:\.? ?(?P<year>\d{4}|(?<=\.)\d{2}|(?<=\. )\d{2}))?\.?"
_SLASHES = r"(?P<first>\d{1,2})(?P<mark>[-/])(?P<second>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2}))?"
_NUMERIC = tuple(re.compile(rf"(?P<before>[^\d]*){form}(?P<behind>[^\d]*)") for form in (_ISO, _DOTS, _SLASHES))
_TIME = re.compile(r"(?P<before>\D*)(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?P<behind>\D*)")
_JALALI_YEARS = range(1300, 1500)
_LEAP_CYCLE = 9
_LONGEST = timedelta(days=3660)
_NOON = 12


def day_of(text: str, today: date | None) -> date | None:
    """The day that the whole `text` names; None if it names none, several, or one before `today`.

    Without `today` only a day with its year is understood. A day without a year is the next such day, today included;
    a weekday is the next one after today.
    """
    plain = spoken(text)
    found = {day for day in (_numeric(plain, today), *(_read(said, today) for said in readings(plain))) if day}
    day = found.pop() if len(found) == 1 else None
    return day if day and (today is None or day >= today) else None


def stretch_of(text: str) -> timedelta | None:
    """How long the whole `text` says, such as «3d» or «2 nädalat»; a month is 30 days. None if it says nothing of it.

    Nothing («0») and words such as «back» are a stretch of no length.
    """
    plain = spoken(text)
    found = {length for said in readings(plain) if (length := _stretch(said)) is not None}
    return found.pop() if len(found) == 1 else None


def day_and_time(text: str, today: date | None) -> tuple[date | None, str]:
    """The day that `text` names, and the time of day beside it as HH:MM ("" where there is none)."""
    if day := day_of(text, today):
        return day, ""
    if time := _time(text):
        return today, time
    words = text.split()[:12]
    for place in range(1, len(words)):
        left, right = " ".join(words[:place]), " ".join(words[place:])
        for one, other in ((left, right), (right, left)):
            if (time := _time(other)) and (day := day_of(one.rstrip(","), today)):
                return day, time
    return None, ""


def _numeric(text: str, today: date | None) -> date | None:
    match = next((match for form in _NUMERIC if (match := form.fullmatch(text))), None)
    if match is None:
        return None
    parts = match.groupdict()
    order = _day_and_month(parts)
    if order is None:
        return None
    day = _dated(*order, parts["year"], today)
    return day if day and _may_stand_beside(parts["before"], day) and _may_stand_beside(parts["behind"], day) else None


def _day_and_month(parts: dict[str, str | None]) -> tuple[int, int] | None:
    """Day and month; None for two numbers of which each can be either."""
    if "first" not in parts:
        return int(parts["day"] or 0), int(parts["month"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second"] or 0)
    if first != second and max(first, second) <= 12:
        return None
    return (second, first) if second > 12 else (first, second)


def _full_year(year: int, century: int = 2000) -> int:
    return century + year if year < 100 else year


def _may_stand_beside(words: str | None, day: date) -> bool:
    """Whether the words beside a date in digits say nothing, or name its own weekday."""
    plain = (words or "").strip(" .,")
    return not plain or any(
        all(role is Role.WEEKDAY and value == day.isoweekday() for role, value in said) for said in readings(plain)
    )


def _dated(day: int, month: int, written: str | None, today: date | None) -> date | None:
    year = _full_year(int(written)) if written else None
    return _next(day, month, year, today, gregorian if year in _JALALI_YEARS else _day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next(
    day: int, month: int, year: int | None, today: date | None, of: Callable[[int, int, int], date | None]
) -> date | None:
    """The day in its year; without one the next such day from `today` on."""
    if year is not None:
        return of(year, month, day)
    if today is None:
        return None
    first = year_of(today) if of is gregorian else today.year
    days = (of(year, month, day) for year in range(first, first + _LEAP_CYCLE))
    return next((found for found in days if found and found >= today), None)


def _read(said: tuple[Meaning, ...], today: date | None) -> date | None:
    weekdays = [value for role, value in said if role is Role.WEEKDAY]
    rest = tuple(meaning for meaning in said if meaning[0] is not Role.WEEKDAY)
    if not weekdays:
        return _date(rest, today)
    if len(weekdays) == 1 and all(role in (Role.NEXT, Role.THIS) for role, _ in rest):
        return _after(today, (weekdays[0] - today.isoweekday() - 1) % 7 + 1) if today else None
    day = _of_month(rest, today)
    return day if day and all(day.isoweekday() == weekday for weekday in weekdays) else None


def _date(said: tuple[Meaning, ...], today: date | None) -> date | None:
    match said:
        case [(Role.RELATIVE, days)]:
            return _after(today, days)
        case [(Role.IN, _), *length] | [*length, (Role.LATER, _)]:
            return _after_stretch(today, length)
        case [(Role.NEXT, _), (Role.UNIT, hours)] | [(Role.UNIT, hours), (Role.NEXT, _)]:
            return _after_stretch(today, [(Role.UNIT, hours)])
    return _of_month(said, today)


def _of_month(said: tuple[Meaning, ...], today: date | None) -> date | None:
    """A day with the name of its month before or behind it, and the year or none at the end."""
    match said:
        case [(Role.MONTH, month), (Role.NUMBER, day), *year] | [(Role.NUMBER, day), (Role.MONTH, month), *year]:
            of = _day
        case [(Role.NUMBER, day), (Role.JALALI, month), *year]:
            of = gregorian
        case _:
            return None
    match year:
        case []:
            return _next(day, month, None, today, of)
        case [(Role.NUMBER, number)]:
            return _next(day, month, _full_year(number, 1400 if of is gregorian else 2000), today, of)
    return None


def _after_stretch(today: date | None, said: Iterable[Meaning]) -> date | None:
    length = _stretch(tuple(said))
    return _after(today, length.days) if length and not length.seconds else None


def _after(today: date | None, days: int) -> date | None:
    return today + timedelta(days=days) if today and today.year < date.max.year - 100 else None


def _stretch(said: tuple[Meaning, ...]) -> timedelta | None:
    match said:
        case [(Role.BACK, _)] | [(Role.NUMBER, 0)]:
            return timedelta(0)
        case [(Role.NUMBER, count), (Role.UNIT, hours)]:
            length = timedelta(hours=count * hours)
            return length if length <= _LONGEST else None
        case [(Role.UNIT, hours)]:
            return timedelta(hours=hours)
    return None


def _time(text: str) -> str | None:
    """A time of day as HH:MM: with its minutes, or with a word that says so."""
    match = _TIME.fullmatch(spoken(text).replace("@", " at "))
    if match is None:
        return None
    roles = _roles(match["before"], Role.AT) | _roles(match["behind"], Role.AM, Role.PM, Role.OCLOCK)
    if None in roles or not (match["minute"] or roles - {Role.OCLOCK}):
        return None
    hour, minute = _hour(int(match["hour"]), roles), int(match["minute"] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _roles(words: str, *wanted: Role) -> set[Role | None]:
    """The roles that the words beside a time have; with None among them if they say something else."""
    plain = re.sub(r"\b([ap])\.m\b", r"\1m", words).strip(" .,")
    if not plain:
        return set()
    fitting = ({role for role, _ in said} for said in readings(plain))
    found = max((roles for roles in fitting if roles <= {*wanted}), key=len, default=None)
    return {None} if found is None else {*found}


def _hour(hour: int, roles: set[Role | None]) -> int:
    if Role.PM in roles and hour < _NOON:
        return hour + _NOON
    return 0 if Role.AM in roles and hour == _NOON else hour
