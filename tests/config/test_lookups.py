"""`lookups` in config.yaml: what it becomes, and what is said about each mistake."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.core.lookup import By, ColumnKind, CsvSource, HttpSource, Lookup, SqlSource
from mailbot.settings.config_file import load_config
from mailbot.yaml_file import read_yaml

CASES = read_yaml(Path(__file__).parent / "lookup_mistakes.yaml").data["cases"]
SECRETS = {"IMAP_PASSWORD": "first", "SMTP_PASSWORD": "second", "ERP_URL": "sqlite:///erp.db", "TOKEN": "s3cret"}


def lookups(path: Path) -> tuple[Lookup, ...]:
    return load_config(path, environ=SECRETS).lookups


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        lookups(path)
    return [str(problem).partition("config.yaml:")[2] for problem in caught.value.problems]


def test_a_csv_by_the_order_number(desk) -> None:
    more = (
        "lookups: {order: {csv: exports/orders.csv, key: Nr, timeout: 1.5 s, "
        "columns: {status: text, total: {kind: money, column: Total, currency: cur}}}}\n"
    )
    (order,) = lookups(desk(more=more))
    assert isinstance(order.source, CsvSource)
    assert (order.source.path.is_absolute(), order.source.key, order.by, order.timeout) == (
        True,
        "Nr",
        By.ORDER_NUMBER,
        1.5,
    )
    status, total = order.columns
    assert (status.name, status.kind, status.column) == ("order.status", ColumnKind.TEXT, "status")
    assert (total.column, total.currency, total.currency_column) == ("Total", None, "cur")
    assert order.wanted == ("status", "Total", "cur")


def test_a_query_says_by_what_it_looks(desk) -> None:
    more = """
lookups:
  customer:
    sql: {url: "${ERP_URL}", query: "select segment, x::text from c where mail = :sender"}
    cache: 0 minutes
    columns:
      segment: {kind: text, customer: true, label: {en: Segment, et: Segment}}
      spent: {kind: money, show: true}
"""
    (customer,) = lookups(desk(more=more))
    assert isinstance(customer.source, SqlSource)
    assert customer.source.url.reveal().endswith("/erp.db")
    assert (customer.by, customer.cache) == (By.SENDER, timedelta(0))
    segment, spent = customer.columns
    assert (segment.called("et"), spent.called("et"), spent.currency) == ("Segment", "spent", "EUR")


def test_headers_of_a_service_are_secrets(desk) -> None:
    more = """
lookups:
  parcel:
    http: {url: "https://erp.example/p/{order_number}?x=1", headers: {Authorization: "Bearer ${TOKEN}"}, json: true}
    columns: {depot: text}
"""
    (parcel,) = lookups(desk(more=more))
    assert isinstance(parcel.source, HttpSource)
    assert parcel.source.headers["Authorization"].reveal() == "Bearer s3cret"
    assert "s3cret" not in repr(parcel)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_mistakes_are_named(desk, case: dict[str, str]) -> None:
    found = mistakes(desk(more=case["more"] + "\n"))
    assert any(case["says"] in problem for problem in found), found
