"""Looks, with one statement, what there is of all that several mails are going to be asked about."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailbot.store.columns import key
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import cases, ledger, message_ids, parties, people, preferences, tombstones, undeliverable
from mailbot.store.tombstones import Tombstones

# Of more, such as the references of a mail that has a thousand of them, is asked when it is needed.
_MOST = 500
_NOTHING = ""
_BY_ADDRESS = (
    cases.c.customer_key,
    parties.c.address_key,
    people.c.address_key,
    preferences.c.address_key,
    undeliverable.c.address_key,
)


@dataclass(frozen=True, slots=True)
class Coming:
    """What is going to be asked about one mail: the hashes of what it says and of its bytes, whose it is, its ids."""

    content_hash: str
    raw_sha256: str | None
    addresses: Collection[str]
    message_ids: Collection[str]


def look_ahead(session: Session, coming: Iterable[Coming]) -> None:
    """Note what there is not. On PostgreSQL, deliveries of the same mail wait for one another here, till the commit."""
    mails = [*coming]
    said = sorted({mail.content_hash for mail in mails if mail.content_hash})
    if session.dialect == "postgresql" and said:
        session.post(_ONE_AFTER_THE_OTHER, {"contents": said})
    addresses = {address for mail in mails for address in mail.addresses if address}
    marks = Tombstones(session).marks([*said, *(mail.raw_sha256 for mail in mails)])
    wanted: dict[sa.Column[Any], Collection[str]] = {
        ledger.c.content_hash: said,
        message_ids.c.message_id: {id for mail in mails for id in mail.message_ids},
        tombstones.c.mark: marks,
        **dict.fromkeys(_BY_ADDRESS, addresses),
    }
    _look(session, wanted)


def _look(session: Session, wanted: Mapping[sa.Column[Any], Collection[str]]) -> None:
    asked = [sorted(set(map(key, wanted[column])))[:_MOST] or [_NOTHING] for column in _COLUMNS]
    longest = max(map(len, asked))
    values = {f"values_{n}": [*one, *one[-1:] * (longest - len(one))] for n, one in enumerate(asked)}
    there: list[set[str]] = [set() for _ in asked]
    for place, value in session.execute(_THERE, values):
        there[place].add(value)
    for column, one, found in zip(_COLUMNS, asked, there, strict=True):
        session.absent.note(column, {*one} - found)


_ONE_AFTER_THE_OTHER = Prepared(
    sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.column("content")))).select_from(
        sa.func.unnest(sa.bindparam("contents", type_=sa.ARRAY(sa.Text))).alias("content")
    )
)
_COLUMNS: tuple[sa.Column[Any], ...] = (
    ledger.c.content_hash,
    message_ids.c.message_id,
    tombstones.c.mark,
    *_BY_ADDRESS,
)
_THERE = Prepared(
    sa.union_all(
        *(
            sa.select(sa.literal_column(str(n), sa.Integer).label("place"), column.label("value"))
            .where(column.in_(sa.bindparam(f"values_{n}", expanding=True)))
            .distinct()
            for n, column in enumerate(_COLUMNS)
        )
    )
)
