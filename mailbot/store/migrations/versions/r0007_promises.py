"""What is promised to customers, and what they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_MOMENT = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add tables and columns; of cases of before nothing is promised and nothing was asked."""
    op.add_column("cases", sa.Column("promised_at", _MOMENT))
    op.add_column("cases", sa.Column("delays", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("asked", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("preferences", sa.Column("no_surveys", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("preferences", sa.Column("asked_at", _MOMENT))
    op.add_column("preferences", sa.Column("invited_at", _MOMENT))
    _recurrence()
    _problems()



def _recurrence() -> None:
    """By what cases are found again, and whom members have let into them."""
    op.add_column("parties", sa.Column("joined", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_parties_address_key", "parties", ["address_key"])
    op.create_table(
        "clues",
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("clue", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clues_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "clue", name="pk_clues"),
    )
    op.create_index("ix_clues_clue_at", "clues", ["clue", "at"])
    op.create_table(
        "sketches",
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("pairs", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sketches_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", name="pk_sketches"),
    )
    op.create_index("ix_sketches_at", "sketches", ["at"])


def _problems() -> None:
    """The problems that cases were linked to before have nobody yet who sees to them."""
    op.create_table(
        "problems",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("due_at", _MOMENT),
        sa.Column("corrective", sa.Text()),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("approved_at", _MOMENT),
        sa.Column("told_at", _MOMENT),
        sa.Column("checked_at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_problems_case_id_cases"),
        sa.PrimaryKeyConstraint("name", name="pk_problems"),
    )
    op.create_table(
        "problem_readers",
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["problem"], ["problems.name"], name="fk_problem_readers_problem_problems"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_problem_readers_case_id_cases"),
        sa.PrimaryKeyConstraint("problem", "customer_key", name="pk_problem_readers"),
    )
    op.execute(
        "INSERT INTO problems (name, case_id, what, texts, state, opened_at)"
        " SELECT problem, MIN(id), '', '{}', 'open', MIN(opened_at) FROM cases"
        " WHERE problem IS NOT NULL GROUP BY problem"
    )
