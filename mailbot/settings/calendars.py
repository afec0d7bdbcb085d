"""Opening hours as people write them, and public holidays as a set of days off; the only user of `holidays`."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from mailbot.core.deadlines import Window
from mailbot.core.spelling import did_you_mean

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", re.ASCII)


@dataclass(frozen=True, slots=True)
class DaysOff(Container[date]):
    """The public holidays of a country (and region), with what the organisation adds and takes away.

    A year is worked out when one of its days is first looked up.
    """

    country: str
    region: str | None = None
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        if day in self.added or day in self.removed:
            return day in self.added
        return _is_public_holiday(self.country, self.region, day)


def windows(written: Iterable[str]) -> tuple[Window, ...]:
    """The opening hours of one day in order, each written `09:00-17:00`; ValueError when they make no sense."""
    found = sorted(map(_window, written))
    for (_, closes), (opens, _) in pairwise(found):
        if closes == time(0) or opens < closes:
            raise ValueError("expected hours that do not overlap")
    return tuple(found)


def _window(written: str) -> Window:
    match = _WINDOW.fullmatch(written)
    if match is None:
        raise ValueError('expected hours like "09:00-17:00"')
    opens, closes = time(int(match[1]), int(match[2])), time(int(match[3] or 0), int(match[4] or 0))
    if match[3] and closes <= opens:
        raise ValueError("expected hours that end on the same day; midnight is 24:00")
    return opens, closes


def country_problem(country: str) -> str | None:
    """What is wrong with a country's code (ISO 3166-1 alpha-2), with what was probably meant; None when it is known."""
    codes = sorted(_codes())
    if country in codes:
        return None
    return f'found "{country}", expected a country code like EE{did_you_mean(country, codes)}'


def region_problem(country: str, region: str) -> str | None:
    """What is wrong with a known country's region (ISO 3166-2, without the country); None when it is known."""
    if _public_holidays(country, region) is not None:
        return None
    regions = _countries()[country]
    listed = f"a region of {country} ({', '.join(regions)})" if regions else f"none: {country} has no regions here"
    return f'found "{region}", expected {listed}{did_you_mean(region, regions)}'


# The deadlines of one mail alone ask about the days of some weeks, again and again.
@lru_cache(maxsize=4096)
def _is_public_holiday(country: str, region: str | None, day: object) -> bool:
    return day in _public_holidays(country, region)


@cache
def _public_holidays(country: str, region: str | None) -> Any:
    import holidays  # noqa: PLC0415  # a tenth of a second, which no command pays that needs no calendar

    try:
        return holidays.country_holidays(country, subdiv=region)
    except NotImplementedError:
        return None


def _codes() -> frozenset[str]:
    """All codes of two letters, for which the library loads none of its countries: they cost as much as itself."""
    from holidays.registry import EntityLoader  # noqa: PLC0415

    return frozenset(code for code in EntityLoader.get_country_codes() if len(code) == 2)


def _countries() -> dict[str, list[str]]:
    import holidays  # noqa: PLC0415

    known: dict[str, list[str]] = holidays.list_supported_countries()
    return known
