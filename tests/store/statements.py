"""Every statement that reaches a database, whichever way it goes there, as its driver gets it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from mailbot.store import engines


@dataclass(frozen=True, slots=True)
class _Noted:
    """What looks like a connection or a cursor of the driver, and notes what is carried out by it."""

    inner: Any
    found: list[tuple[str, Any]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def cursor(self) -> "_Noted":
        return _Noted(self.inner.cursor(), self.found)

    def execute(self, text: str, values: Any = ()) -> Any:
        self.found.append((text, values))
        return self.inner.execute(text, values)

    def executemany(self, text: str, rows: Sequence[Any]) -> Any:
        self.found.append((text, rows[0]))
        return self.inner.executemany(text, rows)


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """The statements and their values, in order; of one that is carried out for many rows the first."""
    found: list[tuple[str, Any]] = []
    driver_of = engines.driver_of

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        found.append((statement, values[0] if many else values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(engines, "driver_of", lambda connection: _Noted(driver_of(connection), found))
            yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
