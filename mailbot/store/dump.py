"""All rows of a database as files of JSON lines, and back: alike on both databases, and at every revision."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_VERSIONS = "alembic_version"
_MANY = 500
# The content of most mail is compressed already; more effort takes three times as long.
_EFFORT = 1


def dump(connection: sa.Connection, folder: Path) -> dict[str, int]:
    """Write one file a table, as the transaction of `connection` sees it; how many rows each has.

    What the tables are is asked of the database itself, so that one of any revision can be written and read.
    """
    return {table.name: _write(connection, table, file_of(folder, table.name)) for table in _tables(connection)}


def load(connection: sa.Connection, folder: Path) -> dict[str, int]:
    """Fill the empty tables of the same revision from these files; how many rows each got."""
    rows = {table.name: _read(connection, table, file_of(folder, table.name)) for table in _tables(connection)}
    if connection.dialect.name == "postgresql":
        _count_on(connection)
    return rows


def file_of(folder: Path, table: str) -> Path:
    """Where the rows of a table stand."""
    return folder / f"{table}.jsonl.gz"


def _tables(connection: sa.Connection) -> Iterable[sa.Table]:
    """Every table, each behind those that it refers to."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _VERSIONS]


def _write(connection: sa.Connection, table: sa.Table, file: Path) -> int:
    names, count = [column.name for column in table.columns], 0
    options = {"stream_results": True, "yield_per": _MANY}
    with file.open("wb") as raw, gzip.GzipFile("", "wb", _EFFORT, raw, mtime=0) as lines:
        lines.write(_line(names))
        for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns), execution_options=options):
            lines.write(_line([_plain(value) for value in row]))
            count += 1
    return count


def _read(connection: sa.Connection, table: sa.Table, file: Path) -> int:
    if not file.exists():  # a table without rows may be new within a revision
        return 0
    count, aware = 0, connection.dialect.name == "postgresql"
    lines = _rows(file, aware=aware)
    while rows := list(islice(lines, _MANY)):
        connection.execute(sa.insert(table), rows)
        count += len(rows)
    return count


def _rows(file: Path, *, aware: bool) -> Iterator[Mapping[str, Any]]:
    with gzip.open(file, "rb") as lines:
        names = json.loads(next(lines))
        for line in lines:
            yield dict(zip(names, (_value(plain, aware=aware) for plain in json.loads(line)), strict=True))


def _line(values: Sequence[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> object:
    match value:
        case datetime():  # SQLite forgets the zone, which is UTC
            known = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"at": known.isoformat()}
        case bytes() | memoryview():
            return {"bytes": b64encode(value).decode("ascii")}
        case _:
            return value


def _value(plain: Any, *, aware: bool) -> object:
    if not isinstance(plain, dict):
        return plain
    if "bytes" in plain:
        return b64decode(plain["bytes"])
    moment = datetime.fromisoformat(plain["at"])
    return moment if aware else moment.replace(tzinfo=None)


def _count_on(connection: sa.Connection) -> None:
    """Let PostgreSQL number new rows behind those that came with a number."""
    for table in _tables(connection):
        if "id" not in table.columns:
            continue
        sequence = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))).scalar()
        last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
        if sequence is not None and last is not None:
            connection.execute(sa.select(sa.func.setval(sequence, last)))
