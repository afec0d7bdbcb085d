"""What becomes of mail on its way out, against a server that misbehaves on request (decision 10)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from mailbot import faults
from mailbot.core.errors import StorageError
from mailbot.faults import Point, arm
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.store.database import Database
from mailbot.store.tables import raw_mail
from mailbot.threads import Sender
from mailbot.workflows.answered import Answered
from mailbot.workflows.deliver import deliver, lapse, resolve_uncertain
from mailbot.workflows.trouble import Trouble
from tests.desk import DeskDriver, mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

_CLAIMED = Point.DELIVER_CLAIMED


def disarm() -> None:
    faults._at = None


@contextmanager
def gone() -> Iterator[None]:
    """The database cannot be asked."""
    raise StorageError("the server is gone")
    yield


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> DeskDriver:
    return DeskDriver.open(tmp_path, database)


@pytest.fixture
def sender(smtp_sink: SmtpSink) -> Iterator[SmtpSender]:
    with SmtpSender(smtp_sink.server(), timeout=5, final_timeout=2) as sender:
        yield sender


def complain(desk: DeskDriver, address: str) -> None:
    desk.arrive(mail("It came broken.", from_=address, to="support@acme.example", subject="Broken"))


def send_all(desk: DeskDriver, sender: SmtpSender) -> None:
    box = desk.runtime.config.mailbox("support")
    while deliver(desk.runtime, box, sender, desk.now).tried:
        pass


def states(desk: DeskDriver, recipient: str) -> list[str]:
    with desk.runtime.database.read() as tx:
        return [row.state.value for row in reversed(tx.outbox.list()) if row.recipient == recipient]


def test_a_busy_server_is_tried_again_with_the_same_mail(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink
) -> None:
    address = f"defer-once+{uuid4().hex}@mail.example"  # the server remembers whom it has deferred
    complain(desk, address)
    send_all(desk, sender)
    assert states(desk, address) == ["pending"]
    send_all(desk, sender)
    assert states(desk, address) == ["pending"], "not before its time"
    desk.now += timedelta(minutes=2)
    send_all(desk, sender)
    assert states(desk, address) == ["sent"]


def test_what_the_server_says_is_written_down_at_once_whatever_others_of_the_batch_wait_for(
    desk: DeskDriver, sender: SmtpSender
) -> None:
    complain(desk, "slow@mail.example")
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send_all, desk, sender)
        while states(desk, "ana@acme.example") != ["sent"]:
            assert not sending.done()
        assert states(desk, "slow@mail.example") == ["sending"]
        sending.result()
    assert states(desk, "slow@mail.example") == ["sent"]


def test_the_last_answers_of_a_batch_are_written_down_with_the_next_claim(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink
) -> None:
    complain(desk, "kate@mail.example")
    box, kept = desk.runtime.config.mailbox("support"), list[Answered]()
    batch = deliver(desk.runtime, box, sender, desk.now, kept=kept)
    assert batch.tried == batch.taken == len(smtp_sink.mails()) > 0
    last = [row.id for row, _ in kept]
    assert _states_of(desk, last) == {"sending"}
    complain(desk, "bob@mail.example")
    assert deliver(desk.runtime, box, sender, desk.now, kept=kept).tried > 0
    assert _states_of(desk, last) == {"sent"}
    assert deliver(desk.runtime, box, sender, desk.now, kept=kept).tried == 0
    assert kept == []
    with desk.runtime.database.read() as tx:
        assert tx.outbox.counts() == {"sent": len(smtp_sink.mails())}


def _states_of(desk: DeskDriver, ids: list[int]) -> set[str]:
    with desk.runtime.database.read() as tx:
        return {row.state.value for row in tx.outbox.list() if row.id in ids}


def test_a_sender_that_is_told_to_stop_writes_down_what_it_knows(desk: DeskDriver, smtp_sink: SmtpSink) -> None:
    complain(desk, "kate@mail.example")
    box = desk.runtime.config.mailbox("support")
    thread = Sender(desk.runtime, box, smtp_sink.server(), box.name, Trouble(lambda *_: True), lambda: desk.now)
    arm(lambda point: thread.stop() if point is Point.SMTP_ANSWERED else None)
    try:
        thread.kick()
        thread.start()
        thread.join(30)
    finally:
        disarm()
    with desk.runtime.database.read() as tx:
        assert tx.outbox.counts() == {"sent": len(smtp_sink.mails())}


def test_what_the_server_does_not_take_is_written_down_at_once(desk: DeskDriver, sender: SmtpSender) -> None:
    complain(desk, "defer@mail.example")
    kept = list[Answered]()
    deliver(desk.runtime, desk.runtime.config.mailbox("support"), sender, desk.now, kept=kept)
    assert kept == []
    assert states(desk, "defer@mail.example") == ["pending"]


def test_a_mail_whose_bytes_are_damaged_delays_no_other_and_the_agents_are_told(
    desk: DeskDriver, sender: SmtpSender
) -> None:
    complain(desk, "kate@mail.example")
    complain(desk, "bob@mail.example")
    desk.sent()
    with desk.runtime.database.begin() as tx:
        [damaged] = [row for row in tx.outbox.list() if row.recipient == "kate@mail.example"]
        under = raw_mail.c.sha256 == damaged.raw_sha256
        tx._session.execute(sa.update(raw_mail).where(under).values(compressed=b"no zlib"))
    send_all(desk, sender)
    assert states(desk, "kate@mail.example") == ["failed"]
    assert states(desk, "bob@mail.example") == ["sent"]
    assert [m for m in desk.sent() if m.row.kind == "notice"]


def test_an_address_that_the_server_does_not_know_gets_nothing_more_unasked(
    desk: DeskDriver, sender: SmtpSender
) -> None:
    complain(desk, "refuse@mail.example")
    send_all(desk, sender)
    assert states(desk, "refuse@mail.example") == ["failed"]
    desk.arrive(mail("Another one came broken.", from_="refuse@mail.example", to="support@acme.example", subject="Two"))
    assert states(desk, "refuse@mail.example") == ["failed"], "no second acknowledgement"
    first, second = desk.cases()
    assert any(entry["event"] == "undeliverable" for entry in desk.timeline(first))
    assert any(entry["event"] == "withheld" for entry in desk.timeline(second))


def test_after_two_days_of_refusals_the_agents_are_told(desk: DeskDriver, sender: SmtpSender) -> None:
    complain(desk, "defer@mail.example")
    desk.sent()
    for _ in range(60):
        send_all(desk, sender)
        desk.now += timedelta(hours=1)
    assert states(desk, "defer@mail.example") == ["failed"]
    assert {m.row.recipient for m in desk.sent() if m.row.kind == "notice"}


def test_a_mail_that_may_have_arrived_is_sent_once_more_and_then_given_up(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink, dovecot: Dovecot
) -> None:
    complain(desk, "cut-after-dot@mail.example")
    desk.sent()
    send_all(desk, sender)
    assert states(desk, "cut-after-dot@mail.example") == ["uncertain"]
    box = desk.runtime.config.mailbox("support")
    with ImapSession.connect(dovecot.server()) as session:
        for passed, expected in (
            (timedelta(minutes=14), "uncertain"),
            (timedelta(minutes=2), "uncertain"),  # sent again, and cut again
            (timedelta(minutes=16), "failed"),
        ):
            desk.now += passed
            resolve_uncertain(desk.runtime, box, session, desk.now)
            send_all(desk, sender)
            assert states(desk, "cut-after-dot@mail.example") == [expected]
    taken = [m for m in smtp_sink.mails() if m.recipients == ("cut-after-dot@mail.example",)]
    assert len(taken) == 2
    assert taken[0].raw.replace(b"\r\n", b"\n") == taken[1].raw.replace(b"\r\n", b"\n"), "the same bytes and Message-ID"
    assert [m for m in desk.sent() if m.row.kind == "notice"], "the agents are told"


def test_a_mail_found_in_sent_has_arrived(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink, dovecot: Dovecot
) -> None:
    complain(desk, "cut-after-dot@mail.example")
    send_all(desk, sender)
    box = desk.runtime.config.mailbox("support")
    [copy] = [m.raw for m in smtp_sink.mails() if m.recipients == ("cut-after-dot@mail.example",)]
    with ImapSession.connect(dovecot.server()) as session:
        session.append(box.folders.sent, copy, seen=True)
        desk.now += timedelta(minutes=20)
        resolve_uncertain(desk.runtime, box, session, desk.now)
    assert states(desk, "cut-after-dot@mail.example") == ["sent"]


def test_a_mail_of_which_a_report_comes_back_had_arrived(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink
) -> None:
    complain(desk, "cut-after-dot@mail.example")
    send_all(desk, sender)
    [ours] = [m.message["Message-ID"] for m in smtp_sink.mails() if m.recipients == ("cut-after-dot@mail.example",)]
    report = f"""From: MAILER-DAEMON@mx.example\r\nTo: support@acme.example\r\nReturn-Path: <>\r
Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n\r\nfull\r
--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r
Final-Recipient: rfc822; cut-after-dot@mail.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r
--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--B--\r\n"""
    desk.arrive(report.encode())
    assert states(desk, "cut-after-dot@mail.example") == ["sent"]


def test_what_was_being_sent_when_the_sender_died_is_uncertain(desk: DeskDriver) -> None:
    complain(desk, "kate@mail.example")
    with desk.runtime.database.begin() as tx:
        tx.outbox.claim("support", desk.now, limit=10, lease=timedelta(minutes=1))
    assert lapse(desk.runtime, desk.now) == 0
    desk.now += timedelta(minutes=2)
    assert lapse(desk.runtime, desk.now) > 0
    assert states(desk, "kate@mail.example") == ["uncertain"]


def test_a_cut_before_the_final_dot_is_simply_tried_again(desk: DeskDriver, sender: SmtpSender) -> None:
    complain(desk, "cut-before-dot@mail.example")
    send_all(desk, sender)
    assert states(desk, "cut-before-dot@mail.example") == ["pending"]


def test_a_server_that_finds_a_mail_too_large_gets_it_without_its_attachments(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink
) -> None:
    complain(desk, "toolarge@mail.example")
    [notification, *_] = [m for m in desk.sent() if m.row.recipient == "mari@acme.example"] or [None]
    assert notification is None or notification.row.lighter_sha256 is None, "nothing to leave out"
    send_all(desk, sender)
    assert states(desk, "toolarge@mail.example") == ["failed"], "a mail without attachments cannot become smaller"


def test_sending_limits_hold_mail_back_and_answers_go_first(desk: DeskDriver, sender: SmtpSender) -> None:
    for n in range(30):
        complain(desk, f"kate{n}@mail.example")
    send_all(desk, sender)
    with desk.runtime.database.read() as tx:
        counts = tx.outbox.counts()
    assert counts["sent"] == 60, "no more a minute than the limit allows"
    assert states(desk, "kate29@mail.example") == ["sent"], "acknowledgements leave before notices"
    desk.now += timedelta(minutes=2)
    send_all(desk, sender)
    with desk.runtime.database.read() as tx:
        assert tx.outbox.counts() == {"sent": counts["sent"] + counts["pending"]}


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_what_another_daemon_has_taken_over_is_not_sent(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink
) -> None:
    complain(desk, "kate@mail.example")
    box = desk.runtime.config.mailbox("support")
    lapsed = []
    arm(lambda point: lapsed.append(lapse(desk.runtime, desk.now, alone=True)) if point is _CLAIMED else None)
    try:
        deliver(desk.runtime, box, sender, desk.now)
    finally:
        disarm()
    assert lapsed[0] > 0
    assert smtp_sink.mails() == []
    assert states(desk, "kate@mail.example") == ["pending"], "who has not sent it knows that it did not arrive"


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_daemon_that_cannot_reach_the_database_sends_nothing(
    desk: DeskDriver, sender: SmtpSender, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    complain(desk, "kate@mail.example")
    box = desk.runtime.config.mailbox("support")
    with monkeypatch.context() as patch:
        patch.setattr(desk.runtime.database, "read", gone)
        deliver(desk.runtime, box, sender, desk.now)
    assert smtp_sink.mails() == []
    assert states(desk, "kate@mail.example") == ["pending"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_mail_on_its_way_stays_with_its_daemon_however_long_the_server_takes(
    desk: DeskDriver, sender: SmtpSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.workflows.deliver._RENEW_SECONDS", 0.2)
    complain(desk, "slow@mail.example")
    until = desk.now + timedelta(seconds=45, milliseconds=300)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send_all, desk, sender)
        held = False
        while not sending.done():
            with desk.runtime.database.read() as tx:
                held = held or any(row.lease_until and row.lease_until > until for row in tx.outbox.list())
        sending.result()
    assert held
    assert states(desk, "slow@mail.example") == ["sent"]
