"""Timelines as hash chains: how entries are appended, and how a chain is read to be checked."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mailbot.core import chain
from mailbot.core.case import TimelineEntry
from mailbot.store import case_rows
from mailbot.store.columns import clean, plain
from mailbot.store.session import Row, Session, equal
from mailbot.store.tables import cases, chains, timeline

_MANY = 200
"""Timelines that are read at once."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of one case, and where it has to end."""

    case_id: int
    number: str
    links: tuple[chain.Link, ...]
    head: chain.Head


def append(session: Session, case_id: int, entries: Sequence[TimelineEntry]) -> None:
    """Write entries behind the last one of the case, whose row the caller has locked."""
    head = _head(session, case_id)
    rows = []
    for entry in entries:
        data = plain(entry.data)
        link = _link(head, case_id, entry, data)
        row = case_rows.row_of_entry(case_id, link.position, entry) | {"data": data}
        rows.append(row | {"salt": link.salt, "payload_hash": link.payload_hash, "chain_hash": link.chain_hash})
        head = chain.Head(link.position, link.chain_hash)
    session.put(timeline, rows)
    session.put_over(chains, {"case_id": case_id, "length": head.length, "head": head.hash})


def read(session: Session, case_id: int, number: str) -> Chain:
    """The chain of a case as it stands in the database, whole or not."""
    rows = session.execute(equal(timeline, "case_id", by="position"), {"case_id": case_id})
    return Chain(case_id, number, tuple(map(_link_of_row, rows)), _head(session, case_id))


def every(session: Session) -> Iterator[Chain]:
    """The chains of all cases, in the order of the cases."""
    last = 0
    query = sa.select(cases.c.id, cases.c.number).where(cases.c.id > sa.bindparam("last")).order_by(cases.c.id)
    while found := session.execute(query.limit(_MANY), {"last": last}).all():
        yield from (read(session, case_id, number) for case_id, number in found)
        last = found[-1][0]


def _head(session: Session, case_id: int) -> chain.Head:
    if session.absent.has(chains.c.case_id, case_id):
        return chain.Head()
    row = session.execute(equal(chains, "case_id"), {"case_id": case_id}).first()
    return chain.Head(row.length, row.head) if row else chain.Head()


def _link(head: chain.Head, case_id: int, entry: TimelineEntry, data: object) -> chain.Link:
    """The entry as it will be read again: what a column cleans must not change what the hashes cover."""
    facts = chain.facts(
        case_id,
        head.length + 1,
        event=clean(str(entry.event)),
        at=entry.at,
        rule=None if entry.rule is None else clean(str(entry.rule)),
        rule_book=None if entry.rule_book is None else clean(str(entry.rule_book)),
    )
    payload = chain.payload(by=clean(str(entry.by)), detail=clean(str(entry.detail)), data=data)
    return chain.link(head, facts, payload, secrets.token_hex(chain.SALT_BYTES))


def _link_of_row(row: Row) -> chain.Link:
    return chain.Link(
        position=row.position,
        facts=chain.facts(
            row.case_id, row.position, event=row.event, at=row.at, rule=row.rule, rule_book=row.rule_book
        ),
        payload=chain.payload(by=row.actor, detail=row.detail, data=row.data),
        salt=row.salt,
        payload_hash=row.payload_hash,
        chain_hash=row.chain_hash,
    )
