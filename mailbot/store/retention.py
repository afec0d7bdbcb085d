"""What has been kept long enough: found a few at a time, the oldest first."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from mailbot.core.case import Case, State
from mailbot.core.erasure import Kind
from mailbot.store.case_rows import case_of_row
from mailbot.store.erasure import NOTHING
from mailbot.store.ledger import Disposition
from mailbot.store.outbox import OutboxState
from mailbot.store.session import Session
from mailbot.store.tables import case_messages, cases, ledger, outbox, timeline

_MANY = 2_000
_ENDED = (OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED)


class Retention:
    """The finding within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cases(
        self, kind: Kind, closed_before: datetime, *, after: int, limit: int
    ) -> tuple[tuple[Case, ...], int | None]:
        """The next cases after this id that were closed before then and still have something of this kind.

        Only some thousand cases are looked at, so that nobody waits long; also up to which id, None when all were.
        """
        window = sa.select(cases.c.id).where(cases.c.id > after).order_by(cases.c.id).offset(_MANY - 1).limit(1)
        last: int | None = self._session.execute(window).scalar()
        where = [cases.c.id > after, cases.c.state == State.CLOSED, cases.c.closed_at < closed_before, _HAS[kind]]
        if last is not None:
            where.append(cases.c.id <= last)
        rows = self._session.execute(sa.select(cases).where(*where).order_by(cases.c.id).limit(limit))
        found = tuple(map(case_of_row, rows))
        return found, found[-1].id if len(found) == limit else last

    def loose_mail(self, before: datetime, *, limit: int) -> tuple[list[int], list[int]]:
        """Mail in and mail out that belongs to no case, from before then; the ids of the rows."""
        ended = ledger.c.disposition.not_in((Disposition.RECEIVED, Disposition.HELD))
        received = sa.select(ledger.c.id).where(
            ledger.c.case_id.is_(None), ended, ledger.c.seen_at < before, ledger.c.raw_sha256.is_not(None)
        )
        sent = sa.select(outbox.c.id).where(
            outbox.c.case_id.is_(None), outbox.c.state.in_(_ENDED), outbox.c.queued_at < before, _OUT_HAS_BYTES
        )
        found = (self._session.execute(query.limit(limit)).scalars().all() for query in (received, sent))
        first, second = (list(ids) for ids in found)
        return first, second


_OUT_HAS_BYTES = outbox.c.raw_sha256 != NOTHING
_HAS: Mapping[Kind, sa.ColumnElement[bool]] = {
    Kind.CASES: cases.c.customer_key != "",
    Kind.MESSAGES: sa.exists().where(case_messages.c.case_id == cases.c.id),
    Kind.TIMELINE: sa.exists().where(timeline.c.case_id == cases.c.id, timeline.c.salt.is_not(None)),
    Kind.RAW_MAIL: sa.or_(
        sa.exists().where(case_messages.c.case_id == cases.c.id, case_messages.c.raw_sha256.is_not(None)),
        sa.exists().where(outbox.c.case_id == cases.c.id, outbox.c.state.in_(_ENDED), _OUT_HAS_BYTES),
    ),
}
