"""Sums in `#offer` and `#approve`: exactly what is written, or an error."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.money import Money
from tests.reading.commands.reading import command

AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2)
FORMATS = [
    (" ", ",", "{} €", "EUR"), (" ", ",", "{} eurot", "EUR"), ("\u00a0", ",", "{}\u00a0EUR", "EUR"),
    (".", ",", "{} evrov", "EUR"), ("", ",", "{} евро", "EUR"), (",", ".", "€{}", "EUR"), (",", ".", "$ {}", "USD"),
    ("'", ".", "CHF {}", "CHF"), ("’", ".", "{} CHF", "CHF"), ("\u202f", ",", "{}\u202fруб.", "RUB"),
    (" ", ",", "{} kr", "SEK"), (".", ",", "EUR {}", "EUR"), ("", ".", "{}EUR", "EUR"), (" ", ",", "{}", "EUR"),
]  # fmt: skip
PERSIAN = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹٬٫")


@given(amount=AMOUNTS, form=st.sampled_from(FORMATS))
def test_a_sum_in_every_local_format_is_read_back(amount, form):
    group, point, pattern, currency = form
    written = f"{amount:,.2f}".replace(",", "@").replace(".", point).replace("@", group)
    found = command(f"#offer refund {pattern.format(written)}")
    assert (found.sum, found.rest, found.error) == (Money(amount, currency), "refund", None)


@given(amount=AMOUNTS)
def test_a_sum_in_persian_digits_is_read_back(amount):
    assert command(f"#offer 2 {f'{amount:,.2f}'.translate(PERSIAN)} یورو").sum == Money(amount, "EUR")


@given(amount=AMOUNTS)
def test_our_own_way_to_write_a_sum_is_read_back(amount):
    assert command(f"#offer refund {Money(amount, 'EUR')}").sum == Money(amount, "EUR")


@pytest.mark.parametrize(
    ("line", "sum_", "rest"),
    [
        ("#offer 2", None, "2"),
        ("#offer #2", None, "2"),
        ("#offer 2.", None, "2"),
        ("#offer replacement", None, "replacement"),
        ("#Offer Refund 20 EUR.", "20 EUR", "refund"),
        ("#offer refund - 20 EUR", "20 EUR", "refund"),
        ("#offer refund: €15", "15 EUR", "refund"),
        ("#offer refund 15,- €", "15 EUR", "refund"),
        ("#offer refund 20", "20 EUR", "refund"),
        ("#offer voucher 15,50 €", "15.50 EUR", "voucher"),
        ("#offer free delivery", None, "free delivery"),
        ("#offer free–delivery 5 EUR", "5 EUR", "free delivery"),
        ("#offer free_delivery", None, "free_delivery"),
        ("#offer 3 12 EUR", "12 EUR", "3"),
        ("#offer 2 150 EUR", "150 EUR", "2"),
        ("#offer refund 1 234,50 kr", "1234.50 SEK", "refund"),
        ("#offer refund ۱۵ یورو", "15 EUR", "refund"),
        ("#offer refund ۵۰ هزار تومان", "500000 IRR", "refund"),
        ("#offer refund 2 тыс. руб.", "2000 RUB", "refund"),
        ("#offer refund 500 JPY", "500 JPY", "refund"),
        ("#approve", None, ""),
        ("#approve 15 EUR", "15 EUR", ""),
        ("#approve 15", "15 EUR", ""),
        ("#approve #2", None, "2"),
        ("#approve 2 15 EUR", "15 EUR", "2"),
        ("#approve 2 15", "15 EUR", "2"),
        ("#approve 2 1 234,50 EUR", "1234.50 EUR", "2"),
    ],
)
def test_what_is_offered_or_approved(line, sum_, rest):
    found = command(line)
    assert (found.sum, found.rest, found.error) == (Money.parse(sum_) if sum_ else None, rest, None)
    assert found.arguments == tuple(line.rstrip(".").split()[1:]) or "–" in line or line.endswith("руб.")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("#offer", "missing_argument"),
        ("#offer 20 EUR", "missing_argument"),
        ("#offer refund 0 EUR", "not_a_sum"),
        ("#offer refund -5 EUR", "not_a_sum"),
        ("#offer refund 15.999 EUR", "not_a_sum"),
        ("#offer refund 1.234 EUR", "not_a_sum"),
        ("#offer refund 1,234 EUR", "not_a_sum"),
        ("#offer refund 100.5 JPY", "not_a_sum"),
        ("#offer refund 20 EUR 30 EUR", "not_a_sum"),
        ("#offer refund 10 %", "not_a_sum"),
        ("#offer refund 20 parcels", "not_a_sum"),
        ("#offer refund ۵۰ تومان", "not_a_sum"),
        ("#approve 2 150 EUR", "not_a_sum"),
        ("#approve 1 234,50 EUR", "not_a_sum"),
        ("#approve yes", "not_a_sum"),
        ("#approve 15 EUR please", "too_many_arguments"),
    ],
)
def test_a_sum_that_is_none_or_could_be_two_is_an_error(line, error):
    assert command(line).error == error


def test_a_bare_number_is_no_sum_where_no_currency_is_known():
    assert command("#approve 15", currency=None).error == "not_a_sum"
    assert command("#offer refund 15", currency=None).error == "not_a_sum"


@pytest.mark.parametrize(
    ("currency", "line", "sum_"),
    [
        ("NOK", "#approve 200 kr", "200 NOK"),
        ("CAD", "#approve $20", "20 CAD"),
        ("CAD", "#approve 20 USD", "20 USD"),
        ("EUR", "#approve $20", "20 USD"),
        ("KWD", "#approve 1.250 KWD", "1.250 KWD"),
        ("KWD", "#approve 1.5", "1.5 KWD"),
    ],
)
def test_a_sign_that_currencies_share_means_the_organisations_own(currency, line, sum_):
    assert command(line, currency=currency).sum == Money.parse(sum_)
