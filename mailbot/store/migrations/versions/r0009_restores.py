"""Restorings from backups."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "restores",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("backup_at", _MOMENT, nullable=False),
        sa.Column("restored_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("numbers_from", sa.BigInteger()),
        sa.Column("unsure", sa.Text(), nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_restores"),
    )
