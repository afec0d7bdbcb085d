"""rules/compensation.yaml: what is written becomes policies, and every mistake is named with its place."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.amounts import Calculation
from mailbot.core.compensation import Approval, Law, Option, Share, TimeLimit
from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.limits import NO_LIMITS, Limits
from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money, Sums
from mailbot.core.periods import Period
from mailbot.core.rules.values import Known
from mailbot.core.team import Member, Role, Team
from mailbot.settings.compensation_file import Compensation, read_compensation
from mailbot.yaml_file import parse_yaml

KNOWN = Known(Team(()), ("en",))


def whole(text: str, known: Known = KNOWN) -> Compensation:
    return read_compensation(parse_yaml("compensation.yaml", text.encode()), known)


def read(remedy: str, policy: str = "", known: Known = KNOWN) -> Option:
    text = f"policies: {{p: {{{policy}remedies: [{{{remedy}}}]}}}}\n"
    (option,) = whole(text, known).policies["p"].options
    return option


def refused(remedy: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(remedy)
    (problem,) = caught.value.problems
    return str(problem).removeprefix("compensation.yaml:")


def eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("10 EUR", Sums((eur(10),))),
        ("[10 EUR, 12 USD]", Sums((eur(10), Money(Decimal(12), "USD")))),
        ("20 % of order", Share(Decimal(20), "order")),
        ("20% of the order", Share(Decimal(20), "order")),
        ("12.5 % of disputed", Share(Decimal("12.5"), "disputed")),
        ("100 % of the disputed sum", Share(Decimal(100), "disputed")),
    ],
)
def test_an_amount_is_a_sum_or_a_share(written: str, amount: Sums | Share) -> None:
    assert read(f"remedy: refund, amount: {written}").amount == amount


@pytest.mark.parametrize(
    "written",
    ["min(order.total * 20 %, 15 EUR)", "order.days_late * 2 EUR", "amount / 2", "order.total - 5 EUR", "amount"],
)
def test_an_amount_may_be_calculated(written: str) -> None:
    amount = read(f"remedy: refund, amount: '{written}'").amount
    assert isinstance(amount, Calculation)
    assert amount.written == written


def test_what_is_looked_up_can_be_calculated_with() -> None:
    known = replace(KNOWN, looked_up=(Column(name="customer.lifetime_value", kind=ColumnKind.MONEY, column="value"),))
    option = read("remedy: voucher, amount: customer.lifetime_value * 1 %", known=known)
    assert option.asks == {"customer.lifetime_value"}


def test_a_right_names_its_law_and_its_time() -> None:
    option = read("remedy: refund, entitlement: true, law: § 222, within: 14 days of purchase")
    assert option.law == Law("§ 222", TimeLimit(Period(14, "days"), "purchase"))
    assert read("remedy: refund, entitlement: true, law: § 222, within: 2 years").law == Law(
        "§ 222", TimeLimit(Period(2, "years"), "delivery")
    )


def test_a_sum_for_each_day_has_a_cap() -> None:
    option = read("remedy: compensation, per_day: 5 EUR, at_most: 50 EUR")
    assert (option.amount, option.per_day, option.at_most) == (Sums((eur(5),)), True, Sums((eur(50),)))


def test_a_lead_approves_always_or_above_a_sum() -> None:
    assert read("remedy: refund, approval: lead").approval == Approval()
    assert read("remedy: refund, approval: {above: 100 EUR}").approval == Approval(Sums((eur(100),)))
    assert read("remedy: refund").approval is None


def test_several_leads_may_have_to_approve() -> None:
    assert read("remedy: refund, approval: {above: 300 EUR, people: 2}").approval == Approval(Sums((eur(300),)), 2)
    assert read("remedy: refund, approval: {people: 2}").approval == Approval(None, 2)


def test_a_remedy_says_when_the_customer_has_it() -> None:
    assert read("remedy: voucher, delivered_within: 3 business days").delivered_within == Span(3, "business days")


POLICIES = "policies: {p: {remedies: [{remedy: apology}]}}\n"
LOGISTICS = replace(KNOWN, team=Team((Member(name="M", address="m@a.example", role=Role.LEAD, teams=("logistics",)),)))


def test_goodwill_is_limited_for_the_whole_desk() -> None:
    limits = whole(
        POLICIES
        + "limits: {per_case: 60 EUR, per_customer: {at_most: 100 EUR, within: 12 months}, repeated: {times: 3}}\n"
        + "budgets: {logistics: [300 EUR, 300 USD]}\n"
        + "approvals: {remind_after: 2 hours}\n"
        + "promises: {delivered_within: 10 business days}\n",
        LOGISTICS,
    ).limits
    assert limits == Limits(
        per_case=Sums((eur(60),)),
        per_customer=Sums((eur(100),)),
        customer_period=Period(12, "months"),
        budgets={"logistics": Sums.parse(["300 EUR", "300 USD"])},
        repeated=3,
        remind_after=Span(2, "hours"),
        deliver_within=Span(10, "business days"),
    )
    assert whole(POLICIES).limits == NO_LIMITS


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("budgets: {logistic: 5 EUR}", 'budgets.logistic: not a team of config.yaml, did you mean "logistics"?'),
        ("budgets: {logistics: 5}", 'found 5, expected a sum and a currency like "50 EUR"'),
        ("limits: {per_cases: 5 EUR}", 'did you mean "per_case"?'),
        ("limits: {per_customer: {at_most: 5 EUR}}", 'missing key "within" in limits.per_customer'),
        ("limits: {repeated: {times: 1}}", "limits.repeated.times: found 1, expected greater than or equal to 2"),
        ("approvals: {remind_after: soon}", 'approvals.remind_after: found "soon", expected a span like'),
        ("promises: {remind_before: 0 days}", 'promises.remind_before: found "0 days", expected more than nothing'),
    ],
)
def test_what_is_wrong_with_the_limits_is_named(more: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        whole(POLICIES + more + "\n", LOGISTICS)
    (problem,) = caught.value.problems
    assert said in str(problem)
    assert str(problem).startswith("compensation.yaml:2:")


def test_a_policy_may_speak_for_its_remedies_and_a_remedy_for_itself() -> None:
    assert read("remedy: voucher", "before_cause: true, ").before_cause
    assert not read("remedy: voucher, before_cause: false", "before_cause: true, ").before_cause


def test_conditions_ask_about_case_and_customer() -> None:
    option = read("remedy: voucher, when: {severity: {ge: high}, amount: {lt: 50 EUR}}")
    assert option.when.check({"severity": "high", "amount": eur(40)}).truth is True
    assert option.when.check({"severity": "high"}).truth is None


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ("remedy: refnd", 'found "refnd", expected one of refund,'),
        ("remedy: refund, amount: 10", 'found 10, expected a sum and a currency like "50 EUR"'),
        ("remedy: refund, amount: 10 % of ordr", 'or a share like "20 % of order"'),
        ("remedy: refund, at_most: [1 EUR, 2 EUR]", "expected each currency once"),
        ("remedy: refund, at_most: []", "expected at least one sum"),
        ("remedy: refund, amount: 5 EUR, per_day: 5 EUR, at_most: 9 EUR", "expected amount or per_day, not both"),
        ("remedy: refund, per_day: 5 EUR", "a sum for each day needs an at_most"),
        ("remedy: apology, amount: 5 EUR", "an apology is worth no sum"),
        ("remedy: refund, entitlement: true", "which law?"),
        ("remedy: refund, law: § 1", "entitlement: true"),
        ("remedy: refund, within: 2 years", "entitlement: true"),
        ("remedy: refund, entitlement: true, law: § 1, within: soon", 'expected a period like "14 days"'),
        ("remedy: refund, entitlement: true, law: § 1, once_per: 1 year", "only goodwill can be limited so"),
        ("remedy: refund, entitlement: true, law: § 1, before_cause: true", "only goodwill can be limited so"),
        ("remedy: refund, approval: boss", 'found "boss", expected lead, {above: 100 EUR} or'),
        ("remedy: refund, approval: {}", "expected lead, {above: 100 EUR} or"),
        ("remedy: refund, approval: {people: 4}", "found 4, expected less than or equal to 3"),
        ("remedy: refund, approval: {abov: 4 EUR}", 'did you mean "above"?'),
        ("remedy: refund, delivered_within: 0 days", "expected more than nothing"),
        ("remedy: refund, amount: order.totl * 2", 'no such field: "order.totl", did you mean "order.total"?'),
        ("remedy: refund, amount: order.total * severity", '"severity" is neither a sum nor a number'),
        ("remedy: refund, amount: 2 * order.days_late", "this makes a number, expected a sum of money"),
        ("remedy: refund, amount: order.total + 5", "a sum and a number around +"),
        ("remedy: refund, at_most: 'max(5 EUR, 6 USD)'", "EUR and USD together: nothing is converted"),
        ("remedy: refund, amount: (5 EUR * 2", "expected ) at the end"),
        ("remedy: refund, amount: customer.lifetime_value / 100", 'no such field: "customer.lifetime_value"'),
        ("remedy: refund, once_per: often", 'expected a period like "14 days"'),
        ("remedy: refund, when: {sevrity: high}", 'no such field, did you mean "severity"?'),
        ("remedy: refund, atmost: 5 EUR", 'did you mean "at_most"?'),
    ],
)
def test_every_mistake_is_named_at_its_place(remedy: str, said: str) -> None:
    problem = refused(remedy)
    assert said in problem
    assert problem.startswith("1:")
    assert "policies.p.remedies[0]" in problem


def test_the_shipped_policies_are_read_and_put_the_law_first() -> None:
    file = Path(__file__).parents[2] / "rules" / "compensation.yaml"
    policies = read_compensation(parse_yaml(file.name, file.read_bytes()), KNOWN).policies
    assert set(policies) == {
        "late-parcel",
        "lost-parcel",
        "defective-goods",
        "wrong-item",
        "poor-service",
        "wrong-charge",
    }
    for policy in policies.values():
        by_law = [option.law is not None for option in policy.ordered]
        assert by_law == sorted(by_law, reverse=True)
        assert any(option.kind == "apology" for option in policy.options)
