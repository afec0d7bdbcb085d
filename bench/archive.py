"""Fills a desk with the cases of former years: copies of one that it has settled, made by the database itself."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailbot.core.recurrence import REMEMBERS_WORDING
from mailbot.store import engines
from mailbot.store.columns import Key, UTCDateTime
from mailbot.store.outbox import OutboxState
from mailbot.store.tables import case_ids, cases, due, internal_lines, ledger, metadata, outbox, raw_mail, timeline
from tests.desk import DeskDriver
from tests.security.play import KATE, Play

# A file that is thrown away if the power fails: without a log, which would be written as well, and never waited for.
_IN_HASTE = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "temp_store = MEMORY")
_STRIDE = 1_000
"""Ids of a copy lie so far above those of its original: more than one case has rows in any table."""
_BATCH = 50_000
_CASES_OF_A_CUSTOMER = 4
_MINUTES = 2  # between one case and the next
_WORDINGS = REMEMBERS_WORDING // timedelta(minutes=_MINUTES)
_ADDRESS = "kate.bell@"
_NUMBER = 4  # where the digits of AP-10001 begin
_DIGEST = 40
_BY_NATURE = ("case_ids", "raw_mail", "ledger", "cases", "people")
_LARGE, _LATEST = (timeline.c.data, internal_lines.c.fingerprints), 1_000
_UNIQUE = {"clue", "key", "message_id", "content_hash", "token"}
_NOT_OF_ONE_CASE = {"problems", "problem_readers", "links", "held"}


def fill(desk: DeskDriver, url: str, count: int, *, lean: bool = False) -> None:
    """Add `count` closed cases with five messages each, one every two minutes back from now, four to a customer.

    `lean`: all rows of each, but only the latest with what fills a page and no index.
    """
    _settle_one(desk)
    desk.now += timedelta(days=1)  # what was sent to all these uses up no budget
    desk.runtime.database.close()  # and opened when it is used again: nobody else may be at a file without a log
    engine = sa.create_engine(engines.parse(url))
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            for setting in _IN_HASTE:
                connection.execute(sa.text(f"PRAGMA {setting}")).close()
        originals = {table.name: _keep(connection, table) for table in _tables()}
        for table in _tables():
            for first in range(1, count + 1, _BATCH):
                last = min(first + _BATCH - 1, count)
                copying = _copying(connection, table, originals[table.name], lean=lean)
                connection.execute(copying, {"first": first, "last": last})
                connection.commit()  # the log of all would be as large as the database
        if connection.dialect.name == "postgresql":
            _count_on(connection)
            connection.commit()
    if engine.dialect.name == "postgresql":  # does so by itself, in time; a desk never asks SQLite to
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def _settle_one(desk: DeskDriver) -> None:
    """A customer complains, answers and thanks; an agent answers twice; all mail is sent and all work is done."""
    play = Play(desk)
    play.complain()
    play.answer("Which courier was it? Please tell us.\n")
    again = play.thread(play.to_outsiders()[-1])
    play.write("It was the one with the green cars.", by=KATE, **again)
    play.answer("#resolve\n\nThe fee of 9.90 EUR is on its way to your account.\n")
    play.write("Thank you, it has come.", by=KATE, **again)
    case = desk.cases()[0]
    with desk.runtime.database.begin() as tx:
        kept = tx.cases.messages(case.id)
        assert len(kept) == 5, kept


def _tables() -> Iterator[sa.Table]:
    """What has rows of a case, those first that others point to."""
    for table in metadata.sorted_tables:
        if (table.name in _BY_NATURE or "case_id" in table.c) and table.name not in _NOT_OF_ONE_CASE:
            yield table


def _keep(connection: sa.Connection, table: sa.Table) -> sa.Table:
    """The rows of the one case, at rest, out of the way of their copies."""
    at_rest: dict[sa.Table, dict[str, object]] = {
        cases: {"state": "closed", "closed_at": cases.c.resolved_at, "next_due_at": None},
        outbox: {"state": OutboxState.SENT, "copy_due": False},
        due: {"state": "done"},
        ledger: {"server": "moved"},
        raw_mail: {"compressed": zlib.compress(b"a small stand-in for a mail")},
    }
    if table in at_rest:
        connection.execute(sa.update(table).values(**at_rest[table]))
    name = f"original_{table.name}"
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM {table.name}"))
    return sa.Table(name, sa.MetaData(), *(sa.Column(column.name, column.type) for column in table.c))


def _copying(connection: sa.Connection, table: sa.Table, original: sa.Table, *, lean: bool) -> sa.Insert:
    copies = _copies(connection)
    plain = _without_address(connection, original)
    sources = {
        column.name: _copied(table, column, original.c[column.name], copies, plain=column.name in plain)
        for column in table.c
    }
    for column in _LARGE if lean else ():
        if column.table is table:
            short = sa.literal("{}" if column is timeline.c.data else b"")
            sources[column.name] = sa.case((copies.c.n <= _LATEST, sources[column.name]), else_=short)
    rows = sa.select(*sources.values()).select_from(copies.join(original, sa.true())).where(_kept(original, copies.c.n))
    return sa.insert(table).from_select(list(sources), rows)


def _copies(connection: sa.Connection) -> sa.CTE:
    """The numbers of the copies, with what is written of each number many times."""
    number = sa.bindparam("first", type_=sa.Integer)
    copies = sa.select(number.label("n"), *_written(connection, number)).cte("copies", recursive=True)
    following = copies.c.n + 1
    up_to = copies.c.n < sa.bindparam("last", type_=sa.Integer)
    return copies.union_all(sa.select(following, *_written(connection, following)).where(up_to))


def _written(connection: sa.Connection, n: sa.ColumnElement[int]) -> Iterator[sa.ColumnElement[Any]]:
    yield sa.literal("-").concat(sa.cast(n, sa.Text)).label("suffix")
    yield sa.literal("kate.bell").concat(sa.cast(n // _CASES_OF_A_CUSTOMER, sa.Text)).concat("@").label("customer")
    if connection.dialect.name == "postgresql":
        yield (n * sa.literal(timedelta(minutes=_MINUTES), sa.Interval)).label("span")
    else:
        yield sa.literal("-").concat(sa.cast(n * _MINUTES, sa.Text)).concat(" minutes").label("span")


def _without_address(connection: sa.Connection, original: sa.Table) -> set[str]:
    """Its columns in which the customer's address stands nowhere."""
    found = {
        column.name: sa.func.max(sa.cast(sa.cast(column, sa.Text).contains(_ADDRESS), sa.Integer))
        for column in original.c
        if isinstance(getattr(column.type, "impl", column.type), sa.Text)
    }
    row = connection.execute(sa.select(sa.true(), *found.values())).one()[1:]
    return {name for name, holds in zip(found, row, strict=True) if not holds}


def _kept(original: sa.Table, n: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether the n-th copy of a row would still be there: a desk forgets wordings, and knows a customer once."""
    match original.name.removeprefix("original_"):
        case "people":
            return sa.and_(original.c.address.like(f"{_ADDRESS}%"), n % _CASES_OF_A_CUSTOMER == 0)
        case "sketches":
            return n < _WORDINGS
        case "clues":
            return sa.or_(n < _WORDINGS, ~sa.type_coerce(original.c.clue, sa.Text).startswith("wording "))
        case _:
            return sa.true()


def _copied(
    table: sa.Table, column: sa.Column[Any], value: sa.ColumnElement[Any], copies: sa.CTE, *, plain: bool
) -> sa.ColumnElement[Any]:
    """The value of a column in each copy; of a `plain` text, in which there is no address, the text."""
    if _is_id(table, column):
        return value + copies.c.n * _STRIDE
    if isinstance(column.type, UTCDateTime):
        return _earlier(value, copies)
    if isinstance(getattr(column.type, "impl", column.type), sa.Text):
        return _text(table, column, sa.type_coerce(value, sa.Text), copies, plain=plain)
    return value


def _text(
    table: sa.Table, column: sa.Column[Any], value: sa.ColumnElement[Any], copies: sa.CTE, *, plain: bool
) -> sa.ColumnElement[Any]:
    if column.name.endswith("sha256"):
        return sa.func.substr(value, 1, _DIGEST).concat(copies.c.suffix)
    if column.name == "number" and table is cases:
        digits = sa.cast(sa.func.substr(value, _NUMBER), sa.Integer) + copies.c.n * _STRIDE
        return sa.func.substr(value, 1, _NUMBER - 1).concat(sa.cast(digits, sa.Text))
    if isinstance(column.type, Key) and column.name in _UNIQUE:
        return value.concat(copies.c.suffix)
    return value if plain else sa.func.replace(value, _ADDRESS, copies.c.customer)


def _is_id(table: sa.Table, column: sa.Column[Any]) -> bool:
    numbered = isinstance(column.type, sa.Integer | sa.BigInteger)
    own = column.name in ("id", "uid") and numbered
    return own or (bool(column.foreign_keys) and numbered) or (table is case_ids and column.name == "id")


def _earlier(value: sa.ColumnElement[Any], copies: sa.CTE) -> sa.ColumnElement[Any]:
    if isinstance(copies.c.span.type, sa.Interval):
        return value - copies.c.span
    moment = sa.func.strftime("%Y-%m-%d %H:%M:%f000", sa.type_coerce(value, sa.Text), copies.c.span)
    return sa.type_coerce(moment, sa.Text)


def _count_on(connection: sa.Connection) -> None:
    for table in _tables():
        if "id" in table.c and table is not cases and table is not raw_mail:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
