"""What the sender reports for everything that a server can do, against a real server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiosmtplib.email import parse_address
from hypothesis import given, strategies

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.core.server import Secret, Server
from mailbot.mail.delivery import Delivery, Stage, judge_answer
from mailbot.mail.smtp import Envelope, Outcome, SmtpSender
from mailbot.mail.smtp_connection import _PLAIN
from tests.servers.smtp_sink import SmtpSink

RAW = b"From: desk@desk.example\r\nTo: mari@home.example\r\nSubject: Your parcel\r\n\r\nIt is found.\r\n"


def send(server: Server, recipient: str, raw: bytes = RAW, sender: str = "desk@desk.example", **options) -> Delivery:
    with SmtpSender(server, timeout=5, **options) as smtp:
        return smtp.send(sender=sender, recipient=recipient, raw=raw)


def test_a_mail_arrives_byte_for_byte(smtp_sink: SmtpSink):
    raw = RAW + b".\r\n..two dots\r\nlast line without an end"
    delivery = send(smtp_sink.server(), "mari@home.example", raw)
    assert (delivery.outcome, delivery.code) == (Outcome.SENT, 250)
    (mail,) = smtp_sink.mails()
    assert (mail.sender, mail.recipients, mail.raw) == ("desk@desk.example", ("mari@home.example",), raw + b"\r\n")


def test_bare_line_ends_leave_as_crlf(smtp_sink: SmtpSink):
    send(smtp_sink.server(), "mari@home.example", b"Subject: x\n\none\n.\rtwo\r\n")
    assert smtp_sink.mails()[0].raw == b"Subject: x\r\n\r\none\r\n.\r\ntwo\r\n"


def test_a_mail_that_begins_with_a_dot_keeps_it(smtp_sink: SmtpSink):
    send(smtp_sink.server(), "mari@home.example", b".first: line\r\n\r\n.\r\n")
    assert smtp_sink.mails()[0].raw == b".first: line\r\n\r\n.\r\n"


def test_an_empty_sender_is_the_null_reverse_path(smtp_sink: SmtpSink):
    assert send(smtp_sink.server(), "mari@home.example", sender="").outcome is Outcome.SENT
    assert smtp_sink.mails()[0].sender == ""


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("defer", Delivery(outcome=Outcome.LATER, code=451, text="4.7.1 Try again later")),
        ("refuse", Delivery(outcome=Outcome.REFUSED, code=550, text="5.1.1 No such user here", status="5.1.1")),
        (
            "toolarge",
            Delivery(outcome=Outcome.REFUSED, code=552, text="5.3.4 Message size exceeds fixed limit", too_large=True),
        ),
        (
            "refuse-content",
            Delivery(outcome=Outcome.REFUSED, code=554, text="5.7.1 Message content rejected", content=True),
        ),
    ],
)
def test_a_refusal_is_read_and_the_connection_stays_in_use(smtp_sink: SmtpSink, recipient: str, expected: Delivery):
    with SmtpSender(smtp_sink.server(), connections=1) as smtp:
        assert smtp.send(sender="desk@desk.example", recipient=f"{recipient}@home.example", raw=RAW) == expected
        assert smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW).outcome is Outcome.SENT
    assert [mail.recipients for mail in smtp_sink.mails()] == [("mari@home.example",)]


@pytest.mark.parametrize(
    ("sender", "recipient"),
    [("desk@desk.example", "norelay@home.example"), ("stranger@desk.example", "mari@home.example")],
)
def test_what_concerns_our_own_account_is_never_blamed_on_the_recipient(
    smtp_sink: SmtpSink, sender: str, recipient: str
):
    delivery = send(smtp_sink.server(), recipient, sender=sender)
    assert (delivery.outcome, delivery.ours) == (Outcome.LATER, True)


def test_a_cut_before_the_final_dot_is_later(smtp_sink: SmtpSink):
    delivery = send(smtp_sink.server(), "cut-before-dot@home.example")
    assert delivery.outcome is Outcome.LATER
    assert smtp_sink.mails() == []


def test_a_cut_in_a_long_mail_is_later(smtp_sink: SmtpSink):
    delivery = send(smtp_sink.server(), "cut-before-dot@home.example", RAW + (b"x" * 70 + b"\r\n") * 60_000)
    assert delivery.outcome is Outcome.LATER


def test_a_cut_after_the_final_dot_is_uncertain(smtp_sink: SmtpSink):
    delivery = send(smtp_sink.server(), "cut-after-dot@home.example")
    assert delivery.outcome is Outcome.UNCERTAIN
    assert len(smtp_sink.mails()) == 1


def test_no_answer_after_the_final_dot_is_uncertain(smtp_sink: SmtpSink):
    assert send(smtp_sink.server(), "hang@home.example", final_timeout=0.5).outcome is Outcome.UNCERTAIN


def test_a_slow_server_is_waited_for(smtp_sink: SmtpSink):
    assert send(smtp_sink.server(), "slow@home.example").outcome is Outcome.SENT


def test_many_mails_leave_over_several_connections_and_are_answered_in_order(smtp_sink: SmtpSink):
    names = ["slow", "mari", "refuse", "ana", "slow+2"]
    with SmtpSender(smtp_sink.server(), connections=2) as smtp:
        begun = time.monotonic()
        deliveries = smtp.send_many([Envelope("desk@desk.example", f"{name}@home.example", RAW) for name in names])
    sent, refused = Outcome.SENT, Outcome.REFUSED
    assert [delivery.outcome for delivery in deliveries] == [sent, sent, refused, sent, sent]
    assert time.monotonic() - begun < 1.9


def test_non_ascii_addresses_use_smtputf8_and_international_domains_do_not(smtp_sink: SmtpSink):
    assert send(smtp_sink.server(), "jüri@home.example").outcome is Outcome.SENT
    assert send(smtp_sink.server(), "mari@kõrv.example").outcome is Outcome.SENT
    utf8, idna = smtp_sink.mails()
    assert (utf8.recipients, "SMTPUTF8" in utf8.options) == (("jüri@home.example",), True)
    assert (idna.recipients, "SMTPUTF8" in idna.options) == (("mari@xn--krv-ona.example",), False)


@pytest.mark.parametrize("recipient", ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example> SIZE=1"])
def test_an_address_that_breaks_out_of_its_line_is_refused_and_harms_nobody_else(smtp_sink: SmtpSink, recipient: str):
    with SmtpSender(smtp_sink.server(), connections=1) as smtp:
        assert smtp.send(sender="desk@desk.example", recipient=recipient, raw=RAW).outcome is Outcome.REFUSED
        assert smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW).outcome is Outcome.SENT
    assert [mail.recipients for mail in smtp_sink.mails()] == [("mari@home.example",)]


@given(strategies.from_regex(_PLAIN, fullmatch=True))
def test_an_address_that_is_plain_at_a_glance_is_one_to_the_parser_too(address: str):
    assert parse_address(address) == address
    assert not set(address) & set('\r\n\t <>,;:\\"')


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_logs_in_over_verified_tls(smtp_sink: SmtpSink, security):
    assert send(smtp_sink.server(security), "mari@home.example").outcome is Outcome.SENT
    assert smtp_sink.mails()[0].user == "desk"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_not_accepted(smtp_sink: SmtpSink, security):
    server = smtp_sink.server(security, trusted=False)
    delivery = send(server, "mari@home.example")
    assert (delivery.outcome, delivery.ours) == (Outcome.LATER, True)
    assert "certificate is not valid" in delivery.text
    with SmtpSender(server) as smtp, pytest.raises(PermanentError, match="ca_file"):
        smtp.check()


def test_starttls_is_never_silently_left_out(smtp_sink: SmtpSink):
    plain = Server(host="127.0.0.1", port=smtp_sink.port, security="starttls")
    delivery = send(plain, "mari@home.example")
    assert (delivery.outcome, delivery.ours) == (Outcome.LATER, True)
    assert "STARTTLS" in delivery.text
    assert smtp_sink.mails() == []


def test_a_wrong_password_keeps_the_mail_and_says_what_to_do(smtp_sink: SmtpSink):
    server = smtp_sink.server("tls", password="wrong")
    delivery = send(server, "mari@home.example")
    assert (delivery.outcome, delivery.code, delivery.ours) == (Outcome.LATER, 535, True)
    with SmtpSender(server) as smtp, pytest.raises(PermanentError, match="`password`"):
        smtp.check()


def test_no_password_ever_shows_in_what_is_reported(smtp_sink: SmtpSink):
    server = smtp_sink.server("tls", password="s3cr3t-word")
    assert "s3cr3t" not in repr(send(server, "mari@home.example")) + repr(server) + str(Secret("s3cr3t"))


def test_check_learns_the_largest_size(smtp_sink: SmtpSink):
    with SmtpSender(smtp_sink.server("starttls")) as smtp:
        smtp.check()
        assert smtp.max_size == 33_554_432


def test_a_mail_above_the_servers_size_is_not_even_tried(smtp_sink: SmtpSink):
    delivery = send(smtp_sink.server(), "mari@home.example", b"x" * 33_554_433)
    assert (delivery.outcome, delivery.too_large) == (Outcome.REFUSED, True)
    assert smtp_sink.mails() == []


def test_nobody_listens_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = Server(host="127.0.0.1", port=taken.getsockname()[1], security="none")
        delivery = send(server, "mari@home.example")
        assert (delivery.outcome, delivery.ours) == (Outcome.LATER, True)
        assert "refused" in delivery.text
        with SmtpSender(server) as smtp, pytest.raises(TemporaryError, match="refused"):
            smtp.check()


@contextmanager
def scripted(*turns: bytes, pause: float = 0.0) -> Iterator[tuple[Server, list[int]]]:
    """A server that says one of `turns` after each line it hears, byte by byte if it pauses, and then hangs up."""
    heard: list[int] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            heard.append(0)
            with connection, connection.makefile("rb") as lines:
                for turn in turns:
                    for piece in [turn[i : i + 1] for i in range(len(turn))] if pause else [turn]:
                        time.sleep(pause)
                        try:
                            connection.sendall(piece)
                        except OSError:
                            break
                    if not lines.readline():
                        break
                    heard[-1] += 1

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield Server(host="127.0.0.1", port=listener.getsockname()[1], security="none"), heard
        listener.shutdown(socket.SHUT_RDWR)


def test_a_server_that_trickles_is_given_up():
    with scripted(b"220 slow.example\r\n" * 10, pause=0.05) as (server, _), SmtpSender(server, timeout=0.4) as smtp:
        begun = time.monotonic()
        delivery = smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW)
        assert time.monotonic() - begun < 2
    assert (delivery.outcome, delivery.ours) == (Outcome.LATER, True)


def test_a_kept_connection_that_the_server_closed_costs_nothing():
    dialogue = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"]
    content = [b""] * (RAW.count(b"\r\n"))
    with scripted(*dialogue, *content, b"250 taken\r\n") as (server, heard), SmtpSender(server, connections=1) as smtp:
        for _ in range(2):
            delivery = smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW)
            assert delivery.outcome is Outcome.SENT
        assert len(heard) == 2


def test_an_idle_connection_is_closed(smtp_sink: SmtpSink):
    with SmtpSender(smtp_sink.server(), idle=0.1) as smtp:
        smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW)
        (kept,) = smtp._kept
        time.sleep(0.5)
        assert not kept.connection.usable
        assert smtp.send(sender="desk@desk.example", recipient="mari@home.example", raw=RAW).outcome is Outcome.SENT


def test_an_answer_that_is_not_smtp_after_the_final_dot_is_uncertain():
    dialogue = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"]
    with scripted(*dialogue, *[b""] * RAW.count(b"\r\n"), b"what?\r\n") as (server, _):
        assert send(server, "mari@home.example").outcome is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    ("stage", "code", "text", "outcome", "flag"),
    [
        (Stage.SENDER, 530, "5.7.0 Authentication required", Outcome.LATER, "ours"),
        (Stage.SENDER, 552, "5.3.4 too big", Outcome.REFUSED, "too_large"),
        (Stage.RECIPIENT, 550, "5.4.5 Daily user sending limit exceeded", Outcome.LATER, "ours"),
        (Stage.RECIPIENT, 550, "5.7.57 Client not authenticated to send mail", Outcome.LATER, "ours"),
        (Stage.RECIPIENT, 552, "5.2.2 Mailbox full", Outcome.REFUSED, None),
        (Stage.RECIPIENT, 550, "5.7.1 Unable to relay", Outcome.LATER, "ours"),
        (Stage.RECIPIENT, 452, "4.2.2 Mailbox full", Outcome.LATER, None),
        (Stage.CONTENT, 552, "5.7.0 This type of attachment is not wanted", Outcome.REFUSED, "content"),
        (Stage.CONTENT, 552, "Message too long", Outcome.REFUSED, "too_large"),
        (Stage.CONTENT, 421, "4.3.2 Going down", Outcome.LATER, None),
    ],
)
def test_an_answer_is_read_by_its_codes(stage, code, text, outcome, flag):
    delivery = judge_answer(stage, code, text)
    assert delivery.outcome is outcome
    assert {name for name in ("ours", "too_large", "content") if getattr(delivery, name)} == ({flag} if flag else set())
