"""A full mailbox, handled slice by slice by the desk, the floor and the peer in turn, so that noise hits all alike."""

import subprocess
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

from imapclient import IMAPClient

from bench.databases import Databases, plain
from bench.desk import write_config
from bench.mails import Mail
from bench.meter import Contestant, Cost
from bench.sink import Sink, running_sink
from mailbot.core.server import Server
from tests.servers.dovecot import Dovecot

_FIFTH = 5
_PEER = ("django-helpdesk", "django")
WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Course:
    """What one contestant's slices cost, in their order, and what its start cost before them.

    `letters` is how many mails it wrote, those of the warming up included.
    """

    start: Cost
    slices: tuple[Cost, ...]
    mails: int
    letters: int = 0

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
class Peer:
    """The course of another desk over the same mails, and how many customers it acknowledged at least once."""

    version: str
    course: Course
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """All courses over the same mails, and how many of the customers to acknowledge the desk did, once."""

    desk: Course
    floor: Course
    expected: int
    acknowledged: int
    peer: Peer | None = None

    @property
    def cpu_ratio(self) -> float:
        """What a mail costs the desk as a multiple of the floor."""
        return self.desk.cpu_per_mail / self.floor.cpu_per_mail

    @property
    def cpu_growth(self) -> float:
        """The desk's growth as a multiple of the floor's, which is what the machine and the mails have done to both."""
        return self.desk.cpu_growth / self.floor.cpu_growth


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a contestant works: its mailbox, the server for what it writes, its database and its log."""

    box: Server
    sink: Sink
    database: str
    folder: Path

    @property
    def servers(self) -> tuple[object, ...]:
        password = self.box.password.reveal() if self.box.password else ""
        return self.box.port, self.box.username, password, self.sink.port, plain(self.database)


def measure(
    mails: Sequence[Mail], dovecot: Dovecot, databases: Databases, *, slices: int = 10, peer: Path | None = None
) -> Throughput:
    """Let all work through the mails; the first few of them warm up and are not counted.

    `peer` is an interpreter that has django-helpdesk.
    """
    due = Counter(mail.sender for mail in mails if mail.acknowledged)
    with ExitStack() as stack:

        def place(name: str) -> _Place:
            sink = stack.enter_context(running_sink())
            return _Place(dovecot.server(), sink, databases.create(name), databases.folder)

        places = [place(name) for name in ("desk", "floor", "peer")[: 3 if peer else 2]]
        beginners = [_desk(places[0]), _floor(places[1]), *(_peer(each, peer) for each in places[2:] if peer)]
        contestants = [stack.enter_context(each) for each in beginners]
        courses = _run(contestants, places, mails, slices)
        times = [Counter(mail.recipient for mail in each.sink.accepted() if mail.acknowledgement) for each in places]
    return Throughput(
        courses[0],
        courses[1],
        expected=len(due),
        acknowledged=sum(times[0][customer] == 1 for customer in due),
        peer=Peer(_version(peer), courses[2], sum(times[2][customer] > 0 for customer in due)) if peer else None,
    )


def _run(
    contestants: Sequence[Contestant], places: Sequence[_Place], mails: Sequence[Mail], slices: int
) -> list[Course]:
    costs: list[list[Cost]] = []
    for part in (mails[:WARM_UP], *_divided(mails[WARM_UP:], slices)):
        for place in places:
            fill(place.box, part)
        costs.append([contestant.work() for contestant in contestants])
    counted = zip(*costs[1:], strict=True)
    return [
        Course(contestant.start, tuple(own), len(mails) - WARM_UP, len(place.sink.accepted()))
        for contestant, own, place in zip(contestants, counted, places, strict=True)
    ]


def _desk(place: _Place) -> Contestant:
    config = write_config(place.folder, imap=place.box, smtp_port=place.sink.port, database=place.database)
    return Contestant("bench.desk", config, log=place.folder / "desk.log")


def _floor(place: _Place) -> Contestant:
    return Contestant("bench.floor", *place.servers, log=place.folder / "floor.log")


def _peer(place: _Place, python: Path) -> Contestant:
    files, log = place.folder / "peer-files", place.folder / "peer.log"
    return Contestant("bench.peer", *place.servers, files, log=log, python=python)


def _version(python: Path) -> str:
    program = (
        f"from importlib.metadata import version; print(*(f'{{name}} {{version(name)}}' for name in {_PEER}), sep=', ')"
    )
    return subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def fill(server: Server, mails: Sequence[Mail]) -> None:
    """Put mails into the inbox."""
    with IMAPClient(server.host, server.port, ssl=False) as client:
        client.login(server.username, server.password.reveal() if server.password else "")
        for mail in mails:
            client.append("INBOX", mail.raw)


def _divided(mails: Sequence[Mail], parts: int) -> list[Sequence[Mail]]:
    size = -(-len(mails) // parts)
    return [mails[start : start + size] for start in range(0, len(mails), size)]
