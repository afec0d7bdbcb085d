"""Offers and their ledger, who is away, how customers want to hear from us, and cases that go on in another one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add tables and columns; a case of before came by mail and has no offers."""
    _of_cases()
    op.add_column("tokens", sa.Column("purpose", sa.Text(), nullable=False, server_default="case"))
    op.add_column("tokens", sa.Column("about", sa.Text()))
    op.add_column("held", sa.Column("refused_at", _MOMENT))
    op.create_table(
        "preferences",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.PrimaryKeyConstraint("address_key", name="pk_preferences"),
    )
    op.create_table(
        "absences",
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("member", name="pk_absences"),
    )
    _offers()
    _offer_ledger()


def _of_cases() -> None:
    op.add_column("cases", sa.Column("corrective", sa.Text()))
    op.add_column("cases", sa.Column("channel", sa.Text(), nullable=False, server_default="mail"))
    op.add_column("cases", sa.Column("phone", sa.Text()))
    op.add_column("cases", sa.Column("merged_into", sa.BigInteger()))
    op.add_column("cases", sa.Column("assigned_at", _MOMENT))
    op.create_index("ix_cases_assignee_state", "cases", ["assignee", "state"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("currency", sa.Text()),
        sa.Column("goodwill", sa.Boolean(), nullable=False),
        sa.Column("law", sa.Text()),
        sa.Column("policy", sa.Text()),
        sa.Column("version", sa.Text()),
        sa.Column("product", sa.Text()),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("offered_at", _MOMENT),
        sa.Column("within", sa.Text()),
        sa.Column("due_at", _MOMENT),
        sa.Column("answered_at", _MOMENT),
        sa.Column("fulfilled_at", _MOMENT),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text()),
        sa.Column("attachments_from", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_offers_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("case_id", "number", name="uq_offers_case_id_number"),
    )
    for column in ("customer_key", "member", "team", "product", "type"):
        op.create_index(f"ix_offers_{column}_offered_at", "offers", [column, "offered_at"])


def _offer_ledger() -> None:
    op.create_table(
        "offer_ledger",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("offer_id", _ROW_ID, nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("currency", sa.Text()),
        sa.Column("goodwill", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text()),
        sa.Column("rule_book", sa.Text()),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_offer_ledger_offer_id_offers"),
        sa.PrimaryKeyConstraint("id", name="pk_offer_ledger"),
        sa.UniqueConstraint("key", name="uq_offer_ledger_key"),
    )
    op.create_index("ix_offer_ledger_offer_id", "offer_ledger", ["offer_id"])
    op.create_index("ix_offer_ledger_at", "offer_ledger", ["at"])
