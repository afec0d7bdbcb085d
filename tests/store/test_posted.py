"""What is written without waiting for an answer behaves as if it had been, and goes to PostgreSQL all at once."""

from contextlib import suppress
from datetime import datetime

import pytest

from mailbot.core.errors import PermanentError, StorageError
from mailbot.store.database import Database, Transaction
from mailbot.store.tables import clues, people
from tests.store.samples import ANNA, NOW, a_case
from tests.store.statements import noted
from tests.store.test_prepared import _end_connections

ON_POSTGRESQL = pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
NOBODYS = {"case_id": 12345, "clue": "order 1", "at": NOW}


def _refused(tx: Transaction) -> None:
    """Undone with all that goes with it, whether the database says no at once or later."""
    with tx.savepoint():
        tx.people.remember(ANNA, "et", NOW)
        tx._session.put(clues, NOBODYS)
        tx.people.remember(ANNA, "fa", NOW)


def test_what_the_database_refuses_undoes_the_piece_that_it_belongs_to(database: Database) -> None:
    with database.begin() as tx:
        before = a_case(tx)
        with pytest.raises(PermanentError, match="refuses"):
            _refused(tx)
        assert tx.people.language(ANNA.key) is None
        after = a_case(tx)
    with database.read() as tx:
        assert [case.id for case in tx.cases.find()] == [after.id, before.id]
        assert tx.people.language(ANNA.key) is None


def test_of_a_piece_that_fails_by_itself_nothing_is_sent_any_more(database: Database) -> None:
    with database.begin() as tx:
        with suppress(ZeroDivisionError), tx.savepoint():
            a_case(tx)
            tx.people.remember(ANNA, "et", NOW)
            raise ZeroDivisionError
        kept = a_case(tx)
    with database.read() as tx:
        assert [case.id for case in tx.cases.find()] == [kept.id]
        assert tx.people.language(ANNA.key) is None


def test_a_value_that_cannot_be_written_is_told_where_it_is_given(database: Database) -> None:
    naive = datetime(2026, 11, 2)  # noqa: DTZ001
    with suppress(ZeroDivisionError), database.begin() as tx:
        with pytest.raises(ValueError, match="without time zone"):
            tx.people.remember(ANNA, "et", naive)
        raise ZeroDivisionError


def test_what_is_changed_after_it_was_given_does_not_count(database: Database) -> None:
    row = {"address_key": "a", "name": "A", "address": "a", "language": "et", "seen_at": NOW}
    with database.begin() as tx:
        tx._session.put(people, row)
        row["language"] = "fa"
    with database.read() as tx:
        assert tx.people.language("a") == "et"


@ON_POSTGRESQL
def test_nothing_is_sent_before_an_answer_is_needed_or_the_commit(database: Database) -> None:
    with noted() as statements:
        with database.begin() as tx:
            begun = len(statements)
            tx.people.remember(ANNA, "et", NOW)
            assert len(statements) == begun
            assert tx.people.language(ANNA.key) == "et"
            assert [text.split()[0] for text, _ in statements[begun:]] == ["INSERT", "SELECT"]
            tx.people.remember(ANNA, "fa", NOW)
        assert len(statements) == begun + 3
    with database.read() as tx:
        assert tx.people.language(ANNA.key) == "fa"


def _remember_in_vain(database: Database, url: str) -> None:
    with database.begin() as tx:
        tx.people.remember(ANNA, "et", NOW)
        _end_connections(url)
        tx.people.remember(ANNA, "fa", NOW)


@ON_POSTGRESQL
def test_a_connection_that_is_lost_before_the_rest_is_sent_is_an_error_for_later(database: Database, url: str) -> None:
    with pytest.raises(StorageError, match="cannot be used now"):
        _remember_in_vain(database, url)
    with database.begin() as tx:
        assert tx.people.language(ANNA.key) is None
