"""A prepared statement gives what SQLAlchemy gives for it, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from mailbot.core.errors import PermanentError, StorageError
from mailbot.store.database import Database
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import clues, due, people, preferences
from tests.store.samples import NOW, a_case, a_work

_AMONG = (
    sa.select(people.c.address_key, people.c.seen_at, people.c.name)
    .where(people.c.address_key.in_(sa.bindparam("wanted", expanding=True)), people.c.language.in_(("et", "fa")))
    .order_by(people.c.address_key)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_ADDRESSES = [f"{letter}@mail.example" for letter in "abcdefghij"]


def _everybody(session: Session) -> None:
    rows = [
        {"address_key": one, "name": one[:1], "address": one, "language": "et", "seen_at": NOW} for one in _ADDRESSES
    ]
    session.put(people, rows)


def _values(rows: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in rows]


def test_a_list_of_any_length_finds_what_is_in_it(database: Database) -> None:
    prepared = Prepared(_AMONG)
    with database._writing() as connection:
        session = Session(connection)
        _everybody(session)
        for length in range(len(_ADDRESSES)):
            asked = {"wanted": _ADDRESSES[:length], "most": 9}
            answer = session.execute(prepared, asked)
            assert _values(answer) == _values(connection.execute(_AMONG, asked))
            assert len(answer.all()) == length
            assert [row.name for row in answer] == [one[:1] for one in _ADDRESSES[:length]]


def test_few_lengths_have_a_text_of_their_own(database: Database) -> None:
    prepared = Prepared(_AMONG)
    with database._writing() as connection:
        for length in range(1, 65):
            Session(connection).execute(prepared, {"wanted": ["x@mail.example"] * length, "most": 1})
    assert len(prepared._forms) == 7


def test_every_type_comes_back_as_it_went_in(database: Database) -> None:
    row = {"key": "k\0", "kind": "kind", "due_at": NOW, "data": {"sum": [1, None, "õ"]}, "state": "waiting"}
    row |= {"case_id": None, "added_at": NOW, "changed_at": NOW, "attempts": 2, "error": ""}
    with database._writing() as connection:
        session = Session(connection)
        number = session.add(due, row)
        session.put(preferences, {"address_key": "a", "channel": "mail", "phone": None, "no_surveys": True})
        (found,) = session.execute(Prepared(sa.select(due)))
        (wish,) = session.execute(Prepared(sa.select(preferences)))
        assert found._asdict() == {**row, "id": number, "key": "k\ufffd", "lease_until": None}
        assert _values([found]) == _values(connection.execute(sa.select(due)))
        assert (wish.no_surveys, wish.phone, wish.asked_at) == (True, None, None)


def test_rows_of_other_columns_are_another_text_of_the_same_statement(database: Database) -> None:
    with database.begin() as tx:
        case, session = a_case(tx), tx._session
        session.put(clues, {"case_id": case.id, "clue": "order 1", "at": NOW})
        session.put(clues, [{"clue": f"order {n}", "told_at": NOW, "at": NOW, "case_id": case.id} for n in (2, 3)])
        found = session.execute(Prepared(sa.select(clues).order_by(clues.c.clue)))
        assert [(row.clue, row.told_at) for row in found] == [("order 1", None), ("order 2", NOW), ("order 3", NOW)]


def test_what_the_database_refuses_is_an_error_of_ours_and_no_other_is(database: Database) -> None:
    with pytest.raises(PermanentError, match="refuses"), database.begin() as tx:
        tx._session.put(clues, {"case_id": 12345, "clue": "order 1", "at": NOW})
    with pytest.raises(ValueError, match="without time zone"), database.begin() as tx:
        tx.due.add(a_work(due_at=datetime(2026, 11, 2)), NOW)  # noqa: DTZ001
    with database.begin() as tx:
        assert tx.due.add(a_work(due_at=datetime(2026, 11, 2, tzinfo=UTC)), NOW)


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_connection_that_was_lost_is_not_used_again(database: Database, url: str) -> None:
    with database._reading() as one, database._reading() as other:
        for connection in (one, other):
            Session(connection).execute(Prepared(sa.select(people)))
    _end_connections(url)
    with pytest.raises(StorageError, match="cannot be used now"), database.read() as tx:
        tx.people.language("a")
    with database.read() as tx, database.begin() as more:
        assert (tx.people.language("a"), more.people.language("a")) == (None, None)


def _end_connections(url: str) -> None:
    engine = sa.create_engine(url)
    ours = sa.text("pid FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()")
    with engine.connect() as connection:
        connection.execute(sa.text(f"SELECT pg_terminate_backend(pid), {ours}")).all()
    engine.dispose()


def test_what_a_row_does_not_say_is_what_its_table_says(url: str) -> None:
    table = sa.Table(
        "notes",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False, default="nothing"),
        sa.Column("kind", sa.Text, nullable=False, server_default="plain"),
    )
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        table.create(connection)
        session = Session(connection)
        assert session.add(table, {"kind": "other"}) == 1
        session.put(table, {"id": 2})
        session.put(table, [{"id": 3, "text": "three"}, {"id": 4, "text": "four"}])
        rows = _values(session.execute(Prepared(sa.select(table).order_by(table.c.id))))
    engine.dispose()
    assert rows == [(1, "nothing", "other"), (2, "nothing", "plain"), (3, "three", "plain"), (4, "four", "plain")]
