"""Addresses that mail does not reach."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table; its meaning is told in `mailbot/store/tables.py`."""
    op.create_table(
        "undeliverable",
        sa.Column("address_key", sa.Text(), primary_key=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
