"""Which daemons live, and who holds what: rows that expire, with a number that grows whenever one changes hands."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from mailbot.core.errors import TakenError
from mailbot.store.session import Session
from mailbot.store.tables import daemons, leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """A daemon at work: `id` is random, host and process number are for people. It counts as dead from `until` on.

    `revision` is the newest of the tables that it knows; versions that could not say so knew 0010.
    """

    id: str
    host: str
    pid: int
    started_at: datetime
    until: datetime
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds something, until when. `fence` tells one time in somebody's hands from the next."""

    name: str
    holder: str
    fence: int
    until: datetime


class Leases:
    """Daemons and leases within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def announce(self, daemon: Living) -> None:
        """The daemon lives, until its `until` at least."""
        self._session.put_over(daemons, asdict(daemon))

    def living(self, now: datetime) -> tuple[Living, ...]:
        """The daemons that count as alive, the oldest first."""
        query = sa.select(daemons).where(daemons.c.until > now).order_by(daemons.c.started_at, daemons.c.id)
        return tuple(Living(**row._mapping) for row in self._session.execute(query))

    def leave(self, id: str, now: datetime) -> None:
        """The daemon ends: whatever it holds is free, and those that are long dead are forgotten with it."""
        self._session.execute(sa.delete(daemons).where(sa.or_(daemons.c.id == id, daemons.c.until < now)))
        self._session.execute(sa.update(leases).where(leases.c.holder == id, leases.c.until > now).values(until=now))

    def held(self) -> Mapping[str, Lease]:
        """Every lease by its name, those that have expired as well."""
        return {row.name: Lease(*row) for row in self._session.execute(sa.select(leases).order_by(leases.c.name))}

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Hold `name` until then if nobody else does; the fence number, or None."""
        free = sa.or_(leases.c.holder == holder, leases.c.until <= now)
        return self._change_hands(name, holder, until, free)

    def seize(self, name: str, holder: str, until: datetime) -> int:
        """Hold `name`, whoever did; the fence number."""
        fence = self._change_hands(name, holder, until, sa.true())
        if fence is None:
            raise AssertionError("the row was just written")
        return fence

    def renew(self, names: Collection[str], holder: str, until: datetime) -> frozenset[str]:
        """Hold these on; those that are still in this holder's hands."""
        mine = (leases.c.name.in_(sorted(names)), leases.c.holder == holder)
        statement = sa.update(leases).where(*mine).values(until=until).returning(leases.c.name)
        return frozenset(self._session.execute(statement).scalars()) if names else frozenset()

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Let go."""
        where = (leases.c.name == name, leases.c.holder == holder)
        self._session.execute(sa.update(leases).where(*where).values(until=now))

    def require(self, name: str, fence: int) -> None:
        """TakenError unless this is still the holder's time, which then lasts until the transaction ends."""
        query = sa.select(leases.c.fence).where(leases.c.name == name).with_for_update(read=True)
        if self._session.execute(query).scalar() != fence:
            raise TakenError(f"{name} is in the hands of another daemon by now")

    def _change_hands(self, name: str, holder: str, until: datetime, free: sa.ColumnElement[bool]) -> int | None:
        self._session.put_new(leases, {"name": name, "holder": holder, "fence": 1, "until": until})
        fence = sa.case((leases.c.holder == holder, leases.c.fence), else_=leases.c.fence + 1)
        statement = sa.update(leases).where(leases.c.name == name, free)
        values = {"holder": holder, "fence": fence, "until": until}
        taken: int | None = self._session.execute(statement.values(**values).returning(leases.c.fence)).scalar()
        return taken
