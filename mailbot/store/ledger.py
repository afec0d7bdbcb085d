"""The ledger: one row for every mail that was ever in a folder of ours, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from mailbot.core.errors import TakenError
from mailbot.store import raw_mail
from mailbot.store.prepared import Prepared
from mailbot.store.session import Row, Session, batches, equal, rows_with
from mailbot.store.tables import ledger


class Disposition(StrEnum):
    """What became of a mail. All but `received` are final: nobody has to look at the mail on the server again."""

    RECEIVED = "received"
    BEFORE_START = "before_start"
    CASE_OPENED = "case_opened"
    FILED = "filed"
    AUTOMATIC = "automatic"
    DUPLICATE = "duplicate"
    OWN = "own"
    HELD = "held"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    JUNK = "junk"
    FORGOTTEN = "forgotten"
    BLOCKED = "blocked"

    @property
    def final(self) -> bool:
        """Whether the mail has been dealt with."""
        return self is not Disposition.RECEIVED


# Only from these a mail can be settled so; from `received` otherwise.
_SETTLED_FROM = {Disposition.RELEASED: (Disposition.HELD, Disposition.QUARANTINED)}
# A delivery of which nothing came yet, or nothing of its own, is nobody's twin.
_NOT_HANDLED = (
    Disposition.RECEIVED,
    Disposition.QUARANTINED,
    Disposition.DUPLICATE,
    Disposition.JUNK,
    Disposition.BLOCKED,
)

_SETTLE = Prepared(
    sa.update(ledger)
    .where(
        ledger.c.id == sa.bindparam("settled_id"),
        ledger.c.disposition.in_(sa.bindparam("before", expanding=True)),
        ledger.c.claim == sa.func.coalesce(sa.bindparam("of_claim", type_=sa.Integer), ledger.c.claim),
    )
    .values(
        disposition=sa.bindparam("disposition"),
        settled_at=sa.bindparam("settled_at"),
        detail=sa.bindparam("detail"),
        retry_at=None,
        lease_until=None,
        writer=None,
        **{
            name: sa.func.coalesce(sa.bindparam(f"new_{name}", type_=ledger.c[name].type), ledger.c[name])
            for name in ("case_id", "message_id", "content_hash")
        },
    )
)
_TWIN = Prepared(
    rows_with(ledger, "content_hash")
    .where(
        ledger.c.message_id.is_not_distinct_from(sa.bindparam("message_id", type_=ledger.c.message_id.type)),
        ledger.c.id != sa.bindparam("other_than"),
        ledger.c.disposition.not_in(_NOT_HANDLED),
    )
    .order_by(ledger.c.id)
    .limit(1)
)
_WAIT_FOR_TWINS = Prepared(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.bindparam("content_hash")))))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One mail in one folder. `received_at` is the server's internal date; `server` says where the mail is there now.

    `server` is `inbox` (as it came), `moved`, `left` (for good) or `gone`. Where several daemons share the work,
    `holder` is at the mail until `lease_until`, and `claim` tells one time at it from the next.
    """

    id: int
    mailbox: str
    folder: str
    uid_validity: int
    uid: int
    received_at: datetime | None
    seen_at: datetime
    size: int
    raw_sha256: str | None
    message_id: str | None
    content_hash: str | None
    disposition: Disposition
    settled_at: datetime | None
    case_id: int | None
    detail: str
    error: str
    attempts: int
    retry_at: datetime | None
    server: str
    writer: str | None = None
    holder: str | None = None
    claim: int = 0
    lease_until: datetime | None = None

    @property
    def arrived_at(self) -> datetime:
        """When the mail came: by the server's clock, or ours where the server does not say."""
        return self.received_at or self.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail to take in, as it came. `writer` marks whom it is from.

    Of mails with an equal one, `waiting` and `MailClaims.claim` give out none while one is to be tried again later, nor
    `claim` while somebody else is at one.
    """

    uid: int
    raw: bytes = field(repr=False)
    internal_date: datetime | None
    writer: str | None = None


class Ledger:
    """The ledger within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def receive(
        self,
        *,
        mailbox: str,
        folder: str,
        uid_validity: int,
        uid: int,
        raw: bytes,
        internal_date: datetime | None,
        now: datetime,
        writer: str | None = None,
    ) -> int | None:
        """Take a mail in; returns its id, or None when it was taken in before."""
        mail = Incoming(uid=uid, raw=raw, internal_date=internal_date, writer=writer)
        place = _place(mailbox, folder, uid_validity)
        return self._session.add_new(ledger, _received_row(place, mail, raw_mail.keep(self._session, raw), now))

    def receive_all(
        self, mails: Sequence[Incoming], *, mailbox: str, folder: str, uid_validity: int, now: datetime
    ) -> int:
        """Take in several of one folder; how many of them had not been taken in before."""
        if not mails:
            return 0
        digests = raw_mail.keep_all(self._session, [mail.raw for mail in mails])
        place = _place(mailbox, folder, uid_validity)
        return self._session.count_new(ledger, [_received_row(place, mail, digests[mail.raw], now) for mail in mails])

    def skip(self, mailbox: str, folder: str, *, uid_validity: int, uids: Sequence[int], now: datetime) -> None:
        """Note mail that was there before the start: it is never acted on and stays where it is."""
        before = {"size": 0, "disposition": Disposition.BEFORE_START, "settled_at": now, "server": "left"}
        place = _place(mailbox, folder, uid_validity)
        for batch in batches(uids):
            rows = [_new_row(place, uid, now) | before for uid in batch]
            self._session.put_new(ledger, rows)

    def waiting(self, now: datetime, *, mailbox: str | None = None, limit: int) -> tuple[LedgerRow, ...]:
        """Mail to handle now, oldest first."""
        rows = self._session.execute(_WAITING, {"now": now, "of_mailbox": mailbox, "most": limit})
        return tuple(map(ledger_row, rows))

    def get(self, id: int) -> LedgerRow | None:
        """One row."""
        row = self._session.execute(equal(ledger, "id"), {"id": id}).first()
        return ledger_row(row) if row else None

    def raw(self, mail: LedgerRow | str) -> bytes:
        """The mail as it came, for a row or a SHA-256; PermanentError when it was never taken in."""
        return raw_mail.fetch(self._session, mail if isinstance(mail, str) else mail.raw_sha256)

    def raws(self, rows: Iterable[LedgerRow]) -> Mapping[int, bytes]:
        """The mails of several rows as they came, by the ids of these; what was never taken in is not among them."""
        digests = {row.id: row.raw_sha256 for row in rows if row.raw_sha256}
        kept = raw_mail.fetch_all(self._session, set(digests.values())) if digests else {}
        return {id: kept[digest] for id, digest in digests.items() if digest in kept}

    def settle(
        self,
        id: int,
        *,
        disposition: Disposition,
        now: datetime,
        case_id: int | None = None,
        message_id: str | None = None,
        content_hash: str | None = None,
        detail: str = "",
        claim: int | None = None,
    ) -> None:
        """Say what became of a received mail, or that one held or in quarantine is released; None leaves as it was.

        TakenError when another process has settled it in the meantime, or has it in its hands and the `claim` is an old
        one: what this transaction did is then undone.
        """
        values = {
            "settled_id": id,
            "before": _SETTLED_FROM.get(disposition, (Disposition.RECEIVED,)),
            "disposition": disposition,
            "settled_at": now,
            "detail": detail,
            "new_case_id": case_id,
            "new_message_id": message_id,
            "new_content_hash": content_hash,
            "of_claim": claim,
        }
        new = {"content_hash": content_hash}
        if not self._session.write(ledger, _SETTLE, values, new).rowcount:
            raise TakenError(f"mail {id} of the ledger was settled or taken over by somebody else in the meantime")

    def postpone(self, id: int, *, retry_at: datetime, error: str, claim: int | None = None) -> None:
        """Try a mail again at `retry_at`, unless it is in other hands by now."""
        values = {"retry_at": retry_at, "error": error, "lease_until": None}
        self._session.execute(_received(id, claim).values(attempts=ledger.c.attempts + 1, **values))

    def quarantine(self, id: int, *, error: str, now: datetime, claim: int | None = None) -> None:
        """Set a mail aside that we failed on, for a person to look at; TakenError as for `settle`."""
        values = {"disposition": Disposition.QUARANTINED, "settled_at": now, "retry_at": None, "error": error}
        ended = _received(id, claim).values(attempts=ledger.c.attempts + 1, lease_until=None, writer=None, **values)
        if not self._session.change(ended):
            raise TakenError(f"mail {id} of the ledger was settled or taken over by somebody else in the meantime")

    def quarantined(self) -> tuple[LedgerRow, ...]:
        """The mails that were set aside, oldest first."""
        return self._rows(ledger.c.disposition == Disposition.QUARANTINED)

    def again(self, id: int, now: datetime) -> bool:
        """Put a mail back that was in quarantine or held, to be handled now; whether it was."""
        where = (ledger.c.id == id, ledger.c.disposition.in_((Disposition.QUARANTINED, Disposition.HELD)))
        values = {"disposition": Disposition.RECEIVED, "settled_at": None, "retry_at": now}
        return self._session.change(sa.update(ledger).where(*where).values(**values))

    def to_file(self, mailbox: str, folder: str, uid_validity: int, *, limit: int) -> tuple[LedgerRow, ...]:
        """Settled mail that is still where it came in on the server."""
        return self._rows(
            *_folder(mailbox, folder),
            ledger.c.server == "inbox",
            ledger.c.uid_validity == uid_validity,
            ledger.c.disposition != Disposition.RECEIVED,
            limit=limit,
        )

    def filed(self, ids: Sequence[int], where: str) -> None:
        """Note what was done with these mails on the server: `moved`, `left` or `gone`."""
        for batch in batches(ids):
            self._session.execute(sa.update(ledger).where(ledger.c.id.in_(batch)).values(server=where))

    def twin(self, *, message_id: str | None, content_hash: str, other_than: int) -> LedgerRow | None:
        """The earlier delivery of the same mail, equal in id and content, or none.

        On PostgreSQL two deliveries that are handled at the same moment wait here for one another.
        """
        if not content_hash or self._session.absent.has(ledger.c.content_hash, content_hash):
            return None
        if self._session.dialect == "postgresql":
            self._session.execute(_WAIT_FOR_TWINS, {"content_hash": content_hash})
        values = {"content_hash": content_hash, "message_id": message_id, "other_than": other_than}
        row = self._session.execute(_TWIN, values).first()
        return ledger_row(row) if row else None

    def by_message_id(self, message_id: str) -> tuple[LedgerRow, ...]:
        """Every delivery with this Message-ID, oldest first."""
        return self._rows(ledger.c.message_id == message_id)

    def of_case(self, case_id: int) -> tuple[LedgerRow, ...]:
        """Every mail that belongs to a case, oldest first."""
        return self._rows(ledger.c.case_id == case_id)

    def renumbered(self, mailbox: str, folder: str, uid_validity: int) -> bool:
        """Whether the folder had another UIDVALIDITY before."""
        query = sa.select(ledger.c.id).where(*_folder(mailbox, folder), ledger.c.uid_validity != uid_validity)
        return self._session.execute(query.limit(1)).first() is not None

    def junk_since(self, mailbox: str, since: datetime) -> tuple[LedgerRow, ...]:
        """The mail of the junk folder that nobody was told of, oldest first."""
        where = (ledger.c.disposition == Disposition.JUNK, ledger.c.mailbox == mailbox, ledger.c.settled_at >= since)
        return self._rows(*where)

    def uids(self, mailbox: str, folder: str, uid_validity: int) -> set[int]:
        """The UIDs of this folder that the ledger knows."""
        where = (*_folder(mailbox, folder), ledger.c.uid_validity == uid_validity)
        return set(self._session.execute(sa.select(ledger.c.uid).where(*where)).scalars())

    def counts(self) -> dict[str, int]:
        """How many mails there are of each disposition."""
        query = sa.select(ledger.c.disposition, sa.func.count().label("mails")).group_by(ledger.c.disposition)
        return {row.disposition: row.mails for row in self._session.execute(query)}

    def unfinished(self) -> tuple[LedgerRow, ...]:
        """Every mail without a final disposition, oldest first."""
        return self._rows(ledger.c.disposition == Disposition.RECEIVED)

    def oldest_waiting(self) -> datetime | None:
        """Since when the mail waits that has waited longest, or none."""
        query = sa.select(sa.func.min(ledger.c.seen_at)).where(ledger.c.disposition == Disposition.RECEIVED)
        return self._session.execute(query).scalar()

    def _rows(self, *where: sa.ColumnElement[bool], limit: int | None = None) -> tuple[LedgerRow, ...]:
        query = sa.select(ledger).where(*where).order_by(ledger.c.id).limit(limit)
        return tuple(map(ledger_row, self._session.execute(query)))


def _folder(mailbox: str, folder: str) -> tuple[sa.ColumnElement[bool], ...]:
    return ledger.c.mailbox == mailbox, ledger.c.folder == folder


def to_handle(now: sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that a mail is to be handled by now: neither it nor another by its writer is to be tried later."""
    due = sa.or_(ledger.c.retry_at.is_(None), ledger.c.retry_at <= now)
    postponed = ledger.alias("postponed")
    writers = sa.select(postponed.c.writer).where(
        postponed.c.retry_at > now, postponed.c.disposition == Disposition.RECEIVED, postponed.c.writer.is_not(None)
    )
    in_order = sa.or_(ledger.c.writer.is_(None), ledger.c.writer.not_in(writers))
    return ledger.c.disposition == Disposition.RECEIVED, due, in_order


_WAITING = Prepared(
    sa.select(ledger)
    .where(
        *to_handle(sa.bindparam("now")),
        ledger.c.mailbox == sa.func.coalesce(sa.bindparam("of_mailbox", type_=ledger.c.mailbox.type), ledger.c.mailbox),
    )
    .order_by(ledger.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def _received(id: int, claim: int | None) -> sa.Update:
    where = (ledger.c.id == id, ledger.c.disposition == Disposition.RECEIVED)
    return sa.update(ledger).where(*where, *(() if claim is None else (ledger.c.claim == claim,)))


def _place(mailbox: str, folder: str, uid_validity: int) -> dict[str, object]:
    return {"mailbox": mailbox, "folder": folder, "uid_validity": uid_validity}


def _received_row(place: Mapping[str, object], mail: Incoming, digest: str, now: datetime) -> dict[str, object]:
    return _new_row(place, mail.uid, now) | {
        "received_at": mail.internal_date,
        "size": len(mail.raw),
        "raw_sha256": digest,
        "disposition": Disposition.RECEIVED,
        "server": "inbox",
        "writer": mail.writer,
    }


def _new_row(place: Mapping[str, object], uid: int, now: datetime) -> dict[str, object]:
    return {**place, "uid": uid, "seen_at": now, "detail": "", "error": "", "attempts": 0}


_DISPOSITION = [*ledger.c.keys()].index("disposition")


def ledger_row(row: Row) -> LedgerRow:
    """The mail of a row of `ledger`."""
    return LedgerRow(**{**row._asdict(), "disposition": Disposition(row[_DISPOSITION])})
