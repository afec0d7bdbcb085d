"""`python -m tests.chaos.daemons`: three daemons on one PostgreSQL are killed, stopped and cut off from it at random.

What cuts one off is the server, or a network that falls silent.

Mail arrives all the while. Afterwards every mail is one case with one acknowledgement, and no letter has left twice.
Leases are a tenth as long as those of a real desk, so that many are taken over in a minute.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import psycopg
import sqlalchemy as sa

import mailbot.daemon
import mailbot.threads
from mailbot import log
from mailbot.core.letters import LetterKind
from mailbot.daemon import Daemon
from mailbot.store import engines
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxState
from mailbot.threads import utc_now
from mailbot.workflows import deliver, due, handle, share
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.start import start
from tests.chaos import mailbox
from tests.chaos.plan import Plan
from tests.chaos.world import Place, opened, settled_in, with_sink
from tests.desk import mail
from tests.servers.silent_proxy import SilentProxy, silent_proxy

_DAEMONS = 3
_TAKE_OVER_SECONDS = 40.0
_UNCERTAIN = (OutboxState.SENT, OutboxState.UNCERTAIN)


def hasten() -> None:
    """A tenth of all times by which a daemon that gives no sign of life is known."""
    share.LEASE = handle.LEASE = timedelta(seconds=3)
    deliver._LEASE, deliver._RENEW_SECONDS = timedelta(seconds=4.5), 1.0
    due._LEASE = timedelta(seconds=5)
    mailbot.daemon.BEAT_SECONDS, mailbot.daemon._OFTEN = 0.5, 1
    mailbot.threads._STAND_BY_SECONDS = 0.3
    mailbot.threads._LONGEST_PAUSE = timedelta(seconds=2)
    engines._NO_STANDING_STILL = "SET LOCAL idle_in_transaction_session_timeout = '2s'"


@dataclass(slots=True)
class Crew:
    """The daemons: process numbers by name, and each one's way to the database. What was done to them is counted."""

    place: Place
    random: random.Random
    ways: Mapping[str, SilentProxy]
    pids: dict[str, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def begin(self, name: str) -> None:
        """Fork a daemon from this process, which has everything loaded."""
        pid = os.fork()
        if pid == 0:
            _be_a_daemon(self.place, _url(self.place, name, self.ways[name]))
        self.pids[name] = pid

    def disturb(self) -> None:
        """One of them is killed and begins anew, or for a while is stopped, cut off or without an answer."""
        name, what = self.random.choice(sorted(self.pids)), self.random.choice(("kill", "stop", "cut", "silence"))
        seconds = self.random.uniform(0.5, 6.0)
        self.done[what] += 1
        if what == "kill":
            self.end(name)
            time.sleep(seconds / 3)
            self.begin(name)
        elif what == "stop":
            os.kill(self.pids[name], signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(self.pids[name], signal.SIGCONT)
        elif what == "silence":
            self.ways[name].fall_silent()
            time.sleep(seconds)
            self.ways[name].open()
        else:
            self._cut(name, seconds / 2)

    def end(self, name: str) -> None:
        """SIGKILL."""
        with suppress(ProcessLookupError):
            os.kill(self.pids[name], signal.SIGKILL)
        os.waitpid(self.pids[name], 0)

    def _cut(self, name: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        url = sa.make_url(self.place.config.database)
        with psycopg.connect(url.set(drivername="postgresql").render_as_string(False), autocommit=True) as admin:
            while time.monotonic() < until:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [name]
                )
                time.sleep(0.02)


def _url(place: Place, name: str, way: SilentProxy) -> str:
    url = way.to(sa.make_url(place.config.database)).update_query_dict({"application_name": name})
    return url.render_as_string(hide_password=False)


@contextmanager
def ways_to(place: Place, names: Iterable[str]) -> Iterator[dict[str, SilentProxy]]:
    """A proxy to the database for each of these daemons."""
    url = sa.make_url(place.config.database)
    with ExitStack() as stack:
        yield {name: stack.enter_context(silent_proxy(url)) for name in names}


def _be_a_daemon(place: Place, url: str) -> None:
    try:
        with place.log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        log.configure("info")
        boxes = tuple(replace(m, limits=replace(m.limits, per_minute=10_000)) for m in place.config.mailboxes)
        config = replace(place.config, database=url, mailboxes=boxes)
        runtime = Runtime(config, Database.open(config.database), place.behaviour)
        start(runtime, utc_now())
        Daemon(runtime).start()
        while True:
            time.sleep(60)
    finally:
        os._exit(1)


def letter(number: int, at: datetime) -> bytes:
    return mail(
        f"My parcel A-{10000 + number} has not come. Where is it?",
        from_=f"Kate <kate{number}@mail.example>",
        to="support@acme.example",
        subject=f"Where is parcel {number}",
        message_id=f"<k{number}@mail.example>",
        date=f"{at:%a, %d %b %Y %H:%M:%S} +0000",
    )


def run(place: Place, seed: int, seconds: float) -> tuple[list[str], str]:
    """What was lost or doubled, and a sentence of figures."""
    names = [f"d{number}" for number in range(_DAEMONS)]
    with ways_to(place, names) as ways:
        return _disturbed(Crew(place, random.Random(seed), ways), names, seconds)


def _disturbed(crew: Crew, names: Iterable[str], seconds: float) -> tuple[list[str], str]:
    place, database, sent = crew.place, Database.open(crew.place.config.database), 0
    for name in names:
        crew.begin(name)
    try:
        wait_for(lambda: is_watched(database, place), "nobody watches the mailbox")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            some = crew.random.randint(1, 6)
            mailbox.deliver(place.imap, [letter(sent + n, utc_now()) for n in range(some)], utc_now())
            sent += some
            crew.disturb()
        took = wait_for(lambda: is_done(database, sent), "not everything was settled and sent")
    finally:
        for name in crew.pids:
            crew.end(name)
    problems = [*what_is_wrong(database, place, sent)]
    database.close()
    return problems, f"{sent} mails, {dict(crew.done)}; all was done {took:.1f} s after the last of it"


def wait_for(condition: Callable[[], bool], otherwise: str) -> float:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > _TAKE_OVER_SECONDS:
            print(otherwise, file=sys.stderr)
            break
        time.sleep(0.1)
    return time.monotonic() - began


def is_watched(database: Database, place: Place) -> bool:
    box = place.config.mailboxes[0]
    with database.read() as tx:
        cursor = tx.cursors.get(box.name, box.folders.inbox)
    return bool(cursor and cursor.checked_at)


def is_done(database: Database, sent: int) -> bool:
    with database.read() as tx:
        counts, outbox = tx.ledger.counts(), tx.outbox.counts()
    settled = sum(number for what, number in counts.items() if what != "received")
    return settled >= sent and "received" not in counts and not {"pending", "sending"} & outbox.keys()


def what_is_wrong(database: Database, place: Place, sent: int) -> Iterator[str]:
    with database.read() as tx:
        counts, rows, cases = tx.ledger.counts(), tx.outbox.list(), tx.cases.find()
    if counts != {"case_opened": sent}:
        yield f"{sent} mails were settled as {counts}"
    customers = Counter(case.customer.key for case in cases)
    if len(cases) != sent or len(customers) != sent:
        yield f"{sent} mails are {len(cases)} cases of {len(customers)} customers"
    told = Counter(row.case_id for row in rows if row.kind is LetterKind.ACKNOWLEDGEMENT)
    if len(told) != sent or set(told.values()) != {1}:
        yield f"{sent} cases have {sum(told.values())} acknowledgements"
    accepted = Counter((str(m.message["Message-ID"]).strip("<> "), m.recipients[0]) for m in place.sink.mails())
    for row in rows:
        times = accepted.pop((row.message_id, row.recipient), 0)
        if times > 1 + row.resent:
            yield f"{row.kind.value} {row.id} left {times} times"
        if row.state not in _UNCERTAIN or (row.state is OutboxState.SENT and not times):
            yield f"{row.kind.value} {row.id} is {row.state.value} and left {times} times: {row.error}"
    yield from (f"{id} to {recipient} stands in no outbox" for id, recipient in accepted)


def told(problems: list[str], place: Place) -> int:
    """Print what is wrong, and the end of the log; the exit code."""
    if problems:
        print(*problems, sep="\n")
        print(*place.log.read_text(errors="replace").splitlines()[-150:], sep="\n", file=sys.stderr)
    return int(bool(problems))


def main() -> int:
    """The exit code: 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.daemons", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they are disturbed (120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="any number; one that is printed")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    hasten()
    plan = Plan(options.seed, 0, "postgresql")
    with opened(("postgresql",)) as world, with_sink(world) as own, settled_in(own, plan) as place:
        problems, figures = run(place, options.seed, options.seconds)
        print(figures)
        return told(problems, place)


if __name__ == "__main__":
    sys.exit(main())
