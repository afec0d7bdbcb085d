"""A mail leaves once: who sends it, what is known of its fate, and who may try again."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from mailbot.core.errors import PermanentError
from mailbot.core.letters import LetterKind
from mailbot.store.counts import ANY_NUMBER, Had, Unasked
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxState
from mailbot.store.tables import raw_mail
from tests.store.samples import HOUR, MINUTE, NOW, a_case, a_mail, an_outgoing

LEASE = 10 * MINUTE


def test_every_field_of_a_mail_comes_back(database: Database) -> None:
    with database.begin() as tx:
        mail = an_outgoing(
            kind=LetterKind.ANSWER,
            case_id=a_case(tx).id,
            ledger_id=a_mail(tx),
            recipient="Ülle@Kask.example",
            raw=bytes(range(256)),
            lighter=b"light",
            unasked=False,
            copy_to_sent=True,
        )
        id = tx.outbox.queue(mail, NOW)
        row = tx.outbox.get(id)
        assert row
        stored = {name: getattr(row, name) for name in mail.__dataclass_fields__ if hasattr(row, name)}
        assert stored == {name: getattr(mail, name) for name in stored}
        assert set(mail.__dataclass_fields__) - set(stored) == {"raw", "lighter"}
        assert tx.outbox.raw(row) == mail.raw
        assert (row.size, row.state, row.queued_at, row.attempts) == (256, OutboxState.PENDING, NOW, 0)


def test_the_most_urgent_leaves_first_then_the_oldest(database: Database) -> None:
    kinds = (LetterKind.FOLLOW_UP, LetterKind.NOTIFICATION, LetterKind.ANSWER, LetterKind.NOTIFICATION)
    with database.begin() as tx:
        ids = [tx.outbox.queue(an_outgoing(kind=kind), NOW) for kind in kinds]
        tx.outbox.queue(an_outgoing(mailbox="sales"), NOW)
        claimed = tx.outbox.claim("support", NOW, limit=3, lease=LEASE)
        assert [row.id for row in claimed] == [ids[2], ids[1], ids[3]]
        assert {(row.state, row.attempts, row.lease_until) for row in claimed} == {
            (OutboxState.SENDING, 1, NOW + LEASE)
        }
        assert [row.id for row in tx.outbox.claim("support", NOW, limit=3, lease=LEASE)] == [ids[0]]
        assert tx.outbox.claim("support", NOW, limit=3, lease=LEASE) == ()


def test_large_mails_are_not_claimed_together(database: Database) -> None:
    with database.begin() as tx:
        small, large, second, third = (tx.outbox.queue(an_outgoing(raw=b"x" * size), NOW) for size in (10, 500, 30, 70))

        def claimed() -> list[int]:
            return [row.id for row in tx.outbox.claim("support", NOW, limit=9, lease=LEASE, most_bytes=100)]

        assert claimed() == [small]
        assert claimed() == [large], "what is too large for any batch goes alone"
        assert claimed() == [second, third]
        assert claimed() == []


def test_a_mail_that_is_damaged_does_not_keep_the_bytes_of_others(database: Database) -> None:
    with database.begin() as tx:
        for raw in (b"sound", b"damaged"):
            tx.outbox.queue(an_outgoing(raw=raw), NOW)
        rows = tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        damaged = raw_mail.c.sha256 == rows[1].raw_sha256
        tx._session.execute(sa.update(raw_mail).where(damaged).values(compressed=b"no zlib"))
        sound, why = (tx.outbox.raws(rows)[row.id] for row in rows)
        assert sound == b"sound"
        assert isinstance(why, PermanentError)


def test_a_sent_mail_is_never_sent_again(database: Database) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(copy_to_sent=True), NOW)
        (row,) = tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert tx.outbox.still_mine(row)
        tx.outbox.sent(id, NOW + MINUTE, "250 ok")
        assert not tx.outbox.still_mine(row)
        assert tx.outbox.lapsed(NOW + HOUR) == ()
        assert not tx.outbox.later(id, NOW, "too late")
        assert not tx.outbox.again(id, NOW)
        assert not tx.outbox.cancel(id, NOW)
        sent = tx.outbox.get(id)
        assert sent
        assert (sent.state, sent.answer, sent.changed_at) == (OutboxState.SENT, "250 ok", NOW + MINUTE)
        assert [copy.id for copy in tx.outbox.copies_due("support", 9)] == [id]
        tx.outbox.copied(id)
        assert tx.outbox.copies_due("support", 9) == ()


def test_a_refused_mail_waits_for_its_time(database: Database) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(), NOW)
        tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert tx.outbox.later(id, NOW + HOUR, "451 busy")
        assert tx.outbox.claim("support", NOW, limit=9, lease=LEASE) == ()
        (row,) = tx.outbox.claim("support", NOW + HOUR, limit=9, lease=LEASE)
        assert (row.attempts, row.error) == (2, "451 busy")


def test_a_vanished_senders_mail_is_uncertain_and_sent_once_more(database: Database) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(), NOW)
        (first,) = tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert tx.outbox.lapsed(NOW + MINUTE) == ()
        (lapsed,) = tx.outbox.lapsed(NOW + HOUR)
        assert (lapsed.id, lapsed.state) == (id, OutboxState.UNCERTAIN)
        assert tx.outbox.unresolved("support", NOW + HOUR + 14 * MINUTE) == ()
        (unresolved,) = tx.outbox.unresolved("support", NOW + HOUR + 15 * MINUTE)
        assert not unresolved.resent
        assert tx.outbox.resend(id)
        (second,) = tx.outbox.claim("support", NOW + 2 * HOUR, limit=9, lease=LEASE)
        assert second.resent
        assert not tx.outbox.still_mine(first)
        assert tx.outbox.still_mine(second)
        assert tx.outbox.uncertain(id, NOW + 2 * HOUR, "cut", attempt=second.attempts)
        assert not tx.outbox.resend(id)


@pytest.mark.parametrize("report", ["later", "failed", "uncertain"])
def test_a_late_report_of_an_old_attempt_changes_nothing(database: Database, report: str) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(), NOW)
        (first,) = tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        tx.outbox.lapsed(NOW + HOUR)
        tx.outbox.resend(id)
        tx.outbox.claim("support", NOW + HOUR, limit=9, lease=LEASE)
        assert not getattr(tx.outbox, report)(id, NOW + HOUR, "late", attempt=first.attempts)
        row = tx.outbox.get(id)
        assert row
        assert row.state is OutboxState.SENDING


def test_the_servers_yes_counts_however_late(database: Database) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(), NOW)
        tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        tx.outbox.lapsed(NOW + HOUR)
        tx.outbox.sent(id, NOW + HOUR, "250 ok")
        assert tx.outbox.counts() == {"sent": 1}


def test_a_mail_that_is_too_large_leaves_without_its_attachments(database: Database) -> None:
    with database.begin() as tx:
        id = tx.outbox.queue(an_outgoing(raw=b"heavy" * 99, lighter=b"light"), NOW)
        assert tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert tx.outbox.make_lighter(id)
        assert not tx.outbox.make_lighter(id)
        (row,) = tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert (tx.outbox.raw(row), row.size, row.lighter_sha256) == (b"light", 5, None)


def test_a_person_can_retry_what_failed_and_cancel_what_waits(database: Database) -> None:
    with database.begin() as tx:
        failed, waiting = tx.outbox.queue(an_outgoing(), NOW), tx.outbox.queue(an_outgoing(mailbox="sales"), NOW)
        tx.outbox.claim("support", NOW, limit=9, lease=LEASE)
        assert tx.outbox.failed(failed, NOW, "550 no such user")
        assert [row.error for row in tx.outbox.list(OutboxState.FAILED)] == ["550 no such user"]
        assert tx.outbox.again(failed, NOW)
        assert tx.outbox.cancel(waiting, NOW)
        assert not tx.outbox.cancel(waiting, NOW)
        assert tx.outbox.counts() == {"pending": 1, "cancelled": 1}
        assert [row.id for row in tx.outbox.list(limit=9)] == [waiting, failed]


def test_mail_that_nobody_asked_for_is_counted(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.outbox.queue(an_outgoing(case_id=case.id, recipient="ANNA@kask.example"), NOW)
        tx.outbox.queue(an_outgoing(case_id=case.id, unasked=False), NOW)
        tx.outbox.queue(an_outgoing(mailbox="sales"), NOW - HOUR)
        tx.outbox.cancel(tx.outbox.queue(an_outgoing(), NOW), NOW)
        long_ago = NOW - 2 * HOUR
        expected = {
            Unasked(long_ago): 2,
            Unasked(NOW): 1,
            Unasked(long_ago, recipient="anna@KASK.example"): 2,
            Unasked(long_ago, case_id=case.id): 1,
            Unasked(long_ago, mailbox="sales"): 1,
            Unasked(long_ago, mailbox="sales", case_id=case.id): 0,
        }
        assert tx.outbox.count([*expected]) == expected


def test_of_a_large_budget_nothing_is_counted_while_there_is_much_left(database: Database) -> None:
    def counted(since: datetime, most: int, mailbox: str = "support") -> int:
        question = Unasked(since, most, mailbox=mailbox)
        return tx.outbox.count([question])[question]

    with database.begin() as tx:
        for sent_at, mails in ((NOW - 2 * HOUR, 2000), (NOW, 1200)):
            tx.outbox.queue_all([an_outgoing(message_id=f"{n}@acme.example") for n in range(mails)], sent_at)
        tx.outbox.queue(an_outgoing(mailbox="sales"), NOW)
        assert counted(NOW, 1000) == 1000, "all of it is used up"
        assert counted(NOW, 1700) == 1200, "less than 500 others have room"
        assert counted(NOW, 1000, "sales") == 1, "as much leaves from another mailbox"
        assert counted(NOW, 1702) == counted(NOW, 5000) == counted(NOW - 3 * HOUR, 5000) == 0
        assert counted(NOW - 3 * HOUR, 3700) == 3200
        assert counted(NOW - 3 * HOUR, ANY_NUMBER) == 3200, "who wants to know the number is told it"


def test_whether_a_customer_has_had_so_many_cases_is_asked_with_the_rest(database: Database) -> None:
    with database.begin() as tx:
        key = a_case(tx, opened_at=NOW - HOUR).customer.key
        a_case(tx, opened_at=NOW)
        expected = {Had(key, 1, NOW): 1, Had(key, 2, NOW): 0, Had(key, 2, NOW - HOUR): 1, Had(key, 3, NOW - HOUR): 0}
        assert tx.outbox.count([*expected, Unasked(NOW)]) == {**expected, Unasked(NOW): 0}


def test_what_a_server_took_counts_against_its_limits(database: Database) -> None:
    with database.begin() as tx:
        ids = [tx.outbox.queue(an_outgoing(), NOW) for _ in range(4)]
        tx.outbox.claim("support", NOW, limit=3, lease=LEASE)
        tx.outbox.sent(ids[0], NOW, "250")
        tx.outbox.uncertain(ids[1], NOW + MINUTE, "cut")
        tx.outbox.failed(ids[2], NOW, "550")
        assert tx.outbox.sent_since("support", NOW) == 2
        assert tx.outbox.sent_since("support", NOW + MINUTE) == 1
        assert tx.outbox.sent_since("sales", NOW) == 0


def test_one_mail_to_several_is_found_by_its_id(database: Database) -> None:
    with database.begin() as tx:
        first = tx.outbox.queue(an_outgoing(), NOW)
        second = tx.outbox.queue(an_outgoing(recipient="juri@tamm.example"), NOW + MINUTE)
        assert [row.id for row in tx.outbox.by_message_id("1@acme.example")] == [first, second]
        assert tx.outbox.by_message_id("2@acme.example") == ()
        assert tx.outbox.oldest_pending() == NOW
