"""The next mails are read while one is being settled, and one that takes long keeps no other waiting."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from mailbot.core.message import Reading
from mailbot.reading.hints import UnreadableMail
from mailbot.reading.limits import Limits
from mailbot.reading.workers import Readers
from mailbot.store.database import Database
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.read_ahead import Patience, ReadAhead
from tests.desk import MONDAY_NOON, DeskDriver, mail


@dataclass
class Reader:
    """Reads what it is let; the text of a mail is its number."""

    held: dict[int, threading.Event] = field(default_factory=dict)
    read: Counter[int] = field(default_factory=Counter)
    ready: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _desk: str, row: LedgerRow) -> Reading:
        self.read[row.id] += 1
        if row.id in self.held:
            self.held[row.id].wait(20)
        if row.id % 10 == 9:
            raise UnreadableMail("nothing can be read here")
        return f"words of {row.id}"  # type: ignore[return-value]

    def hold(self, *numbers: int) -> None:
        self.held |= {number: threading.Event() for number in numbers}

    def let_go(self, number: int) -> None:
        self.ready.clear()
        self.held.pop(number).set()
        assert self.ready.wait(10)


def rows(*numbers: int, writer: str | None = None) -> list[LedgerRow]:
    row = LedgerRow(
        id=0, mailbox="support", folder="INBOX", uid_validity=1, uid=1, received_at=None, seen_at=MONDAY_NOON, size=1,
        raw_sha256=None, message_id=None, content_hash=None, disposition=Disposition.RECEIVED, settled_at=None,
        case_id=None, detail="", error="", attempts=0, retry_at=None, server="inbox",
    )  # fmt: skip
    return [replace(row, id=number, writer=writer) for number in numbers]


@pytest.fixture(params=[1, 2], ids=["one core to spare", "two cores to spare"])
def ahead(request: pytest.FixtureRequest) -> Iterator[ReadAhead[str]]:
    with closing(ReadAhead[str](2, at_once=request.param)) as ahead:
        yield ahead


def through(ahead: ReadAhead[str], reader: Reader, numbers: list[int], seconds: float | None = None) -> list[int]:
    patience = None if seconds is None else Patience(seconds, reader.ready.set)
    return [b.row.id for group in ahead.through(rows(*numbers), lambda: "desk", reader, patience) for b in group]


def test_mails_come_in_their_order_whichever_is_read_first(ahead: ReadAhead[str]) -> None:
    reader = Reader()
    reader.hold(1)
    threading.Timer(0.2, reader.held[1].set).start()
    assert through(ahead, reader, [1, 2, 3, 4, 5, 6, 7]) == [1, 2, 3, 4, 5, 6, 7]


def test_an_error_of_reading_belongs_to_its_mail(ahead: ReadAhead[str]) -> None:
    groups = ahead.through(rows(8, 9, 10), lambda: "desk", Reader(), None)
    found = {b.row.id: b for group in groups for b in group}
    assert found[8].reading() == "words of 8"
    with pytest.raises(UnreadableMail):
        found[9].reading()


def test_one_that_takes_long_is_left_out_and_taken_up_where_it_stands(ahead: ReadAhead[str]) -> None:
    reader = Reader()
    reader.hold(1)
    assert through(ahead, reader, [1, 2, 3, 4, 5, 6], 0.1) == [2, 3, 4, 5, 6]
    began = time.monotonic()
    assert through(ahead, reader, [1, 7], 5) == [7]
    assert time.monotonic() - began < 2, "nobody waits for it a second time"
    reader.let_go(1)
    assert through(ahead, reader, [1, 8], 0.1) == [1, 8]
    assert set(reader.read.values()) == {1}, "none is read twice"


def test_one_that_is_taken_up_is_handled_as_its_row_is_by_then(ahead: ReadAhead[str]) -> None:
    reader = Reader()
    reader.hold(1)
    assert through(ahead, reader, [1, 2], 0.1) == [2]
    reader.let_go(1)
    [again] = [replace(row, claim=7) for row in rows(1)]
    [[begun]] = ahead.through([again], lambda: "desk", reader, Patience(1, reader.ready.set))
    assert (begun.row.claim, reader.read[1]) == (7, 1)


def test_what_the_writer_of_a_late_one_wrote_later_waits_for_it_and_nobody_else_does(ahead: ReadAhead[str]) -> None:
    reader = Reader()
    patience = Patience(0.3, reader.ready.set)
    kate, ann = rows(1, 3, 4, writer="kate"), rows(2, 5, writer="ann")
    mails = sorted([*kate, *ann, *rows(6)], key=lambda row: row.id)

    def order() -> list[int]:
        return [b.row.id for group in ahead.through(mails, lambda: "desk", reader, patience) for b in group]

    reader.hold(1)
    assert order() == [2, 5, 6]
    reader.let_go(1)
    mails = kate
    assert order() == [1, 3, 4]
    assert set(reader.read.values()) == {1}, "none is read twice"


def test_when_all_places_are_taken_nobody_waits_for_each_of_the_others(ahead: ReadAhead[str]) -> None:
    reader = Reader()
    reader.hold(1, 2)
    began = time.monotonic()
    assert through(ahead, reader, list(range(1, 9)), 0.3) == []
    assert time.monotonic() - began < 1.5
    reader.let_go(2)
    assert through(ahead, reader, list(range(1, 9)), 0.3) == [2, 3, 4, 5, 6, 7, 8]


def test_a_desk_goes_on_while_one_of_its_mails_hangs(tmp_path: Path, database: Database) -> None:
    desk = DeskDriver.open(tmp_path, database)
    behaviour, box = desk.runtime.behaviour, desk.runtime.config.mailboxes[0]
    woken = threading.Event()
    with closing(Readers(behaviour.rule_book.vocabularies, ("en",), Limits(workers=2))) as readers:
        desk.runtime.behaviour = replace(behaviour, readers=readers)
        desk.arrive(complaint(0))
        worker = readers._idle.get()
        readers._idle.put(worker)
        assert worker is not None
        os.kill(worker.pid, signal.SIGSTOP)
        with desk.runtime.database.begin() as tx:
            for number in (1, 2, 3):
                tx.ledger.receive(
                    mailbox="support", folder="INBOX", uid_validity=1, uid=10 + number, raw=complaint(number),
                    internal_date=desk.now, now=desk.now,
                )  # fmt: skip
        assert handle_waiting(desk.runtime, box, desk.now, patience=Patience(1, woken.set)) == 2
        assert [case.customer.address for case in desk.cases()] == [f"kate{n}@mail.example" for n in (0, 2, 3)]
        os.kill(worker.pid, signal.SIGCONT)
        assert woken.wait(20)
        assert handle_waiting(desk.runtime, box, desk.now, patience=Patience(1, woken.set)) == 1
        assert handle_waiting(desk.runtime, box, desk.now) == 0
        desk.runtime.behaviour = behaviour
    assert len(desk.cases()) == 4


def complaint(number: int) -> bytes:
    return mail(
        f"My parcel A-{10000 + number} is five days late.",
        from_=f"kate{number}@mail.example",
        to="support@acme.example",
        subject="Late",
        message_id=f"<k{number}@mail.example>",
    )
