"""One open transaction, and the statements that every table needs, built once and the same for both databases."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

import sqlalchemy as sa

from mailbot.store import engines
from mailbot.store.absent import Absent
from mailbot.store.mail_folder import MailFolder
from mailbot.store.prepared import Answer, Prepared, Ready, Row, Values, carry_out, written_by

if TYPE_CHECKING:
    from sqlalchemy.dialects import sqlite

__all__ = ["Row", "Session", "Values", "batches", "dialect_insert", "equal"]

Item = TypeVar("Item")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
_BATCH = 500


class Session:
    """A connection inside a transaction, and the folder to which old raw mail is moved, if any.

    What this transaction knows of the database it need not ask again: what is not there (`absent`), and small tables
    as a `whole`. What it writes itself, it knows of.

    `posting`: on PostgreSQL, what is `put` is sent with the next statement whose answer is needed, where its errors are
    raised then, or by `finish`, which has to be called before the commit.
    """

    __slots__ = ("_driver", "_posted", "_posting", "_whole", "absent", "connection", "old_mail")

    def __init__(self, connection: sa.Connection, old_mail: MailFolder | None = None, *, posting: bool = False) -> None:
        self.connection, self.old_mail = connection, old_mail
        self.absent = Absent()
        self._whole: dict[sa.Table, Sequence[Row]] = {}
        self._driver = engines.driver_of(connection)
        self._posting, self._posted = posting and self.dialect == "postgresql", list[Ready]()

    @property
    def dialect(self) -> str:
        """`sqlite` (one writer at a time) or `postgresql` (many)."""
        return self.connection.dialect.name

    @overload
    def execute(self, statement: Prepared, values: Values | Sequence[Values] | None = None) -> Answer: ...
    @overload
    def execute(
        self, statement: sa.Executable, values: Values | Sequence[Values] | None = None
    ) -> sa.CursorResult[*tuple[Any, ...]]: ...
    def execute(
        self, statement: Prepared | sa.Executable, values: Values | Sequence[Values] | None = None
    ) -> Answer | sa.CursorResult[*tuple[Any, ...]]:
        """The result of the statement, with `values` or, for a sequence, once for each of them."""
        table = statement.writes if isinstance(statement, Prepared) else written_by(statement)
        if table is not None:
            self.absent.changed(table)
            self.anew(table)
        if isinstance(statement, Prepared):
            return self._carry_out(statement, values)
        self.finish()
        return self.connection.execute(statement, values)

    def change(self, statement: Prepared | sa.Update, values: Values | None = None) -> bool:
        """Carry out the statement; whether there was a row that it changed."""
        return self.execute(statement, values).rowcount > 0

    def write(
        self, table: sa.Table, statement: Prepared, rows: Values | Sequence[Values], new: Values | None = None
    ) -> Answer:
        """Carry out a statement that puts these rows into the table, or gives `new` values to what was there."""
        self._know(table, new or rows)
        return self._carry_out(statement, rows)

    def put_by(self, table: sa.Table, statement: Prepared, rows: Values | Sequence[Values]) -> None:
        """The same where nobody needs to know what comes of it."""
        self._know(table, rows)
        self.post(statement, rows)

    def post(self, statement: Prepared, values: Values | Sequence[Values] | None = None) -> None:
        """Have a statement carried out before the next one; it does not write to a table, or its rows are known."""
        ready = statement.ready(self.connection.dialect, values or {})
        if self._posting:
            self._posted.append(ready)
        else:
            self._send([ready])

    def finish(self) -> None:
        """Send what was posted."""
        if self._posted:
            posted, self._posted = self._posted, []
            self._send(posted)

    def whole(self, table: sa.Table, *, by: str | None = None) -> Sequence[Row]:
        """All rows of a small table, in the order of a column; asked for once, and again when they were written."""
        if table not in self._whole:
            self._whole[table] = self.execute(equal(table, by=by)).rows
        return self._whole[table]

    def anew(self, table: sa.Table) -> None:
        """Ask for the table again the next time."""
        self._whole.pop(table, None)

    def undone(self) -> None:
        """Something that was done was undone, or has to be: nothing is known any more, nor to be sent."""
        self._posted.clear()
        self.absent.clear()
        self._whole.clear()

    def add(self, table: sa.Table, row: Values) -> int:
        """Insert a row; returns its id."""
        return int(self.write(table, _insert(table), row).scalar_one())

    def add_new(self, table: sa.Table, row: Values) -> int | None:
        """Insert a row and return its id; None when there is one with an equal key, which stays as it is."""
        new_id: int | None = self.write(table, _insert_new_returning(self.dialect, table), row).scalar()
        return new_id

    def count_new(self, table: sa.Table, rows: Sequence[Values]) -> int:
        """Insert those rows whose key is not there yet; how many they were."""
        return self.write(table, _insert_new(self.dialect, table), rows).rowcount

    def put(self, table: sa.Table, rows: Values | Sequence[Values]) -> None:
        """Insert rows without an id of their own."""
        self.put_by(table, _insert_only(table), rows)

    def put_new(self, table: sa.Table, rows: Values | Sequence[Values]) -> None:
        """Insert those rows whose key is not there yet."""
        self.put_by(table, _insert_new(self.dialect, table), rows)

    def put_over(self, table: sa.Table, rows: Values | Sequence[Values]) -> None:
        """Insert the rows, each in place of one with the same primary key."""
        self.put_by(table, _upsert(self.dialect, table), rows)

    def _know(self, table: sa.Table, rows: Values | Sequence[Values]) -> None:
        self.absent.written(table, [rows] if isinstance(rows, Mapping) else rows)
        self.anew(table)

    def _carry_out(self, statement: Prepared, values: Values | Sequence[Values] | None) -> Answer:
        statements = [*self._posted, statement.ready(self.connection.dialect, values or {})]
        self._posted.clear()
        return self._send(statements)

    def _send(self, statements: Sequence[Ready]) -> Answer:
        try:
            return carry_out(self._driver, statements)
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise engines.failed(self.connection, error) from error


def dialect_insert(dialect: str, table: sa.Table) -> "sqlite.Insert":
    """An INSERT that knows ON CONFLICT, which is no standard SQL but written alike for both databases."""
    insert: sqlite.Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return insert


def rows_with(table: sa.Table, *names: str) -> sa.Select[*tuple[Any, ...]]:
    """SELECT the rows of a table in which these columns have the values given as parameters."""
    return sa.select(table).where(*(table.c[name] == sa.bindparam(name) for name in names))


@cache
def equal(table: sa.Table, *names: str, by: str | None = None) -> Prepared:
    """The same, ready to be carried out; with the rows in the order of a column, if that is given."""
    query = rows_with(table, *names)
    return Prepared(query if by is None else query.order_by(table.c[by]))


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """`items` in portions that fit into the parameters of one statement."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


@cache
def _insert(table: sa.Table) -> Prepared:
    return Prepared(sa.insert(table).returning(table.c.id), of_rows=True)


@cache
def _insert_only(table: sa.Table) -> Prepared:
    return Prepared(sa.insert(table).inline(), of_rows=True)


@cache
def _insert_new(dialect: str, table: sa.Table) -> Prepared:
    return Prepared(dialect_insert(dialect, table).inline().on_conflict_do_nothing(), of_rows=True)


@cache
def _insert_new_returning(dialect: str, table: sa.Table) -> Prepared:
    return Prepared(dialect_insert(dialect, table).on_conflict_do_nothing().returning(table.c.id), of_rows=True)


@cache
def _upsert(dialect: str, table: sa.Table) -> Prepared:
    insert = dialect_insert(dialect, table).inline()
    changed = {name: new for name, new in insert.excluded.items() if not table.c[name].primary_key}
    over = insert.on_conflict_do_update(index_elements=[*table.primary_key.columns], set_=changed)
    return Prepared(over, of_rows=True)
