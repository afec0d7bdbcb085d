"""What a source wrote in a column as a value that rules compare: sums, numbers, days, flags, text."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Unknown
from mailbot.lookups.source import Row

_LONGEST_TEXT = 500
_FIGURES = re.compile(r"[-+]?[0-9][0-9.,' \u00a0\u202f’]*")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}([.,])(?:[0-9]{3}\1)*[0-9]{3}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})(?:[ T].*)?", re.ASCII)
_COMPACT = re.compile(r"[0-9]{8}", re.ASCII)
_TRUE, _FALSE = frozenset({"true", "yes", "y", "t", "1"}), frozenset({"false", "no", "n", "f", "0"})
_MOST_DIGITS = 15


class _NoValueError(ValueError):
    """What was found is no value of this kind."""


def value_of(column: Column, row: Row, *, zone: tzinfo, decimal: str | None = None) -> object:
    """The value of a column: text, number, `Money`, day or truth value; None where the row has none; `Unknown` where
    what it has cannot be read so. Moments become days in `zone`; `decimal` is the sign in front of decimals."""
    raw = row.get(column.column)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        return _READ[column.kind](raw, column, row, _Habits(zone, decimal))
    except _NoValueError as error:
        return Unknown(f'"{str(raw)[:60]}" is no {column.kind.value}{error}')


class _Habits:
    """How this source writes."""

    def __init__(self, zone: tzinfo, decimal: str | None) -> None:
        self.zone, self.decimal = zone, decimal


def _text(raw: Any, _column: Column, _row: Row, _habits: _Habits) -> str:
    if isinstance(raw, dict | list):
        raise _NoValueError(": expected a single value")
    if isinstance(raw, bool):
        return str(raw).lower()
    return " ".join(str(raw).split())[:_LONGEST_TEXT]


def _number(raw: Any, _column: Column, _row: Row, habits: _Habits) -> int | float:
    number = _decimal(raw, habits.decimal)
    return int(number) if number == number.to_integral_value() else float(number)


def _money(raw: Any, column: Column, row: Row, habits: _Habits) -> Money:
    written = row.get(column.currency_column) if column.currency_column else column.currency
    currency = str(written or "").strip().upper()
    try:
        return Money.rounded(_decimal(raw, habits.decimal), currency)
    except (ValueError, InvalidOperation):
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise _NoValueError(f': "{currency[:20]}" is no currency') from None
        raise


def _decimal(raw: Any, decimal: str | None) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise _NoValueError("")
    figures = _figures(raw, decimal) if isinstance(raw, str) else str(raw)
    try:
        number = Decimal(figures)
    except InvalidOperation:
        raise _NoValueError("") from None
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS:
        raise _NoValueError("")
    return number


def _figures(written: str, decimal: str | None) -> str:
    """The digits with a point in front of the decimals. Nothing is guessed: 1.234 may be a thousand or little more."""
    found = _FIGURES.findall(written)
    if len(found) != 1:
        raise _NoValueError("")
    figures = re.sub(r"[' \u00a0\u202f’]", "", found[0])
    if decimal is None:
        signs = [sign for sign in figures if sign in ".,"]
        if len(signs) == 1 and _GROUPED.fullmatch(figures):
            raise _NoValueError(f': say `decimal: "{signs[0]}"` or the other one, it can mean two numbers')
        decimal = signs[-1] if signs and (len(signs) == 1 or len(set(signs)) > 1) else "?"
    return "".join("." if sign == decimal else sign for sign in figures if sign == decimal or sign not in ".,")


def _day(raw: Any, column: Column, _row: Row, habits: _Habits) -> date:
    if isinstance(raw, datetime):
        return raw.astimezone(habits.zone).date() if raw.tzinfo else raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    try:
        if column.form:
            return _day(datetime.strptime(text, column.form), column, {}, habits)  # noqa: DTZ007
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if _COMPACT.fullmatch(text):
            return date.fromisoformat(text)
        if "-" in text:
            return _day(datetime.fromisoformat(text), column, {}, habits)
    except ValueError:
        pass
    raise _NoValueError(": expected 2026-12-24 or 24.12.2026, or say `format`, like %m/%d/%Y")


def _flag(raw: Any, _column: Column, _row: Row, _habits: _Habits) -> bool:
    word = str(raw).strip().casefold()
    if word not in _TRUE | _FALSE:
        raise _NoValueError(": expected true or false, yes or no, 1 or 0")
    return word in _TRUE


_READ: Mapping[ColumnKind, Callable[[Any, Column, Row, _Habits], object]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.NUMBER: _number,
    ColumnKind.MONEY: _money,
    ColumnKind.DATE: _day,
    ColumnKind.FLAG: _flag,
}
