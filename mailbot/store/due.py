"""Work that falls due: each piece once, at a time in UTC, whatever process finds it first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session
from mailbot.store.tables import due

# A piece of work that puts itself off by less would spin.
_SHORTEST_PAUSE = timedelta(seconds=1)


class DueState(StrEnum):
    """What became of a piece of work."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """Work to do at `due_at`. Of two with an equal `key` the second is not added."""

    key: str
    kind: str
    case_id: int | None
    due_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """Work as it is stored; `attempts` tells one claim of a row from the next."""

    id: int
    key: str
    kind: str
    case_id: int | None
    due_at: datetime
    data: Mapping[str, object]
    state: DueState
    added_at: datetime
    changed_at: datetime
    attempts: int
    lease_until: datetime | None
    error: str


class Due:
    """The due work within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, work: DueWork, now: datetime) -> bool:
        """Plan work; False when there is, or was, work with this key."""
        return self._session.add_new(due, _new_row(work, now)) is not None

    def add_all(self, works: Sequence[DueWork], now: datetime) -> None:
        """Plan work, in this order; a piece whose key there is, or was, is left out."""
        if works:
            self._session.put_new(due, [_new_row(work, now) for work in works])

    def claim(
        self, now: datetime, *, limit: int, lease: timedelta, kinds: Collection[str] | None = None
    ) -> tuple[DueRow, ...]:
        """Take work that is due, the longest due first: nobody else gets these rows until `now + lease`.

        Of these kinds alone, if any are named.
        """
        wanted = [] if kinds is None else [due.c.kind.in_(tuple(kinds))]
        free = (
            sa.select(due.c.id)
            .where(
                due.c.state == DueState.WAITING,
                due.c.due_at <= now,
                *wanted,
                sa.or_(due.c.lease_until.is_(None), due.c.lease_until <= now),
            )
            .order_by(due.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = self._session.execute(free).scalars().all()
        if not ids:
            return ()
        values = {"lease_until": now + lease, "attempts": due.c.attempts + 1, "changed_at": now}
        taken = sa.update(due).where(due.c.id.in_(ids)).values(**values).returning(due)
        rows = map(_due_row, self._session.execute(taken))
        return tuple(sorted(rows, key=lambda row: (row.due_at, row.id)))

    def still_mine(self, row: DueRow) -> bool:
        """Whether the claim that returned `row` still holds, and holds until this transaction ends."""
        query = sa.select(due.c.state, due.c.attempts).where(due.c.id == row.id).with_for_update()
        return self._session.execute(query).first() == (DueState.WAITING, row.attempts)

    def done(self, id: int, now: datetime) -> None:
        """The work is done."""
        self._end(DueState.DONE, now, due.c.id == id)

    def postpone(self, id: int, due_at: datetime, error: str) -> None:
        """Try again at `due_at`; ValueError unless that is at least a second after the row was claimed."""
        claimed_at = self._session.execute(sa.select(due.c.changed_at).where(due.c.id == id)).scalar_one()
        if due_at < claimed_at + _SHORTEST_PAUSE:
            raise ValueError(f"due work {id} cannot be put off to {due_at.isoformat()}, which is not in the future")
        values = {"due_at": due_at, "lease_until": None, "error": error}
        self._session.execute(_waiting(due.c.id == id).values(**values))

    def hold(self, id: int, until: datetime, why: str) -> None:
        """Leave the work as it is until then; this was no attempt."""
        values = {"lease_until": until, "attempts": due.c.attempts - 1, "error": why}
        self._session.execute(_waiting(due.c.id == id).values(**values))

    def fail(self, id: int, error: str, now: datetime) -> None:
        """Give the work up."""
        self._end(DueState.FAILED, now, due.c.id == id, error=error)

    def cancel(self, case_id: int, kind: str, now: datetime) -> int:
        """Drop all planned work of this kind for a case; returns how much that was."""
        return self._session.execute(_CANCEL, {"of_case": case_id, "of_kind": kind, "moment": now}).rowcount

    def of_case(self, case_id: int) -> tuple[DueRow, ...]:
        """All work for a case, past and planned, by its time."""
        query = sa.select(due).where(due.c.case_id == case_id).order_by(due.c.due_at, due.c.id)
        return tuple(map(_due_row, self._session.execute(query)))

    def next_due(self) -> datetime | None:
        """When the next work falls due that nobody is at yet, or none."""
        where = (due.c.state == DueState.WAITING, due.c.lease_until.is_(None))
        next_at: datetime | None = self._session.execute(
            sa.select(due.c.due_at).where(*where).order_by(due.c.due_at).limit(1)
        ).scalar()
        return next_at

    def _end(self, state: DueState, now: datetime, *where: sa.ColumnElement[bool], **values: str) -> int:
        statement = _waiting(*where).values(state=state, changed_at=now, lease_until=None, **values)
        return self._session.execute(statement).rowcount


def _waiting(*where: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(due).where(due.c.state == DueState.WAITING, *where)


_CANCEL = Prepared(
    _waiting(due.c.case_id == sa.bindparam("of_case"), due.c.kind == sa.bindparam("of_kind")).values(
        state=DueState.CANCELLED, changed_at=sa.bindparam("moment"), lease_until=None
    )
)


def _new_row(work: DueWork, now: datetime) -> dict[str, object]:
    row: dict[str, object] = {"key": work.key, "kind": work.kind, "case_id": work.case_id, "due_at": work.due_at}
    state = {"state": DueState.WAITING, "added_at": now, "changed_at": now, "attempts": 0, "error": ""}
    return row | {"data": work.data} | state


def _due_row(row: Row) -> DueRow:
    values = row._asdict()
    return DueRow(**values | {"state": DueState(values["state"])})
