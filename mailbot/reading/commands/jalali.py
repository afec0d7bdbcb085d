"""Days of the Iranian calendar, by the arithmetic of its cycles of 33 years, which holds from 1343 to 1472 SH."""

from datetime import date

_LEAPS = (1, 5, 9, 13, 17, 22, 26, 30)
_FIRST = date(1982, 3, 21).toordinal()  # 1 Farvardin 1361
_START = 1361
_YEARS = range(1343, 1473)


def gregorian(year: int, month: int, day: int) -> date | None:
    """The day that is `day` `month` `year` in Iran; None if there is no such day."""
    if year not in _YEARS or month not in range(1, 13) or day not in range(1, _length(year, month) + 1):
        return None
    years = range(min(year, _START), max(year, _START))
    days = sum(366 if _is_leap(one) else 365 for one in years)
    first = _FIRST + (days if year >= _START else -days)
    return date.fromordinal(first + sum(_length(year, before) for before in range(1, month)) + day - 1)


def year_of(day: date) -> int:
    """The Iranian year in which a Gregorian day lies, or the one before it in the days up to the new year."""
    return day.year - 622


def _length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month <= 11 or _is_leap(year) else 29


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAPS
