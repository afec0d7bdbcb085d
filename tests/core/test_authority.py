"""Who may grant what: one's own limit of a remedy and of a day, and as many leads as the policy wants."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.authority import able_leads, limit_of, permission
from mailbot.core.compensation import Approval, OfferKind, Option, Proposal
from mailbot.core.money import Money, Sums, total
from mailbot.core.team import Member, Role, Team

REFUND = OfferKind.REFUND


def sums(*written: str) -> Sums:
    return Sums.parse(written)


def money(written: str) -> Money:
    return Money.parse(written)


def member(name: str, role: Role = Role.AGENT, **authority: str | list[str]) -> Member:
    written = {key: Sums.parse([value] if isinstance(value, str) else value) for key, value in authority.items()}
    return Member(name=name, address=f"{name}@a.example", role=role, authority=written)


def proposal(amount: str | None = None, cap: str | None = None, **option: object) -> Proposal:
    sum_ = {"amount": sums("1 EUR")} if amount or cap else {}
    return Proposal(
        number=1,
        option=Option(**{"kind": REFUND, **sum_, **option}),  # type: ignore[arg-type]
        amount=money(amount) if amount else None,
        cap=money(cap) if cap else None,
    )


MARI = member("mari", refund=["50 EUR", "60 USD"], per_day=["120 EUR", "100 USD"])
ANA = member("ana", Role.LEAD, any=["500 EUR", "500 USD"])
EVA = member("eva", Role.LEAD, any="300 EUR")
NEW = member("new")
TEAM = Team((MARI, ANA, EVA, NEW))


def names(members: tuple[Member, ...]) -> list[str]:
    return [one.name for one in members]


def test_a_limit_is_of_one_currency_and_what_is_not_written_is_nothing() -> None:
    option = proposal("1 EUR").option
    assert [limit_of(MARI, option, currency) for currency in ("EUR", "USD", "JPY")] == [
        money("50 EUR"),
        money("60 USD"),
        None,
    ]
    assert limit_of(NEW, option, "EUR") is None


@pytest.mark.parametrize(
    ("amount", "alone", "approvers"),
    [
        ("50 EUR", True, []),
        ("60 USD", True, []),
        ("60 EUR", False, ["ana", "eva"]),
        ("61 USD", False, ["ana"]),
        ("400 EUR", False, ["ana"]),
        ("600 EUR", False, []),
        ("1 JPY", False, []),
    ],
)
def test_leads_approve_within_their_own_limit(amount: str, alone: bool, approvers: list[str]) -> None:
    allowed = permission(proposal(amount), MARI, TEAM)
    assert (allowed.alone, names(allowed.approvers)) == (alone, approvers)
    assert allowed.people == (0 if alone else 1)


@pytest.mark.parametrize(
    ("today", "alone"),
    [
        ([], True),
        (["50 EUR", "20 EUR"], True),
        (["50 EUR", "20.01 EUR"], False),
        (["50 EUR", "500 USD"], True),
        (["200 EUR"], False),
    ],
)
def test_what_was_promised_today_counts_within_its_currency(today: list[str], alone: bool) -> None:
    assert permission(proposal("50 EUR"), MARI, TEAM, today=map(money, today)).alone is alone


def test_a_day_that_says_nothing_of_a_currency_allows_none_of_it() -> None:
    kadri = member("kadri", refund=["50 EUR", "60 USD"], per_day="100 EUR")
    assert permission(proposal("1 EUR"), kadri, TEAM).alone
    assert not permission(proposal("1 USD"), kadri, TEAM).alone


@pytest.mark.parametrize(
    ("cap", "today", "up_to"),
    [
        ("80 EUR", [], "50 EUR"),
        ("80 USD", [], "60 USD"),
        ("80 EUR", ["100 EUR"], "20 EUR"),
        ("80 EUR", ["120 EUR"], None),
        ("80 EUR", ["130 EUR"], None),
        ("80 JPY", [], None),
    ],
)
def test_of_an_open_sum_what_is_left_of_the_day_is_told(cap: str, today: list[str], up_to: str | None) -> None:
    allowed = permission(proposal(cap=cap), MARI, TEAM, today=map(money, today))
    assert (allowed.alone, allowed.up_to) == (False, money(up_to) if up_to else None)


def test_an_open_sum_is_for_every_lead_with_any_authority() -> None:
    assert names(permission(proposal(cap="1000 EUR"), MARI, TEAM).approvers) == ["ana", "eva"]


@pytest.mark.parametrize(
    ("who", "approval", "alone", "people", "approvers"),
    [
        (MARI, Approval(), False, 1, ["ana", "eva"]),
        (MARI, Approval(None, 2), False, 2, ["ana", "eva"]),
        (MARI, Approval(sums("40 EUR"), 2), True, 0, []),
        (MARI, Approval(sums("39 EUR"), 2), False, 2, ["ana", "eva"]),
        (MARI, Approval(sums("40 USD"), 2), False, 2, ["ana", "eva"]),
        (ANA, Approval(), True, 0, []),
        (ANA, Approval(None, 2), False, 1, ["eva"]),
        (ANA, Approval(None, 3), False, 2, ["eva"]),
        (NEW, Approval(None, 2), False, 2, ["ana", "eva"]),
    ],
)
def test_several_leads_approve_and_one_who_makes_the_offer_is_one_of_them(
    who: Member, approval: Approval, alone: bool, people: int, approvers: list[str]
) -> None:
    allowed = permission(proposal("40 EUR", approval=approval), who, TEAM)
    assert (allowed.alone, allowed.people, names(allowed.approvers)) == (alone, people, approvers)


def test_a_lead_alone_is_one_pair_of_eyes() -> None:
    four_eyes = Option(kind=REFUND, approval=Approval(sums("300 EUR"), 2))
    assert limit_of(ANA, four_eyes, "EUR") == money("300 EUR")
    assert limit_of(ANA, Option(kind=REFUND, approval=Approval(sums("300 EUR"))), "EUR") == money("500 EUR")


def test_an_authority_of_zero_is_none() -> None:
    assert not permission(proposal(kind=OfferKind.REPLACEMENT), member("x", any="0 EUR"), TEAM).alone
    assert permission(proposal(kind=OfferKind.REPLACEMENT), member("x", replacement="1 EUR"), TEAM).alone


def test_a_remedy_of_its_own_stands_before_any() -> None:
    x = member("x", any="100 EUR", refund="10 EUR")
    assert [permission(proposal("20 EUR", kind=kind), x, TEAM).alone for kind in (REFUND, OfferKind.GIFT)] == [
        False,
        True,
    ]


def test_a_sum_that_was_named_for_a_remedy_without_one_counts() -> None:
    assert not permission(replace(proposal(), amount=money("80 EUR")), MARI, TEAM).alone


def test_the_leads_who_may_approve_more_than_a_sum_are_known() -> None:
    option = Option(kind=REFUND)
    assert names(able_leads(option, TEAM)) == ["ana", "eva"]
    assert names(able_leads(option, TEAM, above=money("300 EUR"))) == ["ana"]
    assert names(able_leads(option, TEAM, above=money("300 JPY"))) == []


amounts = st.integers(0, 10**5).map(lambda minor: Money.from_minor(minor, "EUR"))


@given(amounts, amounts, amounts, st.lists(amounts, max_size=5), st.sampled_from([None, 1, 2, 3]), amounts)
def test_nobody_grants_alone_beyond_any_limit(
    sum_: Money, limit: Money, day: Money, today: list[Money], people: int | None, free: Money
) -> None:
    agent = Member(
        name="x", address="x@a.example", role=Role.AGENT, authority={"refund": Sums((limit,)), "per_day": Sums((day,))}
    )
    approval = Approval(Sums((free,)), people) if people else None
    option = Option(kind=REFUND, amount=Sums((sum_,)), approval=approval)
    allowed = permission(Proposal(number=1, option=option, amount=sum_), agent, Team((agent, ANA, EVA)), today=today)
    within = sum_ <= limit and total(today, "EUR") + sum_ <= day and (not people or sum_ <= free)
    assert allowed.alone == (within and limit.minor > 0)
    assert agent not in allowed.approvers
    assert all(sum_ <= lead.authority["any"].written[0] for lead in allowed.approvers)


# Sums


def test_sums_of_one_currency_are_added_up_and_those_of_two_are_not() -> None:
    assert money("0.10 EUR") + money("0.20 EUR") == money("0.30 EUR")
    assert (money("0.10 EUR") - money("0.30 EUR")).minor == -20
    for add in (Money.__add__, Money.__sub__):
        with pytest.raises(ValueError, match="of two currencies and cannot be added up"):
            add(money("1 EUR"), money("1 USD"))


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))))
def test_a_total_counts_its_currency_alone(minor: list[tuple[int, str]]) -> None:
    found = total((Money.from_minor(units, currency) for units, currency in minor), "KWD")
    assert found == Money(Decimal(sum(units for units, currency in minor if currency == "KWD")).scaleb(-3), "KWD")


@pytest.mark.parametrize(("texts", "said"), [([], "at least one"), (["1 EUR", "2 EUR"], "once"), (["1"], "50 EUR")])
def test_sums_are_written_once_for_each_currency(texts: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Sums.parse(texts)
