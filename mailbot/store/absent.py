"""What a transaction knows not to be in the database, so that it need not ask: it has looked, or has made the key."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from mailbot.store.columns import key
from mailbot.store.prepared import Values


class Absent:
    """Values of columns that no row has. Whoever writes to a table says so here."""

    __slots__ = ("_of",)

    def __init__(self) -> None:
        self._of: dict[sa.Table, dict[str, set[object]]] = {}

    def note(self, column: sa.Column[Any], values: Iterable[object]) -> None:
        """No row has one of these values, as far as this transaction will see."""
        self._of.setdefault(column.table, {}).setdefault(column.name, set()).update(map(_stored, values))

    def has(self, column: sa.Column[Any], value: object) -> bool:
        """Whether no row has this value; False where nobody has looked."""
        known = self._of.get(column.table)
        return known is not None and _stored(value) in known.get(column.name, ())

    def written(self, table: sa.Table, rows: Iterable[Values]) -> None:
        """These rows are there now."""
        for name, absent in self._of.get(table, {}).items():
            absent.difference_update(_stored(row.get(name)) for row in rows)

    def changed(self, table: sa.Table) -> None:
        """Something else has happened to the table: nothing is known of it any more."""
        self._of.pop(table, None)

    def clear(self) -> None:
        """What was done is undone."""
        self._of.clear()


def _stored(value: object) -> object:
    return key(value) if isinstance(value, str) else value
