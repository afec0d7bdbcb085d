"""The kinds of value that a rule may write: each says which operators compare it and what may be written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mailbot.core.lookup import Column
from mailbot.core.money import Money
from mailbot.core.rules.listing import Listing
from mailbot.core.rules.ranges import Range, ends
from mailbot.core.rules.ranking import Between, sign
from mailbot.core.spelling import did_you_mean
from mailbot.core.team import Team

ORDER = ("lt", "le", "gt", "ge")
"""The operators of values that have an order."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)


class UnexpectedValue(ValueError):
    """What was written may not stand here; the text says what may."""


def _no_list(_name: str) -> Listing:
    raise UnexpectedValue("expected a value: no list can be read here")


@dataclass(frozen=True, slots=True)
class Known:
    """The names that rules may refer to: teams and members, languages, policies of compensation.yaml and so on.

    `acknowledgements` are templates, `details` what customers can be asked for, `contacts` addresses by the name that
    the config gives them. None: not known now, so every name is taken; `problems` is None where no file lists them.
    `listing` is the list in a file; `schedules` are the conditions of schedules.yaml by name; `looked_up` are the
    columns of all look-ups, `slas` the names of sla.yaml.
    """

    team: Team
    languages: tuple[str, ...]
    suggestions: tuple[str, ...] = ()
    acknowledgements: tuple[str, ...] | None = None
    details: tuple[str, ...] | None = None
    problems: tuple[str, ...] | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    listing: Callable[[str], Listing] = _no_list
    schedules: Mapping[str, Any] = field(default_factory=dict)
    looked_up: tuple[Column, ...] = ()
    slas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: its operators (a value without one means the first), how it is read, its JSON Schema.

    `parse` raises `UnexpectedValue`; `range` reads what may follow `between`. `order` lists words from least to most;
    other kinds compare as they are. `bare`: a value may stand without an operator; `within`: a span may limit it.
    `others` are operators behind which a value of another kind stands.
    """

    operators: tuple[str, ...]
    parse: Callable[[object, Known], object]
    schema: Mapping[str, object]
    order: tuple[str, ...] = ()
    range: Callable[[str], Range] | None = None
    bare: bool = True
    within: bool = False
    others: Mapping[str, "Kind"] = field(default_factory=dict)

    def operand(self, operator: str, written: object, known: Known) -> object:
        """What is written behind an operator; ValueError with what may stand there."""
        if operator == "in":
            return known.listing(_text(written, known))
        if operator == "between" and self.range:
            return self.range(str(written))
        return self.others.get(operator, self).parse(written, known)

    def sign(self, value: object, operand: object) -> int | None:
        """-1, 0 or 1: less, equal or more; None where the two do not compare."""
        return sign(value, operand, self.order)


def choice(words: type[StrEnum], *, ordered: bool = False) -> Kind:
    """One word of an enumeration; `ordered` if it lists them from least to most."""
    listed = tuple(str(word) for word in words)

    def parse(written: object, _known: Known) -> str:
        return _one_of(written, listed, f"one of {', '.join(listed)}")

    operators = ("is", *ORDER) if ordered else ("is",)
    return Kind(operators, parse, {"enum": list(listed)}, order=listed if ordered else ())


def named(what: str, names: Callable[[Known], tuple[str, ...]]) -> Kind:
    """A name that is defined elsewhere."""

    def parse(written: object, known: Known) -> str:
        return _one_of(written, names(known), f"{what} ({', '.join(names(known)) or 'there is none'})")

    return Kind(("is",), parse, {"type": "string"})


def _one_of(written: object, words: tuple[str, ...], expected: str) -> str:
    if isinstance(written, str) and written in words:
        return written
    raise UnexpectedValue(f"expected {expected}{did_you_mean(str(written), words)}")


def _person(written: object, known: Known) -> str:
    members = known.team.named(str(written))
    if len(members) == 1:
        return members[0].address
    if members:
        raise UnexpectedValue(f"expected one member: this may be {' or '.join(m.address for m in members)}")
    names = [name for member in known.team.members for name in (member.name, *member.name.split(), member.address)]
    raise UnexpectedValue(f"expected the name or address of a member{did_you_mean(str(written), names)}")


def _text(written: object, _known: Known) -> str:
    if isinstance(written, str) and written.strip():
        return written
    raise UnexpectedValue("expected text (a number or a word like true needs quotes)")


def _flag(written: object, _known: Known) -> bool:
    if isinstance(written, bool):
        return written
    raise UnexpectedValue("expected true or false")


def _count(written: object, _known: Known) -> int:
    if isinstance(written, int) and not isinstance(written, bool) and written >= 0:
        return written
    raise UnexpectedValue("expected a whole number, zero or more")


def _number(written: object, _known: Known) -> int | float:
    if isinstance(written, int | float) and not isinstance(written, bool):
        return written
    raise UnexpectedValue("expected a number")


def _sum(written: object, _known: Known) -> Money:
    try:
        return Money.parse(str(written))
    except ValueError as error:
        raise UnexpectedValue(str(error)) from None


def _header(written: object, known: Known) -> str:
    is_number = isinstance(written, int | float) and not isinstance(written, bool)
    return str(written) if is_number else _text(written, known)


def _written_count(written: str) -> int:
    if written.isascii() and written.isdecimal() and len(written) < 16:
        return int(written)
    raise UnexpectedValue('expected two whole numbers like "2 – 5"')


def _written_number(written: str) -> int | float:
    number = Decimal(written) if _NUMBER.fullmatch(written) else None
    if number is None:
        raise UnexpectedValue('expected two numbers like "2 – 5"')
    return int(number) if number == number.to_integral_value() else float(number)


def _sums_between(written: str) -> Range:
    """Two sums of one currency, which the first may leave to the second."""
    low, high = ends(written) or (written, "")
    currency = high.rpartition(" ")[2]
    first, last = Money.parse(low if " " in low else f"{low} {currency}"), Money.parse(high)
    if first.currency != last.currency or first > last:
        raise UnexpectedValue("expected the smaller sum first, and both in one currency")
    return Between(first, last)


TEAM = named("a team of config.yaml", lambda known: known.team.team_names)
LANGUAGE = named("a language of config.yaml", lambda known: known.languages)
SUGGESTION = named("a policy of compensation.yaml", lambda known: known.suggestions)
PERSON = Kind(("is",), _person, {"type": "string"})
WORD = Kind(("is", "contains", "matches", "in"), _text, {"type": "string", "minLength": 1})
FREE_TEXT = Kind(("contains", "is", "matches"), _text, {"type": "string", "minLength": 1})
HEADER = Kind(("is", "contains", "matches", "in", *ORDER), _header, {"type": ["string", "number"]})
PHRASE = Kind(("mentions",), _text, {"type": "string", "minLength": 1})
FLAG = Kind(("is",), _flag, {"type": "boolean"})
COUNT = Kind(
    ("is", *ORDER, "between"), _count, {"type": "integer", "minimum": 0}, range=Between.reading(_written_count)
)
NUMBER = Kind(("is", *ORDER, "between"), _number, {"type": "number"}, range=Between.reading(_written_number))
SUM = Kind(
    ("is", *ORDER, "between"),
    _sum,
    {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? [A-Z]{3}$"},
    range=_sums_between,
)
