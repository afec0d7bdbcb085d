"""`python -m bench.daemons --daemons 1,2,4 --mails N`: what several daemons get done on one durable PostgreSQL.

The same mails lie ready in several mailboxes and come into the inboxes at once, some before the others to warm up. Each
number of daemons gets a database and mailboxes of its own. What the daemons and the servers cost is told apart;
`bench.model` reckons with it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import psycopg
from imapclient import IMAPClient

from bench.databases import POSTGRESQL, Databases, databases, plain
from bench.mails import Mail, make_mails
from bench.meter import cpu_of, own_cpu_of
from bench.sink import Sink, running_sink
from bench.throughput import WARM_UP
from mailbot.core.server import Server
from tests.servers.dovecot import Dovecot, running_dovecot

_ROOT = Path(__file__).parents[1]
_FIRST, _READY = "First", "Ready"
_START_SECONDS = 120.0
_LOOK_SECONDS = 0.5
_NO_PROGRESS_SECONDS = 60.0
_IDLE_SECONDS = 10.0
_LEFT = (
    "SELECT (SELECT count(*) FROM ledger WHERE disposition = 'received')"
    " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')), (SELECT count(*) FROM ledger)"
)
_HELD = "SELECT count(*) FROM leases WHERE until > now() GROUP BY holder"
_COUNTERS = (
    "SELECT xact_commit, (SELECT wal_bytes FROM pg_stat_wal), (SELECT wal_sync FROM pg_stat_wal),"
    " pg_database_size(current_database())"
    " FROM pg_stat_database WHERE datname = current_database()"
)
_WAITING = (
    "SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FILTER (WHERE state <> 'idle'), count(*)"
    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What so many daemons did. CPU in milliseconds a mail: `cpu` is that of the daemons, `own_cpu` without reading.

    With nothing to do they cost `idle_commits`, `idle_cpu` and `idle_database_cpu` (ms) a second. `waiting` is the
    share of busy connections that wait for a lock of another; `servers_cpu` is that of IMAP, SMTP and the benchmark.
    """

    daemons: int
    mailboxes: int
    mails: int
    seconds: float
    cpu: float
    own_cpu: float
    database_cpu: float
    servers_cpu: float
    commits: float
    wal_bytes: float
    syncs: float
    stored_bytes: float
    connections: int
    waiting: float
    idle_commits: float
    idle_cpu: float
    idle_database_cpu: float
    expected: int
    acknowledged: int
    doubled: int

    @property
    def mails_per_second(self) -> float:
        return self.mails / self.seconds


@dataclass(frozen=True, slots=True)
class _State:
    """What has been used up so far: CPU seconds, and what the database counts."""

    daemons: float
    own: float
    database: float
    all: float
    commits: int
    wal: int
    syncs: int
    stored: int


class _Watch:
    """What the operating system and the database say of a run."""

    def __init__(self, url: str, pids: Sequence[int]) -> None:
        self._connection = psycopg.connect(plain(url), autocommit=True)
        self._pids = pids
        folder = Path(self.one("SHOW data_directory")[0])
        self._postmaster = int((folder / "postmaster.pid").read_text().split()[0])
        self.waiting: Counter[str] = Counter()

    def one(self, query: str) -> tuple[int, ...]:
        return tuple(self._connection.execute(query).fetchone() or ())

    def all(self, query: str) -> list[tuple[int, ...]]:
        return self._connection.execute(query).fetchall()

    def state(self) -> _State:
        self._connection.execute("SELECT pg_stat_force_next_flush()")
        commits, wal, syncs, stored = self.one(_COUNTERS)
        return _State(
            daemons=sum(map(cpu_of, self._pids)),
            own=sum(map(own_cpu_of, self._pids)),
            database=cpu_of(self._postmaster),
            all=cpu_of(os.getpid()),
            commits=commits,
            wal=int(wal),
            syncs=syncs,
            stored=stored,
        )

    def sample(self) -> int:
        """How many connections there are."""
        locked, busy, connections = self.one(_WAITING)
        self.waiting.update({"locked": locked, "busy": busy})
        return connections

    def close(self) -> None:
        self._connection.close()


def measure(
    mails: Sequence[Mail], daemons: int, mailboxes: int, dovecot: Dovecot, made: Databases, folder: Path
) -> Run:
    """Have so many daemons do all of these mails, which lie in so many mailboxes; the first of them are not counted."""
    url, boxes = made.create(f"daemons{daemons}"), [dovecot.server() for _ in range(mailboxes)]
    warm_up, places = WARM_UP * daemons, _places(mails, mailboxes)
    for folder_name, some in ((_FIRST, mails[:warm_up]), (_READY, mails[warm_up:])):
        for number, box in enumerate(boxes):
            _make_ready(box, folder_name, [mail for mail in some if places[mail.sender] == number])
    with running_sink() as sink, ExitStack() as stack:
        config = _config(folder, boxes, sink.port, url)
        pids = [stack.enter_context(_daemon(config, folder / f"daemon{n}.log")) for n in range(daemons)]
        watch = _Watch(url, pids)
        stack.callback(watch.close)
        _wait_for_shares(watch, daemons, mailboxes)
        _hand_out(boxes, _FIRST)
        _work(watch, warm_up, time.monotonic())
        idle = watch.state()
        time.sleep(_IDLE_SECONDS)
        before, began = watch.state(), time.monotonic()
        watch.waiting.clear()
        _hand_out(boxes, _READY)
        connections, seconds = _work(watch, len(mails), began)
        after = watch.state()
        counted = len(mails) - warm_up
        return _run(mails, counted, daemons, mailboxes, seconds, (idle, before, after), connections, watch, sink)


def _run(
    mails: Sequence[Mail],
    count: int,
    daemons: int,
    mailboxes: int,
    seconds: float,
    states: tuple[_State, _State, _State],
    connections: int,
    watch: _Watch,
    sink: Sink,
) -> Run:
    idle, before, after = states
    due = Counter(mail.sender for mail in mails if mail.acknowledged)
    sent = Counter(mail.recipient for mail in sink.accepted() if mail.acknowledgement)
    cpu, database = after.daemons - before.daemons, after.database - before.database
    return Run(
        daemons=daemons,
        mailboxes=mailboxes,
        mails=count,
        seconds=seconds,
        cpu=1000 * cpu / count,
        own_cpu=1000 * (after.own - before.own) / count,
        database_cpu=1000 * database / count,
        servers_cpu=1000 * (after.all - before.all - cpu) / count,
        commits=(after.commits - before.commits) / count,
        wal_bytes=(after.wal - before.wal) / count,
        syncs=(after.syncs - before.syncs) / count,
        stored_bytes=(after.stored - before.stored) / count,
        connections=connections,
        waiting=watch.waiting["locked"] / max(1, watch.waiting["busy"]),
        idle_commits=(before.commits - idle.commits) / _IDLE_SECONDS,
        idle_cpu=1000 * (before.daemons - idle.daemons) / _IDLE_SECONDS,
        idle_database_cpu=1000 * (before.database - idle.database) / _IDLE_SECONDS,
        expected=len(due),
        acknowledged=sum(sent[customer] == 1 for customer in due),
        doubled=sum(sent[customer] > 1 for customer in due),
    )


def _places(mails: Sequence[Mail], mailboxes: int) -> dict[str, int]:
    """In which mailbox each sender's mails lie: all in one."""
    senders = dict.fromkeys(mail.sender for mail in mails)
    return {sender: number % mailboxes for number, sender in enumerate(senders)}


@contextmanager
def _session(box: Server) -> Iterator[IMAPClient]:
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, box.password.reveal() if box.password else "")
        yield client


def _make_ready(box: Server, folder: str, mails: Sequence[Mail]) -> None:
    with _session(box) as client:
        client.create_folder(folder)
        for mail in mails:
            client.append(folder, mail.raw)


def _hand_out(boxes: Sequence[Server], folder: str) -> None:
    for box in boxes:
        with _session(box) as client:
            client.select_folder(folder)
            if uids := client.search():
                client.move(uids, "INBOX")


def _config(folder: Path, boxes: Sequence[Server], smtp_port: int, database: str) -> Path:
    """The desk of the benchmark with one mailbox for each of these, and nothing that holds its mail back."""
    head, _, rest = Path(__file__).with_name("config.yaml").read_text("utf-8").partition("mailboxes:\n")
    one, _, tail = rest.partition("team:\n")
    blocks = [
        Template(one.replace("name: support", f"name: support{n}").replace("support@acme", f"support{n}@acme"))
        for n in range(len(boxes))
    ]
    values = {"root": _ROOT, "smtp_port": smtp_port, "database": database}
    written = [
        block.substitute(
            values, imap_port=box.port, user=box.username, password=box.password.reveal() if box.password else ""
        )
        for block, box in zip(blocks, boxes, strict=True)
    ]
    path = folder / "config.yaml"
    path.touch(mode=0o600)
    text = Template(head).substitute(values) + "mailboxes:\n" + "".join(written) + "team:\n" + tail
    path.write_text(text, "utf-8")
    return path


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "mailbot", "run", "--config", str(config)]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _wait_for_shares(watch: _Watch, daemons: int, mailboxes: int) -> None:
    """Until every daemon has its part of the mailboxes."""
    until, wanted = time.monotonic() + _START_SECONDS, min(daemons, mailboxes)
    while True:
        there = watch.one("SELECT to_regclass('leases') IS NOT NULL")[0]
        shares = [row[0] for row in watch.all(_HELD)] if there else []
        if len(shares) == wanted and sum(shares) == mailboxes and max(shares) - min(shares) <= 1:
            return
        if time.monotonic() > until:
            raise TimeoutError(f"{daemons} daemons hold {shares} of {mailboxes} mailboxes")
        time.sleep(_LOOK_SECONDS)


def _work(watch: _Watch, mails: int, began: float) -> tuple[int, float]:
    """Until all mails are settled and sent: the most connections that were seen, and the seconds since `began`."""
    connections, last, moved = 0, (0, 0), time.monotonic()
    while True:
        connections = max(connections, watch.sample())
        now, (left, kept) = time.monotonic(), watch.one(_LEFT)
        if kept >= mails and not left:
            return connections, now - began
        if (left, kept) != last:
            last, moved = (left, kept), now
        elif now - moved > _NO_PROGRESS_SECONDS:
            raise TimeoutError(f"{kept} of {mails} mails were received, and {left} mails wait, and nothing moves")
        time.sleep(_LOOK_SECONDS)


def as_text(runs: Sequence[Run]) -> str:
    """A table; the ratios are to the first run."""
    first = runs[0]
    lines = ["daemons  mails/s  ratio  CPU ms  ratio  PostgreSQL ms  commits  WAL kB  fsyncs  waiting  acknowledged"]
    lines += [
        f"{run.daemons:>7}  {run.mails_per_second:>7.1f}  {run.mails_per_second / first.mails_per_second:>5.2f}"
        f"  {run.cpu:>6.1f}  {run.cpu / first.cpu:>5.2f}  {run.database_cpu:>13.1f}  {run.commits:>7.1f}"
        f"  {run.wal_bytes / 1000:>6.0f}  {run.syncs:>6.1f}  {run.waiting:>6.0%}"
        f"  {run.acknowledged} of {run.expected}, {run.doubled} twice"
        for run in runs
    ]
    return "\n".join(lines)


def main() -> int:
    """The exit code: 1 if a customer was not acknowledged exactly once."""
    parser = argparse.ArgumentParser(prog="python -m bench.daemons", description=__doc__)
    parser.add_argument("--daemons", default="1,2,4", help="how many, one after the other (default: %(default)s)")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--mailboxes", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database", metavar="URL", default=POSTGRESQL, help="a server on this machine (one is started)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    options = parser.parse_args()
    with running_dovecot() as dovecot, tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with databases(options.database, folder) as made:
            counts = [int(count) for count in options.daemons.split(",")]
            mails = make_mails(options.mails + WARM_UP * max(counts), datetime.now(UTC), options.seed)
            runs = [measure(mails, count, options.mailboxes, dovecot, made, folder) for count in counts]
            found = {"database": made.name, "cores": os.cpu_count(), "seed": options.seed, "runs": [*map(asdict, runs)]}
    print(as_text(runs))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return int(any(run.acknowledged != run.expected for run in runs))


if __name__ == "__main__":
    sys.exit(main())
