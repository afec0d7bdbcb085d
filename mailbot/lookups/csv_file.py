"""A table in a CSV file. It is read once into an index on disk, and anew when the file has changed."""

import contextlib
import json
import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from mailbot.core.lookup import CsvSource
from mailbot.lookups.csv_text import Table
from mailbot.lookups.source import LookupFailed, NotReady, Row, Tried
from mailbot.web import Deadline, NoAnswer

_SCHEMA = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE rows (key TEXT NOT NULL, line INTEGER NOT NULL, data TEXT NOT NULL);
"""
# The last row of a key counts: exports are written in the order in which things happened.
_FIND = "SELECT data FROM rows WHERE key = ? ORDER BY rowid DESC LIMIT 1"


def folded(key: str) -> str:
    """A key in the form in which letter case and spaces make no difference."""
    return "".join(key.split()).casefold()


@dataclass(frozen=True, slots=True)
class _Building:
    """An index that is being made for one state of the file."""

    sign: str
    done: threading.Event


class CsvFile:
    """One file and its index, which is kept at `index`: a copy of the columns that the desk asks for."""

    def __init__(self, source: CsvSource, wanted: tuple[str, ...], index: Path) -> None:
        self.label = source.path.name
        self._source, self._wanted, self._index = source, wanted, index
        self._lock = threading.Lock()
        self._building: _Building | None = None
        self._failed: tuple[str, str] | None = None

    def begin(self) -> None:
        """Begin to read the file, if that has to be done."""
        with contextlib.suppress(LookupFailed):
            self._ready(Deadline(0.001))

    def find(self, key: str, deadline: Deadline) -> Row | None:
        """The row of this key; while the file is read anew, that of the file as it was before."""
        self._ready(deadline)
        found = self._ask(_FIND, folded(key))
        return dict(zip(self._wanted, json.loads(found[0]), strict=True)) if found else None

    def sample(self, deadline: Deadline) -> Tried:
        """The first row, with the number of rows and what is odd about them."""
        self._ready(deadline)
        first = self._ask("SELECT data FROM rows ORDER BY rowid LIMIT 1")
        facts = dict(json.loads((self._ask("SELECT value FROM facts WHERE name = 'said'") or ["{}"])[0]))
        again = (self._ask("SELECT count(*) - count(DISTINCT key) FROM rows") or [0])[0]
        said = f"{facts.get('rows', 0):,} rows, {facts.get('encoding')}"
        if facts.get("ragged"):
            said += f"; {facts['ragged']:,} rows have too few columns, the first on line {facts['first_ragged']}"
        if again:
            said += f"; {again:,} rows have the key of an earlier one, the last counts"
        row = dict(zip(self._wanted, json.loads(first[0]), strict=True)) if first else {}
        return Tried(said, row, odd=bool(facts.get("ragged") or again or not first))

    def close(self) -> None:
        """Nothing is kept open."""

    def _ready(self, deadline: Deadline) -> None:
        """Come back when there is an index to ask; LookupFailed when the file cannot be used."""
        sign = self._sign()
        if self._sign_of_index() == sign:
            return
        if self._failed and self._failed[0] == sign:
            raise LookupFailed(self._failed[1])
        building = self._built_in_background(sign)
        with contextlib.suppress(NoAnswer):  # no time is left to wait in: it is being read all the same
            building.done.wait(deadline.left)
        if self._failed and self._failed[0] == sign:
            raise LookupFailed(self._failed[1])
        if self._sign_of_index() is None:
            raise NotReady(f"{self.label} is still being read")

    def _built_in_background(self, sign: str) -> _Building:
        with self._lock:
            if self._building is None or self._building.done.is_set():
                self._building = _Building(sign, threading.Event())
                args = (self._building,)
                threading.Thread(target=self._build, args=args, name=f"index {self.label}", daemon=True).start()
            return self._building

    def _build(self, building: _Building) -> None:
        new = self._index.with_name(f"{self._index.name}.{os.getpid()}")
        try:
            new.unlink(missing_ok=True)
            self._index.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(new, os.O_CREAT | os.O_WRONLY, 0o600))
            self._write(new, building.sign)
            if self._sign() == building.sign:  # else it was being written while it was read
                new.replace(self._index)
        except (LookupFailed, OSError, sqlite3.Error, MemoryError) as error:
            self._failed = building.sign, str(error)
        finally:
            new.unlink(missing_ok=True)
            building.done.set()

    def _write(self, new: Path, sign: str) -> None:
        table = Table(self._source, self._wanted)
        with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as database:
            database.executescript(_SCHEMA)
            database.execute("BEGIN")
            rows = ((folded(row.key), row.line, json.dumps(row.values)) for row in table.rows())
            database.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
            database.execute("CREATE INDEX by_key ON rows (key)")
            facts = {"sign": sign, "said": json.dumps(table.said)}
            database.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
            database.execute("COMMIT")

    def _sign(self) -> str:
        """A mark that changes with the file and with what is read out of it."""
        try:
            stat = self._source.path.stat()
        except OSError as error:
            raise LookupFailed(f"{self._source.path} cannot be read: {error.strerror}") from None
        about = self._source.key, self._source.encoding, self._source.delimiter, *self._wanted
        return json.dumps([str(self._source.path), stat.st_mtime_ns, stat.st_size, stat.st_ino, *about])

    def _sign_of_index(self) -> str | None:
        try:
            found = self._ask("SELECT value FROM facts WHERE name = 'sign'")
        except LookupFailed:
            return None
        return str(found[0]) if found else None

    def _ask(self, query: str, *values: str) -> tuple[str, ...] | None:
        try:
            with contextlib.closing(sqlite3.connect(f"{self._index.as_uri()}?mode=ro", uri=True)) as database:
                found: tuple[str, ...] | None = database.execute(query, values).fetchone()
                return found
        except sqlite3.Error as error:
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                self._index.unlink(missing_ok=True)  # damaged: it is made anew
            raise LookupFailed(f"the index of {self.label} cannot be read: {error}") from None
