"""Answers that are kept for a while, and never more than so many."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")
_MOST = 10_000


class Kept(Generic[V]):
    """The latest answers by key; the one not asked for longest makes room."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._answers: OrderedDict[str, tuple[datetime, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, now: datetime) -> tuple[V] | None:
        """The answer in a tuple, as it may be None itself; None where none is kept that still counts."""
        with self._lock:
            until, answer = self._answers.get(key, (None, None))
            if until is None or until <= now:
                self._answers.pop(key, None)
                return None
            self._answers.move_to_end(key)
            return (answer,)  # type: ignore[return-value]  # it stands beside a moment, so it is one

    def put(self, key: str, answer: V, now: datetime, span: timedelta) -> None:
        """Keep an answer for so long."""
        with self._lock:
            self._answers[key] = now + span, answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
