"""From a mail's arrival to its acknowledgement: the real daemon, waiting under IDLE, while mail comes at an even pace.

Follow-ups and daily lists fall due meanwhile (`bench/chores.py`), and now and then another process asks for a report.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import ceil
from pathlib import Path

from imapclient import IMAPClient

from bench import chores
from bench.chores import EVERY, NO_CHORES, Chores
from bench.desk import write_config
from bench.mails import Mail, write_mails
from bench.sink import Sink
from mailbot.core.server import Server
from mailbot.core.surveys import FOLLOW_UP
from tests.servers.dovecot import Dovecot

_READY = "mailbox.watched"
_START_SECONDS = 60.0
_PATIENCE_SECONDS = 30.0
_STOP_SECONDS = 40.0
_LOOK_SECONDS = 0.2
_ASK_SECONDS = 10.0
# About what the desk takes to start; the chores fall due from then on.
_STARTING = timedelta(seconds=6)


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds between arrival and acknowledgement, ascending, and how many mails were never acknowledged.

    `pace`: how many mails came a second; `chores`: what fell due meanwhile; `reports`: how many were asked for.
    """

    seconds: tuple[float, ...]
    missing: int
    pace: float = 0.0
    chores: Chores = NO_CHORES
    reports: int = 0

    def percentile(self, percent: int) -> float:
        """The time within which so many percent of the acknowledged mails were; nan if none was."""
        return self.seconds[ceil(len(self.seconds) * percent / 100) - 1] if self.seconds else float("nan")


def measure(
    dovecot: Dovecot, sink: Sink, folder: Path, *, url: str, seed: int, per_second: float, seconds: float
) -> Latency:
    """Deliver complaints for so many `seconds`, each from a customer of its own; `url` is that of an empty database."""
    box, begin, span = dovecot.server(), datetime.now(UTC), timedelta(seconds=seconds)
    config = write_config(folder, imap=box, smtp_port=sink.port, database=url)
    former = _complaints(begin - timedelta(days=3), seed + 1)
    first, *mails = _stored(islice(_complaints(begin, seed), 1 + round(per_second * seconds)), folder)
    chores.plan(config, url, islice(former, span // EVERY[FOLLOW_UP]), datetime.now(UTC) + _STARTING, span)
    with _daemon(config, folder / "daemon.log"):
        _wait(sink, set(_deliver(box, [first], per_second)))  # its reading processes load meanwhile
        with _asking(config) as reports:
            arrived = _deliver(box, mails, per_second)
        acknowledged = _wait(sink, set(arrived))
    waits = sorted(acknowledged[customer] - arrived[customer] for customer in acknowledged)
    pace = len(arrived) / (max(arrived.values()) - min(arrived.values()) + 1 / per_second)
    return Latency(tuple(waits), len(arrived) - len(waits), pace, chores.count(url, datetime.now(UTC)), len(reports))


def _complaints(now: datetime, seed: int) -> Iterator[Mail]:
    return (mail for mail in write_mails(now, seed) if mail.acknowledged)


def _stored(mails: Iterable[Mail], folder: Path) -> list[tuple[str, Path]]:
    """Sender and file of each: to make them up meanwhile would take the desk's CPU, and together they are many."""
    place = folder / "to-come"
    place.mkdir()
    found = []
    for number, mail in enumerate(mails):
        file = place / str(number)
        file.write_bytes(mail.raw)
        found.append((mail.sender, file))
    return found


def _deliver(box: Server, mails: Sequence[tuple[str, Path]], per_second: float) -> dict[str, float]:
    """The moment before each mail was handed to the server, by its sender."""
    arrived: dict[str, float] = {}
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, box.password.reveal() if box.password else "")
        began = time.monotonic()
        for number, (sender, file) in enumerate(mails):
            raw = file.read_bytes()
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            arrived[sender] = time.monotonic()
            client.append("INBOX", raw)
    return arrived


@contextmanager
def _asking(config: Path) -> Iterator[list[None]]:
    """Ask for the latest cases every now and then; an item for each report that came."""
    over, reports = threading.Event(), list[None]()
    command = [sys.executable, "-m", "mailbot", "cases", "--limit", "100", "--json", "--config", str(config)]

    def ask() -> None:
        while not over.wait(_ASK_SECONDS):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            reports.append(None)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield reports
    finally:
        over.set()
        thread.join()


def _wait(sink: Sink, customers: set[str]) -> dict[str, float]:
    """When each customer's acknowledgement was accepted; those that do not come in time are missing."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        found = {mail.recipient: mail.at for mail in sink.accepted() if mail.acknowledgement}
        mine = {customer: at for customer, at in found.items() if customer in customers}
        if len(mine) == len(customers) or time.monotonic() > ends:
            return mine
        time.sleep(_LOOK_SECONDS)


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "mailbot", "run", "--config", str(config)]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        _wait_until_ready(process, log)
        yield
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while _READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"the daemon does not watch its mailbox:\n{log.read_text()[-2000:]}")
        time.sleep(_LOOK_SECONDS)
