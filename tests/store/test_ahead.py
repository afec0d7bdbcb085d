"""What was looked for ahead and is not there is not asked for again, and is found once somebody writes it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from mailbot.core.case import Author
from mailbot.core.channels import Channel, Preference
from mailbot.core.problem import Problem
from mailbot.store import ahead
from mailbot.store.ahead import Coming
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Disposition
from mailbot.store.message_ids import KnownId
from mailbot.store.tables import preferences, tombstones
from tests.store.samples import ANNA, HOUR, MARI, NOW, a_case, a_mail
from tests.store.statements import noted

_COMING = Coming("what it says", "its bytes", [ANNA.key], ["one@mail.example", "x" * 400])
_OTHERS = Coming("other words", None, ["tom@mail.example"], [])


def _twin(tx: Transaction) -> object:
    return tx.ledger.twin(message_id="one@mail.example", content_hash="what it says", other_than=999)


_QUESTIONS: dict[str, Callable[[Transaction], object]] = {
    "language": lambda tx: tx.people.language(ANNA.key),
    "unreachable": lambda tx: tx.people.unreachable(ANNA.key, NOW),
    "preference": lambda tx: tx.presence.preference(ANNA.key).channel is not Channel.MAIL,
    "history": lambda tx: tx.cases.history(ANNA.key),
    "addresses": lambda tx: tx.cases.addresses(ANNA.key)[1:],
    "known ids": lambda tx: tx.message_ids.known(["one@mail.example", "x" * 400]),
    "twin": _twin,
    "forgotten": lambda tx: tx.erasure.tombstones.has("what it says", "its bytes"),
    "away": lambda tx: tx.presence.away(NOW),
    "problems": lambda tx: tx.problems.all(),
}


def _settled(tx: Transaction) -> None:
    id = a_mail(tx)
    words = {"message_id": "one@mail.example", "content_hash": "what it says"}
    tx.ledger.settle(id, disposition=Disposition.FILED, now=NOW, **words)


def _joined(tx: Transaction) -> None:
    case = a_case(tx, customer=replace(ANNA, address="tom@mail.example"))
    tx.cases.add_party(case.id, case.customer, Author.CUSTOMER)
    tx.cases.add_party(case.id, ANNA, Author.CUSTOMER, joined=True)


_WRITE: dict[str, Callable[[Transaction], object]] = {
    "language": lambda tx: tx.people.remember(ANNA, "et", NOW),
    "unreachable": lambda tx: tx.people.not_reached(ANNA.key, "5.1.1", NOW),
    "preference": lambda tx: tx.presence.prefer(ANNA.key, Preference(Channel.PHONE)),
    "history": a_case,
    "addresses": _joined,
    "known ids": lambda tx: tx.message_ids.remember([KnownId("x" * 400, a_case(tx).id)]),
    "twin": _settled,
    "forgotten": lambda tx: tx.erasure.tombstones.put(["its bytes"], NOW),
    "away": lambda tx: tx.presence.leave(MARI, NOW + HOUR),
    "problems": lambda tx: tx.problems.begin(Problem(name="glue", case_id=a_case(tx).id, opened_at=NOW)),
}


@pytest.mark.parametrize("what", _QUESTIONS)
def test_what_is_written_later_in_the_same_transaction_is_seen(database: Database, what: str) -> None:
    with database.begin() as tx:
        tx.look_ahead([_COMING, _OTHERS])
        assert not _QUESTIONS[what](tx)
        _WRITE[what](tx)
        assert _QUESTIONS[what](tx)


@pytest.mark.parametrize("what", _QUESTIONS)
def test_what_was_there_before_is_found(database: Database, what: str) -> None:
    with database.begin() as tx:
        _WRITE[what](tx)
    with database.begin() as tx:
        tx.look_ahead([_COMING, _OTHERS])
        assert _QUESTIONS[what](tx)


def _in_vain(tx: Transaction, what: str) -> None:
    with tx.savepoint():
        _WRITE[what](tx)
        assert _QUESTIONS[what](tx)
        raise ZeroDivisionError


@pytest.mark.parametrize("what", _QUESTIONS)
def test_what_a_savepoint_undoes_is_not_there(database: Database, what: str) -> None:
    with database.begin() as tx:
        tx.look_ahead([_COMING, _OTHERS])
        with pytest.raises(ZeroDivisionError):
            _in_vain(tx, what)
        assert not _QUESTIONS[what](tx)


def test_what_is_not_there_is_asked_for_once(database: Database) -> None:
    with database.begin() as tx, noted() as statements:
        more = Transaction(tx._connection)
        more.look_ahead([_COMING, _OTHERS])
        for ask in _QUESTIONS.values():
            ask(more)
        count = len(statements)
        for ask in _QUESTIONS.values():
            ask(more)
        more.people.reached(ANNA.key)
        assert len(statements) == count
    whole_tables, lock = 3, database.exclusive is False
    assert count == 1 + whole_tables + lock


def test_a_row_that_comes_by_a_statement_of_any_other_kind_is_seen(database: Database) -> None:
    with database.begin() as tx:
        tx.presence.prefer("x", Preference(Channel.PHONE))
        tx.look_ahead([_COMING])
        tx._session.execute(sa.update(preferences).values(address_key=ANNA.key))
        assert tx.presence.preference(ANNA.key).channel is Channel.PHONE


def test_of_mail_that_was_erased_only_its_marks_are_looked_for(database: Database) -> None:
    with database.begin() as tx:
        tx.erasure.tombstones.put(["something else"], NOW)
    with database.begin() as tx:
        tx.look_ahead([_COMING])
        assert not tx.erasure.tombstones.has("what it says", "its bytes")
        tx._session.execute(sa.delete(tombstones))
        assert not tx.erasure.tombstones.has("something else")


def _values(tx: Transaction) -> list[Any]:
    return [ask(tx) for ask in _QUESTIONS.values()]


def test_answers_are_the_same_for_who_has_looked_ahead(database: Database) -> None:
    with database.begin() as tx:
        for write in _WRITE.values():
            write(tx)
    with database.read() as tx:
        asked = _values(tx)
    with database.begin() as tx:
        tx.look_ahead([_COMING, _OTHERS])
        assert _values(tx) == asked


def test_a_mail_that_refers_to_thousands_of_others_is_looked_for_like_any_other(
    database: Database,
) -> None:
    ids = [f"{n:06}@mail.example" for n in range(40_000)]
    with database.begin() as tx:
        case = a_case(tx)
        tx.message_ids.remember([KnownId(ids[3], case.id), KnownId(ids[-1], case.id)])
        tx.look_ahead([replace(_COMING, message_ids=ids)])
        assert [known.message_id for known in tx.message_ids.known(ids)] == [ids[3], ids[-1]]


def test_mails_of_many_shapes_are_looked_for_with_few_texts(database: Database) -> None:
    before = len(ahead._THERE._forms)
    with database.begin() as tx:
        for ids in range(12):
            for addresses in range(12):
                many = Coming("words", None, [str(n) for n in range(addresses)], [str(n) for n in range(ids)])
                tx.look_ahead([many])
    assert len(ahead._THERE._forms) - before <= 5
