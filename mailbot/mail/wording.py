"""How a language writes days, moments, sums, sizes and plurals; the only user of babel and jdatetime."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
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


@dataclass(frozen=True, slots=True)
class Wording:
    """The habits of one language; `zone` is the organisation's."""

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
        return bool(self.locale.text_direction == "rtl")

    def day(self, when: date) -> str:
        """A day with its weekday, in the calendar that the language's readers use."""
        local = self._local(when)
        if self.jalali:
            return self._native(jdatetime.date.fromgregorian(date=local, locale="fa_IR").strftime("%A %-d %B %Y"))
        return self._native(format_date(local, "full", self.locale))

    def moment(self, when: datetime) -> str:
        """Day and time of day, with the name of the organisation's time zone."""
        local = when.astimezone(self.zone)
        clock = self._native(format_time(local, "short", locale=self.locale))
        zone = get_timezone_name(local, "long", locale=self.locale)
        pattern = str(self.locale.datetime_formats["medium"])
        return pattern.replace("{1}", self.day(when)).replace("{0}", f"{clock} ({zone})")

    def money(self, sum_: Money) -> str:
        """A sum with its currency."""
        written = format_currency(sum_.amount, sum_.currency, locale=self.locale, numbering_system="default")
        return self._native(written)

    def percent(self, share: Decimal) -> str:
        """So many hundredths, with the sign where the language puts it."""
        written = format_percent(
            share / 100, locale=self.locale, decimal_quantization=False, numbering_system="default"
        )
        symbols = self.locale.number_symbols[self.locale.default_numbering_system]
        return self._native(written.replace("%", symbols["percentSign"]))

    def period(self, period: Period) -> str:
        """A number of days, weeks, months or years."""
        unit = f"duration-{period.unit.removesuffix('s')}"
        forms: tuple[Literal["long", "short"], ...] = ("long", "short")  # where a language has only one, it is this one
        written = (format_unit(period.count, unit, form, locale=self.locale) for form in forms)
        return self._native(next(text for text in written if unit not in text))

    def size(self, octets: int) -> str:
        """A file's size in bytes, kilobytes or megabytes."""
        factor, unit = next(((f, u) for f, u in _SIZES if octets >= f), _SIZES[-1])
        number = (Decimal(octets) / factor).quantize(Decimal("0.1") if factor > 1 else Decimal(1))
        return self._native(format_unit(number, unit, "short", locale=self.locale, numbering_system="default"))

    def plural(self, count: int, **forms: str) -> str:
        """That of the forms (CLDR: zero, one, two, few, many, other) which belongs to `count`."""
        return forms.get(self.locale.plural_form(count), forms["other"])

    def language_name(self, code: str) -> str:
        """What this language calls another one; the code itself where it has no name for it."""
        return str(self.locale.languages.get(code, code))

    def _local(self, when: date) -> date:
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when

    def _native(self, text: str) -> str:
        return text.translate(str.maketrans(_LATIN_DIGITS, self.digits))


def own_name(code: str) -> str:
    """What a language calls itself, for readers who know no other; its code where that is not known."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return code
    return str(locale.languages.get(locale.language, code))
