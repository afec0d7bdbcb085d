"""That a database was restored from a backup, and how far what has happened since is taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from mailbot.store.due import DueState
from mailbot.store.outbox import OutboxState
from mailbot.store.session import Session
from mailbot.store.tables import case_ids, cases, due, ledger, outbox, restores

_DOUBT = "restored from a backup: nobody knows whether the mail has left since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """One restoring. `until` is when the desk whose database was lost can have worked last.

    `numbers_from`: above this id new cases are numbered, once that is known. `unsure` are the mails of the ledger that
    were filed and not carried out again.
    """

    id: int
    backup_at: datetime
    restored_at: datetime
    until: datetime
    numbers_from: int | None
    unsure: Sequence[int]
    done_at: datetime | None


class Restores:
    """The restorings within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, *, backup_at: datetime, until: datetime, now: datetime) -> int:
        """Note it, and doubt what the backup believes: mail that was to be sent may have left; how many mails.

        Work that somebody was at is nobody's.
        """
        row = {"backup_at": backup_at, "restored_at": now, "until": until, "unsure": []}
        self._session.add(restores, row)
        self._session.execute(sa.update(due).where(due.c.state == DueState.WAITING).values(lease_until=None))
        open_ones = outbox.c.state.in_((OutboxState.PENDING, OutboxState.SENDING))
        doubt = {"state": OutboxState.UNCERTAIN, "changed_at": now, "lease_until": None, "error": _DOUBT}
        return self._session.execute(sa.update(outbox).where(open_ones).values(**doubt)).rowcount

    def unfinished(self) -> Restored | None:
        """The last restoring, if what has happened since the backup is not taken up yet."""
        query = sa.select(restores).where(restores.c.done_at.is_(None)).order_by(restores.c.id.desc())
        row = self._session.execute(query.limit(1)).first()
        return Restored(**dict(row._mapping)) if row else None

    def knows(self, raw: bytes, internal_date: datetime) -> bool:
        """Whether the ledger has this very delivery, wherever it lay then."""
        query = sa.select(ledger.c.id).where(ledger.c.raw_sha256 == sha256(raw).hexdigest())
        return self._session.execute(query.where(ledger.c.received_at == internal_date).limit(1)).first() is not None

    def last_number(self) -> int:
        """The highest id that was given to a case."""
        return int(self._session.execute(sa.select(sa.func.max(case_ids.c.id))).scalar() or 0)

    def number_from(self, id: int, last: int) -> None:
        """Give new cases ids above `last` from now on."""
        self._session.put_new(case_ids, {"id": last})
        if self._session.dialect == "postgresql":
            sequence = sa.func.pg_get_serial_sequence("case_ids", "id")
            self._session.execute(sa.select(sa.func.setval(sequence, last)))
        self._session.execute(_one(id).values(numbers_from=last))

    def be_unsure(self, id: int, ledger_id: int) -> None:
        """Remember a mail that a person is to look at."""
        query = sa.select(restores.c.unsure).where(restores.c.id == id).with_for_update()
        known = self._session.execute(query).scalar_one()
        self._session.execute(_one(id).values(unsure=[*known, ledger_id]))

    def next_due(self, after: datetime, until: datetime) -> datetime | None:
        """The first moment behind `after` at which work fell due, up to `until`."""
        where = (due.c.state == DueState.WAITING, due.c.due_at > after, due.c.due_at <= until)
        first: datetime | None = self._session.execute(
            sa.select(due.c.due_at).where(*where).order_by(due.c.due_at).limit(1)
        ).scalar()
        return first

    def touched(self, since: datetime) -> tuple[int, ...]:
        """The cases to which mail was filed since then, and that go on by themselves; oldest first."""
        found = (
            sa.select(ledger.c.case_id)
            .join(cases, cases.c.id == ledger.c.case_id)
            .where(ledger.c.settled_at >= since, cases.c.merged_into.is_(None))
        )
        return tuple(self._session.execute(found.distinct().order_by(ledger.c.case_id)).scalars())

    def done(self, now: datetime) -> None:
        """All is taken up, also of earlier restorings that were never finished."""
        self._session.execute(sa.update(restores).where(restores.c.done_at.is_(None)).values(done_at=now))


def _one(id: int) -> sa.Update:
    return sa.update(restores).where(restores.c.id == id)
