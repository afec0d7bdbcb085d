"""Cases with all that belongs to them: messages, timeline, people, links and internal lines."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mailbot.core.case import UNSETTLED, Author, Case, CaseMessage, Direction, State, TimelineEntry
from mailbot.core.message import Address
from mailbot.store import case_rows
from mailbot.store import chains as chained
from mailbot.store.chains import Chain
from mailbot.store.prepared import Prepared
from mailbot.store.repairs import Repairs
from mailbot.store.session import Session, Values, equal, rows_with
from mailbot.store.tables import (
    case_ids,
    case_messages,
    cases,
    chains,
    internal_lines,
    links,
    parties,
    timeline,
    tokens,
)

_SURVEYS = Prepared(
    sa.select(timeline.c.data)
    .join(cases, cases.c.id == timeline.c.case_id)
    .where(cases.c.customer_key == sa.bindparam("customer_key"), timeline.c.event == "survey")
    .order_by(timeline.c.at.desc())
    .limit(20)
)
_THEIRS, _OTHER = parties.alias(), parties.alias()
_JOINED = Prepared(
    sa.select(_OTHER.c.address_key)
    .join(_THEIRS, _THEIRS.c.case_id == _OTHER.c.case_id)
    .where(
        _THEIRS.c.address_key == sa.bindparam("address_key"),
        _THEIRS.c.role == Author.CUSTOMER,
        _OTHER.c.role == Author.CUSTOMER,
        _THEIRS.c.joined | _OTHER.c.joined,
    )
)
"""The customers of an address's cases, where a member has let in one of the two."""
_MOST_ADDRESSES = 20
_HISTORY = Prepared(
    sa.select(cases)
    .where(
        cases.c.customer_key.in_(sa.bindparam("known", expanding=True)),
        cases.c.merged_into.is_(None),
        cases.c.id != sa.bindparam("but"),
    )
    .order_by(cases.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_THOSE = Prepared(
    sa.select(cases)
    .where(cases.c.id.in_(sa.bindparam("ids", expanding=True, type_=cases.c.id.type)))
    .order_by(cases.c.id.desc())
)
_NO_CASE = 0
_LOCKED = Prepared(rows_with(cases, "id").with_for_update())


@dataclass(frozen=True, slots=True)
class Link:
    """Two cases that have to do with one another, and how."""

    case_id: int
    other_id: int
    kind: str


class Cases:
    """The cases within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.repairs = Repairs(session)

    def new_id(self) -> int:
        """An id that no other case has or gets; one that is not used stays a gap."""
        case_id = self._session.add(case_ids, {})
        for table in (chains, tokens):
            self._session.absent.note(table.c.case_id, [case_id])
        return case_id

    def save(self, case: Case) -> None:
        """Write the case, a new one or what has become of it."""
        self._session.put_over(cases, case_rows.row_of_case(case))

    def get(self, id: int) -> Case | None:
        """The case with this id, also one that goes on in another."""
        return self._first(equal(cases, "id"), {"id": id})

    def lock(self, id: int) -> Case | None:
        """The case with this id or, if it was merged, the one in which it goes on.

        Nobody else can lock or change it before this transaction ends.
        """
        case = self._first(_LOCKED, {"id": id})
        return case if case is None or case.merged_into is None else self.lock(case.merged_into)

    def by_number(self, number: str) -> Case | None:
        """The case with this number, written as on our subjects; if it was merged, the one in which it goes on."""
        return self._where_it_goes_on(self._first(equal(cases, "number"), {"number": number}))

    def by_token(self, token: str) -> Case | None:
        """The case whose customer has this token in the reply address; if it was merged, where it goes on."""
        return self._where_it_goes_on(self._first(equal(cases, "token"), {"token": token}))

    def find(
        self,
        *,
        state: State | None = None,
        team: str | None = None,
        customer: str | None = None,
        problem: str | None = None,
        overdue_at: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """The cases to which all that is given applies, newest first; `customer` is an address.

        `overdue_at`: a deadline of theirs has passed by that moment.
        """
        customer_key = None if customer is None else Address("", customer).key
        wanted = {
            cases.c.state: state,
            cases.c.team: team,
            cases.c.customer_key: customer_key,
            cases.c.problem: problem,
        }
        where = [column == value for column, value in wanted.items() if value is not None]
        if overdue_at is not None:
            # Few of many cases: asked for directly, SQLite would rather go through all of them, the newest first.
            where.append(cases.c.id.in_(sa.select(cases.c.id).where(cases.c.next_due_at <= overdue_at)))
        return self._newest(*where, limit=limit)

    def pressing(
        self,
        *,
        member: str | None = None,
        teams: Collection[str] = (),
        window: tuple[datetime, datetime],
        limit: int,
    ) -> tuple[tuple[Case, ...], int]:
        """The cases, neither resolved nor closed, of a member or of these teams, and how many there are in all.

        What can still be kept comes first: deadlines within the `window`; then those before and after it.
        """
        whose = cases.c.team.in_(teams) if member is None else cases.c.assignee == member
        due, (now, until) = cases.c.next_due_at, window
        order = (sa.case((sa.and_(due > now, due < until), 0), else_=1), due.is_(None), due, cases.c.id)
        count = sa.func.count().over().label("in_all")
        query = sa.select(cases, count).where(cases.c.state.in_(UNSETTLED), whose).order_by(*order).limit(limit)
        rows = self._session.execute(query).all()
        return tuple(map(case_rows.case_of_row, rows)), rows[0].in_all if rows else 0

    def opened_since(self, since: datetime, *, after: int = 0, limit: int) -> tuple[Case, ...]:
        """The next cases after this id that were opened since then, oldest first: a long list in portions."""
        query = sa.select(cases).where(cases.c.id > after, cases.c.opened_at >= since)
        rows = self._session.execute(query.order_by(cases.c.id).limit(limit))
        return tuple(map(case_rows.case_of_row, rows))

    def history(self, customer_key: str, *, other_than: int | None = None, limit: int = 10) -> tuple[Case, ...]:
        """The customer's latest cases under whatever address, newest first; one that goes on in another is none."""
        known = self.addresses(customer_key)
        if all(self._session.absent.has(cases.c.customer_key, one) for one in known):
            return ()
        values = {"known": known, "but": other_than or _NO_CASE, "most": limit}
        return tuple(map(case_rows.case_of_row, self._session.execute(_HISTORY, values)))

    def addresses(self, customer_key: str) -> tuple[str, ...]:
        """The keys under which a customer is known: this one, and those that members have let into a case with it."""
        known = [customer_key]
        for address in known:
            nobodys = not address or self._session.absent.has(parties.c.address_key, address)
            found = () if nobodys else self._session.execute(_JOINED, {"address_key": address})
            known += sorted({row.address_key for row in found} - set(known))[: _MOST_ADDRESSES - len(known)]
        return tuple(known)

    def those(self, ids: Collection[int]) -> Mapping[int, Case]:
        """The cases with these ids, each as the one in which it goes on, by the id that was asked for."""
        rows = self._session.execute(_THOSE, {"ids": tuple(ids)}) if ids else ()
        found = {case.id: case for case in map(case_rows.case_of_row, rows)}
        return {id: whole for id, case in found.items() if (whole := self._where_it_goes_on(case))}

    def last_rating(self, customer_key: str) -> int | None:
        """The rating that the customer gave last after a resolution, from 1 to 5."""
        rows = self._session.execute(_SURVEYS, {"customer_key": customer_key})
        return next((rating for row in rows if (rating := row.data.get("rating"))), None)

    def last_data(self, case_id: int, event: str) -> Mapping[str, object]:
        """The data of the newest line of a case's timeline about such an event; empty where there is none."""
        query = sa.select(timeline.c.data).where(timeline.c.case_id == case_id, timeline.c.event == event)
        data: Mapping[str, object] | None = self._session.execute(
            query.order_by(timeline.c.position.desc()).limit(1)
        ).scalar()
        return data or {}

    def count_of(self, customer_key: str) -> int:
        """How many cases the customer has had."""
        query = sa.select(sa.func.count()).where(cases.c.customer_key == customer_key)
        return int(self._session.execute(query).scalar_one())

    def add_message(self, case_id: int, message: CaseMessage) -> None:
        """Keep a message with its case."""
        self._session.put(case_messages, case_rows.row_of_message(case_id, message))

    def messages(self, case_id: int) -> tuple[CaseMessage, ...]:
        """All messages of a case, oldest first."""
        rows = self._session.execute(equal(case_messages, "case_id", by="id"), {"case_id": case_id})
        return tuple(map(case_rows.message_of_row, rows))

    def last_message(
        self, case_id: int, *, direction: Direction | None = None, role: Author | None = None
    ) -> CaseMessage | None:
        """The newest message of a case that went this way and was written in this role."""
        query = sa.select(case_messages).where(case_messages.c.case_id == case_id)
        for column, value in ((case_messages.c.direction, direction), (case_messages.c.role, role)):
            query = query if value is None else query.where(column == value)
        row = self._session.execute(query.order_by(case_messages.c.id.desc()).limit(1)).first()
        return case_rows.message_of_row(row) if row else None

    def record(self, case_id: int, entries: Sequence[TimelineEntry]) -> None:
        """Append to the timeline, in the given order; nothing in it can be changed later."""
        if not entries:
            return
        if self._session.dialect == "postgresql" and not self._session.absent.has(chains.c.case_id, case_id):
            self._session.execute(_LOCKED, {"id": case_id})
        chained.append(self._session, case_id, entries)

    def timeline(self, case_id: int) -> tuple[TimelineEntry, ...]:
        """All that happened to a case, in order."""
        query = equal(timeline, "case_id", by="position")
        return tuple(map(case_rows.entry_of_row, self._session.execute(query, {"case_id": case_id})))

    def chain(self, case: Case) -> Chain:
        """The hash chain of a case's timeline as it stands in the database, whole or not."""
        return chained.read(self._session, case.id, case.number)

    def chains(self) -> Iterator[Chain]:
        """The hash chains of all cases, in the order of the cases."""
        return chained.every(self._session)

    def add_party(self, case_id: int, address: Address, role: Author, *, joined: bool = False) -> None:
        """Let somebody take part in a case, or in another role than so far; `joined`: a member has let them in."""
        row = {"case_id": case_id, "address_key": address.key, "name": address.name, "role": role, "joined": joined}
        self._session.put_over(parties, row)

    def parties(self, case_id: int) -> Mapping[str, Author]:
        """Who takes part in a case, by casefolded address."""
        rows = self._session.execute(equal(parties, "case_id"), {"case_id": case_id})
        return {row.address_key: Author(row.role) for row in rows}

    def link(self, case_id: int, other_id: int, kind: str) -> None:
        """Note that two cases have to do with one another; a second time changes nothing."""
        row = {"case_id": case_id, "other_id": other_id, "kind": kind}
        self._session.put_new(links, row)

    def links(self, case_id: int) -> tuple[Link, ...]:
        """The links from and to a case."""
        ends = (sa.select(links).where(end == case_id) for end in (links.c.case_id, links.c.other_id))
        return tuple(sorted({Link(*row) for row in self._session.execute(sa.union(*ends))}, key=_link_order))

    def add_internal_lines(self, case_id: int, *fingerprints: frozenset[int]) -> None:
        """Remember the lines of letters, as signed 64-bit fingerprints, that must not reach the customer."""
        together = frozenset().union(*fingerprints)  # what members hear at the same time is nearly the same
        if together:
            self._session.put(internal_lines, {"case_id": case_id, "fingerprints": case_rows.packed(sorted(together))})

    def internal_lines(self, case_id: int) -> frozenset[int]:
        """The fingerprints of all internal lines of a case."""
        rows = self._session.execute(equal(internal_lines, "case_id"), {"case_id": case_id})
        return frozenset(fingerprint for row in rows for fingerprint in case_rows.unpacked(row.fingerprints))

    def _first(self, query: Prepared, values: Values) -> Case | None:
        row = self._session.execute(query, values).first()
        return case_rows.case_of_row(row) if row else None

    def _where_it_goes_on(self, case: Case | None) -> Case | None:
        while case is not None and case.merged_into is not None:
            case = self.get(case.merged_into)
        return case

    def _newest(self, *where: sa.ColumnElement[bool], limit: int | None) -> tuple[Case, ...]:
        query = sa.select(cases).where(*where).order_by(cases.c.id.desc()).limit(limit)
        return tuple(map(case_rows.case_of_row, self._session.execute(query)))


def _link_order(link: Link) -> tuple[int, int, str]:
    return link.case_id, link.other_id, link.kind
