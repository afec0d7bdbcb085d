"""The mail of a case is found by an index, however many other mails there are."""

from alembic import op

revision = "0012"
down_revision = "0011"
oldest = "0010"


def upgrade() -> None:
    """Add an index."""
    op.create_index("ix_ledger_case_id", "ledger", ["case_id"])
