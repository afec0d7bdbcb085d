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
from itertools import chain, islice
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
    dovecot: Dovecot,
    sink: Sink,
    folder: Path,
    *,
    url: str,
    seed: int,
    per_second: float,
    seconds: float,
    only_first: bool = False,
) -> Latency:
    """Deliver mails of all kinds for so many `seconds`; `url` is that of an empty database.

    `only_first`: none but first complaints and questions, each from a customer of its own, which cost the most.
    """
    box, begin, span = dovecot.server(), datetime.now(UTC), timedelta(seconds=seconds)
    config = write_config(folder, imap=box, smtp_port=sink.port, database=url)
    former = _first(write_mails(begin - timedelta(days=3), seed + 1))
    coming = write_mails(begin, seed)
    complaint = next(_first(coming))
    following = islice(_first(coming) if only_first else coming, round(per_second * seconds))
    first, *mails = _stored(chain([complaint], following), folder)
    chores.plan(config, url, islice(former, span // EVERY[FOLLOW_UP]), datetime.now(UTC) + _STARTING, span)
    with _daemon(config, folder / "daemon.log"):
        _wait(sink, set(_deliver(box, [first], per_second)[0]))  # its reading processes load meanwhile
        with _asking(config) as reports:
            arrived, pace = _deliver(box, mails, per_second)
        acknowledged = _wait(sink, set(arrived))
    waits = sorted(acknowledged[customer] - arrived[customer] for customer in acknowledged)
    return Latency(tuple(waits), len(arrived) - len(waits), pace, chores.count(url, datetime.now(UTC)), len(reports))


def _first(mails: Iterable[Mail]) -> Iterator[Mail]:
    return (mail for mail in mails if mail.acknowledged)


def _stored(mails: Iterable[Mail], folder: Path) -> list[tuple[str | None, Path]]:
    """Who is acknowledged for each, if anybody, and its file.

    To make them up meanwhile would take the desk's CPU, and together they are many.
    """
    place = folder / "to-come"
    place.mkdir()
    found = list[tuple[str | None, Path]]()
    for number, mail in enumerate(mails):
        file = place / str(number)
        file.write_bytes(mail.raw)
        found.append((mail.sender if mail.acknowledged else None, file))
    return found


def _deliver(
    box: Server, mails: Sequence[tuple[str | None, Path]], per_second: float
) -> tuple[dict[str, float], float]:
    """The moment before each mail was handed to the server, by who is acknowledged for it; how many came a second."""
    arrived: dict[str, float] = {}
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, box.password.reveal() if box.password else "")
        began = time.monotonic()
        for number, (customer, file) in enumerate(mails):
            raw = file.read_bytes()
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            if customer:
                arrived[customer] = time.monotonic()
            client.append("INBOX", raw)
        return arrived, len(mails) / (time.monotonic() - began)


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
