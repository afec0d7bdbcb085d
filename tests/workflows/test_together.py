"""Mails that have been read are settled together, and what is wrong with one of them concerns that one alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.mails import make_mails
from mailbot import faults
from mailbot.core.errors import StorageError, TemporaryError
from mailbot.core.message import Reading
from mailbot.faults import Point
from mailbot.reading.hints import Hints
from mailbot.store.database import Database
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.tables import cases, ledger
from mailbot.workflows.handle import handle, handle_waiting, read
from mailbot.workflows.read_ahead import Begun
from mailbot.workflows.receive import writer_of
from mailbot.workflows.runtime import Runtime
from tests.desk import MONDAY_NOON, DeskDriver, mail


@dataclass
class Passed:
    """How often the desk came to each of its points; at `breaks`, a disk is full the first time."""

    breaks: Point | None = None
    points: Counter[Point] = field(default_factory=Counter)

    def __call__(self, point: Point) -> None:
        self.points[point] += 1
        if point is self.breaks:
            self.breaks = None
            raise StorageError("the disk is full")


@contextmanager
def watched(breaks: Point | None = None) -> Iterator[Passed]:
    passed = Passed(breaks)
    faults.arm(passed)
    try:
        yield passed
    finally:
        faults.arm(lambda _point: None)


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> DeskDriver:
    return DeskDriver.open(tmp_path, database)


def complaint(number: int) -> bytes:
    return mail(
        f"My parcel B-{10000 + number} is five days late.",
        from_=f"tom{number}@mail.example",
        to="support@acme.example",
        subject="Late",
        message_id=f"<c{number}@mail.example>",
    )


def reply(number: int) -> bytes:
    return mail(
        "And it is still not here.",
        from_=f"tom{number}@mail.example",
        to="support@acme.example",
        subject="Re: Late",
        in_reply_to=f"<c{number}@mail.example>",
    )


def received(desk: DeskDriver, *mails: bytes) -> list[LedgerRow]:
    """Mails that wait to be handled."""
    with desk.runtime.database.begin() as tx:
        for number, raw in enumerate(mails, 1):
            tx.ledger.receive(
                mailbox="support", folder="INBOX", uid_validity=1, uid=100 + number, raw=raw,
                internal_date=desk.now, now=desk.now, writer=writer_of(raw),
            )  # fmt: skip
    with desk.runtime.database.read() as tx:
        return list(tx.ledger.waiting(desk.now, mailbox="support", limit=50))


def together(
    desk: DeskDriver, rows: Sequence[LedgerRow], broken: LedgerRow | None = None, unread: LedgerRow | None = None
) -> AbstractSet[str]:
    """Handle them as one group; of one, the reading is such that it breaks what is done with it; one cannot be read
    now."""
    box = desk.runtime.config.mailbox("support")
    runtime = desk.runtime.as_it_is()
    begun = [Begun(runtime, row, lambda row=row: reading_of(runtime, row, broken, unread)) for row in rows]
    return handle(begun, box, desk.now)


def reading_of(runtime: Runtime, row: LedgerRow, broken: LedgerRow | None, unread: LedgerRow | None) -> Reading:
    if row is unread:
        raise TemporaryError("there are no processes")
    reading = read(runtime, runtime.config.mailbox("support"), row)
    if row is not broken:
        return reading
    return replace(reading, message=replace(reading.message, subject=4))  # type: ignore[arg-type]


def dispositions(desk: DeskDriver) -> list[str]:
    with desk.runtime.database.read() as tx:
        return list(tx._connection.execute(sa.select(ledger.c.disposition).order_by(ledger.c.id)).scalars())


def test_mails_that_are_read_are_committed_once(desk: DeskDriver) -> None:
    rows = received(desk, *map(complaint, range(5)))
    with watched() as passed:
        together(desk, rows)
    assert passed.points[Point.HANDLE_COMMITTED] == 1
    assert dispositions(desk) == [Disposition.CASE_OPENED] * 5
    assert sum(sent.row.recipient.startswith("tom") for sent in desk.sent()) == 5


def test_one_that_cannot_be_handled_is_set_aside_and_the_others_are_settled(desk: DeskDriver) -> None:
    rows = received(desk, *map(complaint, range(5)))
    together(desk, rows, broken=rows[2])
    opened = Disposition.CASE_OPENED
    assert dispositions(desk) == [opened, opened, Disposition.QUARANTINED, opened, opened]
    with desk.runtime.database.read() as tx:
        assert tx._connection.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one() == 4


def test_when_the_commit_fails_each_is_handled_by_itself_and_none_twice(desk: DeskDriver) -> None:
    rows = received(desk, *map(complaint, range(4)))
    with watched(Point.HANDLE_BEFORE_COMMIT) as passed:
        together(desk, rows)
    assert passed.points[Point.HANDLE_COMMITTED] == 4
    assert dispositions(desk) == [Disposition.CASE_OPENED] * 4
    assert sum(sent.row.recipient.startswith("tom") for sent in desk.sent()) == 4


def test_a_mail_is_filed_in_the_case_that_was_opened_a_moment_ago_in_the_same_transaction(desk: DeskDriver) -> None:
    received(desk, complaint(7), reply(7), complaint(7))
    assert handle_waiting(desk.runtime, desk.runtime.config.mailbox("support"), desk.now) == 3
    assert dispositions(desk) == [Disposition.CASE_OPENED, Disposition.FILED, Disposition.DUPLICATE]
    assert len(desk.cases()) == 1


def test_a_reply_waits_for_its_complaint_that_cannot_be_handled_with_the_others(desk: DeskDriver) -> None:
    rows = received(desk, complaint(1), complaint(2), reply(1))
    with watched() as passed:
        together(desk, rows, broken=rows[0])
    assert passed.points[Point.HANDLE_COMMITTED] == 2, "the reply by itself, after its complaint"
    assert dispositions(desk) == [Disposition.QUARANTINED, Disposition.CASE_OPENED, Disposition.CASE_OPENED]


def test_a_reply_waits_for_its_complaint_that_is_tried_again_later(desk: DeskDriver) -> None:
    rows = received(desk, complaint(1), complaint(2), reply(1))
    assert together(desk, rows, unread=rows[0]) == {rows[0].writer}
    assert dispositions(desk) == [Disposition.RECEIVED, Disposition.CASE_OPENED, Disposition.RECEIVED]
    box = desk.runtime.config.mailbox("support")
    assert handle_waiting(desk.runtime, box, desk.now) == 0
    desk.now += timedelta(minutes=1)
    assert handle_waiting(desk.runtime, box, desk.now) == 2
    assert dispositions(desk) == [Disposition.CASE_OPENED, Disposition.CASE_OPENED, Disposition.FILED]


def test_a_reply_does_not_pass_its_complaint_from_one_group_to_the_next(desk: DeskDriver) -> None:
    """The readers of this desk cannot read the complaint now; its reply is read alone, some time later."""
    [first, *_] = received(desk, complaint(1), *map(complaint, range(2, 30)), reply(1))
    readers = desk.runtime.behaviour.readers

    @dataclass(frozen=True, slots=True)
    class Hindered:
        def read(self, raw: bytes, hints: Hints) -> Reading:
            if raw == complaint(1):
                raise TemporaryError("there are no processes")
            return readers.read(raw, hints)

    desk.runtime.behaviour = replace(desk.runtime.behaviour, readers=Hindered())  # type: ignore[arg-type]
    assert handle_waiting(desk.runtime, desk.runtime.config.mailbox("support"), desk.now) == 29
    assert [*dispositions(desk)][0::29] == [Disposition.RECEIVED, Disposition.RECEIVED]
    desk.runtime.behaviour = replace(desk.runtime.behaviour, readers=readers)
    with desk.runtime.database.read() as tx:
        postponed = tx.ledger.get(first.id)
    assert postponed
    assert postponed.attempts == 1


def outcome(desk: DeskDriver) -> list[tuple[object, ...]]:
    """What became of all mail, but for what is random."""
    with desk.runtime.database.read() as tx:
        rows = tx._connection.execute(sa.select(ledger).order_by(ledger.c.id)).all()
        found: list[tuple[object, ...]] = [(row.disposition, row.case_id, row.detail) for row in rows]
        found += [(sent.recipient, sent.kind, sent.case_id) for sent in tx.outbox.list()]
        found += [(replace(case, token=""),) for case in tx.cases.find()]
        found += [(entry.event, entry.detail) for case in tx.cases.find() for entry in tx.cases.timeline(case.id)]
    return found


def test_mails_become_the_same_whichever_of_them_share_a_commit(tmp_path: Path, database: Database) -> None:
    now, alone = MONDAY_NOON, Database.open(f"sqlite:///{tmp_path}/alone.db")
    mails = [*(one.raw for one in make_mails(24, now, 3)), complaint(1), reply(1), complaint(1), complaint(2), reply(1)]
    desks = [DeskDriver.open(tmp_path, database), DeskDriver.open(tmp_path, alone)]
    for desk, many in zip(desks, (10, 1), strict=True):
        rows = received(desk, *mails)
        for start in range(0, len(rows), many):
            together(desk, rows[start : start + many])
    assert outcome(desks[0]) == outcome(desks[1])
    alone.close()
