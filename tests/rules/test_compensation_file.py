"""rules/compensation.yaml: what is written becomes policies, and every mistake is named with its place."""

from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.compensation import Approval, Law, Option, Share, TimeLimit
from mailbot.core.errors import ConfigurationError
from mailbot.core.money import Money, Sums
from mailbot.core.periods import Period
from mailbot.core.rules.values import Known
from mailbot.core.team import Team
from mailbot.settings.compensation_file import read_policies
from mailbot.yaml_file import parse_yaml

KNOWN = Known(Team(()), ("en",))


def read(remedy: str, policy: str = "") -> Option:
    text = f"policies: {{p: {{{policy}remedies: [{{{remedy}}}]}}}}\n"
    (option,) = read_policies(parse_yaml("compensation.yaml", text.encode()), KNOWN)["p"].options
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
        ("remedy: refund, approval: boss", 'found "boss", expected lead, or {above: 100 EUR}'),
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
    policies = read_policies(parse_yaml(file.name, file.read_bytes()), KNOWN)
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
