"""What is asked at every mail, every tick and every look of an admin is found by an index, however much is stored."""

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.archive import fill
from mailbot.store import engines
from mailbot.store.database import Database
from mailbot.store.tables import metadata
from mailbot.workflows import record
from mailbot.workflows.explain import explain
from tests.desk import DeskDriver, write_config
from tests.security.play import Play
from tests.store.statements import noted

_READS = re.compile(r"SELECT|UPDATE|DELETE|WITH", re.IGNORECASE)
_LISTS_ALL = re.compile(r"FROM (cases|outbox) ORDER BY", re.IGNORECASE)
_FEW = {"absences", "cursors", "keys", "problems", "rule_books", "rule_book_terms", "rule_book_refusals", "starts"}
_LARGE = metadata.tables.keys() - _FEW


def _reading(statements: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Those that read, each with the values of its first use."""
    found: dict[str, Any] = {}
    for statement, values in statements:
        if _READS.match(statement) and not _LISTS_ALL.search(" ".join(statement.split())):
            found.setdefault(statement, values)
    return found


def _work(desk: DeskDriver) -> None:
    play = Play(desk)
    play.complain(
        "My order A-88121 came six days late, I had paid for next-day delivery. Please refund the fee of 8.50 EUR.",
        by="Una Rey <una@mail.example>",
    )
    play.answer("#offer refund 10 EUR\n\nWe are sorry. You get 10 EUR back.\n")
    play.write("Yes, thank you, that is fine.", by="Una Rey <una@mail.example>", **play.thread(play.to_outsiders()[-1]))
    play.answer("#resolve\n\nIt is on its way.\n")
    desk.wait(timedelta(days=8))
    with desk.runtime.database.read() as tx:
        for case in tx.cases.find(limit=3):
            record.full(tx, case)
            explain(tx, desk.runtime, case.number)
        tx.cases.find(overdue_at=desk.now)
        tx.outbox.unresolved("support", desk.now)
        tx.outbox.copies_due("support", limit=10)
    with desk.runtime.database.begin() as tx:
        tx.outbox.claim("support", desk.now, limit=10, lease=timedelta(minutes=1))


def _assign(desk: DeskDriver, folder: Path) -> None:
    """A case goes to the member whose turn it is."""
    written = write_config(folder)
    written.write_text(f"{written.read_text()}assignment: {{strategy: round_robin}}\n")
    desk.runtime = DeskDriver.open(folder, desk.runtime.database, written).runtime
    Play(desk).complain(by="Ivo Mets <ivo@mail.example>")
    assert desk.cases()[-1].assignee


def _scans(url: str, statements: dict[str, Any]) -> list[str]:
    """The statements that look through a whole table, each with what the database says of it."""
    engine = sa.create_engine(engines.parse(url))
    is_sqlite = engine.dialect.name == "sqlite"
    found = []
    with engine.connect() as connection:
        if not is_sqlite:
            connection.execute(sa.text("SET enable_seqscan = off"))  # 500 cases are few enough to be read through
        for statement, parameters in statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}", parameters)
            for line in (str(row[-1]) for row in plan):
                table = re.search(r"SCAN (\w+)(?: USING .*)?$" if is_sqlite else r"Seq Scan on (\w+)", line)
                if table and table[1] in _LARGE:
                    found.append(f"{line.strip()}: {statement}")
    engine.dispose()
    return found


def test_nothing_that_is_done_often_looks_through_a_table(tmp_path: Path, url: str) -> None:
    desk = DeskDriver.open(tmp_path, Database.open(url))
    fill(desk, url, 500)
    desk.sent()
    with noted() as carried_out:
        _work(desk)
        _assign(desk, tmp_path)
    desk.runtime.database.close()
    statements = _reading(carried_out)
    assert len(statements) > 40
    scans = _scans(url, statements)
    assert not scans, "\n".join(scans)
