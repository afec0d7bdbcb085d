from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import MailKind
from mailbot.reading.machines.kind import kind_of
from mailbot.reading.mime.parse import dissect
from tests.reading.mails import mail, multipart

OURS = frozenset({"support@acme.example"})
KINDS = yaml.load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
CASES = [(expected, case) for expected, cases in KINDS.items() for case in cases]
FORM = "Name: Juhan\nE-mail: juhan@kodu.example\nMessage: the lamp is dark\n"


def kind(raw):
    return kind_of(dissect(raw), OURS)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Auto-Submitted: auto-replied", MailKind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; type=vacation", MailKind.AUTO_REPLY),
        ("Auto-Submitted: no", MailKind.HUMAN),
        ("X-Autoreply: yes", MailKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", MailKind.HUMAN),
        ("Precedence: bulk", MailKind.LIST),
        ("Precedence: junk", MailKind.AUTO_REPLY),
        ("List-Id: News <news.shop.example>", MailKind.LIST),
        ("List-Id: Support <support.acme.example>", MailKind.HUMAN),
        ("List-Unsubscribe: <https://shop.example/u>", MailKind.HUMAN),
        ("Return-Path: <>", MailKind.HUMAN),
        ("Return-Path: <mari@kodu.example>", MailKind.HUMAN),
        ("From: no-reply@shop.example", MailKind.AUTO_REPLY),
        ("From: norbert@shop.example", MailKind.HUMAN),
        ("X-Mailbot: support@acme.example", MailKind.HUMAN),
        ("X-Mailbot: desk@else.example", MailKind.HUMAN),
        ("Subject: Automatic reply: Lamp", MailKind.AUTO_REPLY),
        ("Subject: Automaatvastus: Lamp", MailKind.AUTO_REPLY),
        ("Subject: Samodejni odgovor: Lamp", MailKind.AUTO_REPLY),
        ("Subject: Автоответ: Lamp", MailKind.AUTO_REPLY),
        ("Subject: پاسخ خودکار: Lamp", MailKind.AUTO_REPLY),
        ("Subject: Out of office", MailKind.AUTO_REPLY),
        ("Subject: Automatic transmission is broken", MailKind.HUMAN),
        ("Subject: Out of office chairs again", MailKind.HUMAN),
        ("Subject: Re: Automatic reply: Lamp", MailKind.HUMAN),
        ("Subject: Mail delivery failed for my parcel", MailKind.HUMAN),
    ],
)
def test_one_header_decides(header, expected):
    assert kind(mail("the lamp is dark", header))[0] is expected


def test_the_reason_names_the_header():
    assert kind(mail("x", "Auto-Submitted: auto-replied"))[1] == "Auto-Submitted: auto-replied"


def test_our_mark_counts_only_under_our_own_name():
    assert kind(mail("x", "From: support@acme.example", "X-Mailbot: support@acme.example"))[0] is MailKind.LOOP


def test_our_own_automatic_mail_that_comes_back_is_a_loop():
    assert kind(mail("x", "From: support@acme.example", "Auto-Submitted: auto-replied"))[0] is MailKind.LOOP


@pytest.mark.parametrize("sender", ["support@acme.example", "noreply@acme.example"])
def test_a_web_form_opens_a_case_for_the_address_in_reply_to(sender):
    raw = mail(FORM, f"From: {sender}", "Reply-To: juhan@kodu.example", "Auto-Submitted: auto-generated")
    assert kind(raw)[0] is MailKind.WEB_FORM


def test_a_person_with_another_reply_address_is_no_web_form():
    assert kind(mail(FORM, "Reply-To: juhan@kodu.example"))[0] is MailKind.HUMAN


def test_an_automatic_reply_with_a_reply_address_is_no_web_form():
    raw = mail(FORM, "From: noreply@shop.example", "Reply-To: juhan@kodu.example", "Auto-Submitted: auto-replied")
    assert kind(raw)[0] is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("delivery-status", MailKind.BOUNCE),
        ("disposition-notification", MailKind.AUTO_REPLY),
        ("feedback-report", MailKind.AUTO_REPLY),
    ],
)
def test_reports_are_told_apart(report, expected):
    raw = multipart("mixed", "\nfailed").replace(
        b"multipart/mixed;", f"multipart/report; report-type={report};".encode()
    )
    assert kind(raw)[0] is expected


def test_a_mail_server_with_a_null_sender_writes_a_bounce():
    assert kind(mail("sorry", "From: MAILER-DAEMON@mx.example", "Return-Path: <>"))[0] is MailKind.BOUNCE


@pytest.mark.parametrize(("expected", "case"), CASES, ids=[case["name"] for _, case in CASES])
def test_a_mail_is_of_its_kind(expected, case):
    found, reason = kind(mail(case["text"], *case["headers"]))
    assert found == expected, reason


@pytest.mark.parametrize(
    "attached",
    ["From: MAILER-DAEMON@kodu.example", "From: Mari Maasikas <mari@kodu.example>"],
    ids=["report", "own mail"],
)
def test_a_person_may_attach_a_mail(attached):
    text = "Content-Type: text/plain\n\nMy mail could not be delivered to you. See below."
    inner = f"Content-Type: message/rfc822\n\n{attached}\nSubject: Lamp\n\nThe lamp is dark: 550 5.1.1"
    assert kind(multipart("mixed", text, inner, headers=("Subject: Undelivered mail",)))[0] is MailKind.HUMAN


NAMES = (
    "Auto-Submitted",
    "Precedence",
    "Return-Path",
    "List-Id",
    "From",
    "Subject",
    "Reply-To",
    "X-Loop",
    "Content-Class",
)
VALUES = (
    "auto-replied",
    "bulk",
    "<>",
    "<a.b>",
    "mailer-daemon@x",
    "Re: Out of office",
    "@",
    "(",
    '"',
    "no",
    "é;",
    "",
    "=?utf-8?q?",
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES))), st.text(max_size=200))
def test_every_mail_has_a_kind_and_a_reason(headers, text):
    raw = mail(text.encode("utf-8", "replace"), *(f"{name}: {value}" for name, value in headers))
    found, reason = kind(raw)
    assert found in MailKind
    assert reason


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=80))
def test_whatever_a_subject_says_a_persons_answer_is_a_persons(subject):
    text = "Still dark.\n\nOn Tue, 3 Nov 2026 Acme wrote:\n> This is an automatic message.\n"
    assert kind(mail(text, f"Subject: Re: {subject}", "In-Reply-To: <a@b.example>"))[0] is MailKind.HUMAN
