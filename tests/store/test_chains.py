"""The database refuses a change of the timeline; one made behind its back is found by `verify`'s check."""

import pytest
import sqlalchemy as sa

from mailbot.core.chain import gaps
from mailbot.store.database import Database
from tests.store.samples import NOW, a_case, an_entry

_ERASED = "UPDATE timeline SET salt = NULL, actor = '', detail = '', data = '{}' WHERE position = 2"


def _gaps(database: Database) -> list[str]:
    with database.read() as tx:
        return [f"{found.number} {gap}" for found in tx.cases.chains() for gap in gaps(found.links, found.head)]


def _case_with_history(database: Database) -> str:
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [an_entry("opened", detail="õ\x00", data={"at": NOW, "sum": 1.5, "b": {"z", "a"}})])
        tx.cases.record(case.id, [an_entry("note", by="Kate\ud800", rule="r", rule_book="b"), an_entry("closed")])
        a_case(tx)
        return case.number


def _behind_its_back(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for change in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER timeline_refuses_{change}")
        else:
            connection.exec_driver_sql("ALTER TABLE timeline DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_what_was_recorded_is_read_as_a_whole_chain(database: Database) -> None:
    _case_with_history(database)
    assert _gaps(database) == []


@pytest.mark.parametrize(
    ("statements", "gap"),
    [
        (["UPDATE timeline SET detail = 'all was well' WHERE position = 2"], "entry 2 does not say what was written"),
        (["UPDATE timeline SET event = 'sent' WHERE position = 2"], "entry 2 does not follow"),
        (["UPDATE timeline SET rule = NULL WHERE position = 2"], "entry 2 does not follow"),
        (["UPDATE timeline SET data = '{}' WHERE position = 1"], "entry 1 does not say what was written"),
        (["DELETE FROM timeline WHERE position = 2"], "entry 3 follows entry 1"),
        (["DELETE FROM timeline WHERE position = 3"], "ends with entry 2, but 3 were written"),
        (
            [
                "UPDATE timeline SET position = 9 WHERE position = 1",
                "UPDATE timeline SET position = 1 WHERE position = 2",
                "UPDATE timeline SET position = 2 WHERE position = 9",
            ],
            "entry 1 does not follow",
        ),
    ],
)
def test_a_change_behind_its_back_is_found(database: Database, url: str, statements: list[str], gap: str) -> None:
    number = _case_with_history(database)
    _behind_its_back(url, *statements)
    (found,) = _gaps(database)
    assert found.startswith(f"{number} {gap}")


def test_an_entry_can_be_erased_and_nothing_else(database: Database, url: str) -> None:
    _case_with_history(database)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(_ERASED)
    for statement in (
        _ERASED.replace("detail = ''", "detail = 'all was well'"),
        _ERASED.replace("SET", "SET event = 'sent',"),
        _ERASED.replace("SET", "SET chain_hash = '',"),
        _ERASED.replace("SET", "SET rule = 'another',"),
    ):
        with pytest.raises(sa.exc.IntegrityError, match="appended to"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert _gaps(database) == []
