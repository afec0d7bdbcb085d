"""Erases rows, and what they say: the only place that changes a timeline, and that removes raw mail."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from mailbot.core.case import Case
from mailbot.core.erasure import Counts
from mailbot.core.letters import TO_CUSTOMERS
from mailbot.store import raw_mail
from mailbot.store.case_rows import row_of_case
from mailbot.store.due import Due, DueState, DueWork
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.old_mail import OLD_MAIL_ERASED
from mailbot.store.outbox import OutboxState
from mailbot.store.session import Session, batches
from mailbot.store.tables import (
    case_messages,
    cases,
    clues,
    due,
    held,
    internal_lines,
    ledger,
    message_ids,
    offer_ledger,
    offers,
    outbox,
    parties,
    people,
    preferences,
    problem_readers,
    sketches,
    timeline,
    tokens,
    undeliverable,
)
from mailbot.store.tables import raw_mail as raws
from mailbot.store.tombstones import Tombstones

_OF_CASES = (case_messages, internal_lines, clues, sketches, message_ids, parties, tokens, held)
_BY_ADDRESS = (
    (people, people.c.address_key),
    (preferences, preferences.c.address_key),
    (undeliverable, undeliverable.c.address_key),
    (problem_readers, problem_readers.c.customer_key),
    (parties, parties.c.address_key),
    (message_ids, message_ids.c.written_by),
)
_POINTERS = (
    ledger.c.raw_sha256,
    case_messages.c.raw_sha256,
    outbox.c.raw_sha256,
    outbox.c.lighter_sha256,
    offers.c.attachments_from,
)
_NO_LINE: dict[str, object] = {"salt": None, "actor": "", "detail": "", "data": {}}
_NO_MAIL = {"raw_sha256": None, "message_id": None, "content_hash": None, "detail": "", "error": "", "writer": None}
_NO_OFFER = {"customer_key": "", "text": "", "html": None, "attachments_from": None, "product": None}
_SAYS_SOMETHING = sa.or_(
    ledger.c.raw_sha256.is_not(None),
    ledger.c.message_id.is_not(None),
    ledger.c.content_hash.is_not(None),
    ledger.c.detail != "",
    ledger.c.error != "",
)
NOTHING = sha256(b"").hexdigest()
"""What an erased row of the outbox has for its bytes."""
_NO_BYTES = {"raw_sha256": NOTHING, "lighter_sha256": None, "copy_due": False}
_NEVER_SENT = (OutboxState.PENDING, OutboxState.UNCERTAIN)
_AT_AN_END = (OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED)


class Erasure:
    """The erasing within one transaction; what erases returns how much, by what it is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.tombstones = Tombstones(session)

    def cases(self, left: Iterable[Case], now: datetime) -> Counts:
        """Erase cases with all that belongs to them, but for what is given of each."""
        rows = [row_of_case(case) for case in left]
        ids = [row["id"] for row in rows]
        counts = self._mail_in(ledger.c.case_id.in_(ids), now)
        counts += self._mail_out(outbox.c.case_id.in_(ids), now)
        counts += self.timeline(ids)
        counts += self._offers(offers.c.case_id.in_(ids))
        for table in _OF_CASES:
            counts[table.name] += self._delete(table, table.c.case_id.in_(ids))
        self._end_work(due.c.case_id.in_(ids), now)
        self._session.put_over(cases, rows)
        counts["cases"] += len(rows)
        return counts

    def person(self, key: str, now: datetime) -> Counts:
        """Erase what is known of an address outside its own cases: its part in others', its wishes."""
        theirs = sa.select(case_messages.c.ledger_id).where(_written_by(key), case_messages.c.ledger_id.is_not(None))
        received = self._session.execute(theirs).scalars().all()
        counts = self._mail_in(ledger.c.id.in_(received), now)
        counts += self._mail_out(sa.or_(outbox.c.recipient_key == key, outbox.c.ledger_id.in_(received)), now)
        counts["case_messages"] += self._delete(case_messages, _written_by(key))
        self._not_in_copy(key)
        counts += self._lines(_names(key))
        self._session.execute(
            sa.update(offer_ledger).where(sa.func.lower(offer_ledger.c.actor) == key).values(actor="")
        )
        counts += self._offers(offers.c.customer_key == key)
        for table, column in _BY_ADDRESS:
            counts[table.name] += self._delete(table, column == key)
        return counts

    def loose_mail(self, received: Collection[int], sent: Collection[int], now: datetime) -> Counts:
        """Erase mails by the ids of their rows, which belong to no case or are letters to the team."""
        counts: Counts = Counter()
        for batch in batches(list(received)):
            counts += self._mail_in(ledger.c.id.in_(batch), now)
        for batch in batches(list(sent)):
            counts += self._mail_out(outbox.c.id.in_(batch), now)
        return counts

    def timeline(self, ids: Collection[int]) -> Counts:
        """Erase what the timelines of these cases say, and the salts; the hashes stay, and with them the chain."""
        return self._lines(timeline.c.case_id.in_(ids))

    def messages(self, ids: Collection[int]) -> Counts:
        """Remove the messages of these cases."""
        return Counter({"case_messages": self._delete(case_messages, case_messages.c.case_id.in_(ids))})

    def raw_mail(self, ids: Collection[int], now: datetime) -> Counts:
        """Let go of the bytes of all mail of these cases; what was read out of them stays."""
        freed = self._pointed_at(ledger.c.raw_sha256, ledger.c.case_id.in_(ids))
        for table, column in ((ledger, "raw_sha256"), (case_messages, "raw_sha256"), (offers, "attachments_from")):
            there = sa.and_(table.c.case_id.in_(ids), table.c[column].is_not(None))
            self._session.execute(sa.update(table).where(there).values({column: None}))
        ended = sa.and_(outbox.c.case_id.in_(ids), outbox.c.raw_sha256 != NOTHING, outbox.c.state.in_(_AT_AN_END))
        freed |= self._without_bytes(ended)
        return Counter({"raw_mail": self._drop(freed, now)})

    def work(self, before: datetime, *, limit: int) -> Counts:
        """Remove what was due, and was done or dropped before then, the oldest first."""
        old = sa.select(due.c.id).where(due.c.state != DueState.WAITING, due.c.changed_at < before)
        ids = self._session.execute(old.order_by(due.c.id).limit(limit)).scalars().all()
        return Counter({"due": self._delete(due, due.c.id.in_(ids))})

    def is_forgotten(self, mail: LedgerRow, content_hash: str | None) -> bool:
        """Whether a mail that has come was erased before."""
        return self.tombstones.has(content_hash, mail.raw_sha256)

    def forget_again(self, mail: LedgerRow, now: datetime) -> None:
        """Settle such a mail, and keep nothing of it."""
        received = sa.update(ledger).where(ledger.c.id == mail.id)
        values = {"disposition": Disposition.FORGOTTEN, "settled_at": now, "retry_at": None}
        self._session.execute(received.values(**_NO_MAIL, **values))
        self._drop({mail.raw_sha256}, now)

    def takes_part_in(self, key: str) -> tuple[int, ...]:
        """The ids of cases of which an address is a party, but not the customer."""
        query = sa.select(parties.c.case_id).join(cases, cases.c.id == parties.c.case_id)
        where = (parties.c.address_key == key, cases.c.customer_key != key)
        return tuple(self._session.execute(query.where(*where).order_by(parties.c.case_id)).scalars())

    def being_sent(self, key: str, ids: Collection[int]) -> int:
        """How many mails to an address, or about these cases, are on their way at this moment."""
        theirs = sa.or_(outbox.c.recipient_key == key, outbox.c.case_id.in_(ids))
        query = sa.select(sa.func.count()).where(theirs, outbox.c.state == OutboxState.SENDING)
        return int(self._session.execute(query).scalar_one())

    def loose_received(self) -> Iterator[tuple[int, bytes]]:
        """Every settled mail that belongs to no case, by the id of its row, with its bytes."""
        ended = ledger.c.disposition != Disposition.RECEIVED
        return self._raws(ledger, ledger.c.case_id.is_(None), ended, ledger.c.raw_sha256.is_not(None))

    def sent_elsewhere(self) -> Iterator[tuple[int, bytes]]:
        """Every mail that has left, or never will, and was for no customer, by the id of its row, with its bytes."""
        to_team = outbox.c.kind.not_in(sorted(TO_CUSTOMERS))
        return self._raws(outbox, to_team, outbox.c.state.in_(_AT_AN_END), outbox.c.raw_sha256 != NOTHING)

    def mentioned_in(self, key: str) -> tuple[str, ...]:
        """The numbers of cases in whose messages somebody else has written the address."""
        query = sa.select(cases.c.number).join(case_messages, case_messages.c.case_id == cases.c.id)
        rows = self._session.execute(query.where(_holds(case_messages.c.text, key)).distinct().order_by(cases.c.number))
        return tuple(rows.scalars())

    def _mail_in(self, where: sa.ColumnElement[bool], now: datetime) -> Counts:
        """Let these rows of the ledger say only that there was a mail; a mark keeps it from being taken in again."""
        rows = self._session.execute(sa.select(ledger).where(where, _SAYS_SOMETHING)).all()
        self.tombstones.put((hash for row in rows for hash in (row.content_hash, row.raw_sha256)), now)
        for batch in batches([row.id for row in rows]):
            self._delete(held, held.c.ledger_id.in_(batch))
            pointing = sa.update(case_messages).where(case_messages.c.ledger_id.in_(batch))
            self._session.execute(pointing.values(raw_sha256=None))
            self._session.execute(sa.update(ledger).where(ledger.c.id.in_(batch)).values(**_NO_MAIL))
        return Counter({"ledger": len(rows), "raw_mail": self._drop({row.raw_sha256 for row in rows}, now)})

    def _mail_out(self, where: sa.ColumnElement[bool], now: datetime) -> Counts:
        """Let these rows of the outbox say only that there was a mail; one that has not left never will."""
        there = sa.and_(where, outbox.c.raw_sha256 != NOTHING)
        rows = self._session.execute(sa.select(outbox.c.id, outbox.c.raw_sha256).where(there)).all()
        self.tombstones.put((row.raw_sha256 for row in rows), now)
        freed = self._without_bytes(there)
        unsent = sa.case((outbox.c.state.in_(_NEVER_SENT), OutboxState.CANCELLED.value), else_=outbox.c.state)
        to_customer = outbox.c.kind.in_(sorted(TO_CUSTOMERS))
        values = {"message_id": "", "envelope_sender": "", "answer": "", "error": "", "state": unsent}
        for batch in batches([row.id for row in rows]):
            these = sa.update(outbox).where(outbox.c.id.in_(batch))
            self._session.execute(these.values(**values))
            self._session.execute(these.where(to_customer).values(recipient="", recipient_key=""))
        return Counter({"outbox": len(rows), "raw_mail": self._drop(freed, now)})

    def _without_bytes(self, where: sa.ColumnElement[bool]) -> set[str | None]:
        """Let these rows of the outbox point at nothing; what they pointed at."""
        freed = self._pointed_at(outbox.c.raw_sha256, where) | self._pointed_at(outbox.c.lighter_sha256, where)
        if freed:
            raw_mail.keep(self._session, b"")
            self._session.execute(sa.update(outbox).where(where).values(**_NO_BYTES))
        return freed

    def _lines(self, where: sa.ColumnElement[bool]) -> Counts:
        lines = sa.update(timeline).where(where, timeline.c.salt.is_not(None)).values(**_NO_LINE)
        return Counter({"timeline": self._session.execute(lines).rowcount})

    def _offers(self, where: sa.ColumnElement[bool]) -> Counts:
        """Leave of offers and their steps what they come to, and who of the team took them."""
        ids = self._session.execute(sa.select(offers.c.id).where(where)).scalars().all()
        by = sa.case((offer_ledger.c.actor == offer_ledger.c.customer_key, ""), else_=offer_ledger.c.actor)
        steps = sa.update(offer_ledger).where(offer_ledger.c.offer_id.in_(ids))
        self._session.execute(sa.update(offers).where(offers.c.id.in_(ids)).values(**_NO_OFFER))
        self._session.execute(steps.values(actor=by, customer_key="", reason=""))
        return Counter({"offers": len(ids)})

    def _end_work(self, where: sa.ColumnElement[bool], now: datetime) -> None:
        ended = sa.update(due).where(where, due.c.state == DueState.WAITING)
        self._session.execute(ended.values(state=DueState.CANCELLED, changed_at=now, lease_until=None))
        self._session.execute(sa.update(due).where(where).values(data={}, error=""))

    def _not_in_copy(self, key: str) -> None:
        query = sa.select(case_messages.c.id, case_messages.c.cc).where(_holds(case_messages.c.cc, key))
        for row in self._session.execute(query).all():
            others = [(name, address) for name, address in row.cc if address.strip().casefold() != key]
            self._session.execute(sa.update(case_messages).where(case_messages.c.id == row.id).values(cc=others))

    def _raws(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> Iterator[tuple[int, bytes]]:
        query = sa.select(table.c.id, table.c.raw_sha256).where(*where).order_by(table.c.id)
        for row in self._session.execute(query).all():
            yield row.id, raw_mail.fetch(self._session, row.raw_sha256)

    def _pointed_at(self, column: sa.Column[str], where: sa.ColumnElement[bool]) -> set[str | None]:
        return set(self._session.execute(sa.select(column).where(where)).scalars()) - {None, NOTHING}

    def _drop(self, digests: Collection[str | None], now: datetime) -> int:
        """Remove of this raw mail what nobody points at any more; how much that was."""
        dropped = 0
        for batch in batches(sorted(filter(None, digests))):
            pointed_at = set().union(*(self._pointed_at(pointer, pointer.in_(batch)) for pointer in _POINTERS))
            unused = sa.delete(raws).where(raws.c.sha256.in_(sorted(set(batch) - pointed_at)))
            gone = self._session.execute(unused.returning(raws.c.sha256, raw_mail.is_moved())).all()
            self._remove_later([digest for digest, moved in gone if moved or self._session.old_mail], now)
            dropped += len(gone)
        return dropped

    def _remove_later(self, digests: list[str], now: datetime) -> None:
        """Have files of old mail removed, which may only be once their erasing is committed.

        There may be one of mail that lies in the database: it was about to be moved, or has come again since.
        """
        if digests:
            key = f"{OLD_MAIL_ERASED} {digests[0]} {now.isoformat()}"
            work = DueWork(key=key, kind=OLD_MAIL_ERASED, case_id=None, due_at=now, data={"digests": digests})
            Due(self._session).add(work, now)

    def _delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        return self._session.execute(sa.delete(table).where(where)).rowcount


def _written_by(key: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(case_messages.c.author_address) == key


def _names(key: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(_holds(column, key) for column in (timeline.c.actor, timeline.c.detail, timeline.c.data)))


def _holds(column: sa.Column[str], key: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(sa.cast(column, sa.Text)).contains(key, autoescape=True)
