"""The letters of one decision: to a later one it is as if the earlier ones were in the database already."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from mailbot.core.letters import LetterKind, Purpose
from mailbot.store.counts import ToldOf, Unasked
from mailbot.store.database import Database
from mailbot.store.outbox import OutgoingMail
from mailbot.workflows.budgets import Tally
from mailbot.workflows.mailing import Mailing
from tests.store.samples import NOW, a_case, an_outgoing

HOUR, MANY = timedelta(hours=1), 100
READERS = (
    "kim@robots.example",
    "KIM@robots.example",
    "kim+1@robots.example",
    "kim+2@robots.example",
    "ana@acme.example",
)
KINDS = (LetterKind.NOTIFICATION, LetterKind.ACKNOWLEDGEMENT)
QUESTIONS: list[dict[str, Any]] = [
    {},
    *({"recipient": reader} for reader in READERS),
    {"mailbox": "support"},
    {"mailbox": "sales", "kind": LetterKind.NOTIFICATION},
    {"kind": LetterKind.ACKNOWLEDGEMENT, "recipient": READERS[2]},
]


def mails(case_id: int) -> Iterator[OutgoingMail]:
    every = product(READERS, KINDS, ("support", "sales"), (True, False))
    for reader, kind, mailbox, unasked in every:
        yield an_outgoing(case_id=case_id, recipient=reader, kind=kind, mailbox=mailbox, unasked=unasked)


@pytest.mark.parametrize("most", [MANY, 3])
def test_what_is_about_to_be_queued_counts_as_what_is_queued(database: Database, most: int) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        every = [{**question, **of} for question in QUESTIONS for of in ({}, {"case_id": case.id})]
        asked = [Unasked(NOW - HOUR, most, **of) for of in every]
        about_them = ToldOf(case.customer.key, "sales", NOW - HOUR, most)
        first, *others = mails(case.id)
        tx.outbox.queue(first, NOW)
        mailing = Mailing(tx, case.id, NOW)
        assert {mailing.tally.count(question) for question in asked} == {0, 1}
        for mail in others:
            mailing.add(mail)
        told = mailing.tally.count(about_them)
        expected = [min(most, mailing.tally.count(question)) for question in asked]
        mailing.put()
        after = Tally(tx)
        after.ask(asked)
        assert expected == [after.count(question) for question in asked]
        assert expected == [tx.outbox.count([question])[question] for question in asked]
        assert min(most, told) == after.count(about_them) > 0


def test_a_member_has_one_token_for_one_purpose(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.people.issue("old", case_id=case.id, member="mari@acme.example", now=NOW)
        mailing = Mailing(tx, case.id, NOW)
        mailing.issue("new", case.id, "ana@acme.example", Purpose.CASE, None)
        members = ("mari@acme.example", "ana@acme.example", "tiit@acme.example")
        assert [mailing.token_for(member, Purpose.CASE, None) for member in members] == ["old", "new", None]
        mailing.put()
        assert [tx.people.token_for(case.id, member) for member in members] == ["old", "new", None]


def test_an_empty_mailing_writes_nothing(database: Database) -> None:
    with database.begin() as tx:
        Mailing(tx, None, NOW).put()
        assert tx.outbox.counts() == {}
