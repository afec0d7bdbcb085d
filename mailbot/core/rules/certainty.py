"""What is certain of conditions whatever the mail: that one can never hold, that one holds wherever another does.

A condition is taken apart into ways: each says of some comparisons whether they are true or false, and the condition
holds exactly where one of its ways is the case. Where a field's values can be listed or ordered, nothing is missed;
elsewhere nothing is claimed that is not so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise, product
from typing import Any

from mailbot.core.deadlines import DAYS, Span
from mailbot.core.money import Money
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Named, Not
from mailbot.core.rules.moments import DATE, DAY, TIME, WEEKDAY
from mailbot.core.rules.operators import OPERATORS, folded
from mailbot.core.rules.values import LANGUAGE, PERSON, TEAM, Kind

_MOST_WAYS = 64
_NO_NAME = "\0"
_LEAP_YEAR, _LEAP_YEARS_APART, _MOST_YEARS = 2000, 8, 40

Domains = Mapping[str, tuple[object, ...]]
"""Fields of which somebody knows every value, by name."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A comparison that is true or false, or a field that is known or not."""

    part: Compare | Exists
    truth: bool

    def __str__(self) -> str:
        if isinstance(self.part, Exists):
            return "known" if self.truth else "unknown"
        operands = " or ".join(str(getattr(operand, "source", operand)) for operand in self.part.operands)
        words = OPERATORS[self.part.operator].words if self.truth else OPERATORS[self.part.operator].denial
        return operands if words == "is" else f"{words} {operands}"

    @property
    def subject(self) -> tuple[str, str]:
        """What is compared: a field, and of what happened how much counts."""
        within = self.part.within if isinstance(self.part, Compare) else None
        return self.part.field, str(within or "")


Way = tuple[Literal, ...]


class TooManyWaysError(Exception):
    """A condition with so many alternatives that nothing is said about it."""


def ways(condition: Condition, *, truth: bool = True) -> tuple[Way, ...]:
    """The ways in which the condition is true (or false); TooManyWaysError for one that has very many."""
    match condition:
        case Named():
            return ways(condition.condition, truth=truth)
        case Not():
            return ways(condition.condition, truth=not truth)
        case Compare():
            return ((Literal(condition, truth),),)
        case Exists():
            return ((Literal(Exists(condition.field, wanted=True), condition.wanted is truth),),)
        case All() | AnyOf():
            parts = [ways(part, truth=truth) for part in condition.conditions]
            return _together(parts) if isinstance(condition, All) is truth else _limited(w for p in parts for w in p)
    raise TooManyWaysError  # a kind of condition that nothing is known of


def _together(parts: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    found: tuple[Way, ...] = ((),)
    for part in parts:
        found = _limited(first + second for first, second in product(found, part))
    return found


def _limited(found: Iterable[Way]) -> tuple[Way, ...]:
    listed = tuple(found)
    if len(listed) > _MOST_WAYS:
        raise TooManyWaysError
    return listed


def conflicts(way: Way, domains: Domains) -> Iterator[str]:
    """The fields that cannot be as this way of a condition wants them."""
    for (field, _), literals in _by_subject(way).items():
        if not _possible(literals, domains.get(field)):
            yield field


def covered(way: Way, conditions: Sequence[Condition], domains: Domains) -> bool:
    """Whether at least one of the conditions certainly holds in this way; value by value where they can be listed."""
    if any(implied(way, condition, domains) for condition in conditions):
        return True
    if len(conditions) < 2:
        return False
    for (field, within), literals in _by_subject(way).items():
        first = literals[0].part
        values = _listed(first, domains.get(field)) if not within and isinstance(first, Compare) else None
        if values and isinstance(first, Compare):
            cases = [value for value in values if _met(literals, field, value)]
            if all(_covered_for(way, first, value, conditions, domains) for value in cases):
                return True
    return False


def _covered_for(way: Way, compare: Compare, value: object, conditions: Sequence[Condition], domains: Domains) -> bool:
    narrowed = (*way, Literal(replace(compare, operator="is", operands=(value,)), truth=True))
    return any(implied(narrowed, condition, domains) for condition in conditions)


def implied(way: Way, condition: Condition, domains: Domains, *, truth: bool = True) -> bool:
    """Whether the condition is certainly true (or false) in this way."""
    match condition:
        case Named():
            return implied(way, condition.condition, domains, truth=truth)
        case Not():
            return implied(way, condition.condition, domains, truth=not truth)
        case All() | AnyOf():
            every = all if isinstance(condition, All) is truth else any
            return every(implied(way, part, domains, truth=truth) for part in condition.conditions)
        case Exists():
            return _known(way, condition.field) is (condition.wanted is truth)
        case Compare():
            literals = _by_subject(way).get(Literal(condition, truth).subject, ())
            return _implies(literals, condition, domains.get(condition.field), truth=truth)
    return False


def _by_subject(way: Way) -> Mapping[tuple[str, str], tuple[Literal, ...]]:
    found: dict[tuple[str, str], tuple[Literal, ...]] = {}
    for literal in way:
        found[literal.subject] = (*found.get(literal.subject, ()), literal)
    return found


def _known(way: Way, field: str) -> bool | None:
    """Whether the field has a value; None where the way leaves it open."""
    about = [literal for literal in way if literal.part.field == field]
    if any(isinstance(literal.part, Exists) and not literal.truth for literal in about):
        return False
    return True if about else None


def _possible(literals: Sequence[Literal], domain: tuple[object, ...] | None) -> bool:
    compares = [literal for literal in literals if isinstance(literal.part, Compare)]
    if any(isinstance(literal.part, Exists) and not literal.truth for literal in literals):
        return not compares and all(not literal.truth for literal in literals)
    if not compares:
        return True
    values = _values([literal.part for literal in compares if isinstance(literal.part, Compare)], domain)
    if values is None:
        return not any(_clash(yes, no) for yes in compares for no in compares)
    return any(_met(compares, compares[0].part.field, value) for value in values)


def _clash(yes: Literal, no: Literal) -> bool:
    """Whether what one says is just what the other denies."""
    if not (isinstance(yes.part, Compare) and isinstance(no.part, Compare) and yes.truth and not no.truth):
        return False
    return yes.part.operator == no.part.operator and _words(yes.part) <= _words(no.part)


def _words(compare: Compare) -> frozenset[str]:
    """The operands in a form in which equal ones are equal."""
    return frozenset(folded(str(getattr(operand, "source", operand))) for operand in compare.operands)


def _implies(literals: Sequence[Literal], compare: Compare, domain: tuple[object, ...] | None, *, truth: bool) -> bool:
    compares = [literal for literal in literals if isinstance(literal.part, Compare)]
    if not compares:
        return False
    parts = [literal.part for literal in compares if isinstance(literal.part, Compare)]
    values = _values([*parts, compare], domain)
    if values is None:
        wanted = Literal(compare, not truth)
        return any(_clash(literal, wanted) if truth else _clash(wanted, literal) for literal in compares)
    return all(compare.truth({compare.field: v}) is truth for v in values if _met(compares, compare.field, v))


def _met(literals: Iterable[Literal], field: str, value: object) -> bool:
    facts = {field: value}
    return all(literal.part.truth(facts) is literal.truth for literal in literals)


def _values(compares: Sequence[Compare], domain: tuple[object, ...] | None) -> Sequence[object] | None:
    """Values that stand for all that there are: whatever is true of some value is true of one of them.

    None where they cannot be told.
    """
    first = compares[0]
    if (listed := _listed(first, domain)) is not None:
        return listed
    if first.kind is DAY:  # how long ago it was depends on the day on which somebody asks
        return None
    ends = [end for compare in compares for operand in compare.operands for end in _ends(operand)]
    if first.kind in (LANGUAGE, TEAM, PERSON):
        return [*ends, _NO_NAME]
    if first.kind is DATE:
        return _days(ends)
    if first.kind is TIME:
        return [time(minute // 60, minute % 60, second) for minute in range(24 * 60) for second in (0, 30)]
    return _around(ends, first.kind)


def _listed(compare: Compare, domain: tuple[object, ...] | None) -> tuple[object, ...] | None:
    if domain is not None:
        return domain
    schema: Mapping[str, Any] = compare.kind.schema
    if schema.get("type") == "boolean":
        return True, False
    return DAYS if compare.kind is WEEKDAY else tuple(schema["enum"]) if "enum" in schema else None


def _ends(operand: object) -> tuple[object, ...]:
    """The values at which a comparison with this operand changes."""
    first, last = getattr(operand, "first", None), getattr(operand, "last", None)
    return (operand,) if first is None else (first, last)


def _days(ends: Iterable[object]) -> Sequence[date] | None:
    """Every day of the years that are written, and of enough around them that each has its leap years."""
    written = {year for end in ends if isinstance(year := getattr(end, "year", None), int)} or {_LEAP_YEAR}
    first, last = min(written) - _LEAP_YEARS_APART, max(written) + _LEAP_YEARS_APART
    if first < date.min.year or last >= date.max.year or last - first > _MOST_YEARS:
        return None
    begin, end = date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal()
    return [date.fromordinal(day) for day in range(begin, end)]


def _around(ends: Sequence[object], kind: Kind) -> Sequence[object] | None:
    """Each end, and values a little below and above it; None unless all of them are of one order."""
    if all(isinstance(end, Money) for end in ends):
        near = ((end, step) for end in ends if isinstance(end, Money) for step in (-1, 0, 1))
        return [Money.from_minor(end.minor + step, end.currency) for end, step in near]
    if kind.schema.get("type") in ("integer", "number"):
        numbers = [end for end in ends if isinstance(end, int | float)]
        steps = (-1, 0, 1) if kind.schema["type"] == "integer" else _steps(numbers)
        return [end + step for end in numbers for step in steps if end + step >= 0 or "minimum" not in kind.schema]
    units = {getattr(end, "unit", None) for end in ends}
    if len(units) == 1 and all(isinstance(end, Span | Period) for end in ends):
        return [_longer(end, step) for end in ends for step in (-0.5, 0, 0.5)]
    return None


def _steps(ends: Sequence[float]) -> tuple[float, ...]:
    """Less than half of the least distance between two of them."""
    ordered = sorted(set(ends))
    least = min((b - a for a, b in pairwise(ordered)), default=1)
    return -least / 3, 0, least / 3


def _longer(span: Any, step: float) -> object:
    """The span with a little more or less: times that have passed are no whole numbers of anything."""
    return replace(span, count=span.count + step)
