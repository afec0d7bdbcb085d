"""What a customer is asked for: only what the mail does not hold."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.case import Case
from mailbot.core.details import DETAILS, missing
from mailbot.core.message import Address, Assessment, Attachment, MailKind, Reading
from mailbot.reading.mime.parse import parse
from tests.desk import mail

CASE = Case(
    id=1,
    number="AP-1",
    token="t",
    mailbox="support",
    subject="",
    customer=Address("", "kate@mail.example"),
    language="en",
    opened_at=datetime(2026, 11, 2, tzinfo=UTC),
)


def reading(text: str = "", *attached: tuple[str, str]) -> Reading:
    message, _ = parse(mail(text, from_="kate@mail.example"))
    files = tuple(Attachment(name, kind, 1, "", inline=False) for name, kind in attached)
    return Reading(
        message=replace(message, attachments=files),
        kind=MailKind.HUMAN,
        kind_reason="",
        reply_text=text,
        reply_html=None,
        spans=(),
        language="en",
        language_certain=True,
        assessment=Assessment(),
    )


@pytest.mark.parametrize(
    ("detail", "there"),
    [
        ("photo", reading("", ("cup.jpg", "image/jpeg"))),
        ("photo", reading("", ("film.mov", "application/octet-stream"))),
        ("receipt", reading("", ("invoice.pdf", "application/pdf"))),
        ("phone", reading("Call me: +372 5123 4567, after five")),
        ("phone", reading("00386 (40) 123-456")),
        ("bank_account", reading("Please pay to EE38 2200 2210 2014 5685 Kate Lee")),
        ("bank_account", reading("IBAN: SI56191000000123438.")),
        ("description", reading("I opened the box and the cup was in two pieces, with the handle broken off too.")),
    ],
)
def test_a_detail_that_is_there_is_not_missing(detail: str, there: Reading) -> None:
    assert missing([detail], CASE, there) == ()


@pytest.mark.parametrize(
    ("detail", "mail_without"),
    [
        ("photo", reading("", ("invoice.pdf", "application/pdf"))),
        ("receipt", reading("", ("cup.jpg", "image/jpeg"))),
        ("phone", reading("Order 12345678901, 2026-11-02")),
        ("bank_account", reading("EE38 2200 2210 2014 5686")),
        ("description", reading("It is broken.")),
        ("order_number", reading("Where is it?")),
        ("serial_number", reading("The serial number is 123.")),
    ],
)
def test_a_detail_that_is_not_there_or_cannot_be_seen_is_asked_for(detail: str, mail_without: Reading) -> None:
    assert missing([detail], CASE, mail_without) == (detail,)


def test_what_the_case_knows_is_not_asked_for() -> None:
    assert missing(["order_number"], replace(CASE, order_number="A-1"), reading()) == ()


@given(st.lists(st.sampled_from([*DETAILS, "meter"])))
def test_everything_is_asked_for_once_in_the_order_of_the_rules(wanted: list[str]) -> None:
    assert missing(wanted, CASE, reading()) == tuple(dict.fromkeys(wanted))
