"""One daemon's part of the work on a database: the mailboxes that it holds, renewed beat by beat (decision 12).

On SQLite there is one daemon, kept alone by a lock: it holds everything, and nothing is asked of the database.
"""

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mailbot.core.sharing import Sharing, sharing
from mailbot.log import get_logger
from mailbot.store.database import Database, Transaction
from mailbot.store.leases import Lease, Living
from mailbot.store.schema import newest

log = get_logger(__name__)

LEASE = timedelta(seconds=30)
"""So long a mailbox waits for a daemon that gives no sign of life."""
BEAT_SECONDS = 5.0
# So long a round may go on in a mailbox that is to be left to another daemon.
_NOTICE = timedelta(seconds=10)
_NEVER_HELD = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hold:
    """A mailbox in our hands. Without a `fence` nobody else can have it."""

    name: str
    fence: int | None = None

    def require(self, tx: Transaction) -> None:
        """TakenError if it is in other hands by now; it stays in ours until the transaction ends."""
        if self.fence is not None:
            tx.leases.require(self.name, self.fence)


class Share:
    """What one daemon holds of these mailboxes; asked by its threads, kept up by `beat`."""

    def __init__(self, database: Database, mailboxes: Sequence[str], began_at: datetime) -> None:
        self._database, self._names = database, tuple(mailboxes)
        self._me = Living(
            id=database.holder,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=began_at,
            until=began_at,
            revision=newest(),
        )
        self._holds: dict[str, Hold] = {name: Hold(name) for name in mailboxes} if database.exclusive else {}
        self._until = began_at
        self._leaving: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def hold(self, name: str, now: datetime) -> Hold | None:
        """The mailbox, if it is ours; None as well once it is to be left to another daemon."""
        with self._lock:
            ours = self._database.exclusive or (self._until > now and name not in self._leaving)
            return self._holds.get(name) if ours else None

    def beat(self, now: datetime) -> bool:
        """Give a sign of life, keep what is ours, take what is free; whether the threads have something to look at.

        StorageError while the database cannot be asked: then what is ours is so for half a minute more at most.
        ConfigurationError once its tables are none for this version any more.
        """
        if self._database.exclusive:
            return False
        self._database.require_suitable()
        with self._lock:
            before, late = dict(self._holds), [n for n, at in self._leaving.items() if at <= now - _NOTICE]
        for name in late:
            self.let_go(name, now)
        with self._database.begin() as tx:
            tx.leases.announce(replace(self._me, until=now + LEASE))
            kept = tx.leases.renew([name for name in before if name not in late], self._me.id, now + LEASE)
            step = self._step(tx, now)
            taken = [Hold(name, fence) for name in step.take if (fence := self._take(tx, name, now)) is not None]
        with self._database.begin() as tx:
            tx.mail_claims.hold_on(self._me.id, now + LEASE)
            orphaned = tx.mail_claims.orphaned(now)
        with self._lock:
            self._until = now + LEASE
            # A thread may have let go meanwhile.
            self._holds = {n: hold for n, hold in before.items() if n in kept and n in self._holds}
            self._holds |= {hold.name: hold for hold in taken}
            self._leaving = {name: self._leaving.get(name, now) for name in (*self._leaving, *step.let_go)}
            self._leaving = {name: at for name, at in self._leaving.items() if name in self._holds}
            return orphaned or before != self._holds or bool(step.let_go)

    def let_go(self, name: str, now: datetime) -> None:
        """Leave the mailbox to others, if it was ours; call it when nothing is being done there."""
        with self._lock:
            self._leaving.pop(name, None)
            hold = self._holds.get(name)
            if hold is None or hold.fence is None:
                return
            del self._holds[name]
        log.info("mailbox.left", mailbox=name)
        with self._database.begin() as tx:
            tx.leases.release(name, self._me.id, now)

    def leave(self, now: datetime) -> None:
        """The daemon ends: others need not wait until it counts as dead."""
        if not self._database.exclusive:
            with self._database.begin() as tx:
                tx.leases.leave(self._me.id, now)

    def _take(self, tx: Transaction, name: str, now: datetime) -> int | None:
        fence = tx.leases.take(name, self._me.id, now, now + LEASE)
        if fence is not None:
            log.info("mailbox.taken", mailbox=name, fence=fence)
        return fence

    def _step(self, tx: Transaction, now: datetime) -> Sharing:
        leases = tx.leases.held()
        known = {name: leases.get(name, Lease(name, "", 0, _NEVER_HELD)) for name in self._names}
        held = {name: lease.holder for name, lease in known.items() if lease.until > now}
        free = {name: lease.until for name, lease in known.items() if lease.until <= now}
        return sharing(self._me.id, held, free, [daemon.id for daemon in tx.leases.living(now)], now)


@contextmanager
def seized(database: Database, name: str, now: datetime) -> Iterator[Hold]:
    """A mailbox for one round that a person asked for: whoever holds it gets nothing more done there, until it ends."""
    if database.exclusive:
        yield Hold(name)
        return
    with database.begin() as tx:
        hold = Hold(name, tx.leases.seize(name, database.holder, now + LEASE))
        tx.mail_claims.take_away(name)
    try:
        yield hold
    finally:
        with database.begin() as tx:
            tx.leases.release(name, database.holder, now)
