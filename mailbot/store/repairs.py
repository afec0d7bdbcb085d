"""What belongs to one case and comes to belong to another: rows change their case, and none is copied or lost."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailbot.core.case import Author, CaseMessage
from mailbot.store import case_rows
from mailbot.store.due import DueState
from mailbot.store.session import Row, Session, equal
from mailbot.store.tables import (
    case_messages,
    due,
    held,
    internal_lines,
    ledger,
    message_ids,
    offers,
    outbox,
    parties,
    tokens,
)

_CHANGE_HANDS = (case_messages, internal_lines, ledger, outbox, held)


class Repairs:
    """The repairs within one transaction; cases are given by id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hand_over(self, source: int, target: int, *, work: Collection[str], now: datetime) -> None:
        """Give the target everything of the source but its timeline and its links, which say what was where.

        Offers are numbered after the target's own. Of what was to fall due only work of these kinds goes along.
        """
        for table in _CHANGE_HANDS:
            self._session.execute(sa.update(table).where(table.c.case_id == source).values(case_id=target))
        self._hand_over_tokens(source, target)
        self._hand_over_ids(source, target)
        self._hand_over_parties(source, target)
        self._hand_over_work(source, target, work, self._hand_over_offers(source, target), now)

    def messages(self, case_id: int) -> Mapping[int, CaseMessage]:
        """The messages of a case by their ids, oldest first."""
        rows = self._session.execute(equal(case_messages, "case_id", by="id"), {"case_id": case_id})
        return {row.id: case_rows.message_of_row(row) for row in rows}

    def move_message(self, id: int, source: int, target: int) -> None:
        """Let a message belong to the target, and its mail and what answers it.

        It no longer names what it answered: an answer would name that too, and lead back to the source.
        """
        row = self._session.execute(equal(case_messages, "id"), {"id": id}).one()
        moved = sa.update(case_messages).where(case_messages.c.id == id)
        self._session.execute(moved.values(case_id=target, reference_ids=()))
        self._mail_belongs_to(row, source, target)

    def drop_message(self, id: int, source: int, target: int) -> None:
        """Take a message out of the source that is kept with the target already; its mail belongs there."""
        row = self._session.execute(equal(case_messages, "id"), {"id": id}).one()
        self._session.execute(sa.delete(case_messages).where(case_messages.c.id == id))
        self._mail_belongs_to(row, source, target)

    def _mail_belongs_to(self, message: Row, source: int, target: int) -> None:
        if message.message_id is not None:
            self._hand_over_ids(source, target, only=message.message_id)
        if message.ledger_id is not None:
            received = ledger.c.id == message.ledger_id
            self._session.execute(sa.update(ledger).where(received).values(case_id=target))

    def _hand_over_ids(self, source: int, target: int, *, only: str | None = None) -> None:
        """Message-IDs; of one that both know, the row of who has issued it stays."""
        known, issued = message_ids.c.message_id, message_ids.c.issued
        theirs, ours = message_ids.c.case_id == source, message_ids.c.case_id == target
        if only is not None:
            theirs = theirs & (known == only)
        weaker = sa.delete(message_ids).where(ours, ~issued, known.in_(sa.select(known).where(theirs, issued)))
        doubled = sa.delete(message_ids).where(theirs, known.in_(sa.select(known).where(ours)))
        for statement in (weaker, doubled, sa.update(message_ids).where(theirs).values(case_id=target)):
            self._session.execute(statement)

    def _hand_over_tokens(self, source: int, target: int) -> None:
        """What members can prove themselves by. The newest token is the thread that goes on: the target's own."""
        oldest = sa.select(sa.func.min(tokens.c.issued_at)).where(tokens.c.case_id == target)
        first: datetime | None = self._session.execute(oldest).scalar()
        theirs = tokens.c.case_id == source
        if first is not None:
            later = sa.update(tokens).where(theirs, tokens.c.issued_at >= first)
            self._session.execute(later.values(issued_at=first - timedelta(seconds=1)))
        self._session.execute(sa.update(tokens).where(theirs).values(case_id=target))

    def _hand_over_parties(self, source: int, target: int) -> None:
        """Who took part; who was a customer of one is a customer of both, else the target knows better."""
        for row in self._session.execute(equal(parties, "case_id"), {"case_id": source}).all():
            put = self._session.put_over if row.role == Author.CUSTOMER else self._session.put_new
            put(parties, row._asdict() | {"case_id": target, "joined": True})
        self._session.execute(sa.delete(parties).where(parties.c.case_id == source))

    def _hand_over_offers(self, source: int, target: int) -> Mapping[int, int]:
        """The new number of each offer by its old one."""
        last = self._session.execute(sa.select(sa.func.max(offers.c.number)).where(offers.c.case_id == target)).scalar()
        theirs = self._session.execute(equal(offers, "case_id", by="number"), {"case_id": source}).all()
        numbers = {row.number: number for number, row in enumerate(theirs, (last or 0) + 1)}
        for row in theirs:
            values = {"case_id": target, "number": numbers[row.number]}
            self._session.execute(sa.update(offers).where(offers.c.id == row.id).values(**values))
        return numbers

    def _hand_over_work(
        self, source: int, target: int, kinds: Collection[str], numbers: Mapping[int, int], now: datetime
    ) -> None:
        """A row that somebody is at with the old case and number in hand must not count: each becomes a new one."""
        waiting = sa.update(due).where(due.c.case_id == source, due.c.state == DueState.WAITING)
        cancelled = waiting.values(state=DueState.CANCELLED, changed_at=now, lease_until=None).returning(due)
        for row in self._session.execute(cancelled).all():
            if row.kind in kinds:
                self._session.add_new(due, _planned_anew(row, target, numbers, now))


def _planned_anew(row: Row, target: int, numbers: Mapping[int, int], now: datetime) -> dict[str, object]:
    data = dict(row.data)
    if "number" in data:
        data["number"] = numbers.get(int(data["number"]), data["number"])
    return {
        "key": f"{row.key} in {target}",
        "kind": row.kind,
        "case_id": target,
        "due_at": row.due_at,
        "data": data,
        "state": DueState.WAITING,
        "added_at": now,
        "changed_at": now,
        "attempts": 0,
        "error": "",
    }
