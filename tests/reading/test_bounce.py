"""Delivery reports of all servers (bounces.yaml), and what a report must never do to us."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import MailKind
from mailbot.reading.machines.bounce import read_bounce
from mailbot.reading.machines.kind import kind_of
from mailbot.reading.machines.report_text import said
from mailbot.reading.mime.parse import dissect
from tests.reading.mails import mail, multipart


def load(name):
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def spoken(case):
    head = f"From: {case['from']}\nTo: support@acme.example\nSubject: {case['subject']}\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{case['text']}"


REPORTS = [*load("bounces.yaml"), *({**case, "mail": spoken(case)} for case in load("bounces_in_words.yaml"))]
OURS = frozenset({"support@acme.example"})


def bounce(raw):
    parsed = dissect(raw)
    return read_bounce(parsed.root, parsed.headers, parsed.message.text)


def recipients(raw):
    return [f"{r.address} {r.action} {r.status}" for r in bounce(raw).recipients]


def report(*fields):
    body = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" + "\n".join(fields) + "\n"
    return multipart("report; report-type=delivery-status", body)


@pytest.mark.parametrize("case", REPORTS, ids=[case["name"] for case in REPORTS])
def test_a_report_is_a_bounce(case):
    kind, reason = kind_of(dissect(case["mail"].encode()), OURS)
    assert kind is MailKind.BOUNCE, reason


@pytest.mark.parametrize("case", REPORTS, ids=[case["name"] for case in REPORTS])
def test_a_report_names_its_recipients(case):
    assert recipients(case["mail"].encode()) == case["recipients"]


@pytest.mark.parametrize("case", REPORTS, ids=[case["name"] for case in REPORTS])
def test_a_report_names_the_mail_that_it_is_about(case):
    assert bounce(case["mail"].encode()).original_message_id == case.get("original")


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [("failed", "5.2.2", True), ("failed", "4.2.2", True), ("delayed", "4.4.1", False), ("delivered", "2.0.0", False)],
)
def test_what_a_server_has_given_up_is_permanent_for_that_mail(action, status, permanent):
    found = bounce(report("Final-Recipient: rfc822; a@kodu.example", f"Action: {action}", f"Status: {status}"))
    assert [r.permanent for r in found.recipients] == [permanent]


def test_a_status_that_says_nothing_is_taken_from_the_answer_of_the_server():
    fields = ("Final-Recipient: rfc822; a@kodu.example", "Action: failed", "Status: 5.0.0")
    assert recipients(report(*fields, "Diagnostic-Code: smtp; 550 5.7.26 no DMARC")) == ["a@kodu.example failed 5.7.26"]
    assert recipients(report(*fields, "Diagnostic-Code: smtp; 450 4.7.1 later")) == ["a@kodu.example failed 5.0.0"]


def test_a_recipient_is_named_once():
    block = ("Final-Recipient: rfc822; a@kodu.example", "Action: failed", "Status: 5.1.1", "")
    assert recipients(report(*block, *block)) == ["a@kodu.example failed 5.1.1"]


def test_a_bounce_that_nobody_understands_is_still_a_bounce():
    raw = mail("Ваше письмо не дошло", "From: mailer-daemon@mx.example", "Return-Path: <>")
    assert bounce(raw).recipients == ()


def test_a_postmaster_who_is_only_to_be_asked_has_not_failed():
    text = "Your message could not be delivered to mari@kodu.example: 550 no such user.\n"
    raw = mail(f"{text}Ask postmaster@mx.example for help.", "From: MAILER-DAEMON@mx.example")
    assert recipients(raw) == ["mari@kodu.example failed 5.0.0"]


REPORTER = "From: MAILER-DAEMON@mx.example"


def test_neither_who_reports_nor_who_had_written_has_failed():
    text = "anna@acme.example\nmari@kodu.example\nMAILER-DAEMON@mx.example\nall had an unwelcome mail.\n"
    assert recipients(mail(text, REPORTER, "To: anna@acme.example")) == ["mari@kodu.example failed 5.0.0"]


def test_offices_to_ask_have_not_failed_unless_the_mail_went_to_them():
    text = "Unwelcome mail to\nhelpdesk@kodu.example\nmari@kodu.example\n"
    assert recipients(mail(text, REPORTER)) == ["mari@kodu.example failed 5.0.0"]
    returned = (
        "\n--- Original message ---\nTo: helpdesk@kodu.example, mari@kodu.example\nFrom: x@y.example\nReceived: x\n"
    )
    assert len(recipients(mail(text + returned, REPORTER))) == 2


@pytest.mark.parametrize(
    "mark",
    [
        "--- Original message ---",
        "Original message follows:",
        "=== Returned message ===",
        "",
        "|--- Message text follows: ---|",
    ],
)
def test_the_addresses_in_the_returned_mail_have_not_failed(mark):
    head = "Received: from a by b\nReturn-Path: <support@acme.example>\nMessage-ID: <o@acme.example>\n"
    text = f"Unwelcome mail for\nmari@kodu.example\n\n{mark}\n\n{head}\nWrite to\ntiit@kodu.example\n"
    assert recipients(mail(text, REPORTER)) == ["mari@kodu.example failed 5.0.0"]


@pytest.mark.parametrize("mark", ["-- original message --", "Body of message:", "Returned message follows."])
def test_a_mark_alone_divides_a_report(mark):
    assert said(f"mari@kodu.example\n{mark}\nHello,\ntiit@kodu.example") == "mari@kodu.example"


@pytest.mark.parametrize("line", ["Your message.", "The original message was received at noon", "Original taste"])
def test_words_that_only_look_like_a_mark_do_not(line):
    text = f"x\n{line}\nmari@kodu.example"
    assert said(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "<a@b.example>: ",
        "a@b." * 50,
        "-" * 500,
        "Message-ID: <",
        ">" * 400,
        "(" * 300,
        "a" * 1000,
        "550 5.1.1 ",
        " \t",
        "@",
    ],
)
def test_two_megabytes_of_anything_are_read_in_no_time(line):
    raw = mail(
        "could not be delivered\n" + (line + "\n") * (2_000_000 // (len(line) + 1)), "From: mailer-daemon@x.example"
    )
    parsed = dissect(raw)
    start = time.perf_counter()
    kind_of(parsed, OURS)
    read_bounce(parsed.root, parsed.headers, parsed.message.text)
    assert time.perf_counter() - start < 1


@given(
    st.lists(
        st.sampled_from(
            ["Final-Recipient: ", "Action: failed", "rfc822; a@b", "\n", "\n\n", "\t", "Status:", "é", ";", "{", '"']
        )
    )
)
def test_no_report_makes_reading_fail(pieces):
    text = "".join(pieces)
    bounce(mail(text, "From: mailer-daemon@x.example"))
    bounce(report(text))
