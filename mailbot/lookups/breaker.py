"""Leaves a source alone that keeps failing, so that mail does not wait for it again and again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

_FAILURES = 5
_PAUSE = timedelta(minutes=1)
_LONG = timedelta(minutes=5)


@dataclass(slots=True)
class Breaker:
    """After five failures in a row nobody asks for a minute; then one tries, and the rest go by how that ends."""

    _failures: int = 0
    _until: datetime | None = None
    _since: datetime | None = None
    _told: bool = False
    why: str = ""
    _lock: Lock = field(default_factory=Lock)

    def lets_through(self, now: datetime) -> bool:
        """Whether the source may be asked now."""
        with self._lock:
            if self._until is None:
                return True
            if now < self._until:
                return False
            self._until = now + _PAUSE  # the one who was let through tries for all
            return True

    def succeeded(self) -> None:
        """It answers."""
        with self._lock:
            self._failures, self._until, self._since, self._told, self.why = 0, None, None, False, ""

    def failed(self, why: str, now: datetime) -> None:
        """It failed once more."""
        with self._lock:
            self._failures += 1
            self._since, self.why = self._since or now, why
            if self._failures >= _FAILURES:
                self._until = now + _PAUSE

    def failing_long(self, now: datetime) -> datetime | None:
        """Since when it has been failing, if that is long and nobody was told: asking this tells."""
        with self._lock:
            if self._told or self._since is None or now - self._since < _LONG:
                return None
            self._told = True
            return self._since
