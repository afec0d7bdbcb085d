"""Who filled in a web form."""

import time

import pytest

from mailbot.core.message import Address, MailKind
from mailbot.reading.machines.form import form_sender
from mailbot.reading.machines.kind import kind_of
from mailbot.reading.mime.parse import dissect
from tests.reading.mails import mail

OURS = frozenset({"support@acme.example"})
KATE = Address("Kate Kask", "kate@kodu.example")


def sender(text, *headers):
    return form_sender(dissect(mail(text, "From: noreply@acme.example", *headers)).message, OURS)


@pytest.mark.parametrize(
    "text",
    [
        "Name: Kate Kask\nE-mail: kate@kodu.example\nMessage: dark",
        "Your name: Kate Kask\nYour email: <kate@kodu.example>\nPhone: 5",
        "*Name:* Kate Kask\n*Email:* kate@kodu.example\n*Message:* dark",
        "Name\t: Kate Kask\nEmail\t: kate@kodu.example",
        "Name:\nKate Kask\n\nEmail:\nkate@kodu.example\n",
        "Name = Kate Kask\nemail = kate@kodu.example",
        "Nimi: Kate Kask\nE-posti aadress: kate@kodu.example",
        "Ime in priimek: Kate Kask\nE-pošta: kate@kodu.example",
        "Имя: Kate Kask\nЭл. почта: kate@kodu.example",
        "نام: Kate Kask\nایمیل: kate@kodu.example",
        "お名前：Kate Kask\nメールアドレス：kate@kodu.example",
        "Nom: Kate Kask\nAdresse e-mail : kate@kodu.example (kate@kodu.example)",
        "Name\nKate Kask\n----------\nE-mail\nkate@kodu.example\n----------\nMessage\ndark",
        "Full Name\tKate Kask\nE-mail\tkate@kodu.example",
        "What is your name?\nKate Kask\n\nAnd your email?\nkate@kodu.example\n",
        "Email *\nkate@kodu.example\nName *\nKate Kask\n",
        "Name: Kate Kask\nE-mail: mailto:kate@kodu.example",
    ],
)
def test_the_visitor_is_named_by_the_fields(text):
    assert sender(text) == KATE


def test_reply_to_names_the_visitor_more_surely_than_the_fields():
    found = sender("Name: Kate Kask\nE-mail: kate@kdou.example", "Reply-To: kate@kodu.example")
    assert found == KATE


def test_neither_our_address_nor_a_robot_is_the_visitor():
    assert sender("E-mail: support@acme.example\nFrom: noreply@shop.example") is None


def test_a_text_without_fields_names_nobody():
    assert sender("Hello,\nkate@kodu.example is my address. It is late.") is None


def test_a_form_is_told_from_a_signature():
    text = "The lamp is dark.\n\nKate Kask\nTel: 55 12 345\nE-mail: kate@firma.example\nWeb: firma.example\n"
    assert kind_of(dissect(mail(text, "From: Kate <info@firma.example>")), OURS)[0] is MailKind.HUMAN


def test_a_program_that_writes_as_the_visitor_has_to_say_that_it_is_a_form():
    text = "The lamp is dark.\nName: Mari Maasikas\nE-mail: mari@kodu.example\n"
    script = "X-PHP-Originating-Script: 33:mail.php"
    assert kind_of(dissect(mail(text, script)), OURS)[0] is MailKind.HUMAN
    assert kind_of(dissect(mail(text, script, "Subject: Contact form submission")), OURS)[0] is MailKind.WEB_FORM


@pytest.mark.parametrize("line", ["a: ", ":" * 500, "e-mail: x", " " * 500, "*" * 300 + ":", "a" * 70 + ":b"])
def test_two_megabytes_of_fields_are_read_in_no_time(line):
    message = dissect(mail((line + "\n") * (2_000_000 // (len(line) + 1)))).message
    start = time.perf_counter()
    form_sender(message, OURS)
    assert time.perf_counter() - start < 0.5
