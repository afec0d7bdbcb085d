"""Lets the threads of one process write to SQLite one after the other, in the order in which they asked.

SQLite itself lets whoever asks at the right moment go first: a thread that writes again and again would keep the others
out for seconds.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.core.errors import StorageError


class Turns:
    """The turn to write, for which nobody waits longer than `patience` (seconds) once there is nobody before them."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._first, self._turn = threading.Lock(), threading.Lock()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for the turn, and have it inside. StorageError when whoever has it does not end."""
        with self._first:  # who comes back for another turn finds this taken by those that still wait for theirs
            if not self._turn.acquire(timeout=self._patience):
                raise StorageError("another part of the desk keeps the database locked; it is tried again")
        try:
            yield
        finally:
            self._turn.release()
