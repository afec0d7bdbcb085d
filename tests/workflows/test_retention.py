"""What is kept long enough is erased at night, by kind, in small batches, and never where a case is on hold."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.chain import gaps
from mailbot.core.erasure import Kind, Privacy
from mailbot.store.database import Database
from mailbot.workflows.retention import plan_retention
from tests.desk import DeskDriver
from tests.security.play import Play

_YEAR, _MONTH = timedelta(days=365), timedelta(days=30)


def _desk(folder: Path, database: Database, *held: str, **keep: timedelta) -> Play:
    """Two closed cases and one that is open, and a mail of no case."""
    desk = DeskDriver.open(folder, database)
    periods = {Kind(name): period for name, period in keep.items()}
    desk.runtime.config = replace(desk.runtime.config, privacy=Privacy(keep=periods, legal_hold=frozenset(held)))
    play = Play(desk)
    for name in ("kate", "bob", "ann"):
        play.complain(by=f"{name} <{name}@mail.example>", subject=f"Late, says {name}")
    play.write("away", by="robot@mail.example", subject="away", auto_submitted="auto-replied")
    with database.begin() as tx:
        for case in desk.cases()[:2]:
            tx.cases.save(replace(case, state="closed", closed_at=desk.now))  # type: ignore[arg-type]
        for row in tx.outbox.claim("support", desk.now, limit=99, lease=timedelta(minutes=1)):
            tx.outbox.sent(row.id, desk.now, "250")
        plan_retention(tx, desk.runtime, desk.now)
    return play


def _customers(play: Play) -> list[str]:
    return [case.customer.address for case in play.desk.cases()]


def test_closed_cases_are_erased_when_their_time_is_over(tmp_path: Path, database: Database) -> None:
    play = _desk(tmp_path, database, cases=_YEAR)
    play.desk.wait(timedelta(days=364))
    assert _customers(play) == ["kate@mail.example", "bob@mail.example", "ann@mail.example"]
    for _ in range(3):
        play.desk.wait(timedelta(days=1))
    assert _customers(play) == ["", "", "ann@mail.example"]


def test_a_case_on_hold_is_left(tmp_path: Path, database: Database) -> None:
    play = _desk(tmp_path, database, "bob@mail.example", cases=_MONTH, raw_mail=_MONTH)
    for _ in range(40):
        play.desk.wait(timedelta(days=1))
    assert _customers(play) == ["", "bob@mail.example", "ann@mail.example"]
    with database.read() as tx:
        assert tx.cases.messages(play.desk.cases()[1].id)[0].raw_sha256


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("erased", [Kind.RAW_MAIL, Kind.MESSAGES, Kind.TIMELINE])
def test_each_kind_goes_by_its_own_clock(tmp_path: Path, database: Database, erased: Kind) -> None:
    play = _desk(tmp_path, database, **{erased: _MONTH})
    for _ in range(32):
        play.desk.wait(timedelta(days=1))
    case = play.desk.cases()[0]
    with database.read() as tx:
        messages, entries = tx.cases.messages(case.id), tx.cases.timeline(case.id)
        assert bool(messages) is (erased is not Kind.MESSAGES)
        assert any(entry.is_erased for entry in entries) is (erased is Kind.TIMELINE)
        assert [gap for chain in tx.cases.chains() for gap in gaps(chain.links, chain.head)] == []
        if messages:
            assert (messages[0].raw_sha256 is None) is (erased is Kind.RAW_MAIL)
    assert case.customer.address == "kate@mail.example"
    assert play.complain(by="kate <kate@mail.example>").case_id


def test_mail_of_no_case_and_work_that_is_done_go_too(tmp_path: Path, database: Database) -> None:
    play = _desk(tmp_path, database, loose_mail=_MONTH, work=_MONTH)
    for _ in range(33):
        play.desk.wait(timedelta(days=1))
    with database.read() as tx:
        loose = [row for row in map(tx.ledger.get, range(1, 5)) if row and row.case_id is None]
        assert [row.raw_sha256 for row in loose] == [None]


def test_without_periods_nothing_is_planned(tmp_path: Path, database: Database) -> None:
    play = _desk(tmp_path, database)
    play.desk.wait(timedelta(days=400))
    assert _customers(play) == ["kate@mail.example", "bob@mail.example", "ann@mail.example"]


def test_the_cases_to_erase_are_looked_for_in_portions_up_to_the_last(tmp_path: Path, database: Database) -> None:
    play = _desk(tmp_path, database, raw_mail=_MONTH)
    first, second, _open = play.desk.cases()
    with database.read() as tx:
        after: int | None = 0
        portions = []
        while after is not None:
            found, after = tx.retention.cases(Kind.RAW_MAIL, play.desk.now + _YEAR, after=after, limit=1)
            portions.append([case.id for case in found])
    assert portions == [[first.id], [second.id], []]
