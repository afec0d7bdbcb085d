"""Raw mail that lies in a folder: how far the moving has come. What was moved has no bytes in `raw_mail`."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
oldest = "0010"


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "moved_up_to",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_moved_up_to"),
    )
