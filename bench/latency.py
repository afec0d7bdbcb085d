"""From a mail's arrival to its acknowledgement: the real daemon, waiting under IDLE, while mail trickles in."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from imapclient import IMAPClient

from bench.desk import write_config
from bench.mails import Mail
from bench.sink import Sink
from mailbot.core.server import Server
from tests.servers.dovecot import Dovecot

_READY = "mailbox.watched"
_START_SECONDS = 60.0
_PATIENCE_SECONDS = 30.0
_STOP_SECONDS = 40.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds between arrival and acknowledgement, ascending, and how many mails were never acknowledged."""

    seconds: tuple[float, ...]
    missing: int

    def percentile(self, percent: int) -> float:
        """The time within which so many percent of the acknowledged mails were; nan if none was."""
        return self.seconds[ceil(len(self.seconds) * percent / 100) - 1] if self.seconds else float("nan")


def measure(
    mails: Sequence[Mail], dovecot: Dovecot, sink: Sink, folder: Path, *, per_second: float, database: str | None = None
) -> Latency:
    """Deliver `mails`, each from a customer of its own, at an even pace."""
    box = dovecot.server()
    url = database or f"sqlite:///{folder / 'daemon.db'}"
    config = write_config(folder, imap=box, smtp_port=sink.port, database=url)
    with _daemon(config, folder / "daemon.log"):
        arrived = _deliver(box, mails, per_second)
        acknowledged = _wait(sink, set(arrived))
    seconds = sorted(acknowledged[customer] - arrived[customer] for customer in acknowledged)
    return Latency(tuple(seconds), len(arrived) - len(seconds))


def _deliver(box: Server, mails: Sequence[Mail], per_second: float) -> dict[str, float]:
    """The moment before each mail was handed to the server, by its sender."""
    arrived: dict[str, float] = {}
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, box.password.reveal() if box.password else "")
        began = time.monotonic()
        for number, mail in enumerate(mails):
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            arrived[mail.sender] = time.monotonic()
            client.append("INBOX", mail.raw)
    return arrived


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
