"""The zoo: machines that answer mail, each a function from a mail that it gets to the mails that it sends.

They are wired to one or two desks and left alone for 200 rounds, in which more than two days go by. Nothing depends
on chance but on the seed, and every mail that leaves a desk is counted.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from random import Random

from mailbot.core.letters import LetterKind
from mailbot.core.message import Address
from tests.desk import DeskDriver, Sent, mail

SEED = int(os.environ.get("MAILBOT_SEED", "20261102"))
"""The seed of all that varies; another one can be set in the environment."""

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEPS = (*[MINUTE] * 150, *[HOUR] * 50)
"""How time goes by: 200 rounds, first fast ones and then slow ones, over 52 hours."""

DAYS = 3
"""A window of 24 hours begins at most so often in that time."""

DESK = "support@acme.example"

Robot = Callable[[Sent, "Keeper"], list[bytes]]
"""What a machine makes of a mail that it gets."""


@dataclass(slots=True)
class Keeper:
    """Gives machines what varies: running numbers and chance, both from the seed."""

    chance: Random
    number: int = 0

    def message_id(self, domain: str = "robots.example") -> str:
        """A Message-ID that was not there before."""
        self.number += 1
        return f"<{self.number}.{self.chance.getrandbits(32):08x}@{domain}>"


@dataclass(frozen=True, slots=True)
class Left:
    """One mail that has left a desk: in which round, what, and to whom (without the detail behind a +)."""

    round: int
    kind: str
    to: str


@dataclass(slots=True)
class World:
    """One desk and the machines around it, by the address that mail reaches them under.

    `by_themselves` are machines that also write when time goes by.
    """

    desk: DeskDriver
    robots: Mapping[str, Robot]
    by_themselves: tuple[Callable[[timedelta], list[bytes]], ...] = ()
    seed: int = SEED
    left: list[Left] = field(default_factory=list)

    def run(self, *first: bytes, steps: tuple[timedelta, ...] = STEPS) -> "World":
        """Let the first mails arrive, and then all that comes of them; every round ends with some time."""
        print(f"seed {self.seed}")
        keeper, coming = Keeper(Random(self.seed)), [*first]
        for number, step in enumerate(steps):
            for raw in coming:
                self.desk.arrive(raw)
            self.desk.wait(step)
            coming = [raw for sent in self.desk.sent() for raw in self._leaves(number, sent, keeper)]
            coming += [raw for machine in self.by_themselves for raw in machine(step)]
        return self

    def _leaves(self, number: int, sent: Sent, keeper: Keeper) -> list[bytes]:
        to = Address("", sent.row.recipient).bare_key
        self.left.append(Left(number, sent.row.kind.value, to))
        robot = self.robots.get(to)
        return robot(sent, keeper) if robot else []

    def to(self, *addresses: str) -> int:
        """How many mails have gone to these addresses."""
        return sum(one.to in addresses for one in self.left)

    @property
    def outside(self) -> int:
        """How many have gone to anybody but the team and the admins."""
        return sum(not one.to.endswith("@acme.example") for one in self.left)

    @property
    def inside(self) -> int:
        """How many the team has got; the list of each morning comes whatever happens."""
        lists = {LetterKind.DAILY_LIST.value, LetterKind.ALERT.value}
        return sum(one.to.endswith("@acme.example") and one.kind not in lists for one in self.left)

    @property
    def alerts(self) -> int:
        """How many alerts have gone to the admins."""
        return sum(one.kind == LetterKind.ALERT.value for one in self.left)

    @property
    def kinds(self) -> Counter[str]:
        """How many of each kind, for whoever reads a failed test."""
        return Counter(f"{one.kind} {one.to}" for one in self.left)


@dataclass(slots=True)
class OtherDesk:
    """A mailbot of another organisation at support@other.example; `stripped`: relays strip its mail and ours."""

    desk: DeskDriver
    stripped: bool

    def robot(self, sent: Sent, keeper: Keeper) -> list[bytes]:
        """What it gets, it settles; what it writes about that comes with the next hour of its own."""
        self.desk.arrive(_swapped(self._on_the_way(sent, keeper)))
        return []

    def goes_on(self, keeper: Keeper) -> Callable[[timedelta], list[bytes]]:
        """Its time goes by as ours does; what it has written for us by then."""

        def machine(step: timedelta) -> list[bytes]:
            self.desk.wait(step)
            to_us = [one for one in self.desk.sent() if one.row.recipient.endswith("@other.example")]
            return [_swapped(self._on_the_way(one, keeper)) for one in to_us]

        return machine

    def _on_the_way(self, sent: Sent, keeper: Keeper) -> bytes:
        if not self.stripped:
            return sent.raw
        local, _, domain = sent.row.recipient.partition("@")
        sender = str(sent.mail["From"])
        to = f"{local.partition('+')[0]}@{domain}"
        subject = str(sent.mail["Subject"]).partition(" [")[0].removeprefix("Re: ")
        return mail(sent.text, from_=sender, to=to, subject=subject, message_id=keeper.message_id())


def _swapped(raw: bytes) -> bytes:
    """The mail as the other one sees it: each calls itself acme, and the other one other."""
    ours, theirs = b"acme.example", b"other.example"
    return raw.replace(ours, b"\x01").replace(theirs, ours).replace(b"\x01", theirs)


def letter(text: str, by: str, keeper: Keeper | None = None, **headers: str) -> bytes:
    """A mail of a machine to the desk."""
    head = {"to": DESK, "subject": "Hello", "message_id": keeper.message_id() if keeper else "<first@robots.example>"}
    return mail(text, from_=by, **head | headers)


def reply(sent: Sent, text: str, keeper: Keeper, *, by: str | None = None, **headers: str) -> bytes:
    """A mail of a machine that answers ours in its thread, as mail programs do it."""
    message_id = str(sent.mail["Message-ID"])
    references = f"{sent.mail['References'] or ''} {message_id}".strip()
    thread = {"in_reply_to": message_id, "references": references, "subject": f"Re: {sent.mail['Subject']}"}
    to = str(Address("", sent.reply_address.rpartition("<")[2].rstrip(">")).address)
    return letter(text, by or sent.row.recipient, keeper, **{"to": to, **thread, **headers})


def bare(sent: Sent) -> EmailMessage:
    """The mail as a relay leaves it that strips every header but the necessary ones."""
    kept = sent.mail
    for name in {name for name in kept if name.lower() not in _NECESSARY}:
        del kept[name]
    return kept


_NECESSARY = frozenset(
    {"from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding", "message-id"}
)
