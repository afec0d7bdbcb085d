"""Facts that a sample states because no mail shows them: the sender's other cases, the case that it continues."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailbot.core.deadlines import Calendar, Span
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.timing import Elapsed, Occasions, OnDay
from mailbot.core.rules.values import Kind

_LONGEST = timedelta(days=36_500)
_MINUTE = timedelta(minutes=1)
_KNOWN = "customer.known"
_COUNTS = ("customer.cases", "customer.complaints", "customer.same_type", "customer.open_cases")
_OF_CASES = (*_COUNTS, "customer.last_case", "customer.rating")


@dataclass(frozen=True, slots=True)
class Given:
    """What a sample states of one field: its values as the field's kind reads them, none for what is unknown.

    `several`: a list was written. Behind a count, spans say how long ago each of them was.
    """

    kind: Kind
    values: tuple[object, ...]
    several: bool = False

    def fact(self, now: datetime, calendar: Calendar) -> object:
        """The fact as rules compare it."""
        if not self.values:
            return None
        moments = tuple(_ago(value, now, calendar) for value in self.values)
        if self.kind.within:
            return Occasions(_occasions(moments, now), now, calendar)
        facts = tuple(self._seen(moment, now, calendar) for moment in moments)
        return facts if self.several else facts[0]

    def _seen(self, value: object, now: datetime, calendar: Calendar) -> object:
        if isinstance(value, datetime):
            return Elapsed(value, now, calendar)
        return OnDay(value, now, calendar) if self.kind.others and isinstance(value, date) else value


class Stated(Facts):
    """The facts of a mail, and above them those that a sample states."""

    def __init__(self, facts: Facts, stated: Mapping[str, object]) -> None:
        self._facts = facts
        self._stated = {**_implied(stated), **stated}

    def __getitem__(self, name: str) -> object:
        return self._stated[name] if name in self._stated else self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._stated, **dict.fromkeys(self._facts)})

    def __len__(self) -> int:
        return len(self._stated.keys() | self._facts.keys())


def _implied(stated: Mapping[str, object]) -> Mapping[str, object]:
    """Whoever has other cases is known, even where the sample does not say so."""
    customer = {name: stated[name] for name in _OF_CASES if stated.get(name) is not None}
    none = customer and all(name in _COUNTS and str(value) == "0" for name, value in customer.items())
    return {_KNOWN: not none} if customer else {}


def _occasions(moments: tuple[object, ...], now: datetime) -> tuple[datetime, ...]:
    """A plain number is of occasions that have just been."""
    found = [m for m in moments if isinstance(m, datetime)]
    found += [now for count in moments if isinstance(count, int) for _ in range(count)]
    return tuple(sorted(found, reverse=True))


def _ago(value: object, now: datetime, calendar: Calendar) -> object:
    """The moment that lies a span before now, to the minute; any other value as it is."""
    if not isinstance(value, Span | Period):
        return value
    low, high = 0, _LONGEST // _MINUTE
    while low < high:
        middle = (low + high) // 2
        if Elapsed(now - middle * _MINUTE, now, calendar).sign(value) in (0, 1):
            high = middle
        else:
            low = middle + 1
    return now - low * _MINUTE
