"""What a policy proposes: sums never too large, rights never crowded out, gifts not repeated."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.authority import limit_of, permission
from mailbot.core.compensation import (
    Approval,
    Law,
    OfferKind,
    Option,
    Policy,
    Proposal,
    Share,
    TimeLimit,
    amount_of,
    proposals,
)
from mailbot.core.money import Money, Sums
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import Compare
from mailbot.core.rules.values import FLAG
from mailbot.core.team import Member, Role, Team

TODAY = date(2026, 11, 2)
REFUND, VOUCHER, APOLOGY = OfferKind.REFUND, OfferKind.VOUCHER, OfferKind.APOLOGY
SAFE = Compare("safety", FLAG, "is", (False,))


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def sums(*written: str) -> Sums:
    return Sums(tuple(map(Money.parse, written)))


def made(*options: Option, cause: str | None = "a storm", **facts: object) -> tuple[Proposal, ...]:
    known = {name.replace("__", "."): value for name, value in facts.items()}
    return proposals(Policy(options), known, on=TODAY, cause=cause)


# Sums

amounts = st.decimals(0, 10**6, places=2, allow_nan=False, allow_infinity=False)
percents = st.decimals(0, 999, places=2, allow_nan=False, allow_infinity=False)
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD"])


@st.composite
def money(draw: st.DrawFn) -> Money:
    return Money.from_minor(draw(st.integers(-(10**9), 10**9)), draw(currencies))


@given(money(), percents, st.lists(money(), min_size=1, max_size=3, unique_by=lambda m: m.currency))
def test_a_share_is_never_negative_never_above_the_cap_and_never_in_another_currency(
    order: Money, percent: Decimal, caps: list[Money]
) -> None:
    cap = tuple(Money.from_minor(abs(one.minor), one.currency) for one in caps)
    option = Option(kind=REFUND, amount=Share(percent, "order"), at_most=Sums(cap))
    amount = amount_of(option, {"order.total": order})
    in_currency = Sums(cap).within(order.currency)
    if in_currency is None:
        assert amount is None
    else:
        assert amount is not None
        assert amount.currency == order.currency
        assert 0 <= amount.minor <= in_currency.minor


@given(st.integers(0, 10**6), st.integers(-5, 10**4), st.integers(0, 10**6))
def test_a_sum_for_each_day_grows_with_the_days_up_to_its_cap(each: int, days: int, cap: int) -> None:
    option = Option(
        kind=REFUND,
        amount=Sums((Money.from_minor(each, "EUR"),)),
        per_day=True,
        at_most=Sums((Money.from_minor(cap, "EUR"),)),
    )
    amount = amount_of(option, {"order.days_late": days})
    assert amount is not None
    assert amount.minor == min(each * max(days, 0), cap)


@given(amounts, percents)
def test_a_share_is_the_nearest_sum_that_can_be_paid(order: Decimal, percent: Decimal) -> None:
    amount = Share(percent, "order").of(Money(order, "EUR"))
    assert abs(amount.amount - order * percent / 100) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("order", "percent", "expected"),
    [("0.05", 50, "0.03"), ("9.90", 50, "4.95"), ("99.99", "12.5", "12.50"), ("10.01", 50, "5.01"), ("-10", 50, "0")],
)
def test_halves_are_rounded_up(order: str, percent: int | str, expected: str) -> None:
    assert Share(Decimal(percent), "disputed").of(eur(order)) == eur(expected)


def test_a_sum_without_its_fact_is_not_guessed() -> None:
    share, each_day = Share(Decimal(20), "order"), sums("5 EUR")
    options = (
        Option(kind=REFUND, amount=share),
        Option(kind=REFUND, amount=each_day, per_day=True, at_most=sums("50 EUR")),
    )
    assert [one.amount for one in made(*options)] == [None, None]
    known = made(*options, order__total=eur(80), order__days_late=3)
    assert [one.amount for one in known] == [eur(16), eur(15)]


def test_a_cap_may_be_a_share_and_without_its_base_no_sum_is_named() -> None:
    penalty = Option(kind=REFUND, amount=Share(Decimal(3), "order"), per_day=True, at_most=Share(Decimal(100), "order"))
    (known,) = made(penalty, order__total=eur(50), order__days_late=40)
    assert (known.amount, known.cap) == (eur(50), eur(50))
    other = Option(kind=REFUND, amount=sums("5 EUR"), at_most=Share(Decimal(50), "order"))
    assert [(one.amount, one.cap) for one in made(other)] == [(None, None)]


def test_the_disputed_sum_is_that_of_the_case() -> None:
    (one,) = made(Option(kind=REFUND, amount=Share(Decimal(100), "disputed")), amount=eur("12.50"))
    assert one.amount == eur("12.50")


# Order, conditions, time


def test_what_the_law_gives_comes_first_and_numbers_stay() -> None:
    options = (
        Option(kind=VOUCHER, amount=sums("10 EUR"), when=SAFE),
        Option(kind=APOLOGY),
        Option(kind=REFUND, law=Law("§ 222")),
    )
    everything = [(one.number, one.option.kind) for one in made(*options, safety=False)]
    assert everything == [(1, REFUND), (2, VOUCHER), (3, APOLOGY)]
    assert [(one.number, one.option.kind) for one in made(*options, safety=True)] == [(1, REFUND), (3, APOLOGY)]


def test_a_condition_that_cannot_be_told_offers_nothing() -> None:
    assert made(Option(kind=VOUCHER, when=SAFE)) == ()


@pytest.mark.parametrize(
    ("delivered", "until", "offered"),
    [
        (date(2026, 1, 31), date(2028, 1, 31), True),
        (date(2024, 11, 2), date(2026, 11, 2), True),
        (date(2024, 11, 1), None, False),
        (None, None, True),
    ],
)
def test_a_right_ends_with_its_time(delivered: date | None, until: date | None, offered: bool) -> None:
    right = Option(kind=REFUND, law=Law("§ 222", TimeLimit(Period(2, "years"))))
    found = made(right, order__delivered_on=delivered)
    assert [one.until for one in found] == ([until] if offered else [])


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        (Period(1, "months"), date(2026, 1, 31), date(2026, 2, 28)),
        (Period(14, "days"), date(2026, 12, 24), date(2027, 1, 7)),
        (Period(2, "weeks"), date(2026, 12, 24), date(2027, 1, 7)),
        (Period(2, "years"), date(2024, 2, 29), date(2026, 2, 28)),
        (Period(12, "months"), date(2026, 12, 1), date(2027, 12, 1)),
    ],
)
def test_a_period_ends_on_a_day_that_there_is(period: Period, begins: date, ends: date) -> None:
    assert period.after(begins) == ends


@given(st.integers(1, 100), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_months_and_years_agree(count: int, day: date) -> None:
    assert Period(count, "years").after(day) == Period(12 * count, "months").after(day)


# Goodwill


def test_goodwill_waits_for_the_cause_unless_the_policy_says_otherwise() -> None:
    options = (
        Option(kind=REFUND, law=Law("§ 222")),
        Option(kind=VOUCHER),
        Option(kind=VOUCHER, before_cause=True),
        Option(kind=APOLOGY),
    )
    assert [one.awaits_cause for one in made(*options, cause=None)] == [False, True, False, False]
    assert not any(one.awaits_cause for one in made(*options, cause="a storm"))


@pytest.mark.parametrize(
    ("given_on", "already"),
    [
        (date(2025, 11, 3), date(2025, 11, 3)),
        (date(2025, 11, 2), None),
        (None, None),
    ],
)
def test_goodwill_that_comes_too_soon_is_marked_with_the_day_of_the_last(
    given_on: date | None, already: date | None
) -> None:
    gift = Option(kind=VOUCHER, once_per=Period(12, "months"))
    (one,) = made(gift, customer__goodwill_on=given_on)
    assert one.already == already


# Authority

MARI = Member(name="Mari", address="m@a.example", role=Role.AGENT, authority={"refund": sums("50 EUR")})
ANA = Member(name="Ana", address="a@a.example", role=Role.LEAD, authority={"any": sums("500 EUR")})
EVA = Member(name="Eva", address="e@a.example", role=Role.LEAD)
TEAM = Team((MARI, ANA, EVA))


def proposal(kind: OfferKind = REFUND, found: Money | None = None, **option: object) -> Proposal:
    return Proposal(number=1, option=Option(kind=kind, **{"amount": sums("1 EUR")} | option), amount=found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "alone", "approvers"),
    [
        (proposal(found=eur(50)), True, ()),
        (proposal(found=eur("50.01")), False, (ANA,)),
        (proposal(found=Money(Decimal(1), "USD")), False, ()),
        (proposal(VOUCHER, eur(5)), False, (ANA,)),
        (proposal(found=eur(501)), False, ()),
        (proposal(OfferKind.REPLACEMENT, amount=None), False, (ANA,)),
        (proposal(APOLOGY), True, ()),
        (proposal(found=eur(5), approval=Approval()), False, (ANA,)),
        (proposal(found=eur(20), approval=Approval(sums("20 EUR"))), True, ()),
        (proposal(found=eur(21), approval=Approval(sums("20 EUR"))), False, (ANA,)),
    ],
)
def test_an_agent_grants_within_the_own_limit_and_a_lead_who_can_approves_the_rest(
    what: Proposal, alone: bool, approvers: tuple[Member, ...]
) -> None:
    allowed = permission(what, MARI, TEAM)
    assert (allowed.alone, allowed.approvers) == (alone, approvers)


def test_where_the_sum_is_open_the_limit_is_told() -> None:
    capped = replace(proposal(at_most=sums("50 EUR")), cap=eur(50))
    assert permission(capped, MARI, TEAM).alone
    beyond = replace(proposal(at_most=sums("60 EUR")), cap=eur(60))
    assert permission(beyond, MARI, TEAM).up_to == eur(50)
    assert limit_of(MARI, proposal(approval=Approval(sums("20 EUR"))).option, "EUR") == eur(20)


def test_a_lead_approves_what_needs_a_lead_but_not_beyond_the_own_limit() -> None:
    always = proposal(found=eur(500), approval=Approval())
    assert permission(always, ANA, TEAM).alone
    beyond = permission(proposal(found=eur(501)), ANA, TEAM)
    assert (beyond.alone, beyond.approvers) == (False, ())
