"""What is said of conditions for all mails holds for every mail."""

from collections.abc import Mapping

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from mailbot.core.rules.certainty import TooManyWaysError, Way, conflicts, covered, implied, ways
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Not
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.moments import DAY
from tests.rules.books import CONDITIONS, FACTS

Facts = Mapping[str, object]


def few_ways(condition: Condition, *, truth: bool = True) -> tuple[Way, ...]:
    """Of the conditions that something is said about."""
    try:
        return ways(condition, truth=truth)
    except TooManyWaysError:
        reject()


@settings(max_examples=400)
@given(CONDITIONS, FACTS, st.booleans())
def test_a_condition_holds_exactly_where_one_of_its_ways_does(condition: Condition, facts: Facts, wanted: bool) -> None:
    found = few_ways(condition, truth=wanted)
    holds = any(all(literal.part.truth(facts) is literal.truth for literal in way) for way in found)
    assert holds is (condition.truth(facts) is wanted)


@settings(max_examples=600)
@given(st.lists(CONDITIONS, min_size=1, max_size=3), FACTS)
def test_what_can_never_hold_never_does(parts: list[Condition], facts: Facts) -> None:
    condition = All(tuple(parts))
    if all(any(conflicts(way, {})) for way in few_ways(condition)):
        assert condition.truth(facts) is not True


@settings(max_examples=600)
@given(CONDITIONS, st.lists(CONDITIONS, min_size=1, max_size=3), FACTS)
def test_what_is_covered_always_holds_too(condition: Condition, others: list[Condition], facts: Facts) -> None:
    if condition.truth(facts) is True and all(covered(way, others, {}) for way in few_ways(condition)):
        assert any(other.truth(facts) is True for other in others)


@settings(max_examples=400)
@given(CONDITIONS, FACTS)
def test_a_condition_implies_itself_and_not_its_opposite(condition: Condition, facts: Facts) -> None:
    for way in few_ways(condition):
        if all(literal.part.truth(facts) is literal.truth for literal in way):
            assert not implied(way, condition, {}, truth=False)


def compare(field: str, operator: str, *operands: object) -> Compare:
    kind = MAIL[field].kind if field in MAIL else DAY
    return Compare(field, kind, operator, tuple(kind.operand(operator, one, None) for one in operands))  # type: ignore[arg-type]


def never(*parts: Condition) -> bool:
    return all(any(conflicts(way, {})) for way in ways(All(parts)))


IMPOSSIBLE = [
    (compare("type", "is", "billing"), Not(compare("type", "is", "billing", "other"))),
    (compare("type", "is", "billing"), compare("type", "is", "other")),
    (compare("severity", "ge", "high"), compare("severity", "lt", "high")),
    (compare("amount", "gt", "500 EUR"), compare("amount", "lt", "500.01 EUR")),
    (compare("amount", "gt", "500 EUR"), compare("amount", "lt", "900 USD")),
    (compare("words", "gt", 3), compare("words", "lt", 4)),
    (compare("words", "lt", 0),),
    (compare("time", "between", "22:00 – 06:00"), compare("time", "between", "06:00 – 12:00")),
    (compare("date", "between", "24 Dec – 6 Jan"), Not(compare("date", "between", "1 Dec – 31 Jan"))),
    (compare("date", "between", "29 Feb"), compare("date", "between", "2026-01-01 – 2027-12-31")),
    (compare("weekday", "between", "mon-wed"), compare("weekday", "between", "thu")),
    (compare("text", "contains", "a", "B"), Not(compare("text", "contains", "b", "c", "A"))),
    (compare("case.age", "gt", "3 days"), compare("case.age", "lt", "3 days")),
    (Exists("amount", wanted=False), compare("amount", "gt", "1 EUR")),
    (Exists("amount", wanted=False), Not(compare("amount", "gt", "1 EUR"))),
    (AnyOf((compare("safety", "is", True), compare("repeat", "is", True))), Not(compare("safety", "is", True)),
     compare("repeat", "is", False)),
    (compare("order.delivered_on", "within", "14 days"), Not(compare("order.delivered_on", "within", "14 days"))),
]  # fmt: skip
POSSIBLE = [
    (compare("amount", "gt", "500 EUR"), compare("amount", "lt", "501 EUR")),
    (compare("amount", "gt", "500 EUR", "1 USD"), compare("amount", "lt", "100 EUR", "9 USD")),
    (compare("time", "gt", "08:30"), compare("time", "lt", "08:31")),
    (compare("date", "gt", "2026-01-01"), compare("date", "between", "29 Feb")),
    (compare("case.age", "gt", "2 days"), compare("case.age", "lt", "3 days")),
    (compare("case.age", "gt", "2 business days"), compare("case.age", "lt", "1 days")),
    (compare("case.tags", "is", "vip"), compare("case.tags", "is", "threat")),
    (compare("text", "contains", "a"), Not(compare("text", "contains", "ab"))),
    (compare("sender", "is", "a@b.example"), compare("sender", "contains", "x")),
    (compare("customer.last_case", "lt", "1 months"), compare("customer.last_case", "gt", "5 weeks")),
    (compare("order.delivered_on", "older_than", "14 days"), compare("order.delivered_on", "within", "2 years")),
    (compare("order.delivered_on", "older_than", "2 years"), compare("order.delivered_on", "gt", "2020-01-01")),
]


@pytest.mark.parametrize("parts", IMPOSSIBLE)
def test_what_contradicts_itself_is_seen(parts: tuple[Condition, ...]) -> None:
    assert never(*parts)


@pytest.mark.parametrize("parts", POSSIBLE)
def test_what_may_be_is_left_alone(parts: tuple[Condition, ...]) -> None:
    assert not never(*parts)


LATE_OR_LOST = compare("type", "is", "late_delivery", "non_delivery")
FOLLOWS = [
    (compare("type", "is", "late_delivery"), [LATE_OR_LOST]),
    (LATE_OR_LOST, [compare("type", "is", "late_delivery"), compare("type", "is", "non_delivery")]),
    (LATE_OR_LOST, [Not(compare("type", "is", "billing", "other"))]),
    (compare("amount", "ge", "100 EUR"), [compare("amount", "gt", "99.99 EUR", "5 USD")]),
    (compare("amount", "ge", "100 EUR"), [Exists("amount", wanted=True)]),
    (Not(compare("amount", "ge", "100 EUR")), [Exists("amount", wanted=True)]),
    (compare("case.age", "gt", "3 days"), [compare("case.age", "ge", "2 days")]),
    (compare("sender", "is", "a@b.example"), [compare("sender", "is", "A@b.example", "c@d.example")]),
    (compare("date", "between", "24 Dec"), [compare("date", "between", "1 Dec – 6 Jan")]),
]
DOES_NOT_FOLLOW = [
    (LATE_OR_LOST, [compare("type", "is", "late_delivery")]),
    (LATE_OR_LOST, [compare("type", "is", "late_delivery"), compare("type", "is", "billing")]),
    (LATE_OR_LOST, [Exists("amount", wanted=True)]),
    (LATE_OR_LOST, [Exists("amount", wanted=False)]),
    (Exists("amount", wanted=True), [compare("amount", "ge", "0 EUR")]),
    (Exists("amount", wanted=False), [Not(compare("amount", "ge", "0 EUR"))]),
    (compare("amount", "ge", "100 EUR", "100 USD"), [compare("amount", "gt", "99 EUR")]),
    (compare("case.age", "gt", "3 days"), [compare("case.age", "gt", "3 business days")]),
    (compare("text", "contains", "late"), [compare("text", "contains", "lat")]),
    (All(()), [compare("safety", "is", True), compare("safety", "is", False)]),
]


def follows(condition: Condition, others: list[Condition]) -> bool:
    return all(covered(way, others, {}) for way in ways(condition))


@pytest.mark.parametrize(("condition", "others"), FOLLOWS)
def test_what_always_holds_too_is_seen(condition: Condition, others: list[Condition]) -> None:
    assert follows(condition, others)


@pytest.mark.parametrize(("condition", "others"), DOES_NOT_FOLLOW)
def test_what_may_not_hold_is_not_taken_for_certain(condition: Condition, others: list[Condition]) -> None:
    assert not follows(condition, others)


def test_a_condition_with_very_many_alternatives_is_left_alone() -> None:
    either = AnyOf((compare("safety", "is", True), compare("repeat", "is", True)))
    with pytest.raises(TooManyWaysError):
        ways(All((either,) * 7))
