"""What the letters of a mail cost: CPU of packing them for the outbox, and the parts of it.

Run alone as `python -m bench.letters`.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.mails import Mail, make_mails
from mailbot import log
from mailbot.mail.templates import Templates
from mailbot.store.database import Database
from mailbot.workflows import letter_bytes, mailing, settle
from tests.desk import DeskDriver

_WHOLE = "a letter"
_PARTS: Mapping[str, tuple[tuple[object, str], ...]] = {
    _WHOLE: ((settle, "pack"), (mailing, "of_letters")),
    "its words": ((Templates, "render"), (Templates, "draft")),
    "its bytes": ((letter_bytes, "compose"),),
    "its lines by fingerprint": ((mailing, "of_letters"),),
}


@dataclass(frozen=True, slots=True)
class Part:
    """CPU milliseconds a letter that this part takes, the median of all slices."""

    name: str
    cost: float


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters a mail leads to, what they cost, and what their parts do."""

    a_mail: float
    parts: tuple[Part, ...]


@dataclass(slots=True)
class _Meter:
    """Takes the time of calls."""

    calls: int = 0
    seconds: float = 0.0

    def around(self, work: Callable[..., Any], *, counts: bool) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return work(*given, **named)
            finally:
                self.seconds += time.process_time() - began
                self.calls += counts

        return timed


@dataclass(slots=True)
class _Slices:
    """What each part has cost a letter, slice by slice."""

    meters: dict[str, _Meter]
    costs: dict[str, list[float]] = field(default_factory=dict)
    letters: int = 0

    def end(self) -> None:
        letters = self.meters[_WHOLE].calls
        self.letters += letters
        for name, meter in self.meters.items():
            self.costs.setdefault(name, []).append(1000 * meter.seconds / letters)
            meter.calls, meter.seconds = 0, 0.0


def measure(slices: int = 10, mails_a_slice: int = 60) -> Letters:
    """The mails of the benchmark arrive at a desk, after as many to warm up; each letter is watched as it is packed."""
    with tempfile.TemporaryDirectory(prefix="bench-letters-") as name, ExitStack() as watching:
        folder = Path(name)
        desk = DeskDriver.open(folder, Database.open(f"sqlite:///{folder / 'mailbot.db'}"))
        mails = make_mails((slices + 1) * mails_a_slice, desk.now)
        first, *rest = (mails[start : start + mails_a_slice] for start in range(0, len(mails), mails_a_slice))
        _arrive(desk, first)
        found = _Slices({name: _watched(seams, watching) for name, seams in _PARTS.items()})
        for part in rest:
            _arrive(desk, part)
            found.end()
        desk.runtime.database.close()
    costs = tuple(Part(name, median(costs)) for name, costs in found.costs.items())
    return Letters(found.letters / sum(map(len, rest)), costs)


def as_lines(found: Letters) -> Iterator[str]:
    """A table for people."""
    yield f"{'letters, CPU ms':<32}{'each':>10}{'a mail':>10}"
    for part in found.parts:
        yield f"{part.name:<32}{part.cost:>10.2f}{part.cost * found.a_mail:>10.2f}"
    yield f"{'letters a mail':<32}{'':>10}{found.a_mail:>10.2f}"


def _watched(seams: Sequence[tuple[object, str]], watching: ExitStack) -> _Meter:
    """What takes the time of these functions, and counts the calls of the first, until `watching` ends."""
    meter = _Meter()
    for place, (owner, name) in enumerate(seams):
        work = getattr(owner, name)
        setattr(owner, name, meter.around(work, counts=place == 0))
        watching.callback(setattr, owner, name, work)
    return meter


def _arrive(desk: DeskDriver, mails: Sequence[Mail]) -> None:
    for mail in mails:
        desk.arrive(mail.raw)


def main() -> int:
    log.configure("error")
    print("\n".join(as_lines(measure())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
