"""How each of the two databases is opened, so that a commit is durable and a transaction what its name says."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from mailbot.core.errors import ConfigurationError

WAIT_SECONDS = 10.0
"""How long whoever wants to write waits for another one."""
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "wal_autocheckpoint=8000",  # pages: what many mails change, the ends of indexes, then goes into the file once
)
_NO_STANDING_STILL = "SET LOCAL idle_in_transaction_session_timeout = '20s'"
# For a table that is locked, and for a network that falls silent: each end knows of the other within 25 seconds.
_OF_THE_SERVER = {
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
_POSTGRES_PATIENCE = {
    "options": " ".join(f"-c {name}={value}" for name, value in _OF_THE_SERVER.items()),
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}


def parse(url: str) -> sa.URL:
    """The URL with the driver that we use; ConfigurationError for any other kind of database."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ConfigurationError(f"database: {url!r} is no database URL; expected {_EXPECTED}") from error
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise ConfigurationError("database: SQLite needs a file: sqlite:///data/mailbot.db")
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise ConfigurationError(f"database: {other} is not supported; expected {_EXPECTED}")


_EXPECTED = "sqlite:///data/mailbot.db or postgresql+psycopg://user:password@host/database"


def file_of(url: sa.URL) -> Path | None:
    """The file of a SQLite database, none for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def engines(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    """The engine for writing and the one for reading, with one pool of connections."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)


def begin(connection: sa.Connection, *, write: bool) -> None:
    """Begin the transaction where the driver does not: a claim is exact only if SQLite locks before it is read.

    On PostgreSQL, whoever stands still in the middle of writing loses its locks, or nobody could take over from it.
    """
    try:
        if connection.dialect.name == "sqlite":
            driver_of(connection).execute("BEGIN IMMEDIATE" if write else "BEGIN")
        elif write:
            with driver_of(connection).pipeline():  # with the driver's own BEGIN
                driver_of(connection).execute(_NO_STANDING_STILL)
    except connection.dialect.loaded_dbapi.Error as error:
        raise failed(connection, error) from error


def driver_of(connection: sa.Connection) -> Any:
    """The connection as the driver knows it (PEP 249): past SQLAlchemy, which takes longer than the database."""
    return connection.connection.driver_connection


def failed(connection: sa.Connection, error: Exception) -> sa.exc.StatementError:
    """An error of the driver as the one that SQLAlchemy would have raised; a connection that is lost ends with it.

    Those that nobody uses at the moment are then believed lost, too.
    """
    dialect: Any = connection.dialect
    lost = not connection.invalidated and dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    errors = dialect.loaded_dbapi.Error
    return sa.exc.DBAPIError.instance(None, None, error, errors, dialect=dialect, connection_invalidated=lost)


def _sqlite(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    file = file_of(url)
    if file is not None and not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    arguments: dict[str, Any] = {} if "timeout" in url.query else {"timeout": WAIT_SECONDS}
    engine = sa.create_engine(url, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine, engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: see `begin`
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _postgres(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    defaults = {"connect_timeout": "10", "application_name": "mailbot"} | _POSTGRES_PATIENCE
    try:
        engine = sa.create_engine(url.set(query=defaults | dict(url.query)), hide_parameters=True)
    except ModuleNotFoundError as error:
        raise ConfigurationError("PostgreSQL needs its driver: pip install 'mailbot[postgres]'") from error
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
