"""The demo's own mail server, spoken to by the product's own clients."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from mailbot.core.errors import PermanentError
from mailbot.core.server import Secret, Server
from mailbot.mail.authentication import judge
from mailbot.mail.embedded import AUTHSERV_ID, EmbeddedServer, without_forged_results
from mailbot.mail.imap import Fetched, IdleResult, ImapSession, MoveResult
from mailbot.mail.smtp import Delivery, Outcome, SmtpSender

DESK, MARI = "support@desk.example", "mari@home.example"
RAW = b"From: Mari Tamm <mari@home.example>\r\nMessage-ID: <1@home.example>\r\nSubject: Kus?\r\n\r\nKus on pakk?\r\n"


@pytest.fixture
def embedded() -> Iterator[EmbeddedServer]:
    with EmbeddedServer({DESK: "desk-word", MARI: "mari-word"}) as server:
        yield server


def imap(embedded: EmbeddedServer, user: str, password: str) -> Server:
    return Server(
        host=embedded.host, port=embedded.imap_port, security="none", username=user, password=Secret(password)
    )


def send(
    embedded: EmbeddedServer,
    recipient: str = DESK,
    raw: bytes = RAW,
    *,
    user: str | None = MARI,
    password: str = "mari-word",
) -> Delivery:
    secret = None if user is None else Secret(password)
    server = Server(host=embedded.host, port=embedded.smtp_port, security="none", username=user or "", password=secret)
    with SmtpSender(server, timeout=5) as smtp:
        return smtp.send(sender=MARI, recipient=recipient, raw=raw)


def inbox(embedded: EmbeddedServer) -> list[Fetched]:
    with ImapSession.connect(imap(embedded, DESK, "desk-word"), timeout=5) as session:
        session.select("INBOX")
        return list(session.fetch(session.uids_after(0)))


def results(fetched: Fetched) -> list[str]:
    return message_from_bytes(fetched.raw).get_all("Authentication-Results", [])


def test_a_mail_arrives_with_the_trace_of_its_way(embedded: EmbeddedServer):
    assert send(embedded).outcome is Outcome.SENT
    (fetched,) = inbox(embedded)
    message = message_from_bytes(fetched.raw)
    assert fetched.raw.endswith(RAW)
    assert message["Return-Path"] == f"<{MARI}>"
    assert f"for <{DESK}>" in message["Received"]


def test_subaddresses_belong_to_their_user(embedded: EmbeddedServer):
    assert send(embedded, "Support+k7.token@desk.example").outcome is Outcome.SENT
    (fetched,) = inbox(embedded)
    assert message_from_bytes(fetched.raw)["Delivered-To"] == "Support+k7.token@desk.example"


@pytest.mark.parametrize("recipient", ["nobody@desk.example", "mari@elsewhere.example", "+@desk.example"])
def test_whoever_is_no_user_is_refused(embedded: EmbeddedServer, recipient: str):
    delivery = send(embedded, recipient)
    assert (delivery.outcome, delivery.code) == (Outcome.REFUSED, 550)


def test_who_logs_in_as_the_author_passes_dmarc(embedded: EmbeddedServer):
    send(embedded)
    judged = judge(results(inbox(embedded)[0]), AUTHSERV_ID, "home.example")
    assert (judged.dmarc, judged.aligned) == ("pass", True)


@pytest.mark.parametrize(("user", "password"), [(None, ""), (DESK, "desk-word")])
def test_who_does_not_log_in_as_the_author_fails_dmarc(embedded: EmbeddedServer, user: str | None, password: str):
    send(embedded, user=user, password=password)
    assert judge(results(inbox(embedded)[0]), AUTHSERV_ID, "home.example").dmarc == "fail"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_forged_results_in_the_servers_name_are_removed(embedded: EmbeddedServer, end: bytes):
    forged = b"Authentication-Results:" + end + b" " + AUTHSERV_ID.encode() + b"; dmarc=pass header.from=home.example"
    foreign = b"Authentication-Results: mx.other.example; dmarc=pass header.from=home.example"
    send(embedded, raw=end.join([forged, foreign, forged, RAW]), user=None)
    own, other = results(inbox(embedded)[0])
    assert own.startswith(AUTHSERV_ID)
    assert "dmarc=fail" in own
    assert other.startswith("mx.other.example")


@pytest.mark.parametrize(
    "raw", [b"", b"no header", RAW, b"Subject: x\n\nAuthentication-Results: mx.embedded.example\n"]
)
def test_nothing_but_forged_results_is_removed(raw: bytes):
    assert without_forged_results(raw) == raw


def test_a_wrong_password_opens_nothing(embedded: EmbeddedServer):
    with pytest.raises(PermanentError):
        ImapSession.connect(imap(embedded, DESK, "guess"), timeout=5)
    assert send(embedded, password="guess").ours


def test_a_mail_arrives_when_the_clock_says():
    moment = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
    with EmbeddedServer({DESK: "desk-word", MARI: "mari-word"}, clock=lambda: moment) as server:
        send(server)
        assert [each.internal_date for each in inbox(server)] == [moment]


def test_idle_is_told_of_a_mail_that_came_just_before_it(embedded: EmbeddedServer):
    ours, theirs = socket.socketpair()
    with ours, theirs, ImapSession.connect(imap(embedded, DESK, "desk-word"), timeout=5) as session:
        session.select("INBOX")
        session.uids_after(0)
        send(embedded)
        assert session.idle(5, ours) is IdleResult.CHANGED


def test_idle_is_told_of_a_mail_at_once(embedded: EmbeddedServer):
    ours, theirs = socket.socketpair()
    with ours, theirs, ImapSession.connect(imap(embedded, DESK, "desk-word"), timeout=5) as session:
        session.select("INBOX")
        session.uids_after(0)
        sending = threading.Timer(0.3, send, [embedded])
        sending.start()
        assert session.idle(10, ours) is IdleResult.CHANGED
        sending.join()
        assert len(session.uids_after(0)) == 1


def test_mail_can_be_moved_and_filed_and_found(embedded: EmbeddedServer):
    send(embedded)
    with ImapSession.connect(imap(embedded, DESK, "desk-word"), timeout=5) as session:
        session.ensure_folders(["mailbot/Processed", "Töödeldud/Жалобы"])
        session.select("INBOX")
        assert session.move(session.uids_after(0), "Töödeldud/Жалобы") is MoveResult.MOVED
        assert session.uids_after(0) == []
        assert session.has_message_id("Töödeldud/Жалобы", "1@home.example")
        session.append("Sent", RAW, seen=True)
        assert session.has_message_id("Sent", "1@home.example")


def test_a_taken_port_is_reported_to_who_starts_it(embedded: EmbeddedServer):
    with pytest.raises(OSError, match="address already in use"):
        EmbeddedServer({}, imap_port=embedded.imap_port).start()


def test_stopping_hangs_up_on_everybody(embedded: EmbeddedServer):
    with socket.create_connection((embedded.host, embedded.imap_port), timeout=5) as client:
        client.recv(1000)
        embedded.stop()
        with client.makefile("rb") as rest:
            assert rest.read().startswith((b"* BYE", b""))
