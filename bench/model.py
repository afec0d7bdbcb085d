"""`python -m bench.model --json FILE`: what a desk of another size needs, reckoned from what `bench.daemons` measured.

A model on paper: a mail is taken to cost the same at any size, and what all mails cost at the busiest hour is compared
with what the given machines can do. The fullest part comes first; from 100 % on it is too small.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import ceil
from pathlib import Path
from typing import Any

from mailbot.threads import _SEND_EVERY_SECONDS, _STAND_BY_SECONDS

_DAY_SECONDS = 86_400
# So much of each part is used at the busiest hour: behind something fuller, what waits grows without end.
_FILL = 0.7
# A daemon's connections: five are kept, and ten more opened when they are needed (SQLAlchemy's pool).
_POOL = 15
_SPARE_CONNECTIONS = 20
_CHECKPOINT_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The desk that is reckoned and the machines that it has; `peak` is the busiest hour beside the mean.

    Bytes and commands of disks are a second's; `relay` is how many letters a second one mailbox's account may send.
    """

    mailboxes: int = 100
    mails_a_day: float = 10_000_000
    peak: float = 3.0
    letters: float = 2.5
    kept_days: float = 90
    daemon_cores: int = 64
    database_cores: int = 32
    disk_syncs: float = 10_000
    disk_megabytes: float = 500
    disk_terabytes: float = 30
    relay: float = 20

    @property
    def rate(self) -> float:
        """Mails a second at the busiest hour."""
        return self.peak * self.mails_a_day / _DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Need:
    """What one part has to do, and how much of it may be asked for."""

    part: str
    needed: float
    there: float
    unit: str

    @property
    def load(self) -> float:
        return self.needed / self.there


def daemons_for(size: Size, run: dict[str, Any]) -> int:
    """How many daemons settle the peak: Python runs in one thread of each at a time, and reads in other processes."""
    return ceil(size.rate * run["own_cpu"] / 1000 / _FILL)


def needs(size: Size, run: dict[str, Any]) -> Sequence[Need]:
    """What the busiest hour needs, the fullest part first; `run` is one of those that `bench.daemons` has written."""
    daemons, asked = daemons_for(size, run), questions(size, run)
    desk, database = (run[name] / run["idle_commits"] / 1000 for name in ("idle_cpu", "idle_database_cpu"))
    found = [
        Need("daemons, CPU", size.rate * run["cpu"] / 1000 + asked * desk, size.daemon_cores * _FILL, "cores"),
        Need(
            "PostgreSQL, CPU",
            size.rate * run["database_cpu"] / 1000 + asked * database,
            size.database_cores * _FILL,
            "cores",
        ),
        Need("PostgreSQL, fsyncs", size.rate * run["syncs"], size.disk_syncs * _FILL, "a second"),
        Need("PostgreSQL, log", size.rate * run["wal_bytes"] / 1e6, size.disk_megabytes * _FILL, "MB a second"),
        Need(
            "PostgreSQL, what is kept",
            size.mails_a_day * size.kept_days * run["stored_bytes"] / 1e12,
            size.disk_terabytes * _FILL,
            "TB",
        ),
        Need("SMTP, letters of a mailbox", size.rate * size.letters / size.mailboxes, size.relay * _FILL, "a second"),
        Need("one daemon, its thread of Python", size.rate * run["own_cpu"] / 1000 / daemons, 1.0, "cores"),
    ]
    return sorted(found, key=lambda need: -need.load)


def questions(size: Size, run: dict[str, Any]) -> float:
    """How often a second all daemons ask for work that may be there: for each mailbox, each of them."""
    here, mailboxes = daemons_for(size, run), size.mailboxes
    constant = run["idle_commits"] / run["daemons"] - run["mailboxes"] * _of_a_mailbox(run["daemons"])
    return here * (max(0.0, constant) + mailboxes * _of_a_mailbox(here))


def _of_a_mailbox(daemons: int) -> float:
    """How often a second a daemon asks for one mailbox: what is to be sent, and what another one has received."""
    return 1 / _SEND_EVERY_SECONDS + (1 - 1 / daemons) / _STAND_BY_SECONDS


def as_text(size: Size, run: dict[str, Any]) -> str:
    """A table, and what to set."""
    daemons = daemons_for(size, run)
    lines = [f"{size.rate:,.0f} mails a second at the busiest hour, {size.mailboxes} mailboxes, {daemons} daemons"]
    lines += [
        f"{need.load:>6.0%}  {need.part:<34}{need.needed:>10,.1f} of {need.there:,.1f} {need.unit}"
        for need in needs(size, run)
    ]
    return "\n".join(
        [
            *lines,
            f"questions for work: {questions(size, run):,.0f} a second",
            f"IMAP sessions: {size.mailboxes}; SMTP sessions: up to {size.mailboxes * daemons} and more where several",
            f"max_connections: {daemons * _POOL + _SPARE_CONNECTIONS}",
            f"max_wal_size: {size.rate * run['wal_bytes'] * _CHECKPOINT_SECONDS / 1e9:.0f}GB (a quarter of an hour)",
        ]
    )


def main() -> int:
    """The exit code: 1 if a part is too small."""
    parser = argparse.ArgumentParser(prog="python -m bench.model", description=__doc__)
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="what bench.daemons has written")
    for field in fields(Size):
        kind = type(field.default)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default, help="(%(default)s)")
    options = vars(parser.parse_args())
    run = json.loads(options.pop("json").read_text("utf-8"))["runs"][-1]
    size = Size(**options)
    print(as_text(size, run))
    return int(any(need.load > 1 for need in needs(size, run)))


if __name__ == "__main__":
    sys.exit(main())
