from mailbot.core.message import FailedRecipient
from mailbot.reading.hints import Hints
from tests.reading.mails import mail, multipart

HINTS = Hints(default_language="en")


def report(action, status, recipient="rfc822; juhan@kodu.example"):
    return multipart(
        "mixed",
        "Content-Type: text/plain\n\nIt could not be delivered.",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: {recipient}\nAction: {action}\nStatus: {status}\n",
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@acme.example>\nSubject: x\n",
    ).replace(b"multipart/mixed;", b"multipart/report; report-type=delivery-status;")


def test_a_failure_names_its_recipient_and_the_mail(reader):
    bounce = reader.read(report("failed", "5.1.1"), HINTS).bounce
    assert bounce.recipients == (FailedRecipient("juhan@kodu.example", "failed", "5.1.1", permanent=True),)
    assert bounce.original_message_id == "ours@acme.example"


def test_a_delay_is_not_permanent(reader):
    recipient = reader.read(report("delayed", "4.4.1"), HINTS).bounce.recipients[0]
    assert (recipient.action, recipient.permanent) == ("delayed", False)


def test_a_full_mailbox_is_not_permanent_though_it_failed(reader):
    assert not reader.read(report("failed", "4.2.2"), HINTS).bounce.recipients[0].permanent


def test_an_internationalised_recipient_is_read(reader):
    bounce = reader.read(report("failed", "5.1.1", "utf-8; jõgi@näide.example"), HINTS).bounce
    assert bounce.recipients[0].address == "jõgi@näide.example"


def test_the_header_of_exim_names_the_recipient(reader):
    raw = mail("could not be delivered", "X-Failed-Recipients: juhan@kodu.example", "From: Mailer-Daemon@mx.example")
    assert [r.address for r in reader.read(raw, HINTS).bounce.recipients] == ["juhan@kodu.example"]


def test_a_bounce_that_nobody_understands_is_still_a_bounce(reader):
    reading = reader.read(mail("Ваше письмо не дошло", "From: mailer-daemon@mx.example", "Return-Path: <>"), HINTS)
    assert reading.bounce.recipients == ()


def test_a_customer_who_writes_about_a_bounce_is_a_person(reader):
    assert reader.read(mail("My mail to you came back: 550 user unknown"), HINTS).bounce is None
