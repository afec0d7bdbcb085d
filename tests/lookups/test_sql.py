"""Queries in databases of the organisation's: on SQLite and on PostgreSQL; nothing is ever written there."""

import time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from mailbot.core.money import Money
from tests.lookups.sources import facts, opened, problem, sql

QUERY = "SELECT status, total FROM orders WHERE number = :order_number"
SLOW = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT count(*) AS status, 1 AS total "
    "FROM n WHERE :order_number = '' OR x > 0",
    "postgresql": "SELECT cast(pg_sleep(60) AS text) AS status, 1 AS total WHERE :order_number <> ''",
}


@pytest.fixture
def erp(empty_url: str) -> str:
    """A database with two orders."""
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (number varchar(20), status varchar(20), total numeric(12, 2))")
        connection.exec_driver_sql("INSERT INTO orders VALUES ('A-1', 'lost', 100.50), ('A-2', NULL, 5)")
    engine.dispose()
    return empty_url


def test_a_row_is_found_by_a_bound_parameter(erp: str, tmp_path) -> None:
    lookups = opened(sql(erp, QUERY), folder=tmp_path)
    assert facts(lookups) == {"status": "lost", "total": Money(Decimal("100.50"), "EUR")}
    assert facts(lookups, "A-2") == {"total": Money(Decimal(5), "EUR")}
    assert "there is none" in str(facts(lookups, "A-3")["status"])
    assert "there is none" in str(facts(lookups, "' OR 1=1 --")["status"])
    lookups.close()


def test_a_column_that_the_query_does_not_give_is_named_even_where_no_row_is_found(erp: str, tmp_path) -> None:
    lookups = opened(
        sql(erp, "SELECT status AS state, total FROM orders WHERE number = :order_number"), folder=tmp_path
    )
    assert 'the query has no column "status", did you mean "state"?; it has state, total' in problem(lookups, "A-9")
    lookups.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELEC status FROM orders WHERE number = :order_number",
        "SELECT status FROM order_s WHERE number = :order_number",
        "SELECT status FROM orders WHERE number = :order_number AND",
    ],
)
def test_an_error_in_the_query_is_told_as_the_database_tells_it(erp: str, tmp_path, query: str) -> None:
    lookups = opened(sql(erp, query), folder=tmp_path)
    assert any(word in problem(lookups) for word in ("syntax error", "no such table", "does not exist", "incomplete"))
    lookups.close()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM orders WHERE number = :order_number RETURNING status, total",
        "UPDATE orders SET status = 'x' WHERE number = :order_number RETURNING status, total",
        "WITH x AS (SELECT 1) INSERT INTO orders SELECT :order_number, 'x', 1 FROM x RETURNING status, total",
    ],
)
def test_no_statement_writes(erp: str, tmp_path, query: str) -> None:
    lookups = opened(sql(erp, query), folder=tmp_path)
    assert any(word in problem(lookups) for word in ("readonly", "read-only"))
    lookups.close()
    engine = sa.create_engine(erp)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT status FROM orders ORDER BY number").scalars().all()
    engine.dispose()
    assert rows == ["lost", None]


def test_what_takes_too_long_is_cut_off_by_the_database_itself(erp: str, kind: str, tmp_path) -> None:
    lookups = opened(sql(erp, SLOW[kind], timeout=0.3), folder=tmp_path)
    began = time.monotonic()
    assert "no answer within 0.3 s" in problem(lookups)
    assert time.monotonic() - began < 2
    asked = lookups._desks[0]
    until = time.monotonic() + 5
    while asked.free._value < 4 and time.monotonic() < until:
        time.sleep(0.02)
    assert asked.free._value == 4, "the statement goes on"
    lookups.close()


def test_a_database_that_is_not_there_is_said(tmp_path) -> None:
    assert "unable to open database file" in problem(opened(sql(f"sqlite:///{tmp_path}/no.db", QUERY), folder=tmp_path))
    assert not (tmp_path / "no.db").exists()
    away = sql("postgresql+psycopg://erp@127.0.0.1:1/erp", QUERY)
    assert "refused" in problem(opened(away, folder=tmp_path))
