"""Versions side by side on one database: which is the oldest that can work with the tables, and which a daemon has."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
oldest = "0010"


def upgrade() -> None:
    """Add a table and a column."""
    op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("oldest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_compatibility"),
    )
    op.add_column("daemons", sa.Column("revision", sa.Text()))
