"""What a tick costs beside what is stored: CPU of a pass over the due work, with few and with many rows pending.

Run alone as `python -m bench.due`.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from bench.cpu import cpu_of
from mailbot.core.policy import WAIT
from mailbot.store.database import Database
from mailbot.store.due import DueWork
from mailbot.workflows.due import do_due_work
from tests.desk import DeskDriver, mail

_SIZES = (1_000, 100_000)
_ROUNDS = 15
_DUE = 50
_COMPLAINT = "My order A-10293 came five days late. Please refund the delivery fee of 9.90 EUR."


@dataclass(frozen=True, slots=True)
class Tick:
    """CPU milliseconds of a pass with so many rows `pending`: with nothing due, and with fifty rows due."""

    pending: int
    idle: float
    busy: float


def measure(sizes: Sequence[int] = _SIZES) -> tuple[Tick, ...]:
    """One desk for each size; the figures are medians, taken in turn so that the machine's moods hit all alike."""
    with tempfile.TemporaryDirectory(prefix="bench-due-") as name:
        desks = [_desk(Path(name, str(size)), size) for size in sizes]
        rounds = [[_round(desk, number) for desk in desks] for number in range(_ROUNDS)]
        for desk in desks:
            desk.runtime.database.close()
    return tuple(
        Tick(size, *(median(turn[place][kind] for turn in rounds) for kind in (0, 1)))
        for place, size in enumerate(sizes)
    )


def as_lines(ticks: Sequence[Tick]) -> Iterator[str]:
    """A table for people."""
    yield f"{'due rows pending, CPU ms a tick':<32}{'nothing due':>12}{'50 due':>10}"
    for tick in ticks:
        yield f"{tick.pending:<32}{tick.idle:>12.2f}{tick.busy:>10.1f}"
    yield f"{'many / few':<32}{ticks[-1].idle / ticks[0].idle:>12.2f}{ticks[-1].busy / ticks[0].busy:>10.2f}"


def _desk(folder: Path, pending: int) -> DeskDriver:
    folder.mkdir()
    desk = DeskDriver.open(folder, Database.open(f"sqlite:///{folder / 'mailbot.db'}"))
    desk.arrive(mail(_COMPLAINT, from_="Kate Bell <kate@mail.example>", to="support@acme.example", subject="Late"))
    later = desk.now + timedelta(days=365)
    _plan(desk, (later + timedelta(seconds=number) for number in range(pending)), "later")
    return desk


def _round(desk: DeskDriver, number: int) -> tuple[float, float]:
    desk.now += timedelta(minutes=1)
    idle = cpu_of(lambda: do_due_work(desk.runtime, desk.now))
    _plan(desk, (desk.now - timedelta(seconds=second) for second in range(_DUE)), f"round {number}")
    busy = cpu_of(lambda: do_due_work(desk.runtime, desk.now))
    return idle * 1000, busy * 1000


def _plan(desk: DeskDriver, moments: Iterator[datetime], name: str) -> None:
    """Work that looks at its case and finds that nothing is to be done."""
    case = desk.cases()[0]
    with desk.runtime.database.begin() as tx:
        for number, due_at in enumerate(moments):
            key = f"{WAIT} {name} {number}"
            tx.due.add(DueWork(key=key, kind=WAIT, case_id=case.id, due_at=due_at), desk.now)


def main() -> int:
    print("\n".join(as_lines(measure())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
