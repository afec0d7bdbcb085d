"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create all tables; their meaning is told in `mailbot/store/tables.py`."""
    op.create_table(
        "case_ids",
        sa.Column("id", ROW_ID, primary_key=True),
    )

    op.create_table(
        "cases",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("number", TEXT, nullable=False, unique=True),
        sa.Column("token", TEXT, nullable=False, unique=True),
        sa.Column("mailbox", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("customer_name", TEXT, nullable=False),
        sa.Column("customer_address", TEXT, nullable=False),
        sa.Column("customer_key", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("is_complaint", sa.Boolean(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("demanded_remedy", TEXT, nullable=False),
        sa.Column("threat", TEXT, nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("priority", TEXT, nullable=False),
        sa.Column("team", TEXT),
        sa.Column("assignee", TEXT),
        sa.Column("suggestion", TEXT),
        sa.Column("order_number", TEXT),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("currency", TEXT),
        sa.Column("tags", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("closed_at", INSTANT),
    )
    op.create_index("ix_cases_customer_key_id", "cases", ["customer_key", "id"])
    op.create_index("ix_cases_state_id", "cases", ["state", "id"])
    op.create_index("ix_cases_team_id", "cases", ["team", "id"])

    op.create_table(
        "cursors",
        sa.Column("mailbox", TEXT, primary_key=True),
        sa.Column("folder", TEXT, primary_key=True),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT),
    )

    op.create_table(
        "people",
        sa.Column("address_key", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
    )

    op.create_table(
        "raw_mail",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
    )

    op.create_table(
        "rule_books",
        sa.Column("version", TEXT, primary_key=True),
        sa.Column("files", TEXT, nullable=False),
        sa.Column("first_used_at", INSTANT, nullable=False),
    )

    op.create_table(
        "due",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id")),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("data", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("error", TEXT, nullable=False),
    )
    op.create_index("ix_due_case_id", "due", ["case_id"])
    op.create_index("ix_due_state_due_at", "due", ["state", "due_at"])

    op.create_table(
        "internal_lines",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("fingerprints", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_internal_lines_case_id", "internal_lines", ["case_id"])

    op.create_table(
        "ledger",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("mailbox", TEXT, nullable=False),
        sa.Column("folder", TEXT, nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("received_at", INSTANT),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("raw_sha256", TEXT, sa.ForeignKey("raw_mail.sha256")),
        sa.Column("message_id", TEXT),
        sa.Column("content_hash", TEXT),
        sa.Column("disposition", TEXT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id")),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT),
        sa.Column("server", TEXT, nullable=False),
        sa.UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
    )
    op.create_index("ix_ledger_content_hash", "ledger", ["content_hash"])
    op.create_index("ix_ledger_disposition_id", "ledger", ["disposition", "id"])
    op.create_index("ix_ledger_mailbox_folder_server", "ledger", ["mailbox", "folder", "server"])
    op.create_index("ix_ledger_message_id", "ledger", ["message_id"])

    op.create_table(
        "links",
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("other_id", ROW_ID, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
    )
    op.create_index("ix_links_other_id", "links", ["other_id"])

    op.create_table(
        "message_ids",
        sa.Column("message_id", TEXT, primary_key=True),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("issued", sa.Boolean(), nullable=False),
        sa.Column("member", TEXT),
        sa.Column("written_by", TEXT),
    )

    op.create_table(
        "parties",
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("address_key", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
    )

    op.create_table(
        "timeline",
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("rule", TEXT),
        sa.Column("rule_book", TEXT),
        sa.Column("data", TEXT, nullable=False),
    )

    op.create_table(
        "tokens",
        sa.Column("token", TEXT, primary_key=True),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("member", TEXT, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_tokens_case_id_member", "tokens", ["case_id", "member"])

    op.create_table(
        "case_messages",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("author_name", TEXT, nullable=False),
        sa.Column("author_address", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("message_id", TEXT),
        sa.Column("reference_ids", TEXT, nullable=False),
        sa.Column("attachments", TEXT, nullable=False),
        sa.Column("cc", TEXT, nullable=False),
        sa.Column("raw_sha256", TEXT, sa.ForeignKey("raw_mail.sha256")),
        sa.Column("ledger_id", ROW_ID, sa.ForeignKey("ledger.id")),
    )
    op.create_index("ix_case_messages_case_id_id", "case_messages", ["case_id", "id"])

    op.create_table(
        "held",
        sa.Column("token", TEXT, primary_key=True),
        sa.Column("ledger_id", ROW_ID, sa.ForeignKey("ledger.id"), nullable=False),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id")),
        sa.Column("member", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT),
    )
    op.create_index("ix_held_ledger_id", "held", ["ledger_id"])
    op.create_index("ix_held_released_at", "held", ["released_at"])

    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("mailbox", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("case_id", ROW_ID, sa.ForeignKey("cases.id")),
        sa.Column("ledger_id", ROW_ID, sa.ForeignKey("ledger.id")),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("envelope_sender", TEXT, nullable=False),
        sa.Column("recipient", TEXT, nullable=False),
        sa.Column("recipient_key", TEXT, nullable=False),
        sa.Column("raw_sha256", TEXT, sa.ForeignKey("raw_mail.sha256"), nullable=False),
        sa.Column("lighter_sha256", TEXT, sa.ForeignKey("raw_mail.sha256")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("unasked", sa.Boolean(), nullable=False),
        sa.Column("copy_to_sent", sa.Boolean(), nullable=False),
        sa.Column("copy_due", sa.Boolean(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("resent", sa.Boolean(), nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_mailbox_changed_at", "outbox", ["mailbox", "changed_at"])
    op.create_index("ix_outbox_mailbox_copy_due", "outbox", ["mailbox", "copy_due"])
    op.create_index("ix_outbox_mailbox_queued_at", "outbox", ["mailbox", "queued_at"])
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_recipient_key_queued_at", "outbox", ["recipient_key", "queued_at"])
    op.create_index("ix_outbox_state_mailbox_urgency_id", "outbox", ["state", "mailbox", "urgency", "id"])

    _protect_timeline()


def _protect_timeline() -> None:
    """Let nobody rewrite what happened to a case."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER timeline_refuses_{change.lower()} BEFORE {change} ON timeline "
                "BEGIN SELECT RAISE(ABORT, 'the timeline can only be appended to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_timeline_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the timeline can only be appended to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER timeline_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON timeline "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_timeline_change()"
    )
