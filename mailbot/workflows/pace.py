"""How many letters are claimed together: few, so that no urgent one waits for them; more where they leave fast."""

_FEWEST = 10
# So many times the fewest: after a crash, all that were claimed are in doubt.
_GROWS_TO = 4
_FAST, _SLOW = 0.25, 0.5  # seconds


class Pace:
    """How large the next batch of a sender is that has so many connections: by the time that the last ones took."""

    def __init__(self, connections: int) -> None:
        self._fewest = max(_FEWEST, 2 * connections)
        self.letters = self._fewest

    def note(self, letters: int, seconds: float) -> None:
        """So many have been sent together in so many seconds."""
        if seconds > _SLOW:
            self.letters = max(self._fewest, self.letters // 2)
        elif letters >= self.letters and seconds < _FAST:
            self.letters = min(_GROWS_TO * self._fewest, 2 * self.letters)
