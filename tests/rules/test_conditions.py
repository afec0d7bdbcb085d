"""Conditions: what holds, what does not, what cannot be said, and the reasons given."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import ComplaintType, Severity
from mailbot.core.money import Money
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Finding, Not
from mailbot.core.rules.fields import MAIL
from mailbot.settings.patterns import compile_pattern

FACTS = {
    "type": ComplaintType.LATE_DELIVERY,
    "severity": Severity.HIGH,
    "amount": Money(Decimal(150), "EUR"),
    "safety": False,
    "subject": "Wo ist die STRASSE? Vračilo",
    "order_number": None,
    "attachments": 2,
    "attachments.names": ("photo.JPG", "receipt.pdf"),
    "attachments.types": (),
}


def compare(field: str, operator: str, *operands: object) -> Compare:
    return Compare(field, MAIL[field].kind, operator, operands)


def euro(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("condition", "truth", "because"),
    [
        (compare("type", "is", "late_delivery"), True, "type is late_delivery"),
        (compare("type", "is", "billing", "late_delivery"), True, "type is late_delivery"),
        (compare("type", "is", "billing", "other"), False, "type is late_delivery, not billing or other"),
        (compare("severity", "ge", "high"), True, "severity is high, at least high"),
        (compare("severity", "gt", "high"), False, "severity is high, not more than high"),
        (compare("severity", "lt", "critical"), True, "severity is high, less than critical"),
        (compare("amount", "gt", euro(100)), True, "amount is 150.00 EUR, more than 100.00 EUR"),
        (compare("amount", "le", euro(100)), False, "amount is 150.00 EUR, not at most 100.00 EUR"),
        (compare("amount", "is", euro(150)), True, "amount is 150.00 EUR"),
        (compare("amount", "gt", Money(Decimal(1), "USD")), None, "amount is 150.00 EUR, not more than 1.00 USD"),
        (compare("amount", "gt", Money(Decimal(1), "USD"), euro(9)), True, "amount is 150.00 EUR, more than 9.00 EUR"),
        (compare("safety", "is", True), False, "safety is false, not true"),
        (compare("subject", "contains", "strasse"), True, "subject contains 'strasse'"),
        (compare("subject", "contains", "vrac\u030cilo"), True, "subject contains 'vrac\u030cilo'"),
        (compare("subject", "contains", "refund", "wo war"), False, "subject does not contain 'refund' or 'wo war'"),
        (compare("subject", "matches", compile_pattern("str.+e")), True, "subject matches /str.+e/"),
        (compare("subject", "matches", compile_pattern("^str")), False, "subject does not match /^str/"),
        (compare("order_number", "is", "A-1"), None, "order_number is unknown"),
        (compare("attachments", "ge", 2), True, "attachments is 2, at least 2"),
        (compare("attachments.names", "contains", ".jpg"), True, "attachments.names contains '.jpg'"),
        (compare("attachments.types", "is", "image/jpeg"), False, "attachments.types is empty, not image/jpeg"),
        (Exists("order_number", wanted=False), True, "order_number is unknown"),
        (Exists("order_number", wanted=True), False, "order_number is unknown"),
        (Exists("type", wanted=True), True, "type is known"),
        (Not(compare("order_number", "is", "A-1")), None, "order_number is unknown"),
        (Not(compare("safety", "is", True)), True, "safety is false, not true"),
    ],
)
def test_a_condition_says_whether_it_holds_and_why(condition: Condition, truth: bool | None, because: str) -> None:
    assert condition.check(FACTS) == Finding(truth, (because,))


def test_a_long_value_is_not_repeated_in_a_reason() -> None:
    (reason,) = compare("subject", "is", "x").check({"subject": "y" * 5_000}).because
    assert len(reason) < 200


def test_a_field_that_nobody_filled_in_is_missing() -> None:
    assert compare("language", "is", "et").check({}).truth is None


def test_only_the_reasons_that_decided_are_given() -> None:
    late, billing, unknown = (
        compare("type", "is", "late_delivery"),
        compare("type", "is", "billing"),
        compare("order_number", "is", "A-1"),
    )
    assert All((late, billing, unknown)).check(FACTS).because == ("type is late_delivery, not billing",)
    assert AnyOf((late, billing, unknown)).check(FACTS).because == ("type is late_delivery",)
    assert All((late, unknown)).check(FACTS).because == ("order_number is unknown",)


def test_nothing_but_conditions_all_hold_and_none_of_them_does() -> None:
    assert All(()).check(FACTS).truth is True
    assert AnyOf(()).check(FACTS).truth is False


TRUTHS = {True: Exists("type", wanted=True), False: Exists("type", wanted=False), None: compare("language", "is", "et")}
TREES = st.recursive(
    st.sampled_from([True, False, None]).map(lambda truth: (truth, TRUTHS[truth])),
    lambda trees: st.one_of(
        trees.map(lambda tree: (None if tree[0] is None else not tree[0], Not(tree[1]))),
        st.lists(trees, min_size=1, max_size=4).map(
            lambda list_: (kleene_and([t for t, _ in list_]), All(tuple(c for _, c in list_)))
        ),
        st.lists(trees, min_size=1, max_size=4).map(
            lambda list_: (kleene_or([t for t, _ in list_]), AnyOf(tuple(c for _, c in list_)))
        ),
    ),
    max_leaves=12,
)


def kleene_and(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def kleene_or(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


@given(TREES)
def test_combinations_follow_the_logic_of_three_values(tree: tuple[bool | None, Condition]) -> None:
    truth, condition = tree
    finding = condition.check({"type": ComplaintType.OTHER})
    assert finding.truth is truth
    assert finding.because


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    pattern = compile_pattern("(a+)+$")
    assert pattern.find("a" * 100_000 + "b") is None


def test_a_pattern_that_is_none_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match=r"RE2 reads it \(invalid perl operator: \(\?=\)"):
        compile_pattern("(?=x)")
