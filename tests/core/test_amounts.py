"""Calculated sums: what they come to, when they cannot be told, and what is refused when they are read."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.amounts import MONEY, NUMBER, Calculation
from mailbot.core.compensation import OfferKind, Option, Policy, Share, amount_of, proposals
from mailbot.core.deadlines import Calendar
from mailbot.core.money import Money, Sums
from mailbot.core.rules.conditions import Unknown
from mailbot.core.rules.timing import Occasions

KINDS = {"order.total": MONEY, "amount": MONEY, "order.days_late": NUMBER, "order.delivered_on": "date"}
CAP = 10**9


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def calculated(text: str, **facts: object) -> Money | None:
    calculation = Calculation.parse(text)
    calculation.check(KINDS)
    return calculation.of({name.replace("__", "."): value for name, value in facts.items()})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min(order.total * 20 %, 15 EUR)", "15.00"),
        ("max(5 EUR, order.total * 10 %)", "8.99"),
        ("order.days_late * 2 EUR", "6.00"),
        ("2 EUR * order.days_late", "6.00"),
        ("amount / 2", "4.95"),
        ("order.total - 5 EUR", "84.90"),
        ("order.total - 5 EUR - 5 EUR", "79.90"),
        ("order.total-(5 EUR-5 EUR)", "89.90"),
        ("5 EUR - order.total", "0"),
        ("1 EUR + 2 EUR * 3", "7"),
        ("(1 EUR + 2 EUR) * 3", "9"),
        ("8 EUR / 4 / 2", "1"),
        ("order.total / 3 * 3", "89.90"),
        ("min(3 EUR, 1 EUR, 2 EUR)", "1"),
        ("amount * (order.total / amount)", "89.90"),
        ("max(0.5, order.days_late - 2) * 1.5 EUR", "1.50"),
        ("amount", "9.90"),
        ("0.005 EUR * 1", "0.01"),
        ("  amount  *  50%  ", "4.95"),
    ],
)
def test_a_calculation_comes_to_a_sum(text: str, expected: str) -> None:
    assert calculated(text, order__total=eur("89.90"), amount=eur("9.90"), order__days_late=3) == eur(expected)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"order.total": None},
        {"order.total": Unknown("no such order")},
        {"order.total": "89.90 EUR"},
        {"order.total": Decimal("89.90")},
        {"order.total": Money(Decimal(80), "USD")},
    ],
)
def test_what_cannot_be_told_is_no_sum(facts: dict[str, object]) -> None:
    assert Calculation.parse("min(order.total * 20 %, 15 EUR)").of(facts) is None


@pytest.mark.parametrize(
    "days", [None, True, float("nan"), float("inf"), "3", date(2026, 1, 1), 10**30, 10**400, 1e300, Decimal("sNaN")]
)
def test_what_is_no_number_to_pay_by_is_no_sum(days: object) -> None:
    assert calculated("2 EUR * order.days_late", order__days_late=days) is None


def test_nothing_is_divided_by_nothing() -> None:
    assert calculated("amount / order.days_late", amount=eur(5), order__days_late=0) is None
    assert calculated("amount * (order.total / amount)", amount=eur(0), order__total=eur(5)) is None


def test_a_currency_without_cents_is_rounded_to_whole_ones() -> None:
    assert calculated("order.total * 10 %", order__total=Money(Decimal(155), "JPY")) == Money(Decimal(16), "JPY")


def test_occasions_count() -> None:
    calendar = Calendar(ZoneInfo("Europe/Tallinn"), {0: ((time(9), time(17)),)})
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    twice = Occasions((moment, moment), moment, calendar)
    assert Calculation.parse("customer.cases * 5 EUR").of({"customer.cases": twice}) == eur(10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("order.totl * 2", 'no such field: "order.totl", did you mean "order.total"?'),
        ("warehouse * 2", 'no such field: "warehouse", expected one of order.total, amount, order.days_late'),
        ("order.delivered_on * 5 EUR", '"order.delivered_on" is neither a sum nor a number'),
        ("5 EUR + 5 USD", "found EUR and USD together: nothing is converted"),
        ("min(amount + 5 EUR, 6 USD)", "found EUR and USD together"),
        ("5 EUR / 5 USD * 2 EUR", "found EUR and USD together"),
        ("5 * 3", "this makes a number, expected a sum of money"),
        ("order.total / 5 EUR", "this makes a number, expected a sum of money"),
        ("order.total * amount", "two sums cannot be multiplied"),
        ("5 EUR - 5", "found a sum and a number around -"),
        ("max(5 EUR, 5)", "found a sum and a number around max"),
        ("2 / 5 EUR", "a number cannot be divided by a sum"),
        ("min(5 EUR)", "expected two or more in min(…)"),
        ("min 5 EUR", 'expected ( before "5"'),
        ("(5 EUR", "expected ) at the end"),
        ("5 EUR)", 'found ")", expected + - * / or the end'),
        ("5 EUR * ", "expected a sum, a number or a field at the end"),
        ("-5 EUR", 'expected a sum, a number or a field before "-"'),
        ("20 % of order", 'found "of"'),
        ("5 € * 2", 'cannot read "€ * 2"'),
        ("5 EURO", 'cannot read "EURO"'),
        ("", "expected a sum, a number or a field at the end"),
        ("(" * 30 + "5 EUR" + ")" * 30, "too many brackets inside each other"),
        ("1 EUR" + " + 1 EUR" * 30, "expected a calculation of at most 200 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_read(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        calculated(text)
    assert said in str(caught.value)


def test_an_option_asks_for_the_facts_of_its_calculations() -> None:
    amount, cap = map(Calculation.parse, ("min(order.days_late * 2 EUR, amount)", "order.total / 2"))
    option = Option(kind=OfferKind.VOUCHER, amount=amount, at_most=cap)
    assert option.asks == {"order.days_late", "amount", "order.total"}


def test_a_calculated_cap_holds() -> None:
    option = Option(
        kind=OfferKind.VOUCHER, amount=Share(Decimal(100), "order"), at_most=Calculation.parse("amount / 2")
    )
    (one,) = proposals(Policy((option,)), {"order.total": eur(80), "amount": eur(9)}, on=date(2026, 11, 2), cause="x")
    assert (one.amount, one.cap) == (eur("4.50"), eur("4.50"))
    assert amount_of(option, {"order.total": eur(80)}) is None


# Whatever is written, and whatever is known

Reference = Callable[[], Decimal]
cents = st.integers(0, CAP).map(lambda n: Decimal(n).scaleb(-2))
facts_of_money = st.fixed_dictionaries({"order.total": cents, "amount": cents})
days = st.integers(-5, 400)


@st.composite
def number(draw: st.DrawFn, depth: int = 2) -> tuple[str, str]:
    """A calculation of a number, and the same for Decimal."""
    if depth == 0 or draw(st.booleans()):
        whole = draw(st.integers(0, 999))
        return draw(
            st.sampled_from(
                [
                    (f"{whole}", f"D('{whole}')"),
                    (f"{whole}.25", f"D('{whole}.25')"),
                    (f"{whole} %", f"D('{whole}') / 100"),
                    ("order.days_late", "days_late"),
                ]
            )
        )
    (left, left_too), (right, right_too) = draw(number(depth - 1)), draw(number(depth - 1))
    sign = draw(st.sampled_from("+-*"))
    return f"({left} {sign} {right})", f"(({left_too}) {sign} ({right_too}))"


@st.composite
def money(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """A calculation of a sum, and the same for Decimal."""
    if depth == 0 or draw(st.booleans()):
        written = draw(cents)
        leaves = [(f"{written} EUR", f"D('{written}')"), ("order.total", "total"), ("amount", "amount")]
        return draw(st.sampled_from(leaves))
    left, left_too = draw(money(depth - 1))
    if draw(st.booleans()):
        right, right_too = draw(number())
        return draw(
            st.sampled_from(
                [
                    (f"({left}) * {right}", f"({left_too}) * ({right_too})"),
                    (f"{right} * ({left})", f"({left_too}) * ({right_too})"),
                    (f"({left}) / 8", f"({left_too}) / 8"),
                ]
            )
        )
    right, right_too = draw(money(depth - 1))
    which = draw(st.sampled_from(["min", "max", "+", "-"]))
    if which in "+-":
        return f"(({left}) {which} ({right}))", f"(({left_too}) {which} ({right_too}))"
    return f"{which}({left}, {right})", f"{which}({left_too}, {right_too})"


written_money = money().filter(lambda both: len(both[0]) <= 200)


@given(written_money, facts_of_money, days)
def test_every_calculation_comes_to_what_decimals_do(
    both: tuple[str, str], known: dict[str, Decimal], late: int
) -> None:
    text, reference = both
    facts = {name: Money(sum_, "EUR") for name, sum_ in known.items()} | {"order.days_late": late}
    with localcontext() as context:
        context.prec = 300
        scope = {"D": Decimal, "total": known["order.total"], "amount": known["amount"], "days_late": Decimal(late)}
        exact = eval(reference, scope)
        expected = max(exact, Decimal(0)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    calculation = Calculation.parse(text)
    calculation.check(KINDS)
    found = calculation.of(facts)
    assert found == (Money(expected, "EUR") if expected < Decimal(10) ** 13 else None)


@given(st.lists(written_money.map(lambda both: both[0]), min_size=2, max_size=3), facts_of_money, days)
def test_the_least_is_never_more_than_any(texts: list[str], known: dict[str, Decimal], late: int) -> None:
    facts = {name: Money(sum_, "EUR") for name, sum_ in known.items()} | {"order.days_late": late}
    text = f"min({', '.join(texts)})"
    if len(text) > 200:
        return
    least = Calculation.parse(text).of(facts)
    each = [Calculation.parse(one).of(facts) for one in texts]
    assert all(least <= one for one in each if least and one)


@given(written_money, st.integers(0, 10**6), facts_of_money, days)
def test_a_calculated_sum_is_never_above_its_cap(
    both: tuple[str, str], cap: int, known: dict[str, Decimal], late: int
) -> None:
    facts = {name: Money(sum_, "EUR") for name, sum_ in known.items()} | {"order.days_late": late}
    option = Option(
        kind=OfferKind.GIFT, amount=Calculation.parse(both[0]), at_most=Sums((Money.from_minor(cap, "EUR"),))
    )
    amount = amount_of(option, facts)
    assert amount is None or 0 <= amount.minor <= cap


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.sampled_from(["", "5", "5 EUR"]),
    st.builds(Money.from_minor, st.integers(-(10**20), 10**20), st.sampled_from(["EUR", "USD", "JPY", "KWD"])),
)
part = st.sampled_from(
    [*"+-*/%(),.", " ", "min(", "max(", "5 EUR", "2 USD", "3", "0", "0.1", "order.total", "order.days_late", "x", "€"]
)


@given(st.lists(part, max_size=25).map("".join), st.dictionaries(st.sampled_from([*KINDS, "x"]), anything))
def test_reading_refuses_in_words_and_calculating_never_fails(text: str, facts: dict[str, object]) -> None:
    try:
        calculation = Calculation.parse(text)
    except ValueError:
        return
    found = calculation.of(facts)
    assert found is None or found.minor >= 0


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        Calculation.parse(text).check(KINDS)
