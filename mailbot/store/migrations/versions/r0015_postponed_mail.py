"""Mail that is to be tried again is found by an index, since what its writer wrote later waits for it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
oldest = "0010"


def upgrade() -> None:
    """Add an index over those few."""
    is_postponed = sa.text("retry_at IS NOT NULL")
    op.create_index(
        "ix_ledger_retry_at", "ledger", ["retry_at"], sqlite_where=is_postponed, postgresql_where=is_postponed
    )
