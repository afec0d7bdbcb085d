"""The facts of a mail as plain JSON, for the timeline, and back: from them a decision can be explained or tried again.

What a customer wrote in free words is left out; it is in the mail itself, from which it is read again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from mailbot.core.deadlines import Calendar
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Facts, Unknown
from mailbot.core.rules.field import Fields
from mailbot.core.rules.timing import Elapsed, Occasions, OnDay

_MOST_OCCASIONS = 200


def recorded(fields: Fields[Any], facts: Facts) -> dict[str, object]:
    """The facts that are kept, as JSON; a missing one is left out."""
    return as_json({name: facts.get(name) for name, field in fields.items() if field.kept})


def as_json(facts: Facts) -> dict[str, object]:
    """All of these facts as JSON; a missing one is left out."""
    return {name: _plain(value) for name, value in facts.items() if value is not None}


def from_json(record: Mapping[str, object], calendar: Calendar) -> dict[str, object]:
    """The facts that were written so."""
    return {name: _value(value, calendar) for name, value in record.items()}


class Recalled(Facts):
    """Facts out of the timeline; what is not kept there comes from `again`, the facts of the same mail read again."""

    def __init__(self, record: Mapping[str, object], fields: Fields[Any], calendar: Calendar, again: Facts) -> None:
        kept = from_json(record, calendar)
        self._facts: dict[str, object] = {name: kept.get(name) for name, field in fields.items() if field.kept} | kept
        self._again = again

    def __getitem__(self, name: str) -> object:
        return self._facts[name] if name in self._facts else self._again[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._facts, **dict.fromkeys(self._again)})

    def __len__(self) -> int:
        return len(self._facts.keys() | self._again.keys())


def _plain(value: object) -> object:
    for kind, write in _PLAIN.items():
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _value(plain: Any, calendar: Calendar) -> object:
    if isinstance(plain, list):
        return tuple(_value(one, calendar) for one in plain)
    if isinstance(plain, dict):
        return next((read(plain, calendar) for mark, read in _VALUES.items() if mark in plain), None)
    return plain


_PLAIN: Mapping[type, Callable[[Any], object]] = {
    str: str,
    tuple: lambda values: [_plain(value) for value in values],
    int: lambda number: number,
    float: lambda number: number,
    Money: lambda money: {"sum": str(money.amount), "currency": money.currency},
    Elapsed: lambda span: {"since": span.since.isoformat(), "until": span.until.isoformat()},
    Occasions: lambda past: {
        "at": [at.isoformat() for at in past.at[:_MOST_OCCASIONS]],
        "until": past.until.isoformat(),
    },
    OnDay: lambda seen: {"day": seen.day.isoformat(), "until": seen.until.isoformat()},
    Unknown: lambda unknown: {"unknown": unknown.why},
    date: lambda day: {"date": day.isoformat()},
    time: lambda hour: {"time": hour.isoformat()},
    Decimal: lambda number: {"number": str(number)},
}
_VALUES: Mapping[str, Callable[[Any, Calendar], object]] = {
    "sum": lambda plain, _calendar: Money(Decimal(plain["sum"]), plain["currency"]),
    "date": lambda plain, _calendar: date.fromisoformat(plain["date"]),
    "time": lambda plain, _calendar: time.fromisoformat(plain["time"]),
    "number": lambda plain, _calendar: Decimal(plain["number"]),
    "day": lambda plain, calendar: OnDay(date.fromisoformat(plain["day"]), _moment(plain["until"]), calendar),
    "unknown": lambda plain, _calendar: Unknown(plain["unknown"]),
    "since": lambda plain, calendar: Elapsed(_moment(plain["since"]), _moment(plain["until"]), calendar),
    "at": lambda plain, calendar: Occasions(tuple(map(_moment, plain["at"])), _moment(plain["until"]), calendar),
}


def _moment(plain: str) -> datetime:
    return datetime.fromisoformat(plain)
