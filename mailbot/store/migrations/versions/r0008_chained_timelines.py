"""Timelines in hash chains, of which payloads can be erased; marks of mail that was erased, and the key they need."""

import secrets
from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from mailbot.core import chain
from mailbot.store.columns import Json, UTCDateTime

revision = "0008"
down_revision = "0007"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSED = "the timeline can only be appended to"
# Kept when an entry is erased.
_STAYS = ("case_id", "position", "event", "at", "rule", "rule_book", "payload_hash", "chain_hash")

_TIMELINE = sa.table(
    "timeline",
    sa.column("case_id", sa.BigInteger()),
    sa.column("position", sa.Integer()),
    sa.column("event", sa.Text()),
    sa.column("actor", sa.Text()),
    sa.column("at", UTCDateTime()),
    sa.column("detail", sa.Text()),
    sa.column("rule", sa.Text()),
    sa.column("rule_book", sa.Text()),
    sa.column("data", Json()),
    sa.column("salt", sa.Text()),
    sa.column("payload_hash", sa.Text()),
    sa.column("chain_hash", sa.Text()),
)
_CHAINS = sa.table("chains", sa.column("case_id"), sa.column("length"), sa.column("head"))
_UPDATE = (
    sa.update(_TIMELINE)
    .where(_TIMELINE.c.case_id == sa.bindparam("of_case"), _TIMELINE.c.position == sa.bindparam("at_position"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("salt", "payload_hash", "chain_hash")})
)
_MANY = 500
# Before raw mail is removed, the database looks for whoever still points at it.
_POINT_AT_RAW_MAIL = (
    ("case_messages", "raw_sha256"),
    ("ledger", "raw_sha256"),
    ("outbox", "raw_sha256"),
    ("outbox", "lighter_sha256"),
)


def upgrade() -> None:
    """Add tables and columns, and chain what was written before."""
    op.create_table(
        "chains",
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_chains_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", name="pk_chains"),
    )
    op.create_table(
        "tombstones",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_tombstones"),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    op.add_column("timeline", sa.Column("salt", sa.Text()))
    op.add_column("timeline", sa.Column("payload_hash", sa.Text(), nullable=False, server_default=""))
    op.add_column("timeline", sa.Column("chain_hash", sa.Text(), nullable=False, server_default=""))
    for table, column in _POINT_AT_RAW_MAIL:
        op.create_index(f"ix_{table}_{column}", table, [column])
    _release_timeline()
    _chain_timelines()
    _protect_timeline()


def _chain_timelines() -> None:
    bind = op.get_bind()
    last = 0
    while ids := [int(row.case_id) for row in bind.execute(_cases_after(last))]:
        rows = bind.execute(_lines_of(ids[0], ids[-1])).all()
        for case_id, lines in groupby(rows, key=lambda row: int(row.case_id)):
            links = list(_links(case_id, list(lines)))
            bind.execute(_UPDATE, [_new_columns(case_id, link) for link in links])
            head = {"case_id": case_id, "length": links[-1].position, "head": links[-1].chain_hash}
            bind.execute(sa.insert(_CHAINS), head)
        last = ids[-1]


def _cases_after(case_id: int) -> sa.Select[tuple[object, ...]]:
    ids = sa.select(_TIMELINE.c.case_id).where(_TIMELINE.c.case_id > case_id)
    return ids.distinct().order_by(_TIMELINE.c.case_id).limit(_MANY)


def _lines_of(first: int, last: int) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(_TIMELINE)
        .where(_TIMELINE.c.case_id.between(first, last))
        .order_by(_TIMELINE.c.case_id, _TIMELINE.c.position)
    )


def _links(case_id: int, rows: list[sa.Row[tuple[object, ...]]]) -> Iterator[chain.Link]:
    head = chain.Head()
    for row in rows:
        facts = chain.facts(case_id, row.position, event=row.event, at=row.at, rule=row.rule, rule_book=row.rule_book)
        payload = chain.payload(by=row.actor, detail=row.detail, data=row.data)
        link = chain.link(head, facts, payload, secrets.token_hex(chain.SALT_BYTES))
        yield link
        head = chain.Head(link.position, link.chain_hash)


def _new_columns(case_id: int, link: chain.Link) -> dict[str, object]:
    row: dict[str, object] = {"of_case": case_id, "at_position": link.position, "new_salt": link.salt}
    return row | {"new_payload_hash": link.payload_hash, "new_chain_hash": link.chain_hash}


def _release_timeline() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER timeline_refuses_update")
    else:
        op.execute("DROP TRIGGER timeline_refuses_change ON timeline")


def _protect_timeline() -> None:
    """Let nobody rewrite what happened to a case; all that can be done to an entry is to erase its payload."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER timeline_refuses_update BEFORE UPDATE ON timeline WHEN NOT ({_erasure('IS')}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER timeline_refuses_removal BEFORE DELETE OR TRUNCATE ON timeline "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_timeline_change()"
    )
    op.execute(
        "CREATE TRIGGER timeline_refuses_update BEFORE UPDATE ON timeline FOR EACH ROW "
        f"WHEN (NOT ({_erasure('IS NOT DISTINCT FROM')})) EXECUTE FUNCTION refuse_timeline_change()"
    )


def _erasure(same: str) -> str:
    emptied = "NEW.salt IS NULL AND NEW.actor = '' AND NEW.detail = '' AND NEW.data = '{}'"
    return " AND ".join((emptied, *(f"NEW.{name} {same} OLD.{name}" for name in _STAYS)))
