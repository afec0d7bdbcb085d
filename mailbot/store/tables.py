"""Every table of the database. The migrations create them; a test holds that both say the same."""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table

from mailbot.store.columns import Json, Key, RowId, Text, UTCDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _case(*, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column("case_id", ForeignKey("cases.id"), primary_key=primary_key, nullable=nullable)


raw_mail = Table(
    "raw_mail",
    metadata,
    Column("sha256", Key, primary_key=True),
    Column("compressed", LargeBinary, nullable=False),
)

# Up to which row of a table raw mail that was old enough has been moved to a folder; its bytes are empty since.
moved_up_to = Table(
    "moved_up_to",
    metadata,
    Column("source", Key, primary_key=True),
    Column("last_id", BigInteger, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("mailbox", Key, primary_key=True),
    Column("folder", Key, primary_key=True),
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("checked_at", UTCDateTime),
)

case_ids = Table("case_ids", metadata, Column("id", RowId, primary_key=True))

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("number", Key, nullable=False, unique=True),
    Column("token", Key, nullable=False, unique=True),
    Column("mailbox", Key, nullable=False),
    Column("subject", Text, nullable=False),
    Column("customer_name", Text, nullable=False),
    Column("customer_address", Text, nullable=False),
    Column("customer_key", Key, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Key, nullable=False),
    Column("is_complaint", Boolean, nullable=False),
    Column("type", Text, nullable=False),
    Column("demanded_remedy", Text, nullable=False),
    Column("threat", Text, nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("repeat", Boolean, nullable=False),
    Column("severity", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("team", Key),
    Column("assignee", Key),
    Column("suggestion", Text),
    Column("order_number", Key),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("tags", Json, nullable=False),
    Column("problem", Key),
    Column("on_hold", Text),
    Column("advice", Json, nullable=False, server_default="[]"),
    Column("cause", Text),
    Column("corrective", Text),
    Column("asked", Json, nullable=False, server_default="[]"),
    Column("channel", Text, nullable=False, server_default="mail"),
    Column("phone", Text),
    Column("merged_into", BigInteger),
    Column("assigned_at", UTCDateTime),
    Column("sla", Key),
    Column("deadlines", Json, nullable=False, server_default="[]"),
    Column("next_due_at", UTCDateTime),
    Column("promised_at", UTCDateTime),
    Column("delays", Integer, nullable=False, server_default="0"),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("resolved_at", UTCDateTime),
    Column("closed_at", UTCDateTime),
    Index(None, "assignee", "state"),
    Index(None, "assignee", "assigned_at"),
    Index(None, "customer_key", "id"),
    Index(None, "next_due_at"),
    Index(None, "problem", "id"),
    Index(None, "state", "id"),
    Index(None, "team", "id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mailbox", Key, nullable=False),
    Column("folder", Key, nullable=False),
    Column("uid_validity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", UTCDateTime),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("raw_sha256", ForeignKey("raw_mail.sha256")),
    Column("message_id", Key),
    Column("content_hash", Key),
    Column("disposition", Key, nullable=False),
    Column("settled_at", UTCDateTime),
    _case(nullable=True),
    Column("detail", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", UTCDateTime),
    Column("server", Key, nullable=False),
    # What `From:` says, until the mail is settled: the mails of one writer are handled in their order.
    Column("writer", Key),
    # Where several daemons share the work: who is at the mail, for the how manieth time, until when.
    Column("holder", Key),
    Column("claim", Integer, nullable=False, server_default="0"),
    Column("lease_until", UTCDateTime),
    sa.UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
    Index(None, "disposition", "id"),
    Index(None, "content_hash"),
    Index(None, "raw_sha256"),
    Index(None, "message_id"),
    Index(None, "mailbox", "folder", "server"),
    Index(None, "lease_until"),
    Index(None, "case_id"),
    # Only of rows that have one: to say so here would load PostgreSQL's dialect at every start.
    Index(None, "retry_at"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", RowId, primary_key=True),
    _case(),
    Column("direction", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_address", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("message_id", Text),
    Column("reference_ids", Json, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("cc", Json, nullable=False),
    Column("raw_sha256", ForeignKey("raw_mail.sha256")),
    Column("ledger_id", ForeignKey("ledger.id")),
    Index(None, "case_id", "id"),
    Index(None, "raw_sha256"),
)

timeline = Table(
    "timeline",
    metadata,
    _case(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("event", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("detail", Text, nullable=False),
    Column("rule", Text),
    Column("rule_book", Text),
    Column("data", Json, nullable=False),
    Column("salt", Text),
    Column("payload_hash", Text, nullable=False, server_default=""),
    Column("chain_hash", Text, nullable=False, server_default=""),
)

# Where the hash chain of each timeline ends.
chains = Table(
    "chains",
    metadata,
    _case(primary_key=True),
    Column("length", Integer, nullable=False),
    Column("head", Text, nullable=False),
)

# Mail that was erased, as keyed hashes of its content: it is not taken in again.
tombstones = Table(
    "tombstones",
    metadata,
    Column("mark", Key, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
)

# Random keys that nothing outside this database needs to know.
keys = Table(
    "keys",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", Text, nullable=False),
)

parties = Table(
    "parties",
    metadata,
    _case(primary_key=True),
    Column("address_key", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("joined", Boolean, nullable=False, server_default=sa.false()),
    Index(None, "address_key"),
)

# By what a case is found again: its order, phone or product, or a band of its wording.
clues = Table(
    "clues",
    metadata,
    _case(primary_key=True),
    Column("clue", Key, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("told_at", UTCDateTime),
    Index(None, "clue", "at"),
)

# What a case says, as hashes of its pairs of words, eight bytes each.
sketches = Table(
    "sketches",
    metadata,
    _case(primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("pairs", LargeBinary, nullable=False),
    Index(None, "at"),
)

message_ids = Table(
    "message_ids",
    metadata,
    Column("message_id", Key, primary_key=True),
    _case(primary_key=True),
    Column("issued", Boolean, nullable=False),
    Column("member", Text),
    Column("written_by", Text),
)

links = Table(
    "links",
    metadata,
    _case(primary_key=True),
    Column("other_id", ForeignKey("cases.id"), primary_key=True),
    Column("kind", Key, primary_key=True),
    Index(None, "other_id"),
)

# One row for the letters of each decision: their fingerprints, eight bytes each, are only ever needed together.
internal_lines = Table(
    "internal_lines",
    metadata,
    Column("id", RowId, primary_key=True),
    _case(),
    Column("fingerprints", LargeBinary, nullable=False),
    Index(None, "case_id"),
)

# The texts of rule books, each kept once: two versions share all files but those that were edited.
rule_texts = Table(
    "rule_texts",
    metadata,
    Column("sha256", Key, primary_key=True),
    Column("compressed", LargeBinary, nullable=False),
)

# `files` maps the name of each file to the SHA-256 of its text.
rule_books = Table(
    "rule_books",
    metadata,
    Column("version", Key, primary_key=True),
    Column("files", Json, nullable=False),
    Column("first_used_at", UTCDateTime, nullable=False),
)

rule_book_terms = Table(
    "rule_book_terms",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("version", ForeignKey("rule_books.version"), nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),
    Column("author", Text),
    Index(None, "until"),
)

# States of the files that were not let into force; `until` is when the files changed again.
rule_book_refusals = Table(
    "rule_book_refusals",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("version", Key, nullable=False),
    Column("problems", Json, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),
    Index(None, "until"),
)

# Each restoring from a backup, and how far what has happened since is taken up again.
restores = Table(
    "restores",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("backup_at", UTCDateTime, nullable=False),
    Column("restored_at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Column("numbers_from", BigInteger),
    Column("unsure", Json, nullable=False),
    Column("done_at", UTCDateTime),
)

# With which config.yaml each desk that works on this database started last.
starts = Table(
    "starts",
    metadata,
    Column("config", Key, primary_key=True),
    Column("config_sha256", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
)

# The daemons that share this database; each counts as dead from `until` on.
daemons = Table(
    "daemons",
    metadata,
    Column("id", Key, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    # The newest that it knows.
    Column("revision", Key),
)

# One row: whose mailbot, by its newest revision, is the oldest that can work with the tables as they are at `revision`.
compatibility = Table(
    "compatibility",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Key, nullable=False),
    Column("oldest", Key, nullable=False),
)

# Who holds a mailbox; `fence` grows whenever it changes hands.
leases = Table(
    "leases",
    metadata,
    Column("name", Key, primary_key=True),
    Column("holder", Key, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("address_key", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
)

# Addresses that mail does not reach; they get nothing that they did not ask for.
undeliverable = Table(
    "undeliverable",
    metadata,
    Column("address_key", Key, primary_key=True),
    Column("status", Text, nullable=False),
    Column("since", UTCDateTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token", Key, primary_key=True),
    _case(),
    Column("member", Key, nullable=False),
    Column("issued_at", UTCDateTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("purpose", Text, nullable=False, server_default="case"),
    Column("about", Text),
    Index(None, "case_id", "member"),
)

held = Table(
    "held",
    metadata,
    Column("token", Key, primary_key=True),
    Column("ledger_id", ForeignKey("ledger.id"), nullable=False),
    _case(nullable=True),
    Column("member", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("held_at", UTCDateTime, nullable=False),
    Column("released_at", UTCDateTime),
    Column("refused_at", UTCDateTime),
    Index(None, "released_at"),
    Index(None, "ledger_id"),
)

# How customers want to hear from us, and when they were asked whether they are satisfied.
preferences = Table(
    "preferences",
    metadata,
    Column("address_key", Key, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("phone", Text),
    Column("no_surveys", Boolean, nullable=False, server_default=sa.false()),
    Column("asked_at", UTCDateTime),
    Column("invited_at", UTCDateTime),
)

# Until when members are away.
absences = Table(
    "absences",
    metadata,
    Column("member", Key, primary_key=True),
    Column("until", UTCDateTime, nullable=False),
)

# Where each offer stands now; what has happened to it stands in `offer_ledger`.
offers = Table(
    "offers",
    metadata,
    Column("id", RowId, primary_key=True),
    _case(),
    Column("number", Integer, nullable=False),
    Column("customer_key", Key, nullable=False),
    Column("team", Key),
    Column("type", Key, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("goodwill", Boolean, nullable=False),
    Column("law", Text),
    Column("policy", Text),
    Column("version", Text),
    Column("product", Key),
    Column("member", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("people", Integer, nullable=False),
    Column("approved_by", Json, nullable=False),
    Column("proposed_at", UTCDateTime, nullable=False),
    Column("offered_at", UTCDateTime),
    Column("within", Text),
    Column("due_at", UTCDateTime),
    Column("answered_at", UTCDateTime),
    Column("fulfilled_at", UTCDateTime),
    Column("draft", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Column("attachments_from", Text),
    sa.UniqueConstraint("case_id", "number"),
    Index(None, "customer_key", "offered_at"),
    Index(None, "member", "offered_at"),
    Index(None, "team", "offered_at"),
    Index(None, "product", "offered_at"),
    Index(None, "type", "offered_at"),
)

# Every step of every offer, for ever: rows are added, never changed. Of two with an equal `key` the second is refused.
offer_ledger = Table(
    "offer_ledger",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Key, nullable=False, unique=True),
    Column("offer_id", ForeignKey("offers.id"), nullable=False),
    Column("case_number", Key, nullable=False),
    Column("customer_key", Key, nullable=False),
    Column("team", Key),
    Column("step", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("goodwill", Boolean, nullable=False),
    Column("policy", Text),
    Column("rule_book", Text),
    Index(None, "offer_id"),
    Index(None, "at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mailbox", Key, nullable=False),
    Column("kind", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    _case(nullable=True),
    Column("ledger_id", ForeignKey("ledger.id")),
    Column("message_id", Key, nullable=False),
    Column("envelope_sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Key, nullable=False),
    Column("raw_sha256", ForeignKey("raw_mail.sha256"), nullable=False),
    Column("lighter_sha256", ForeignKey("raw_mail.sha256")),
    Column("size", BigInteger, nullable=False),
    Column("unasked", Boolean, nullable=False),
    Column("copy_to_sent", Boolean, nullable=False),
    Column("copy_due", Boolean, nullable=False),
    Column("state", Key, nullable=False),
    Column("queued_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", UTCDateTime),
    Column("lease_until", UTCDateTime),
    Column("resent", Boolean, nullable=False),
    Column("answer", Text, nullable=False),
    Column("error", Text, nullable=False),
    Index(None, "state", "mailbox", "urgency", "id"),
    Index(None, "mailbox", "copy_due"),
    Index(None, "mailbox", "changed_at"),
    Index(None, "mailbox", "queued_at"),
    Index(None, "recipient_key", "queued_at"),
    Index(None, "case_id"),
    Index(None, "lighter_sha256"),
    Index(None, "message_id"),
    Index(None, "raw_sha256"),
)

# Problems that have cases; what problems.yaml says of them stands there.
problems = Table(
    "problems",
    metadata,
    Column("name", Key, primary_key=True),
    _case(),
    Column("what", Text, nullable=False),
    Column("owner", Text),
    Column("due_at", UTCDateTime),
    Column("corrective", Text),
    Column("texts", Json, nullable=False),
    Column("state", Key, nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime),
    Column("approved_at", UTCDateTime),
    Column("told_at", UTCDateTime),
    Column("checked_at", UTCDateTime),
)

# Who hears of the end of a problem, each once: the row is there before the mail is.
problem_readers = Table(
    "problem_readers",
    metadata,
    Column("problem", ForeignKey("problems.name"), primary_key=True),
    Column("customer_key", Key, primary_key=True),
    _case(),
    Column("state", Key, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

due = Table(
    "due",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Key, nullable=False, unique=True),
    Column("kind", Key, nullable=False),
    _case(nullable=True),
    Column("due_at", UTCDateTime, nullable=False),
    Column("data", Json, nullable=False),
    Column("state", Key, nullable=False),
    Column("added_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("error", Text, nullable=False),
    Index(None, "state", "due_at"),
    Index(None, "case_id"),
)
