"""What sources write, and what becomes of it; what could mean two things is not guessed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Unknown
from mailbot.lookups.values import value_of

ZONE = ZoneInfo("Europe/Tallinn")


def read(kind: str, raw: Any, decimal: str | None = None, row: dict[str, Any] | None = None, **more: Any) -> object:
    column = Column(name="order.x", kind=ColumnKind(kind), column="x", **more)
    return value_of(column, {"x": raw, **(row or {})}, zone=ZONE, decimal=decimal)


@pytest.mark.parametrize(
    ("raw", "sum_"),
    [
        ("89.90", "89.90"),
        ("89,90", "89.90"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50 €", "1234.50"),
        ("€1,234.50", "1234.50"),
        ("1.234.567,8", "1234567.80"),
        ("1,234,567", "1234567.00"),
        ("1'234.50", "1234.50"),
        ("-5.00", "-5.00"),
        ("7", "7.00"),
        (7, "7.00"),
        (Decimal("7.125"), "7.13"),
        (0.1, "0.10"),
    ],
)
def test_sums_are_read_as_people_and_programs_write_them(raw: Any, sum_: str) -> None:
    assert read("money", raw, currency="EUR") == Money(Decimal(sum_), "EUR")


@pytest.mark.parametrize("raw", ["1.234", "1,234", "12.345"])
def test_what_may_be_a_thousand_or_little_more_is_not_guessed(raw: str) -> None:
    unknown = read("money", raw, currency="EUR")
    assert isinstance(unknown, Unknown)
    assert 'decimal: "' in unknown.why


def test_the_decimal_sign_can_be_said() -> None:
    assert read("money", "1.234", decimal=",", currency="EUR") == Money(Decimal(1234), "EUR")
    assert read("number", "1,234", decimal=",") == 1.234


@pytest.mark.parametrize("raw", ["abc", "5 or 6", "NaN", "1e400", True, ["1"], {"a": 1}, "9" * 40, float("inf")])
def test_what_is_no_sum_is_unknown_and_says_so(raw: Any) -> None:
    unknown = read("money", raw, currency="EUR")
    assert isinstance(unknown, Unknown)
    assert "is no money" in unknown.why


def test_the_currency_may_stand_in_a_column_of_its_own() -> None:
    assert read("money", "5", row={"c": " usd "}, currency_column="c") == Money(Decimal(5), "USD")
    unknown = read("money", "5", row={"c": "Euro"}, currency_column="c")
    assert unknown == Unknown('"5" is no money: "EURO" is no currency')


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-02",
        "2026-11-02T10:00:00Z",
        "2026-11-02 10:00:00+00",
        "02.11.2026",
        "2. 11. 2026 9:30",
        "20261102",
        date(2026, 11, 2),
        datetime(2026, 11, 1, 22, 30, tzinfo=UTC),
        "2026-11-01T22:30:00Z",
    ],
)
def test_days_are_those_of_the_organisation(raw: Any) -> None:
    assert read("date", raw) == date(2026, 11, 2)


def test_days_with_slashes_need_their_form() -> None:
    assert isinstance(read("date", "11/02/2026"), Unknown)
    assert read("date", "11/02/2026", form="%m/%d/%Y") == date(2026, 11, 2)


@pytest.mark.parametrize("raw", ["2026-13-01", "31.02.2026", "soon", 20261102.5, "0000-00-00"])
def test_what_is_no_day_is_unknown(raw: Any) -> None:
    assert isinstance(read("date", raw), Unknown)


def test_flags_and_numbers_and_text() -> None:
    assert [read("flag", raw) for raw in ("Yes", "0", True, 1)] == [True, False, True, True]
    assert isinstance(read("flag", "maybe"), Unknown)
    assert [read("number", raw) for raw in ("5", 5, "5.0", "2.5", -3)] == [5, 5, 5, 2.5, -3]
    assert read("text", "  in\n transit ") == "in transit"
    assert len(str(read("text", "x" * 10_000))) == 500


@pytest.mark.parametrize("kind", list(ColumnKind))
@pytest.mark.parametrize("raw", [None, "", "  "])
def test_an_empty_cell_is_no_value(kind: str, raw: Any) -> None:
    assert read(kind, raw, currency="EUR") is None


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(), st.lists(st.text())
)


@given(st.sampled_from([kind.value for kind in ColumnKind]), ANYTHING)
def test_no_value_of_any_source_is_an_error(kind: str, raw: Any) -> None:
    read(kind, raw, currency="EUR")


@given(st.decimals(0, 10**9, places=2))
def test_a_sum_is_read_as_it_was_written(amount: Decimal) -> None:
    wanted = Money(amount, "EUR")
    written = f"{amount:.2f}"
    grouped = f"{amount:,.2f}"
    german = grouped.translate(str.maketrans(",.", ".,"))
    assert [read("money", raw, currency="EUR") for raw in (written, grouped, german)] == [wanted] * 3
