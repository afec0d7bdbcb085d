"""The outbox: every mail that we send, as final bytes for one recipient, and how far it is on its way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailbot.core.errors import MailbotError, PermanentError
from mailbot.core.letters import URGENCY
from mailbot.store import raw_mail
from mailbot.store.compression import Damaged
from mailbot.store.counts import ANY_NUMBER, Question, counted
from mailbot.store.outbox_rows import COLUMNS, KNOWN, OutboxRow, OutboxState, OutgoingMail, known, new_row
from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session
from mailbot.store.tables import outbox

__all__ = ["Outbox", "OutboxRow", "OutboxState", "OutgoingMail"]

# So long a mail of uncertain fate may take to appear in the Sent folder or to bounce.
_UNCERTAIN_FOR = timedelta(minutes=15)


class Outbox:
    """The outbox within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, mail: OutgoingMail, now: datetime) -> int:
        """Put a mail into the outbox; returns its id."""
        return self._session.add(outbox, new_row(mail, self._kept([mail]), now))

    def queue_all(self, mails: Sequence[OutgoingMail], now: datetime) -> None:
        """Put mails into the outbox, in this order."""
        if mails:
            digests = self._kept(mails)
            self._session.put(outbox, [new_row(mail, digests, now) for mail in mails])

    def raw(self, row: OutboxRow) -> bytes:
        """The bytes to send."""
        return raw_mail.fetch(self._session, row.raw_sha256)

    def raws(self, rows: Sequence[OutboxRow]) -> Mapping[int, bytes | MailbotError]:
        """The bytes to send of several mails, by their ids, or why they cannot be had."""
        kept = raw_mail.fetch_all(self._session, {row.raw_sha256 for row in rows})
        return {row.id: kept.get(row.raw_sha256) or self._raw_or_why(row) for row in rows}

    def claim(
        self, mailbox: str, now: datetime, *, limit: int, lease: timedelta, most_bytes: int | None = None
    ) -> tuple[OutboxRow, ...]:
        """Take mail to send, the most urgent and oldest first: nobody else gets these rows until `now + lease`.

        Together they have `most_bytes` at most, or it is a single one. Commit before anything is sent.
        """
        free = self._session.execute(_FREE, {"mailbox": mailbox, "now": now, "most": limit})
        ids = [*_up_to(most_bytes, free)]
        if not ids:
            return ()
        taken = known(self._session.execute(_CLAIM, {"ids": ids, "until": now + lease, "moment": now}))
        return tuple(sorted(taken, key=lambda row: (URGENCY[row.kind], row.id)))

    def hold_on(self, rows: Sequence[OutboxRow], until: datetime) -> None:
        """Keep what these claims returned for longer, as far as they still hold."""
        if rows:
            claims = [{"claimed_id": row.id, "attempt": row.attempts, "until": until} for row in rows]
            self._session.execute(_HOLD_ON, claims)

    def still_mine(self, row: OutboxRow) -> bool:
        """Whether the claim that returned `row` still holds; to be asked just before DATA."""
        return self._session.execute(_MINE, {"claimed_id": row.id, "attempt": row.attempts}).first() is not None

    def sent(self, id: int, now: datetime, answer: str) -> None:
        """The server has taken the mail: that holds whatever was believed of it in the meantime."""
        self.all_sent({id: answer}, now)

    def all_sent(self, answers: Mapping[int, str], now: datetime) -> None:
        """The same of several mails, each with what the server said."""
        if answers:
            rows = [{"sent_id": id, "moment": now, "said": said} for id, said in answers.items()]
            self._session.execute(_SENT, rows)

    def later(self, id: int, retry_at: datetime, error: str, *, attempt: int | None = None) -> bool:
        """The server did not take the mail now. For this and the next two: False if `attempt` is no longer the last."""
        values = {"state": OutboxState.PENDING, "retry_at": retry_at, "lease_until": None, "error": error}
        return self._set(*_on_its_way(id, attempt), **values)

    def failed(self, id: int, now: datetime, error: str, *, attempt: int | None = None) -> bool:
        """The mail can never be delivered."""
        values = {"state": OutboxState.FAILED, "changed_at": now, "lease_until": None, "error": error}
        return self._set(*_on_its_way(id, attempt), **values)

    def uncertain(self, id: int, now: datetime, error: str, *, attempt: int | None = None) -> bool:
        """The connection broke after the mail and before the answer."""
        values = {"state": OutboxState.UNCERTAIN, "changed_at": now, "lease_until": None, "error": error}
        return self._set(*_on_its_way(id, attempt), **values)

    def lapsed(self, now: datetime, *, at_once: bool = False) -> tuple[OutboxRow, ...]:
        """Mail whose sender vanished before it reported: it becomes uncertain, `at_once` even within its lease."""
        return self._take(
            outbox.c.state == OutboxState.SENDING,
            sa.true() if at_once else outbox.c.lease_until < now,
            state=OutboxState.UNCERTAIN,
            changed_at=now,
            lease_until=None,
            error="the sender stopped before it could say what became of the mail",
        )

    def unresolved(self, mailbox: str, now: datetime) -> tuple[OutboxRow, ...]:
        """Mail that has been uncertain for 15 minutes, oldest first."""
        return self._rows(
            outbox.c.mailbox == mailbox,
            outbox.c.state == OutboxState.UNCERTAIN,
            outbox.c.changed_at <= now - _UNCERTAIN_FOR,
        )

    def resend(self, id: int) -> bool:
        """Send an uncertain mail again, once; False when that once is used up."""
        where = (outbox.c.id == id, outbox.c.state == OutboxState.UNCERTAIN, ~outbox.c.resent)
        return self._set(*where, state=OutboxState.PENDING, retry_at=None, resent=True)

    def make_lighter(self, id: int) -> bool:
        """Send the mail at once without its attachments; False when there is no such form, or no longer."""
        query = sa.select(outbox.c.lighter_sha256).where(outbox.c.id == id)
        lighter: str | None = self._session.execute(query).scalar()
        if lighter is None:
            return False
        size = len(raw_mail.fetch(self._session, lighter))
        values = {"raw_sha256": lighter, "lighter_sha256": None, "size": size, "retry_at": None, "lease_until": None}
        return self._set(*_on_its_way(id, None), state=OutboxState.PENDING, **values)

    def copies_due(self, mailbox: str, limit: int) -> tuple[OutboxRow, ...]:
        """Sent mail that is still to be filed in the Sent folder, oldest first."""
        return self._rows(outbox.c.mailbox == mailbox, outbox.c.copy_due, limit=limit)

    def copied(self, id: int) -> None:
        """The copy is in the Sent folder."""
        self._set(outbox.c.id == id, copy_due=False)

    def count(self, questions: Sequence[Question]) -> Mapping[Question, int]:
        """The answers to questions of budgets, with one query."""
        return counted(self._session, questions)

    def sent_since(self, mailbox: str, since: datetime, *, most: int = ANY_NUMBER) -> int:
        """How many mails the server has, or may have, taken since then: its limits count them. Stops at `most`."""
        taken = self._session.execute(_TAKEN, {"mailbox": mailbox, "since": since, "most": most})
        return int(taken.scalar_one())

    def list(self, state: OutboxState | None = None, limit: int | None = None) -> tuple[OutboxRow, ...]:
        """The newest mails, newest first."""
        where = () if state is None else (outbox.c.state == state,)
        query = sa.select(*COLUMNS).where(*where).order_by(outbox.c.id.desc()).limit(limit)
        return known(self._session.execute(query))

    def get(self, id: int) -> OutboxRow | None:
        """One mail."""
        return next(iter(self._rows(outbox.c.id == id)), None)

    def by_message_id(self, message_id: str) -> tuple[OutboxRow, ...]:
        """The mails with this Message-ID, one for each recipient."""
        return self._rows(outbox.c.message_id == message_id)

    def of_case(self, case_id: int) -> tuple[OutboxRow, ...]:
        """Every mail about a case, oldest first."""
        return self._rows(outbox.c.case_id == case_id)

    def again(self, id: int, now: datetime) -> bool:
        """Send a failed or uncertain mail once more because a person says so; whether it was one."""
        where = (outbox.c.id == id, outbox.c.state.in_((OutboxState.FAILED, OutboxState.UNCERTAIN)))
        return self._set(*where, state=OutboxState.PENDING, changed_at=now, retry_at=None)

    def cancel(self, id: int, now: datetime) -> bool:
        """Never send a mail; False when it is no longer pending."""
        where = (outbox.c.id == id, outbox.c.state == OutboxState.PENDING)
        return self._set(*where, state=OutboxState.CANCELLED, changed_at=now)

    def counts(self) -> dict[str, int]:
        """How many mails there are in each state."""
        query = sa.select(outbox.c.state, sa.func.count().label("mails")).group_by(outbox.c.state)
        return {row.state: row.mails for row in self._session.execute(query)}

    def oldest_pending(self) -> datetime | None:
        """Since when the mail waits that has waited longest, or none."""
        query = sa.select(sa.func.min(outbox.c.queued_at)).where(outbox.c.state == OutboxState.PENDING)
        oldest: datetime | None = self._session.execute(query).scalar()
        return oldest

    def _raw_or_why(self, row: OutboxRow) -> bytes | MailbotError:
        try:
            return self.raw(row)
        except Damaged as error:
            return PermanentError(f"the mail is damaged in the database: {error}")
        except MailbotError as error:
            return error

    def _set(self, *where: sa.ColumnElement[bool], **values: Any) -> bool:
        return self._session.change(sa.update(outbox).where(*where).values(**values))

    def _take(self, *where: sa.ColumnElement[bool], **values: Any) -> tuple[OutboxRow, ...]:
        statement = sa.update(outbox).where(*where, KNOWN).values(**values).returning(*COLUMNS)
        return known(self._session.execute(statement))

    def _rows(self, *where: sa.ColumnElement[bool], limit: int | None = None) -> tuple[OutboxRow, ...]:
        query = sa.select(*COLUMNS).where(*where).order_by(outbox.c.id).limit(limit)
        return known(self._session.execute(query))

    def _kept(self, mails: Iterable[OutgoingMail]) -> Mapping[bytes, str]:
        return raw_mail.keep_all(self._session, [raw for mail in mails for raw in (mail.raw, mail.lighter) if raw])


_FREE = Prepared(
    sa.select(outbox.c.id, outbox.c.size)
    .where(
        outbox.c.mailbox == sa.bindparam("mailbox"),
        outbox.c.state == OutboxState.PENDING,
        sa.or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= sa.bindparam("now")),
        KNOWN,
    )
    .order_by(outbox.c.urgency, outbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_CLAIM = Prepared(
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)), KNOWN)
    .values(
        state=OutboxState.SENDING,
        attempts=outbox.c.attempts + 1,
        lease_until=sa.bindparam("until"),
        changed_at=sa.bindparam("moment"),
    )
    .returning(*COLUMNS)
)
_CLAIMED = (
    outbox.c.id == sa.bindparam("claimed_id"),
    outbox.c.state == OutboxState.SENDING,
    outbox.c.attempts == sa.bindparam("attempt"),
)
_MINE = Prepared(sa.select(outbox.c.id).where(*_CLAIMED))
_HOLD_ON = Prepared(sa.update(outbox).where(*_CLAIMED).values(lease_until=sa.bindparam("until")))
_SENT = Prepared(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("sent_id"))
    .values(
        state=OutboxState.SENT,
        changed_at=sa.bindparam("moment"),
        lease_until=None,
        answer=sa.bindparam("said"),
        error="",
        copy_due=outbox.c.copy_to_sent,
    )
)
_SOME_TAKEN = (
    sa.select(outbox.c.id)
    .where(
        outbox.c.mailbox == sa.bindparam("mailbox"),
        outbox.c.changed_at >= sa.bindparam("since"),
        outbox.c.state.in_((OutboxState.SENT, OutboxState.UNCERTAIN)),
    )
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_TAKEN = Prepared(sa.select(sa.func.count()).select_from(_SOME_TAKEN.subquery()))


def _up_to(most_bytes: int | None, free: Iterable[Row]) -> Iterator[int]:
    """The ids of the first of them that have so many bytes together; of the very first in any case."""
    total = 0
    for row in free:
        total += row.size
        is_first = total == row.size
        if most_bytes is not None and total > most_bytes and not is_first:
            return
        yield row.id


def _on_its_way(id: int, attempt: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    """A row whose fate is open, and with `attempt` only if nobody has claimed it again."""
    where = (outbox.c.id == id, outbox.c.state.in_((OutboxState.SENDING, OutboxState.UNCERTAIN)))
    return where if attempt is None else (*where, outbox.c.attempts == attempt)
