"""Rule books with their texts kept once, when each was in force, and what was refused."""

import json
import zlib
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; their meaning is told in `mailbot/store/tables.py`."""
    op.create_table(
        "rule_texts",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "rule_book_terms",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("version", TEXT, sa.ForeignKey("rule_books.version"), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("author", TEXT),
    )
    op.create_index("ix_rule_book_terms_until", "rule_book_terms", ["until"])
    op.create_table(
        "rule_book_refusals",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("problems", TEXT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
    )
    op.create_index("ix_rule_book_refusals_until", "rule_book_refusals", ["until"])
    op.create_table(
        "starts",
        sa.Column("config", TEXT, primary_key=True),
        sa.Column("config_sha256", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
    )
    _keep_texts_once()


def _keep_texts_once() -> None:
    """Books so far hold the texts of rules/ themselves, and nobody noted until when they were in force."""
    bind = op.get_bind()
    books = sa.table("rule_books", sa.column("version"), sa.column("files"), sa.column("first_used_at"))
    texts = sa.table("rule_texts", sa.column("sha256"), sa.column("compressed"))
    terms = sa.table("rule_book_terms", sa.column("version"), sa.column("since"), sa.column("until"))
    kept: set[str] = set()
    rows = bind.execute(sa.select(books).order_by(books.c.first_used_at)).all()
    for number, row in enumerate(rows):
        digests = {f"rules/{name}": _digest(text) for name, text in json.loads(row.files).items()}
        for text in json.loads(row.files).values():
            if _digest(text) not in kept:
                kept.add(_digest(text))
                bind.execute(texts.insert().values(sha256=_digest(text), compressed=zlib.compress(text.encode())))
        bind.execute(books.update().where(books.c.version == row.version).values(files=json.dumps(digests)))
        until = rows[number + 1].first_used_at if number + 1 < len(rows) else None
        bind.execute(terms.insert().values(version=row.version, since=row.first_used_at, until=until))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
