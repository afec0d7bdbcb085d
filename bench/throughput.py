"""A full mailbox, handled slice by slice by the desk and by the floor in turn, so that noise hits both alike."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

from imapclient import IMAPClient

from bench.desk import write_config
from bench.mails import Mail
from bench.meter import Contestant, Cost
from bench.sink import Sink
from mailbot.core.server import Server
from tests.servers.dovecot import Dovecot

_FIFTH = 5
WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Course:
    """What one contestant's slices cost, in their order, and what its start cost before them."""

    start: Cost
    slices: tuple[Cost, ...]
    mails: int

    @property
    def total(self) -> Cost:
        return reduce(add, self.slices)

    @property
    def cpu_per_mail(self) -> float:
        """CPU milliseconds for each mail."""
        return 1000 * self.total.cpu / self.mails

    @property
    def mails_per_second(self) -> float:
        return self.mails / self.total.seconds

    @property
    def cpu_growth(self) -> float:
        """CPU for the last fifth of the mails as a multiple of that for the first fifth."""
        fifth = len(self.slices) // _FIFTH
        return reduce(add, self.slices[-fifth:]).cpu / reduce(add, self.slices[:fifth]).cpu

    @property
    def memory_growth(self) -> float:
        """The memory peak at the end as a multiple of that after the first fifth."""
        return self.total.peak / self.slices[len(self.slices) // _FIFTH - 1].peak


@dataclass(frozen=True, slots=True)
class Throughput:
    """Both courses over the same mails, and how many of the customers to acknowledge were so, once."""

    desk: Course
    floor: Course
    expected: int
    acknowledged: int

    @property
    def cpu_ratio(self) -> float:
        """What a mail costs the desk as a multiple of the floor."""
        return self.desk.cpu_per_mail / self.floor.cpu_per_mail

    @property
    def cpu_growth(self) -> float:
        """The desk's growth as a multiple of the floor's, which is what the machine and the mails have done to both."""
        return self.desk.cpu_growth / self.floor.cpu_growth


def measure(
    mails: Sequence[Mail], dovecot: Dovecot, sink: Sink, folder: Path, *, database: str | None = None, slices: int = 10
) -> Throughput:
    """Let both work through the mails; the first few of them warm up and are not counted."""
    box, floor_box = dovecot.server(), dovecot.server()
    url = database or f"sqlite:///{folder / 'desk.db'}"
    config = write_config(folder, imap=box, smtp_port=sink.port, database=url)
    password = floor_box.password.reveal() if floor_box.password else ""
    floor_arguments = (floor_box.port, floor_box.username, password, sink.port, folder / "floor.db")
    costs: list[tuple[Cost, Cost]] = []
    with (
        Contestant("bench.desk", config, log=folder / "desk.log") as desk,
        Contestant("bench.floor", *floor_arguments, log=folder / "floor.log") as floor,
    ):
        for part in (mails[:WARM_UP], *_divided(mails[WARM_UP:], slices)):
            fill(box, part)
            fill(floor_box, part)
            costs.append((desk.work(), floor.work()))
        desk_course, floor_course = (
            Course(contestant.start, tuple(pair[i] for pair in costs[1:]), len(mails) - WARM_UP)
            for i, contestant in enumerate((desk, floor))
        )
    due = Counter(mail.sender for mail in mails if mail.acknowledged)
    sent = Counter(mail.recipient for mail in sink.accepted() if mail.acknowledgement)
    return Throughput(desk_course, floor_course, len(due), sum(sent[customer] == 1 for customer in due))


def fill(server: Server, mails: Sequence[Mail]) -> None:
    """Put mails into the inbox."""
    with IMAPClient(server.host, server.port, ssl=False) as client:
        client.login(server.username, server.password.reveal() if server.password else "")
        for mail in mails:
            client.append("INBOX", mail.raw)


def _divided(mails: Sequence[Mail], parts: int) -> list[Sequence[Mail]]:
    size = -(-len(mails) // parts)
    return [mails[start : start + size] for start in range(0, len(mails), size)]
