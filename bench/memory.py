"""Whether memory stays flat: the real daemon, its reading processes and its SQLite file, over many mails.

Run alone as `python -m bench.memory [--mails N]`; a tenth after the other, each measured once all of it was handled.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from imapclient import IMAPClient

from bench.desk import write_config
from bench.mails import Mail, write_mails
from bench.sink import running_sink
from bench.throughput import fill
from mailbot.core.server import Server
from tests.servers.dovecot import Dovecot, DovecotMissingError, running_dovecot

_TENTHS = 10
_AT_ONCE = 500
"""So many mails are made and put into the inbox at a time: a hundred thousand would need more memory than the desk."""
_READY = "mailbox.watched"
_START_SECONDS, _STOP_SECONDS, _SECONDS_A_MAIL = 120.0, 60.0, 2.0
WARM_UP = 400
"""After so many mails a desk has words in all its languages, and has had every kind of mail."""
_LOOK_SECONDS = 0.02
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What a desk takes after so many mails, in bytes: its daemon (RSS), the processes that read for it (PSS, which
    counts a page that several share once), and its database on disk."""

    mails: int
    daemon: int
    nursery: int
    readers: int
    database: int


@dataclass(frozen=True, slots=True)
class Course:
    """Seconds until the mailbox was watched, at the very first start and at the next; then what it took."""

    first_start: float
    start: float
    idle: Sample
    tenths: tuple[Sample, ...]

    @property
    def growth(self) -> float:
        """The daemon's memory after the last tenth as a multiple of that after the first."""
        return self.tenths[-1].daemon / self.tenths[0].daemon

    @property
    def growth_of_reading(self) -> float:
        """The same of all processes that read."""
        first, last = self.tenths[0], self.tenths[-1]
        return (last.nursery + last.readers) / (first.nursery + first.readers)

    @property
    def bytes_a_mail(self) -> float:
        """By how much the database grows with a mail."""
        return (self.tenths[-1].database - self.idle.database) / self.tenths[-1].mails


def measure(
    mails: int, dovecot: Dovecot, folder: Path, *, seed: int = 1, warm_up: int = WARM_UP, rest: float = 3.0
) -> Course:
    """Let a desk of its own in this folder work through so many mails, after some that are not counted.

    `rest`: seconds that it has to itself before it is measured.
    """
    box = dovecot.server()
    database = folder / "memory.db"
    written = write_mails(datetime.now(UTC), seed)
    with running_sink() as sink:
        config = write_config(folder, imap=box, smtp_port=sink.port, database=f"sqlite:///{database}")
        with _daemon(config, folder / "first.log") as (_, first_start):
            pass
        with _daemon(config, folder / "daemon.log") as (pid, start):
            time.sleep(rest)
            idle = _sample(0, pid, database)
            _handle(islice(written, warm_up), box)
            tenths = []
            for n in range(_TENTHS):
                done, there = mails * n // _TENTHS, mails * (n + 1) // _TENTHS
                _handle(islice(written, there - done), box)
                time.sleep(rest)
                tenths.append(_sample(warm_up + there, pid, database))
    return Course(first_start, start, idle, tuple(tenths))


def as_lines(course: Course) -> Iterator[str]:
    """A table for people."""
    yield f"{'mails':>9}{'daemon, MB':>13}{'nursery, MB':>13}{'readers, MB':>13}{'database, kB a mail':>22}"
    for sample in (course.idle, *course.tenths):
        memory = (sample.daemon, sample.nursery, sample.readers)
        growth = (sample.database - course.idle.database) / max(1, sample.mails)
        yield f"{sample.mails:>9,}" + "".join(f"{part / _MB:>13.1f}" for part in memory) + f"{growth / 1000:>22.1f}"
    yield f"{'last tenth / first':<35}{course.growth:>8.3f}"
    yield f"{'the same of what reads':<35}{course.growth_of_reading:>8.3f}"
    yield f"{'seconds to start':<35}{course.start:>8.2f}"
    yield f"{'seconds to the very first start':<35}{course.first_start:>8.2f}"


def _handle(mails: Iterator[Mail], box: Server) -> None:
    """Put mails into the inbox, some at a time, and wait until the desk has handled them."""
    while some := list(islice(mails, _AT_ONCE)):
        fill(box, some)
        _wait_until_handled(box, time.monotonic() + _START_SECONDS + len(some) * _SECONDS_A_MAIL)


def _wait_until_handled(box: Server, ends: float) -> None:
    """Until the inbox is empty: every mail was moved, which is the last thing that is done with it."""
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, box.password.reveal() if box.password else "")
        while client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"]:
            if time.monotonic() > ends:
                raise RuntimeError("the desk does not get done with its mail")
            time.sleep(10 * _LOOK_SECONDS)


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[tuple[int, float]]:
    """A running desk: its process, and how many seconds it took until it watched its mailbox."""
    began = time.monotonic()
    with log.open("w") as errors:
        process = subprocess.Popen([sys.executable, "-m", "mailbot", "run", "--config", str(config)], stderr=errors)
    try:
        while _READY not in log.read_text("utf-8"):
            if process.poll() is not None or time.monotonic() > began + _START_SECONDS:
                raise RuntimeError(f"the daemon does not watch its mailbox:\n{log.read_text('utf-8')[-2000:]}")
            time.sleep(_LOOK_SECONDS)
        yield process.pid, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _sample(mails: int, pid: int, database: Path) -> Sample:
    nurseries = [child for child in _children(pid) if b"mailbot.reading.nursery" in _command(child)]
    readers = [reader for nursery in nurseries for reader in _children(nursery)]
    files = (database, database.with_name(f"{database.name}-wal"))
    return Sample(
        mails=mails,
        daemon=_memory(pid, "Rss"),
        nursery=sum(_memory(nursery, "Pss") for nursery in nurseries),
        readers=sum(_memory(reader, "Pss") for reader in readers),
        database=sum(file.stat().st_size for file in files if file.exists()),
    )


def _memory(pid: int, name: str) -> int:
    """Bytes by proc(5), `smaps_rollup`; none of a process that has just ended."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
    return 0


def _children(pid: int) -> list[int]:
    lists = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for line in lists for child in line.split()]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--mails", type=int, default=2000, help="ten at least (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    if arguments.mails < _TENTHS:
        parser.error(f"--mails: {_TENTHS} at least")
    try:
        with running_dovecot() as dovecot, tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
            course = measure(arguments.mails, dovecot, Path(name), seed=arguments.seed)
    except DovecotMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    print("\n".join(as_lines(course)))
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(course), indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
