"""A query in a database of the organisation's, which is only ever read; the second owner of SQLAlchemy."""

import math
import re
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from mailbot.core.lookup import SqlSource
from mailbot.lookups.source import LookupFailed, Row, Tried, picked
from mailbot.web import Deadline

_STEPS = 10_000
_LINE_BREAKS = re.compile(r"\s*\n\s*")
_CONNECTIONS = 4


class SqlQuery:
    """One query, with connections that are kept. No statement may write, and none outlives the deadline by much."""

    def __init__(self, source: SqlSource, parameter: str, wanted: tuple[str, ...], seconds: float) -> None:
        self._url = _url(source.url.reveal())
        self.label = self._url.host or str(self._url.database or "").rpartition("/")[2] or "the database"
        self._parameter, self._wanted, self._seconds = parameter, wanted, seconds
        self._query = sa.text(source.query)
        self._engine: sa.Engine | None = None

    def begin(self) -> None:
        """There is nothing to prepare: connections are made when they are needed."""

    def find(self, key: str, deadline: Deadline) -> Row | None:
        """The first row that the query gives for this key."""
        return self._first({self._parameter: key}, deadline)

    def sample(self, deadline: Deadline) -> Tried:
        """That the query can be asked is shown by a key that nobody has."""
        self._first({self._parameter: "MAILBOT-CHECK"}, deadline)
        return Tried("the query works")

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _first(self, values: dict[str, str], deadline: Deadline) -> Row | None:
        try:
            self._engine = self._engine or _engine(self._url, self._seconds)
            with self._engine.connect() as connection:
                _limit(connection, deadline)
                result = connection.execute(self._query, values)
                if not result.returns_rows:
                    raise LookupFailed("the query gives no rows, expected a select")
                columns = dict.fromkeys(result.keys())
                picked(columns, self._wanted, "the query")
                row = result.mappings().first()
                return picked(dict(row), self._wanted, "the query") if row else None
        except ModuleNotFoundError as error:
            raise LookupFailed(f"the driver {error.name} is missing: pip install 'mailbot[postgres]'") from None
        except exc.StatementError as error:
            deadline.left  # noqa: B018  # what was cut off is told as such
            raise LookupFailed(_said(error)) from None
        except exc.SQLAlchemyError as error:
            raise LookupFailed(_said(error)) from None


def _url(written: str) -> sa.URL:
    try:
        url = sa.make_url(written)
    except exc.ArgumentError:
        raise LookupFailed("its url is no address of a database") from None
    if url.get_backend_name() == "sqlite":
        return sa.URL.create("sqlite+pysqlite", database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})
    return url.set(drivername="postgresql+psycopg")


def _engine(url: sa.URL, seconds: float) -> sa.Engine:
    pool: dict[str, Any] = {"pool_size": _CONNECTIONS, "max_overflow": 0, "pool_timeout": seconds}
    if url.get_backend_name() == "sqlite":
        own = {"timeout": seconds, "check_same_thread": False}
        engine = sa.create_engine(url, hide_parameters=True, connect_args=own, **pool)
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
        return engine
    whole = math.ceil(max(seconds, 2))  # what libpq takes at least
    arguments = {
        "connect_timeout": whole,
        "application_name": "mailbot look-up",
        "options": "-c default_transaction_read_only=on",
        "tcp_user_timeout": whole * 1000,
    }
    engine = sa.create_engine(url, hide_parameters=True, connect_args=arguments, pool_recycle=300, **pool)
    return engine.execution_options(postgresql_readonly=True)


def _limit(connection: sa.Connection, deadline: Deadline) -> None:
    """Let the database itself end what takes too long."""
    if connection.dialect.name == "sqlite":
        until = time.monotonic() + deadline.left
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(deadline.left * 1000))}")


def _said(error: exc.SQLAlchemyError) -> str:
    return _LINE_BREAKS.sub("; ", str(getattr(error, "orig", None) or error).strip())[:300]
