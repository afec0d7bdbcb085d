"""Keeps in mind since when something does not work, and has the admins told of it once, until it works again."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from mailbot.workflows.told import Told

Tell = Callable[[str, str, datetime, datetime], bool]
"""Tells what is wrong, with the details, since when, and now; returns whether somebody was reached."""

_PATIENCE = timedelta(minutes=5)


class Trouble:
    """One kind of fault, noted by one or more threads. It is over when it is over for all of them.

    Of several daemons that see it, one tells, by `told`; without that, each tells for itself.
    """

    def __init__(self, tell: Tell, *, patience: timedelta = _PATIENCE, told: Told | None = None) -> None:
        self._tell, self._patience, self._shared = tell, patience, told
        self._since: dict[str, datetime] = {}
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def over(self, by: str = "") -> None:
        """It works again, as far as `by` can say."""
        with self._lock:
            self._since.pop(by, None)
            if self._since or not self._told:
                return
            told = sorted(self._told)
            self._told.clear()
        if self._shared:
            self._shared.over(told)

    def note(self, what: str, detail: str, now: datetime, *, by: str = "", at_once: bool = False) -> None:
        """It failed once more. `at_once`: waiting does not mend it, so the admins hear of it now."""
        with self._lock:
            since, known = self._since.setdefault(by, now), what in self._told
            if not known and not (at_once or now - since > self._patience):
                return
            self._told.add(what)
        ours = self._shared.ours(what, now) if self._shared else True
        if ours and not known and not self._tell(what, detail, since, now):
            with self._lock:
                self._told.discard(what)
