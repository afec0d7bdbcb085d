"""What rules and agents say of a case: its problem, its cause, advice, and why nothing goes out by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; a case of before has none of it."""
    op.add_column("cases", sa.Column("problem", sa.Text()))
    op.add_column("cases", sa.Column("on_hold", sa.Text()))
    op.add_column("cases", sa.Column("advice", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("cause", sa.Text()))
    op.create_index("ix_cases_problem_id", "cases", ["problem", "id"])
