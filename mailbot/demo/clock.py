"""The demo's time: real time, which the tour moves forward."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time (aware, UTC) to the desk, its mail server and the people of the tour."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The time it is now."""
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Let the time until `moment` go by at once; a moment that has passed changes nothing."""
        self._ahead += max(moment - self(), timedelta())
