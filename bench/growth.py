"""What stored cases cost: a mail, a tick and each question of an admin, beside the same on a desk that is new.

Run alone as `python -m bench.growth [--cases N] [--lean] [--mails N] [--database URL]`.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.archive import fill
from bench.cpu import cpu_of
from mailbot import log
from mailbot.store.database import Database
from mailbot.workflows import record
from mailbot.workflows.due import do_due_work
from mailbot.workflows.explain import explain
from tests.desk import DeskDriver, mail, write_config

_ROUNDS = 40
_WARM_UP = 40
"""Mails before it counts: the first ones split pages that filling has packed full, which no desk finds so."""
_SHOWN = 100
_DISK = Path("/var/tmp")
"""Where there is room for gigabytes, which memory would lack."""


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU milliseconds of a mail (without its reading) on a desk with few cases or none and beside `cases` stored ones,
    each a median; and by name how many milliseconds by the clock each question takes there."""

    cases: int
    bytes_per_case: int | None
    new: float
    grown: float
    questions: dict[str, float]

    @property
    def ratio(self) -> float:
        return self.grown / self.new


def measure(stored: int, url: str | None = None, *, few: int = 0, lean: bool = False, rounds: int = _ROUNDS) -> Growth:
    """A desk with so many stored cases beside one with `few` on SQLite, or on the two databases at `url` with 0 and 1
    behind it. `lean`: with less that is only read whole (`fill`)."""
    with tempfile.TemporaryDirectory(prefix="bench-growth-", dir=_DISK if _DISK.is_dir() else None) as name:
        folder = Path(name)
        new, grown = (_desk(folder / str(number), url and f"{url}{number}") for number in (0, 1))
        before = _size(folder / "1")
        for number, desk, count in ((0, new, few), (1, grown, stored)):
            if count:
                fill(desk, _url(folder / str(number), url and f"{url}{number}"), count, lean=lean)
        new.now = grown.now
        pairs = [(_mail(new, number), _mail(grown, number)) for number in range(rounds + _WARM_UP)][_WARM_UP:]
        size = _size(folder / "1")
        found = Growth(
            cases=stored,
            bytes_per_case=(size - before) // stored if size else None,
            new=median(pair[0] for pair in pairs),
            grown=median(pair[1] for pair in pairs),
            questions={name: median(_clock(ask) for _ in range(5)) for name, ask in _questions(grown)},
        )
        for desk in (new, grown):
            desk.runtime.database.close()
    return found


def as_lines(growth: Growth) -> Iterator[str]:
    """A table for people."""
    yield f"{'stored cases':<36}{growth.cases:>12,}"
    yield f"{'CPU ms a mail, few or none stored':<36}{growth.new:>12.2f}"
    yield f"{'CPU ms a mail, all stored':<36}{growth.grown:>12.2f}"
    yield f"{'ratio':<36}{growth.ratio:>12.2f}"
    if growth.bytes_per_case:
        yield f"{'bytes a case, mail left out':<36}{growth.bytes_per_case:>12,}"
    for name, milliseconds in growth.questions.items():
        yield f"{name + ', ms':<36}{milliseconds:>12.1f}"


def _desk(folder: Path, url: str | None) -> DeskDriver:
    """One that gives cases to agents by turns, for which the cases of former years count."""
    folder.mkdir()
    written = write_config(folder)
    written.write_text(f"{written.read_text()}assignment: {{strategy: round_robin}}\n")
    return DeskDriver.open(folder, Database.open(_url(folder, url)), written)


def _url(folder: Path, url: str | None) -> str:
    return url or f"sqlite:///{folder / 'mailbot.db'}"


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("mailbot.db"))


def _mail(desk: DeskDriver, number: int) -> float:
    """CPU milliseconds of a first complaint."""
    text = f"My parcel A-{20000 + number} came {number + 2} days late, and nobody has answered. I want 9.90 EUR back."
    raw = mail(
        text,
        from_=f"Nora Vale <nora{number}@mail.example>",
        to="support@acme.example",
        subject=f"Late parcel {number}",
        message_id=f"<growth-{number}@mail.example>",
    )
    desk.now += timedelta(minutes=5)  # no budget is used up
    return 1000 * cpu_of(lambda: desk.arrive(raw))


def _clock(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return 1000 * (time.monotonic() - began)


def _questions(desk: DeskDriver) -> Iterator[tuple[str, Callable[[], object]]]:
    number = desk.cases()[0].number if len(_newest(desk)) < _SHOWN else _newest(desk)[-1]
    yield "cases --limit 100", lambda: _newest(desk)
    yield "cases --overdue", lambda: _overdue(desk)
    yield "case", lambda: _whole(desk, number)
    yield "explain", lambda: _explained(desk, number)
    yield "a tick", lambda: do_due_work(desk.runtime, desk.now)


def _newest(desk: DeskDriver) -> list[str]:
    with desk.runtime.database.read() as tx:
        return [str(record.head(case)["number"]) for case in tx.cases.find(limit=_SHOWN)]


def _overdue(desk: DeskDriver) -> object:
    with desk.runtime.database.read() as tx:
        return [record.head(case) for case in tx.cases.find(overdue_at=desk.now)]


def _whole(desk: DeskDriver, number: str) -> object:
    with desk.runtime.database.read() as tx:
        case = tx.cases.by_number(number)
        assert case is not None
        return record.full(tx, case)


def _explained(desk: DeskDriver, number: str) -> object:
    with desk.runtime.database.read() as tx:
        return explain(tx, desk.runtime, number)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="how many are stored (default: %(default)s)")
    parser.add_argument(
        "--lean", action="store_true", help="only the latest thousand with what fills a page and no index"
    )
    parser.add_argument(
        "--mails", type=int, default=_ROUNDS, help="how many arrive on each desk (default: %(default)s)"
    )
    parser.add_argument("--database", metavar="URL", help="two empty databases, whose names end in 0 and 1 after this")
    arguments = parser.parse_args()
    log.configure("error")
    found = measure(arguments.cases, arguments.database, lean=arguments.lean, rounds=arguments.mails)
    print("\n".join(as_lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
