"""`python -m tests.chaos.silence`: the network between one of two daemons and PostgreSQL falls silent, without a word.

It does so at random moments of its work, while mail arrives: the other one takes everything over within a minute, and
when the network is back nothing has been lost or doubled. Leases are a tenth as long as a desk's, and so is the minute.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator

from mailbot.store.database import Database
from mailbot.threads import utc_now
from tests.chaos import mailbox
from tests.chaos.daemons import Crew, hasten, is_done, is_watched, letter, told, wait_for, ways_to, what_is_wrong
from tests.chaos.plan import Plan
from tests.chaos.world import Place, opened, settled_in, with_sink

_MINUTE = 6.0
_SEVERAL = 8


def run(place: Place, crew: Crew, times: int) -> Iterator[str]:
    """What went wrong."""
    database, sent = Database.open(place.config.database), 0
    try:
        crew.begin("d0")
        wait_for(lambda: is_watched(database, place), "nobody watches the mailbox")
        crew.begin("d1")
        for _ in range(times):
            mailbox.deliver(place.imap, [letter(sent + n, utc_now()) for n in range(_SEVERAL)], utc_now())
            sent += _SEVERAL
            time.sleep(crew.random.uniform(0.0, 0.5))
            silent = _holder(database, crew)
            crew.ways[silent].fall_silent()
            mailbox.deliver(place.imap, [letter(sent, utc_now())], utc_now())
            sent += 1
            took = wait_for(lambda sent=sent: _is_settled(database, sent), "nobody took over")  # type: ignore[misc]
            print(f"{silent} fell silent; the other had settled everything after {took:.1f} s")
            if took > _MINUTE:
                yield f"{silent} was taken over from after {took:.1f} s"
            crew.ways[silent].open()
            wait_for(lambda sent=sent: is_done(database, sent), "not everything was sent")  # type: ignore[misc]
    finally:
        for name in crew.pids:
            crew.end(name)
    yield from what_is_wrong(database, place, sent)
    database.close()


def _holder(database: Database, crew: Crew) -> str:
    """The daemon that holds the mailbox, or any."""
    with database.read() as tx:
        held = {lease.holder for lease in tx.leases.held().values() if lease.until > utc_now()}
        pids = [daemon.pid for daemon in tx.leases.living(utc_now()) if daemon.id in held]
    return next((name for name, pid in crew.pids.items() if pid in pids), "d0")


def _is_settled(database: Database, sent: int) -> bool:
    with database.read() as tx:
        counts = tx.ledger.counts()
    return sum(counts.values()) >= sent and "received" not in counts


def main() -> int:
    """The exit code: 1 if anything was lost or doubled, or not taken over."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.silence", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="how often it falls silent (10)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="any number; one that is printed")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    hasten()
    plan = Plan(options.seed, 0, "postgresql")
    with opened(("postgresql",)) as world, with_sink(world) as own, settled_in(own, plan) as place:
        with ways_to(place, ("d0", "d1")) as ways:
            problems = list(run(place, Crew(place, random.Random(options.seed), ways), options.times))
        return told(problems, place)


if __name__ == "__main__":
    sys.exit(main())
