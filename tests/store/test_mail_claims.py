"""Received mail is handled by one daemon at a time, in its writer's order; only who has it may say what came of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mailbot.core.errors import TakenError
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.tables import ledger
from tests.store.samples import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]

LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(seconds=31)


def received(tx: Transaction, uid: int, writer: str | None) -> int:
    place = {"mailbox": "support", "folder": "INBOX", "uid_validity": 1, "uid": uid}
    id = tx.ledger.receive(**place, raw=b"%d" % uid, internal_date=NOW, now=NOW, writer=writer)
    assert id is not None
    return id


def claimed(database: Database, holder: str, limit: int = 10, now: object = NOW) -> tuple[LedgerRow, ...]:
    with database.begin() as tx:
        return tx.mail_claims.claim(now, mailbox="support", holder=holder, limit=limit, lease=LEASE)  # type: ignore[arg-type]


def uids(rows: tuple[LedgerRow, ...]) -> list[int]:
    return [row.uid for row in rows]


@pytest.fixture
def letters(database: Database) -> list[int]:
    """Six mails: two of Kate's, one of nobody that we can see, one of Ann's, two of Bob's."""
    with database.begin() as tx:
        return [received(tx, uid, writer) for uid, writer in enumerate(("kate", "kate", None, "ann", "bob", "bob"), 1)]


def test_nobody_gets_what_another_has_nor_what_its_writer_wrote_later(database: Database, letters: list[int]) -> None:
    assert uids(claimed(database, "one", 1)) == [1]
    assert uids(claimed(database, "two", 3)) == [3, 4, 5], "Kate's second mail waits for her first"
    assert uids(claimed(database, "three")) == [], "and so does Bob's"
    assert uids(claimed(database, "one")) == [1, 2]


def test_what_one_has_comes_again_as_the_same_claim(database: Database, letters: list[int]) -> None:
    first, second = claimed(database, "one", 2), claimed(database, "one", 2)
    assert [row.claim for row in first] == [row.claim for row in second] == [1, 1]


def test_what_one_has_does_not_come_again_where_it_is_known(database: Database, letters: list[int]) -> None:
    assert uids(claimed(database, "one", 2)) == [1, 2]
    with database.begin() as tx:
        more = tx.mail_claims.claim(NOW, mailbox="support", holder="one", limit=2, lease=LEASE, but=letters[:2])
    assert uids(more) == [3, 4]
    assert uids(claimed(database, "two")) == [5, 6]


def test_who_was_taken_over_from_can_say_nothing_more_of_the_mail(database: Database, letters: list[int]) -> None:
    (old,) = claimed(database, "one", 1)
    (new,) = claimed(database, "two", 1, LATER)
    assert (old.id, old.claim, new.claim) == (new.id, 1, 2)
    with pytest.raises(TakenError), database.begin() as tx:
        tx.ledger.settle(old.id, disposition=Disposition.FILED, now=LATER, claim=old.claim)
    with pytest.raises(TakenError), database.begin() as tx:
        tx.ledger.quarantine(old.id, error="late", now=LATER, claim=old.claim)
    with database.begin() as tx:
        tx.ledger.postpone(old.id, retry_at=LATER + LEASE, error="late", claim=old.claim)
        row = tx.ledger.get(old.id)
        assert row is not None
        assert (row.retry_at, row.error) == (None, "")
        tx.ledger.settle(new.id, disposition=Disposition.FILED, now=LATER, claim=new.claim)


def test_a_claim_holds_as_long_as_there_are_signs_of_life(database: Database, letters: list[int]) -> None:
    claimed(database, "one", 2)
    with database.begin() as tx:
        tx.mail_claims.hold_on("one", LATER + LEASE)
        assert not tx.mail_claims.orphaned(LATER)
        assert tx.mail_claims.orphaned(LATER + LEASE)
    assert uids(claimed(database, "two", now=LATER)) == [3, 4, 5, 6]
    with database.begin() as tx:
        tx.mail_claims.take_away("support")
    assert uids(claimed(database, "three", now=LATER)) == [1, 2, 3, 4, 5, 6]


def test_what_a_writer_wrote_after_a_postponed_mail_waits_for_it(database: Database, letters: list[int]) -> None:
    (first,) = claimed(database, "one", 1)
    with database.begin() as tx:
        tx.ledger.postpone(first.id, retry_at=LATER, error="no readers", claim=first.claim)
    assert uids(claimed(database, "one")) == [3, 4, 5, 6]
    with database.begin() as tx:
        tx.mail_claims.hold_on("one", LATER + LEASE)
    assert uids(claimed(database, "two", now=LATER)) == [1, 2]


def test_what_a_writer_wrote_later_does_not_pass_a_mail_that_is_just_being_held_on_to(
    database: Database, letters: list[int]
) -> None:
    assert uids(claimed(database, "one", 3)) == [1, 2, 3]
    with database.begin() as holding_on:
        held = sa.select(ledger.c.id).where(ledger.c.id == letters[0]).with_for_update()
        holding_on._connection.execute(held)
        assert uids(claimed(database, "one")) == [3, 4, 5, 6], "Kate's first is locked, and her second waits for it"
    with database.begin() as tx:
        again = tx.mail_claims.claim(NOW, mailbox="support", holder="one", limit=9, lease=LEASE, but=letters[:1])
    assert uids(again) == [2, 3, 4, 5, 6], "where her first is being handled already, her second may follow"
