"""Sums: written, stored, compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.money import Money, decimals

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "IRR", "CLF"])


@pytest.mark.parametrize(
    ("text", "amount", "minor", "shown"),
    [
        ("50 EUR", "50", 5000, "50.00 EUR"),
        ("12.5 EUR", "12.5", 1250, "12.50 EUR"),
        ("500 JPY", "500", 500, "500 JPY"),
        ("1.234 KWD", "1.234", 1234, "1.234 KWD"),
        (" 0 EUR ", "0", 0, "0.00 EUR"),
    ],
)
def test_a_written_sum_is_read(text: str, amount: str, minor: int, shown: str) -> None:
    money = Money.parse(text)
    assert (money.amount, money.minor, str(money)) == (Decimal(amount), minor, shown)


@pytest.mark.parametrize(
    "text", ["50", "EUR 50", "50EUR", "50 eur", "1,50 EUR", "-5 EUR", "1.005 EUR", "0.5 JPY", "٥ EUR"]
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a sum|cannot be paid"):
        Money.parse(text)


def test_halves_are_rounded_away_from_zero() -> None:
    assert Money.rounded(Decimal("2.345"), "EUR") == Money(Decimal("2.35"), "EUR")
    assert Money.rounded(Decimal("-2.345"), "EUR") == Money(Decimal("-2.35"), "EUR")
    assert Money.rounded(Decimal("0.5"), "JPY") == Money(Decimal(1), "JPY")


def test_two_currencies_do_not_compare() -> None:
    with pytest.raises(ValueError, match="two currencies"):
        assert Money.parse("1 EUR") < Money.parse("2 USD")
    assert Money.parse("1 EUR") != Money.parse("1 USD")


def test_what_is_no_sum_is_no_money() -> None:
    for amount in ("NaN", "Infinity"):
        with pytest.raises(ValueError, match="cannot be paid"):
            Money(Decimal(amount), "EUR")
    with pytest.raises(ValueError, match="currency code"):
        Money(Decimal(1), "euro")


@given(st.integers(-(10**14), 10**14), CURRENCIES)
def test_minor_units_come_back_as_they_went(units: int, currency: str) -> None:
    assert Money.from_minor(units, currency).minor == units


@given(st.integers(0, 10**11), CURRENCIES)
def test_what_is_shown_is_read_again(units: int, currency: str) -> None:
    money = Money.from_minor(units, currency)
    assert Money.parse(str(money)) == money


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), CURRENCIES)
def test_order_is_that_of_the_units(one: int, other: int, currency: str) -> None:
    first, second = Money.from_minor(one, currency), Money.from_minor(other, currency)
    assert ((first < second), (first <= second), (first == second)) == ((one < other), (one <= other), (one == other))


@given(st.decimals(-(10**6), 10**6, places=6), CURRENCIES)
def test_rounding_moves_a_sum_by_half_a_unit_at_most(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-decimals(currency))
    assert abs(Money.rounded(amount, currency).amount - amount) <= unit / 2
