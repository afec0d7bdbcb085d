"""Versions next to one another work side by side on one database: what is new is added, and taken away a release later.

The first test holds every migration to that from here on.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from textwrap import dedent
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from mailbot.core.errors import ConfigurationError
from mailbot.store import backup, schema, tables
from mailbot.store.database import Database
from mailbot.store.leases import Living
from tests.store.samples import HOUR, NOW, a_case, an_outgoing

_FIRST = "0011"
_ADDS = 'op.add_column("people", sa.Column("nick", sa.Text()))'
_TAKES = 'op.drop_column("people", "nick")'


def _scripts(folder: Path = schema._MIGRATIONS) -> dict[str, Script]:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return {script.revision: script for script in ScriptDirectory.from_config(config).walk_revisions()}


def _shape(url: str) -> dict[str, Any]:
    """Everything in the tables on which a version may rely, or against which it may run."""
    engine = sa.create_engine(url)
    found, shape = sa.inspect(engine), {}
    for table in found.get_table_names():
        for column in found.get_columns(table):
            shape[f"{table}.{column['name']}"] = column
        unique = [*found.get_unique_constraints(table), *(i for i in found.get_indexes(table) if i["unique"])]
        keys = [found.get_pk_constraint(table), *found.get_foreign_keys(table), *found.get_check_constraints(table)]
        shape |= {f"{table} has {key['name'] or sorted(map(str, key.items()))}": None for key in (*unique, *keys)}
    engine.dispose()
    return shape


def _disturbing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What an older version would stumble over."""
    there = {name.split(".")[0].split(" ")[0] for name in before}
    for name in before.keys() - after.keys():
        if "." in name.split(" ")[0]:
            yield f"{name} is gone"
    for name in after.keys() - before.keys():
        column = after[name]
        if name.split(".")[0].split(" ")[0] not in there:
            continue
        if column is None:
            yield f"{name}, which binds what older versions write"
        elif not column["nullable"] and column["default"] is None:
            yield f"{name} has no value where older versions write"
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old and (str(old["type"]) != str(new["type"]) or (old["nullable"] and not new["nullable"])):
            yield f"{name} takes less than it did"


def _brought_to(url: str, revision: str, *, folder: Path = schema._MIGRATIONS) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder))
        command.upgrade(config, revision)
    engine.dispose()


def _problems(url: str, folder: Path = schema._MIGRATIONS) -> list[str]:
    """What is wrong with the migrations in this folder from the first on that is held to the rule."""
    problems, scripts = [], _scripts(folder)
    for revision in sorted(revision for revision in scripts if revision >= _FIRST):
        script = scripts[revision]
        oldest = getattr(script.module, "oldest", None)
        _brought_to(url, str(script.down_revision), folder=folder)
        before = _shape(url)
        _brought_to(url, revision, folder=folder)
        disturbing = sorted(_disturbing(before, _shape(url)))
        if oldest not in scripts or oldest > revision:
            problems.append(f"{revision} does not say which revision is the oldest that can work with it")
        elif disturbing and oldest < str(script.down_revision):
            problems.append(f"{revision} leaves room for {oldest}, but {disturbing}")
    return problems


def test_every_migration_leaves_room_for_the_versions_that_it_says(empty_url: str) -> None:
    assert _problems(empty_url) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("oldest", "step", "problem"),
    [
        ("0010", _ADDS, ""),
        ("0010", 'op.add_column("people", sa.Column("nick", sa.Text(), nullable=False, server_default="x"))', ""),
        ("0010", 'op.create_table("nicks", sa.Column("nick", sa.Text(), primary_key=True))', ""),
        ("0010", 'op.create_index("ix_people_name", "people", ["name"])', ""),
        ("0010", 'op.drop_column("people", "language")', "people.language is gone"),
        ("0010", 'op.drop_table("people")', "people.name is gone"),
        ("0010", 'op.create_index("uq_people_name", "people", ["name"], unique=True)', "uq_people_name, which binds"),
        ("0010", 'op.add_column("people", sa.Column("nick", sa.Text(), nullable=False))', "nick has no value"),
        ("0011", 'op.drop_column("people", "language")', ""),
        ("", _ADDS, "9001 does not say"),
    ],
)
def test_a_migration_that_leaves_no_room_is_found(
    oldest: str, step: str, problem: str, empty_url: str, tmp_path: Path
) -> None:
    """The last but one takes away what the version before it does not need any more."""
    found = " ".join(_problems(empty_url, _with(tmp_path, "0011", "9001", oldest, step)))
    assert problem in found
    assert bool(found) == bool(problem)


def _with(tmp_path: Path, after: str, revision: str, oldest: str, step: str) -> Path:
    """The migrations and one more."""
    folder = tmp_path / "migrations"
    if not folder.exists():
        copytree(schema._MIGRATIONS, folder)
        for file in (folder / "versions").glob("r*.py"):
            if file.name[1:5] > after:
                file.unlink()
    lines = f'''\
        """A step."""

        import sqlalchemy as sa
        from alembic import op

        revision = "{revision}"
        down_revision = "{after}"
        {f'oldest = "{oldest}"' if oldest else ""}


        def upgrade() -> None:
            {step}
        '''
    (folder / "versions" / f"r{revision}_step.py").write_text(dedent(lines))
    return folder


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A newer mailbot brings the database at a URL up by one more step; afterwards the code is this version again."""
    mine = schema.newest()
    known = [mine]

    def bring(url: str, revision: str, step: str, *, oldest: str | None = None) -> None:
        folder = _with(tmp_path, known[-1], revision, oldest or mine, step)
        known.append(revision)
        with monkeypatch.context() as patch:
            patch.setattr(schema, "_MIGRATIONS", folder)
            Database.open(url).close()

    return bring


def test_a_version_works_on_with_the_tables_of_the_next_ones_that_only_added(url: str, newer: Any) -> None:
    database = Database.open(url)
    newer(url, "9001", _ADDS)
    newer(url, "9002", 'op.create_table("nicks", sa.Column("nick", sa.Text(), primary_key=True))')
    for desk in (database, Database.open(url)):
        with desk.begin() as tx:
            a_case(tx)
        desk.require_suitable()
        desk.upgrade()
        desk.close()
    with pytest.raises(ConfigurationError, match="newer mailbot: let that one"):
        backup.write(url, Path("never"))


def test_a_version_refuses_tables_from_which_something_was_taken_that_it_needs(url: str, newer: Any) -> None:
    database = Database.open(url)
    newer(url, "9001", _ADDS)
    newer(url, "9002", _TAKES, oldest="9001")
    for refused in (database.require_suitable, lambda: Database.open(url)):
        with pytest.raises(ConfigurationError, match=r"newer mailbot .*9002.*install"):
            refused()
    database.close()


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_nothing_is_taken_away_while_a_daemon_lives_that_needs_it(url: str, newer: Any) -> None:
    database, now = Database.open(url), datetime.now(UTC)
    daemon = Living(id="d", host="db.example", pid=77, started_at=now, until=now + timedelta(minutes=1))
    with database.begin() as tx:
        tx.leases.announce(daemon)
    with pytest.raises(ConfigurationError, match=r"daemon 77 on db\.example .* knows revision 0010.* stop it first"):
        newer(url, "9001", _ADDS, oldest="9001")
    database.require_suitable()
    with database.begin() as tx:
        tx.leases.leave("d", now)
    engine = sa.create_engine(url)
    assert "people.nick" not in _shape(url), "nothing was done"
    engine.dispose()
    database.close()


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_migration_that_waits_for_a_daemon_that_waits_for_it_begins_again(url: str, newer: Any) -> None:
    engine = sa.create_engine(url)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as desk:
            desk.exec_driver_sql("SET LOCAL deadlock_timeout = '20s'")  # it is not the one that the server ends
            desk.exec_driver_sql("LOCK TABLE ledger IN ROW EXCLUSIVE MODE")
            step = f'{_ADDS}; op.add_column("ledger", sa.Column("nick", sa.Text()))'
            migrating = pool.submit(newer, url, "9001", step)
            _wait_for_a_lock(engine)
            desk.exec_driver_sql("SELECT count(*) FROM people")
        migrating.result(20)
    assert {"people.nick", "ledger.nick"} <= _shape(url).keys()
    engine.dispose()


def _wait_for_a_lock(engine: sa.Engine) -> None:
    until = time.monotonic() + 20
    with engine.connect() as connection:
        while not connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one():
            assert time.monotonic() < until
            time.sleep(0.05)


def test_mail_of_a_kind_that_only_a_newer_version_knows_is_left_to_it(database: Database) -> None:
    with database.begin() as tx:
        tx.outbox.queue(an_outgoing(), NOW)
        tx.outbox.queue(an_outgoing(message_id="2@acme.example"), NOW)
        tx._connection.exec_driver_sql("UPDATE outbox SET kind = 'postcard', urgency = -1 WHERE id = 1")
        claimed = tx.outbox.claim("support", NOW, limit=1, lease=HOUR)
        assert [row.id for row in claimed] == [2]
        tx._connection.exec_driver_sql("UPDATE outbox SET state = 'sending', lease_until = NULL WHERE id = 1")
        assert [row.id for row in tx.outbox.list()] == [2]


def test_what_is_leaving_is_in_no_table_of_this_version() -> None:
    known = {f"{table.name}.{column.name}" for table in tables.metadata.tables.values() for column in table.c}
    assert not schema.LEAVING & known
