"""How a language writes days, moments, sums, sizes and plurals; the only user of babel and jdatetime."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import jdatetime
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency, format_percent
from babel.units import format_unit

from mailbot.core.money import Money
from mailbot.core.periods import Period

_LATIN_DIGITS = "0123456789"
_SIZES = ((10**6, "digital-megabyte"), (10**3, "digital-kilobyte"), (1, "digital-byte"))


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The habits of one language; `zone` is the organisation's. A language has one of these, which is quick to find."""

    locale: Locale
    zone: tzinfo
    jalali: bool = False
    digits: str = _LATIN_DIGITS

    @classmethod
    def of(cls, about: Mapping[str, str], zone: str) -> "Wording":
        """The wording that the section `about` of a `words.yaml` describes; ValueError if it cannot be."""
        try:
            locale = Locale.parse(about["locale"])
        except (UnknownLocaleError, TypeError) as error:
            raise ValueError(str(error)) from error
        digits = about.get("digits", _LATIN_DIGITS)
        if len(digits) != len(_LATIN_DIGITS):
            raise ValueError("`digits` must be the ten digits from zero to nine")
        return cls(locale, ZoneInfo(zone), about.get("calendar") == "jalali", digits)

    @property
    def right_to_left(self) -> bool:
        """Whether the language's script runs from right to left."""
        return _is_right_to_left(self.locale)

    def day(self, when: date) -> str:
        """A day with its weekday, in the calendar that the language's readers use."""
        return _day(self, self._local(when))

    def moment(self, when: datetime) -> str:
        """Day and time of day, with the name of the organisation's time zone."""
        local = when.astimezone(self.zone)
        clock, zone = _clock(self, time(local.hour, local.minute)), _zone(self, _quarter(when))
        return _pattern(self).replace("{1}", _day(self, local.date())).replace("{0}", f"{clock} ({zone})")

    def money(self, sum_: Money) -> str:
        """A sum with its currency."""
        return _money(self, sum_)

    def percent(self, share: Decimal) -> str:
        """So many hundredths, with the sign where the language puts it."""
        return _percent(self, str(share))

    def period(self, period: Period) -> str:
        """A number of days, weeks, months or years."""
        return _period(self, period)

    def size(self, octets: int) -> str:
        """A file's size in bytes, kilobytes or megabytes."""
        factor, unit = next(((f, u) for f, u in _SIZES if octets >= f), _SIZES[-1])
        number = (Decimal(octets) / factor).quantize(Decimal("0.1") if factor > 1 else Decimal(1))
        return self.native(format_unit(number, unit, "short", locale=self.locale, numbering_system="default"))

    def plural(self, count: int, **forms: str) -> str:
        """That of the forms (CLDR: zero, one, two, few, many, other) which belongs to `count`."""
        return forms.get(self.locale.plural_form(count), forms["other"])

    def language_name(self, code: str) -> str:
        """What this language calls another one; the code itself where it has no name for it."""
        return str(self.locale.languages.get(code, code))

    def _local(self, when: date) -> date:
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when

    def native(self, text: str) -> str:
        """A text with the language's own digits."""
        if self.digits == _LATIN_DIGITS:
            return text
        return text.translate(str.maketrans(_LATIN_DIGITS, self.digits))


def own_name(code: str) -> str:
    """What a language calls itself, for readers who know no other; its code where that is not known."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return code
    return str(locale.languages.get(locale.language, code))


# What follows is the same in mail after mail.
@lru_cache(maxsize=2048)
def _day(wording: Wording, day: date) -> str:
    if wording.jalali:
        return wording.native(jdatetime.date.fromgregorian(date=day, locale="fa_IR").strftime("%A %-d %B %Y"))
    return wording.native(format_date(day, "full", wording.locale))


@lru_cache(maxsize=64)
def _pattern(wording: Wording) -> str:
    return str(wording.locale.datetime_formats["medium"])


@lru_cache(maxsize=2048)
def _clock(wording: Wording, clock: time) -> str:
    return wording.native(format_time(clock, "short", locale=wording.locale))


@lru_cache(maxsize=2048)
def _zone(wording: Wording, when: datetime) -> str:
    return get_timezone_name(when.astimezone(wording.zone), "long", locale=wording.locale)


def _quarter(when: datetime) -> datetime:
    """The quarter of an hour in which a moment is: at no other time does a zone go over to another name."""
    utc = when.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)


@lru_cache(maxsize=2048)
def _money(wording: Wording, sum_: Money) -> str:
    return wording.native(
        format_currency(sum_.amount, sum_.currency, locale=wording.locale, numbering_system="default")
    )


@lru_cache(maxsize=256)
def _percent(wording: Wording, share: str) -> str:
    locale = wording.locale
    written = format_percent(
        Decimal(share) / 100, locale=locale, decimal_quantization=False, numbering_system="default"
    )
    symbols = locale.number_symbols[locale.default_numbering_system]
    return wording.native(written.replace("%", symbols["percentSign"]))


@lru_cache(maxsize=256)
def _period(wording: Wording, period: Period) -> str:
    unit = f"duration-{period.unit.removesuffix('s')}"
    forms: tuple[Literal["long", "short"], ...] = ("long", "short")  # where a language has only one, it is this one
    written = (format_unit(period.count, unit, form, locale=wording.locale) for form in forms)
    return wording.native(next(text for text in written if unit not in text))


@lru_cache(maxsize=64)
def _is_right_to_left(locale: Locale) -> bool:
    return bool(locale.text_direction == "rtl")
