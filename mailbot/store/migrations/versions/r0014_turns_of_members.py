"""When a member was given a case last is found by an index, however many they have had."""

from alembic import op

revision = "0014"
down_revision = "0013"
oldest = "0010"


def upgrade() -> None:
    """Add an index."""
    op.create_index("ix_cases_assignee_assigned_at", "cases", ["assignee", "assigned_at"])
