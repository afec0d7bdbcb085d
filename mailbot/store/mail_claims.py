"""Who handles which received mail, where several daemons share a database on PostgreSQL: claims that expire."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailbot.store.ledger import Disposition, LedgerRow, ledger_row, to_handle
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session, batches
from mailbot.store.tables import ledger

_ONE_BY_ONE = Prepared(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.bindparam("what")))))
_MINE = ledger.c.holder == sa.bindparam("of_holder")
_LEASED = ledger.c.lease_until > sa.bindparam("now")
_BUSY = sa.select(ledger.c.writer).where(
    _LEASED, ~_MINE, ledger.c.mailbox == sa.bindparam("of_mailbox"), ledger.c.writer.is_not(None)
)
_UNCLAIMED = (
    sa.select(ledger.c.id)
    .where(
        *to_handle(sa.bindparam("now")),
        ledger.c.mailbox == sa.bindparam("of_mailbox"),
        sa.or_(ledger.c.lease_until.is_(None), ~_LEASED, _MINE),
        sa.or_(ledger.c.writer.is_(None), ledger.c.writer.not_in(_BUSY)),
        ledger.c.id.not_in(sa.bindparam("but", expanding=True, type_=ledger.c.id.type)),
    )
    .order_by(ledger.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    .cte("unclaimed")
)
# Who gives a sign of life locks what it holds for a moment: that is passed over, and so is what its writer wrote later.
_earlier = ledger.alias("earlier")
_PASSED_OVER = sa.exists().where(
    _earlier.c.lease_until.is_not(None),
    _earlier.c.disposition == Disposition.RECEIVED,
    _earlier.c.mailbox == ledger.c.mailbox,
    _earlier.c.writer == ledger.c.writer,
    _earlier.c.id < ledger.c.id,
    _earlier.c.id.not_in(sa.select(_UNCLAIMED.c.id)),
    _earlier.c.id.not_in(sa.bindparam("but", expanding=True, type_=ledger.c.id.type)),
)
_CLAIM = Prepared(
    sa.update(ledger)
    .where(ledger.c.id.in_(sa.select(_UNCLAIMED.c.id)), ~_PASSED_OVER)
    .values(
        holder=sa.bindparam("of_holder"),
        claim=sa.case((_MINE, ledger.c.claim), else_=ledger.c.claim + 1),
        lease_until=sa.bindparam("until"),
    )
    .returning(ledger)
)


class MailClaims:
    """The claims within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(
        self,
        now: datetime,
        *,
        mailbox: str,
        holder: str,
        limit: int,
        lease: timedelta,
        but: Collection[int] = (),
    ) -> tuple[LedgerRow, ...]:
        """Mail to handle now, oldest first; nobody else gets these until `now + lease`.

        What `holder` has comes again, but for those with the ids `but`.
        """
        self._session.post(_ONE_BY_ONE, {"what": f"claim {mailbox}"})
        values = {"now": now, "of_mailbox": mailbox, "of_holder": holder, "until": now + lease, "most": limit}
        rows = map(ledger_row, self._session.execute(_CLAIM, {**values, "but": tuple(but)}))
        return tuple(sorted(rows, key=lambda row: row.id))

    def hold_on(self, holder: str, until: datetime) -> None:
        """Keep what `holder` has claimed for longer, but for what is being settled at this moment."""
        mine = sa.select(ledger.c.id).where(ledger.c.lease_until.is_not(None), ledger.c.holder == holder)
        ids = self._session.execute(mine.with_for_update(skip_locked=True)).scalars().all()
        for batch in batches(ids):
            self._session.execute(sa.update(ledger).where(ledger.c.id.in_(batch)).values(lease_until=until))

    def orphaned(self, now: datetime) -> bool:
        """Whether mail waits that somebody had claimed who gives no sign of life any more."""
        where = (ledger.c.lease_until <= now, ledger.c.disposition == Disposition.RECEIVED)
        return self._session.execute(sa.select(ledger.c.id).where(*where).limit(1)).first() is not None

    def take_away(self, mailbox: str) -> None:
        """Whoever has claimed mail of this mailbox can do nothing more with it."""
        claimed = (ledger.c.mailbox == mailbox, ledger.c.lease_until.is_not(None))
        values = {"holder": None, "lease_until": None, "claim": ledger.c.claim + 1}
        self._session.execute(sa.update(ledger).where(*claimed).values(**values))
