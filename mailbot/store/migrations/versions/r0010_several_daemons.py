"""Several daemons on one database: who lives, who holds which mailbox, and who is at which mail."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add tables and columns: what an older mailbot writes meanwhile stays good."""
    op.create_table(
        "daemons",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daemons"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.add_column("ledger", sa.Column("writer", sa.Text()))
    op.add_column("ledger", sa.Column("holder", sa.Text()))
    op.add_column("ledger", sa.Column("claim", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ledger", sa.Column("lease_until", _MOMENT))
    op.create_index("ix_ledger_lease_until", "ledger", ["lease_until"])
