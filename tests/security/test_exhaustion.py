"""A mail that would take the whole machine is set aside with a sentence; the desk goes on, and can be given more."""

from contextlib import closing
from dataclasses import replace

from mailbot.reading.limits import Limits
from mailbot.reading.workers import Readers
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.workflows.handle import handle_waiting
from tests.desk import DeskDriver
from tests.security.play import COMPLAINT, Play, raw

HEAD = (
    "From: Kate Bell <kate@mail.example>",
    "To: support@acme.example",
    "Subject: Photos",
    "Message-ID: <p1@mail.example>",
)
PHOTOS = raw(COMPLAINT + "\n" + "photo " * 5_000_000, *HEAD)


def limited(desk: DeskDriver, memory: int) -> Readers:
    behaviour = desk.runtime.behaviour
    readers = Readers(behaviour.rule_book.vocabularies, ("en",), Limits(workers=1, memory=memory))
    desk.runtime.behaviour = replace(behaviour, readers=readers)
    return readers


def again(desk: DeskDriver, row: LedgerRow) -> LedgerRow | None:
    with desk.runtime.database.begin() as tx:
        assert tx.ledger.again(row.id, desk.now)
    handle_waiting(desk.runtime, desk.runtime.config.mailboxes[0], desk.now)
    with desk.runtime.database.read() as tx:
        return tx.ledger.get(row.id)


def test_a_mail_that_needs_more_memory_than_it_may_is_quarantined_and_the_next_is_handled(play: Play) -> None:
    desk = play.desk
    desk.sent()
    with closing(limited(desk, memory=60_000_000)):
        row = desk.arrive(PHOTOS)
        assert row.disposition is Disposition.QUARANTINED
        assert row.error == "reading it takes more memory than `reading.memory` allows"
        assert [sent.row.recipient for sent in desk.sent()] == ["ops@acme.example"]
        assert play.complain().disposition is Disposition.CASE_OPENED
    with closing(limited(desk, memory=2_000_000_000)):
        settled = again(desk, row)
        assert settled is not None
        assert settled.disposition is Disposition.CASE_OPENED
