"""Things to store, with whatever the test at hand cares about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mailbot.core.case import Author, Case, CaseMessage, Direction, TimelineEntry
from mailbot.core.letters import LetterKind
from mailbot.core.message import Address
from mailbot.store.database import Transaction
from mailbot.store.due import DueWork
from mailbot.store.outbox import OutgoingMail

NOW = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ANNA = Address("Anna Kask", "Anna@Kask.example")
MARI = "mari@acme.example"


def a_case(tx: Transaction, **values: Any) -> Case:
    """A saved case."""
    id = tx.cases.new_id()
    number, token = f"AP-{10000 + id}", f"token-of-{id}"
    case = Case(
        id=id,
        number=number,
        token=token,
        mailbox="support",
        subject="Late",
        customer=ANNA,
        language="en",
        opened_at=NOW,
    )
    case = replace(case, **values)
    tx.cases.save(case)
    return case


def a_mail(tx: Transaction, uid: int = 1, raw: bytes = b"Subject: late\r\n\r\nWhere is it?\r\n", **values: Any) -> int:
    """The id of a mail that has just been received."""
    usual = {"mailbox": "support", "folder": "INBOX", "uid_validity": 7, "internal_date": NOW, "now": NOW}
    id = tx.ledger.receive(uid=uid, raw=raw, **usual | values)
    assert id is not None
    return id


def an_outgoing(**values: Any) -> OutgoingMail:
    """A mail to send that belongs to no case."""
    mail = OutgoingMail(
        mailbox="support",
        kind=LetterKind.ACKNOWLEDGEMENT,
        case_id=None,
        message_id="1@acme.example",
        envelope_sender="support@acme.example",
        recipient="anna@kask.example",
        raw=b"Subject: we have it\r\n\r\nThank you.\r\n",
        unasked=True,
        copy_to_sent=False,
    )
    return replace(mail, **values)


def a_message(**values: Any) -> CaseMessage:
    """A customer's message."""
    message = CaseMessage(
        direction=Direction.IN, role=Author.CUSTOMER, author=ANNA, at=NOW, subject="Late", text="Where is it?"
    )
    return replace(message, **values)


def an_entry(event: str = "opened", **values: Any) -> TimelineEntry:
    """One thing that happened."""
    return replace(TimelineEntry(event=event, by="mailbot", at=NOW), **values)


def a_work(key: str = "follow-up 1", **values: Any) -> DueWork:
    """Work that is due now."""
    return replace(DueWork(key=key, kind="follow_up", case_id=None, due_at=NOW), **values)
