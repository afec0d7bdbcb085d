"""Deadlines of cases, the SLA that gives them, and when the next one is due."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; a case of before has no deadlines until a rule gives it an SLA."""
    op.add_column("cases", sa.Column("sla", sa.Text()))
    op.add_column("cases", sa.Column("deadlines", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("next_due_at", sa.DateTime(timezone=True)))
    op.create_index("ix_cases_next_due_at", "cases", ["next_due_at"])
