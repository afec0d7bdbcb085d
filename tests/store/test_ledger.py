"""Every mail has one row, one way to its end, and is handled once."""

import pytest

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.store.database import Database
from mailbot.store.ledger import Disposition, Incoming
from tests.store.samples import HOUR, MARI, NOW, a_case, a_mail

FINAL = {"disposition": Disposition.FILED, "now": NOW}


def test_a_mail_is_kept_byte_for_byte_and_once(database: Database) -> None:
    raw = bytes(range(256)) * 50
    with database.begin() as tx:
        first, second = a_mail(tx, 1, raw), a_mail(tx, 2, raw)
        rows = tx.ledger.get(first), tx.ledger.get(second)
        assert rows[0] is not None
        assert rows[1] is not None
        assert rows[0].raw_sha256 == rows[1].raw_sha256
        assert tx.ledger.raw(rows[0]) == tx.ledger.raw(str(rows[1].raw_sha256)) == raw
        assert rows[0].size == len(raw)


def test_a_mail_that_was_never_taken_in_has_no_bytes(database: Database) -> None:
    with database.read() as tx, pytest.raises(PermanentError):
        tx.ledger.raw("0" * 64)


def test_the_same_uid_is_received_once(database: Database) -> None:
    place = {"mailbox": "support", "folder": "INBOX", "uid_validity": 7, "uid": 1}
    mail = place | {"raw": b"x", "internal_date": NOW, "now": NOW}
    with database.begin() as tx:
        assert tx.ledger.receive(**mail) is not None
        assert tx.ledger.receive(**mail) is None
        assert tx.ledger.receive(**mail | {"uid_validity": 8}) is not None


def test_of_several_mails_those_are_received_that_were_not_before(database: Database) -> None:
    place = {"mailbox": "support", "folder": "INBOX", "uid_validity": 7}
    raws = [b"one", b"two", b"one", b"x" * 1_500_000, b""]
    mails = [Incoming(uid=uid, raw=raw, internal_date=NOW, writer=f"w{uid}") for uid, raw in enumerate(raws, 1)]
    with database.begin() as tx:
        assert a_mail(tx, 2, b"two")
        assert tx.ledger.receive_all(mails, **place, now=NOW) == 4
        assert tx.ledger.receive_all(mails, **place, now=NOW) == tx.ledger.receive_all([], **place, now=NOW) == 0
        rows = sorted(tx.ledger.waiting(NOW, limit=9), key=lambda row: row.uid)
        assert [row.writer for row in rows] == ["w1", None, "w3", "w4", "w5"]
        assert [tx.ledger.raw(row) for row in rows] == raws
        assert [row.size for row in rows] == [*map(len, raws)]


def test_a_mail_without_a_date_of_the_server_arrived_when_it_was_seen(database: Database) -> None:
    with database.begin() as tx:
        row = tx.ledger.get(a_mail(tx, internal_date=None, now=NOW + HOUR))
    assert row is not None
    assert row.received_at is None
    assert row.arrived_at == NOW + HOUR


def test_a_cursor_only_goes_forward_until_the_folder_is_renumbered(database: Database) -> None:
    with database.begin() as tx:
        cursors = tx.cursors
        assert cursors.get("support", "INBOX") is None
        cursors.start("support", "INBOX", uid_validity=7, started_at=NOW)
        cursors.start("support", "INBOX", uid_validity=9, started_at=NOW + HOUR)
        cursors.advance("support", "INBOX", 5)
        cursors.advance("support", "INBOX", 3)
        cursor = cursors.get("support", "INBOX")
        assert cursor
        assert (cursor.uid_validity, cursor.last_uid, cursor.started_at, cursor.checked_at) == (7, 5, NOW, None)
        cursors.renumber("support", "INBOX", 8)
        cursors.checked("support", "INBOX", NOW)
        cursor = cursors.get("support", "INBOX")
        assert cursor
        assert (cursor.uid_validity, cursor.last_uid, cursor.started_at, cursor.checked_at) == (8, 0, NOW, NOW)


def test_mail_from_before_the_start_is_known_and_never_waits(database: Database) -> None:
    uids = range(1, 1201)
    with database.begin() as tx:
        tx.ledger.skip("support", "INBOX", uid_validity=7, uids=uids, now=NOW)
        tx.ledger.skip("support", "INBOX", uid_validity=7, uids=uids, now=NOW)
        assert tx.ledger.uids("support", "INBOX", 7) == set(uids)
        assert tx.ledger.waiting(NOW, limit=10) == ()
        assert tx.ledger.to_file("support", "INBOX", 7, limit=10) == ()
        assert tx.ledger.counts() == {"before_start": 1200}


def test_mail_waits_oldest_first_and_by_mailbox(database: Database) -> None:
    with database.begin() as tx:
        ids = [a_mail(tx, uid, mailbox=mailbox) for uid, mailbox in ((9, "support"), (2, "sales"), (5, "support"))]
        assert [row.id for row in tx.ledger.waiting(NOW, limit=2)] == ids[:2]
        assert [row.id for row in tx.ledger.waiting(NOW, mailbox="support", limit=9)] == [ids[0], ids[2]]
        assert tx.ledger.oldest_waiting() == NOW
        assert [row.id for row in tx.ledger.unfinished()] == ids


def test_a_postponed_mail_waits_for_its_time(database: Database) -> None:
    with database.begin() as tx:
        id = a_mail(tx)
        tx.ledger.postpone(id, retry_at=NOW + HOUR, error="the disk is full")
        assert tx.ledger.waiting(NOW, limit=9) == ()
        (row,) = tx.ledger.waiting(NOW + HOUR, limit=9)
    assert (row.attempts, row.error, row.retry_at) == (1, "the disk is full", NOW + HOUR)


def test_what_a_writer_wrote_after_a_postponed_mail_waits_with_it(database: Database) -> None:
    with database.begin() as tx:
        first, *others = (a_mail(tx, uid, writer=writer) for uid, writer in enumerate(("kate", "kate", "ann", None), 1))
        tx.ledger.postpone(first, retry_at=NOW + HOUR, error="no readers")
        assert [row.id for row in tx.ledger.waiting(NOW, limit=9)] == others[1:]
        assert [row.id for row in tx.ledger.waiting(NOW + HOUR, limit=9)] == [first, *others]
        tx.ledger.quarantine(first, error="it says nothing", now=NOW)
        assert [row.id for row in tx.ledger.waiting(NOW, limit=9)] == others


def test_a_settled_mail_says_what_became_of_it(database: Database) -> None:
    with database.begin() as tx:
        case, id = a_case(tx), a_mail(tx)
        facts = {"case_id": case.id, "message_id": "a@b.example", "content_hash": "c0ffee", "detail": "a complaint"}
        tx.ledger.settle(id, disposition=Disposition.CASE_OPENED, now=NOW + HOUR, **facts)
        row = tx.ledger.get(id)
        assert row
        assert {name: getattr(row, name) for name in facts} == facts
        assert (row.disposition, row.settled_at) == (Disposition.CASE_OPENED, NOW + HOUR)
        assert tx.ledger.waiting(NOW + HOUR, limit=9) == ()
        assert tx.ledger.by_message_id("a@b.example") == (row,)


def test_a_mail_settled_by_another_process_undoes_our_work(database: Database) -> None:
    with database.begin() as tx:
        id = a_mail(tx)
        tx.ledger.settle(id, **FINAL)

    def settle_again() -> None:
        with database.begin() as tx:
            a_case(tx)
            tx.ledger.settle(id, **FINAL)

    with pytest.raises(TemporaryError):
        settle_again()
    with database.read() as tx:
        assert tx.cases.find() == ()


def test_only_a_held_mail_is_released(database: Database) -> None:
    with database.begin() as tx:
        id = a_mail(tx)
        tx.ledger.settle(id, disposition=Disposition.HELD, now=NOW, message_id="h@b.example", content_hash="c")
        tx.ledger.settle(id, disposition=Disposition.RELEASED, now=NOW)
        row = tx.ledger.get(id)
        assert row
        assert (row.disposition, row.message_id, row.content_hash) == (Disposition.RELEASED, "h@b.example", "c")
    with pytest.raises(TemporaryError), database.begin() as tx:
        tx.ledger.settle(id, disposition=Disposition.RELEASED, now=NOW)


def test_a_mail_in_quarantine_can_be_tried_again(database: Database) -> None:
    with database.begin() as tx:
        id = a_mail(tx)
        tx.ledger.quarantine(id, error="no such charset", now=NOW)
        (row,) = tx.ledger.quarantined()
        assert (row.id, row.error, row.attempts) == (id, "no such charset", 1)
        assert tx.ledger.waiting(NOW, limit=9) == ()
        assert tx.ledger.again(id, NOW)
        assert not tx.ledger.again(id, NOW)
        assert [waiting.id for waiting in tx.ledger.waiting(NOW, limit=9)] == [id]


def test_a_settled_mail_is_filed_on_the_server_once(database: Database) -> None:
    with database.begin() as tx:
        ids = [a_mail(tx, uid) for uid in (1, 2, 3)]
        tx.ledger.settle(ids[0], **FINAL)
        tx.ledger.settle(ids[1], **FINAL)
        assert [row.id for row in tx.ledger.to_file("support", "INBOX", 7, limit=9)] == ids[:2]
        assert tx.ledger.to_file("support", "INBOX", 8, limit=9) == ()
        tx.ledger.filed([ids[0]], "moved")
        (left,) = tx.ledger.to_file("support", "INBOX", 7, limit=9)
        assert left.id == ids[1]
        moved = tx.ledger.get(ids[0])
        assert moved
        assert moved.server == "moved"


@pytest.mark.parametrize(
    ("message_id", "content_hash", "found"),
    [
        ("a@b.example", "same", True),
        ("a@b.example", "other", False),
        ("other@b.example", "same", False),
        (None, "same", False),
        ("a@b.example", "", False),
    ],
)
def test_a_twin_is_equal_in_id_and_content(
    database: Database, message_id: str | None, content_hash: str, found: bool
) -> None:
    with database.begin() as tx:
        first, second = a_mail(tx, 1), a_mail(tx, 2)
        tx.ledger.settle(first, **FINAL, message_id="a@b.example", content_hash="same")
        twin = tx.ledger.twin(message_id=message_id, content_hash=content_hash, other_than=second)
        assert (twin.id if twin else None) == (first if found else None)
        assert tx.ledger.twin(message_id="a@b.example", content_hash="same", other_than=first) is None


def test_two_mails_without_id_are_twins_by_content(database: Database) -> None:
    with database.begin() as tx:
        first, second = a_mail(tx, 1), a_mail(tx, 2)
        tx.ledger.settle(first, **FINAL, content_hash="same")
        twin = tx.ledger.twin(message_id=None, content_hash="same", other_than=second)
    assert twin
    assert twin.id == first


def test_a_duplicate_or_a_failed_mail_is_nobodys_twin(database: Database) -> None:
    with database.begin() as tx:
        duplicate, failed, mail = (a_mail(tx, uid) for uid in (1, 2, 3))
        tx.ledger.settle(duplicate, disposition=Disposition.DUPLICATE, now=NOW, content_hash="same")
        tx.ledger.quarantine(failed, error="no", now=NOW)
        assert tx.ledger.twin(message_id=None, content_hash="same", other_than=mail) is None


def test_a_held_mail_goes_back_in_line_once(database: Database) -> None:
    with database.begin() as tx:
        id = a_mail(tx)
        tx.people.hold(token="t", ledger_id=id, case_id=None, member=MARI, reason="no token", now=NOW)
        tx.ledger.settle(id, disposition=Disposition.HELD, now=NOW)
        assert not tx.people.confirmed(id)
        assert tx.people.release("t", NOW + HOUR)
        assert not tx.people.release("t", NOW + HOUR)
        assert tx.people.confirmed(id)
        assert tx.ledger.again(id, NOW + HOUR)
        tx.ledger.settle(id, **FINAL)


def test_a_very_long_message_id_is_found_again(database: Database) -> None:
    long = "я" * 5000
    with database.begin() as tx:
        id = a_mail(tx)
        tx.ledger.settle(id, **FINAL, message_id=long + "1", content_hash="c")
        assert [row.id for row in tx.ledger.by_message_id(long + "1")] == [id]
        assert tx.ledger.by_message_id(long + "2") == ()
        assert tx.ledger.twin(message_id=long + "1", content_hash="c", other_than=id + 1) is not None


def test_all_but_received_is_final() -> None:
    assert [each for each in Disposition if not each.final] == [Disposition.RECEIVED]
