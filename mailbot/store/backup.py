"""A whole database out into files and in again, in place of the one that is there, which is set aside."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from mailbot.core.errors import ConfigurationError, MailbotError
from mailbot.store import dump, engines, schema
from mailbot.store.database import Database, Transaction
from mailbot.store.failures import when_opened, when_used

_RUNNING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :it"
)
_LOOKS, _BETWEEN_LOOKS = 20, 0.1
# What the desk has made, as ALTER names it: tables take their indexes, sequences and triggers along.
_OURS = sa.text(
    "SELECT 'TABLE ' || quote_ident(tablename) FROM pg_tables "
    "WHERE schemaname = current_schema() AND tableowner = current_user UNION ALL "
    "SELECT 'FUNCTION ' || p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
    "AND pg_get_userbyid(p.proowner) = current_user "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


@dataclass(frozen=True, slots=True)
class Dumped:
    """What was written: by which database, at which revision, how many rows of each table."""

    dialect: str
    revision: str
    rows: dict[str, int]


def write(url: str, folder: Path) -> Dumped:
    """Write all rows of the database as they are at one moment; nobody who works on it has to wait.

    ConfigurationError when there is no database yet, or its tables are not those of this mailbot.
    """
    parsed = engines.parse(url)
    file = engines.file_of(parsed)
    if file is not None and not file.exists():
        raise ConfigurationError(f"there is no database at {file}: nothing to back up")
    _, reader = engines.engines(parsed)
    try:
        with when_opened(parsed), reader.connect() as connection:
            engines.begin(connection, write=False)
            revision = schema.stored(connection)
            if (revision or "") > schema.newest():
                raise ConfigurationError("the tables are those of a newer mailbot: let that one make the backup")
            if revision != schema.newest():
                raise ConfigurationError(
                    "the tables are those of an older mailbot: `mailbot db upgrade` brings them up to date"
                )
            return Dumped(connection.dialect.name, revision, dump.dump(connection, folder))
    finally:
        reader.dispose()


def holds_cases(url: str) -> bool:
    """Whether somebody has worked with the database at `url`; False where there is none.

    One that cannot be read is taken for one that was worked with.
    """
    parsed = engines.parse(url)
    file = engines.file_of(parsed)
    if file is not None and not file.exists():
        return False
    _, reader = engines.engines(parsed)
    try:
        with when_opened(parsed), reader.connect() as connection:
            if not sa.inspect(connection).has_table("cases"):
                return False
            return connection.execute(sa.text("SELECT 1 FROM cases LIMIT 1")).first() is not None
    except MailbotError:
        if file is None:
            raise
        return True
    finally:
        reader.dispose()


def put_in_place(
    url: str, folder: Path, revision: str, finish: Callable[[Transaction], None], now: datetime
) -> str | None:
    """Fill a new database from `folder`, bring it up to date, `finish` it, and put it in the place of the old one.

    Returns where the old one is now: a file, or a schema of PostgreSQL; None where there was none. A crash leaves the
    old or the new one, whole. ConfigurationError while a mailbot works on it.
    """
    parsed = engines.parse(url)

    def fill(connection: sa.Connection) -> None:
        schema.bring_to(connection, revision)
        dump.load(connection, folder)
        schema.upgrade(connection)
        finish(Transaction(connection))

    file = engines.file_of(parsed)
    with when_opened(parsed), when_used():
        return _replace_schema(parsed, fill, now) if file is None else _replace_file(parsed, file, fill, now)


def _replace_file(url: sa.URL, file: Path, fill: Callable[[sa.Connection], None], now: datetime) -> str | None:
    new = file.with_name(f"{file.name}.restoring")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = file.exists()
    with Database(url).lock():
        _remove(new)
        with _writing(url.set(database=str(new))) as connection:
            fill(connection)
        old = _set_aside(file, now) if there else None
        new.replace(file)
        _sync(file.parent)
    return str(old) if old else None


def _set_aside(file: Path, now: datetime) -> Path:
    """The log first: SQLite would take one that is left for the new file's."""
    with suppress(MailbotError):  # whatever can still be read gets into the file; a broken one is kept as it is
        Database.open(f"sqlite:///{file}", upgrade=False).close()
    old = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%S}")
    for ending in ("-wal", "-shm", ""):
        part = file.with_name(f"{file.name}{ending}")
        if part.exists():
            part.replace(old.with_name(f"{old.name}{ending}"))
    return old


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def _replace_schema(url: sa.URL, fill: Callable[[sa.Connection], None], now: datetime) -> str | None:
    """In one transaction, from the first look for others to the last row."""
    name = f"mailbot_before_{now:%Y%m%dt%H%M%S}"
    with _writing(url.update_query_dict({"application_name": "mailbot restore"})) as connection:
        if _is_running(connection):
            raise ConfigurationError("the database is in use by another mailbot: stop that one first")
        old = schema.stored(connection) is not None
        if old:
            connection.execute(sa.schema.CreateSchema(name))
            for ours in connection.execute(_OURS).scalars().all():
                connection.execute(sa.text(f"ALTER {ours} SET SCHEMA {name}"))
        fill(connection)
    return name if old else None


def _is_running(connection: sa.Connection) -> bool:
    """Whether a desk works on this database; one that has just stopped is listed a moment longer."""
    for _ in range(_LOOKS):
        connection.execute(sa.select(sa.func.pg_stat_clear_snapshot()))
        if not connection.execute(_RUNNING, {"it": "mailbot"}).scalar_one():
            return False
        time.sleep(_BETWEEN_LOOKS)
    return True


@contextmanager
def _writing(url: sa.URL) -> Iterator[sa.Connection]:
    writer, _ = engines.engines(url)
    try:
        with writer.begin() as connection:
            engines.begin(connection, write=True)
            yield connection
    finally:
        writer.dispose()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
