"""The tables come from the migrations, say what tables.py says, and are brought up by one process at a time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from mailbot.core.case import TimelineEntry
from mailbot.core.chain import gaps
from mailbot.core.errors import ConfigurationError
from mailbot.store import schema, tables
from mailbot.store.database import Database
from tests.servers.loaded import by_itself
from tests.store.samples import NOW, a_case


@pytest.fixture(scope="module", autouse=True)
def as_in_service() -> Iterator[None]:
    with by_itself():
        yield


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_the_newest_file_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(schema._MIGRATIONS)).get_current_head() == schema.newest()


def test_an_empty_database_is_brought_up(empty_url: str) -> None:
    database = Database.open(empty_url)
    with database.begin() as tx:
        a_case(tx)
    database.close()
    database = Database.open(empty_url)
    with database.read() as tx:
        assert len(tx.cases.find()) == 1
    database.close()


def test_a_database_is_left_as_it_is_when_asked(empty_url: str) -> None:
    database = Database.open(empty_url, upgrade=False)
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()
    database.close()


def test_many_daemons_may_start_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for database in pool.map(Database.open, [empty_url] * 4):
            with database.begin() as tx:
                a_case(tx)
            database.close()


def test_a_failing_migration_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "newest", lambda: "9999")
    database = Database.open(empty_url, upgrade=False)
    with pytest.raises(ConfigurationError, match="9999"):
        database.upgrade()
    monkeypatch.undo()
    assert not database.is_current()
    database.upgrade()
    database.close()


def _brought_to(url: str, revision: str) -> sa.Engine:
    """A database as an earlier mailbot left it."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(schema._MIGRATIONS))
        command.upgrade(config, revision)
    return engine


def test_a_desk_of_the_first_version_keeps_what_it_has(empty_url: str) -> None:
    engine = _brought_to(empty_url, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('kate@mail.example', 'Kate', 'Kate@mail.example', 'en', '2026-11-23 09:30:15')"
        )
    engine.dispose()
    database = Database.open(empty_url)
    with database.begin() as tx:
        a_case(tx)
        assert tx.people.language("kate@mail.example") == "en"
        assert tx.people.unreachable("kate@mail.example", NOW) is None
    database.close()


def test_rule_books_of_an_earlier_version_are_kept_with_their_texts_and_times(empty_url: str) -> None:
    engine = _brought_to(empty_url, "0002")
    with engine.begin() as connection:
        for version, text, since in (("aa", "rules: []", "2026-11-01"), ("bb", "rules: [x]", "2026-11-08")):
            files = json.dumps({"routing.yaml": text, "vocabulary/et.yaml": "õ"})
            insert = sa.text("INSERT INTO rule_books VALUES (:version, :files, :since)")
            connection.execute(insert, {"version": version, "files": files, "since": f"{since} 00:00:00.000000"})
    engine.dispose()
    database = Database.open(empty_url)
    with database.read() as tx:
        assert tx.books.files("bb") == {"rules/routing.yaml": "rules: [x]", "rules/vocabulary/et.yaml": "õ"}
        newest, oldest = tx.books.terms()
        assert (oldest.version, oldest.until, newest.version, newest.until) == ("aa", newest.since, "bb", None)
    database.close()


def test_timelines_of_an_earlier_version_are_chained(empty_url: str) -> None:
    engine = _brought_to(empty_url, "0007")
    old = sa.MetaData()
    cases, lines = (sa.Table(name, old, autoload_with=engine) for name in ("cases", "timeline"))
    filled = {column.name: _anything(column) for column in cases.c if not column.nullable}
    line = {"event": "note", "actor": "Kate", "at": NOW, "detail": "õ", "data": '{"b": 1.5, "a": ["õ"]}'}
    with engine.begin() as connection:
        for id in (1, 2):
            mine = {"id": id, "number": f"AP-{id}", "token": str(id)}
            connection.execute(sa.insert(cases), filled | mine)
            for position in (1, 2, 3):
                connection.execute(sa.insert(lines), line | {"case_id": id, "position": position})
    engine.dispose()
    database = Database.open(empty_url)
    with database.begin() as tx:
        tx.cases.record(2, [TimelineEntry(event="note", by="Kate", at=NOW)])
        chains = list(tx.cases.chains())
        assert [len(chain.links) for chain in chains] == [3, 4]
        assert [list(gaps(chain.links, chain.head)) for chain in chains] == [[], []]
    database.close()


def _anything(column: sa.Column[Any]) -> object:
    kinds: dict[type, object] = {str: "[]", datetime: NOW, bool: False, int: 0}
    return kinds[column.type.python_type]


def test_a_newer_database_is_refused(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9000'")
    engine.dispose()
    with pytest.raises(ConfigurationError, match=r"newer mailbot .*9000.*install"):
        Database.open(url)


def test_an_up_to_date_database_is_opened_without_alembic_and_the_orm(url: str) -> None:
    code = (
        "import sys; from mailbot.store.database import Database; Database.open(sys.argv[1]).close();"
        "sys.exit(', '.join({'alembic', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=False)
    assert done.stderr == ("sqlalchemy.dialects.postgresql\n" if url.startswith("postgresql") else "\n")
