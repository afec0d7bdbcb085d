"""A mail that we send, as data and as a row of the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.letters import URGENCY, LetterKind
from mailbot.core.message import Address
from mailbot.store.session import Row
from mailbot.store.tables import outbox


class OutboxState(StrEnum):
    """How far a mail is. `uncertain`: the connection broke when the server may have taken it."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail to send; nothing of it changes later.

    `unasked` counts against the budgets; `copy_to_sent` files it in the Sent folder. `ledger_id` is the mail that
    caused it. `lighter` is the same mail without attachments, for a server that refuses the size.
    """

    mailbox: str
    kind: LetterKind
    case_id: int | None
    message_id: str
    envelope_sender: str
    recipient: str
    raw: bytes
    unasked: bool
    copy_to_sent: bool
    ledger_id: int | None = None
    lighter: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A mail in the outbox without its bytes (`Outbox.raw`). `attempts` tells one claim of a row from the next."""

    id: int
    mailbox: str
    kind: LetterKind
    case_id: int | None
    ledger_id: int | None
    message_id: str
    envelope_sender: str
    recipient: str
    raw_sha256: str
    lighter_sha256: str | None
    size: int
    unasked: bool
    copy_to_sent: bool
    copy_due: bool
    state: OutboxState
    queued_at: datetime
    changed_at: datetime
    attempts: int
    retry_at: datetime | None
    lease_until: datetime | None
    resent: bool
    answer: str
    error: str


COLUMNS = [outbox.c[name] for name in OutboxRow.__dataclass_fields__]
# What a newer version has written is left to it.
_KINDS = frozenset(LetterKind)
KNOWN = outbox.c.kind.in_(sorted(_KINDS))


def new_row(mail: OutgoingMail, digests: Mapping[bytes, str], now: datetime) -> dict[str, object]:
    """The row of a mail to send, whose bytes are kept under these `digests`."""
    return {
        "mailbox": mail.mailbox,
        "kind": mail.kind,
        "urgency": URGENCY[mail.kind],
        "case_id": mail.case_id,
        "ledger_id": mail.ledger_id,
        "message_id": mail.message_id,
        "envelope_sender": mail.envelope_sender,
        "recipient": mail.recipient,
        "recipient_key": Address("", mail.recipient).key,
        "raw_sha256": digests[mail.raw],
        "lighter_sha256": None if mail.lighter is None else digests[mail.lighter],
        "size": len(mail.raw),
        "unasked": mail.unasked,
        "copy_to_sent": mail.copy_to_sent,
        "copy_due": False,
        "state": OutboxState.PENDING,
        "queued_at": now,
        "changed_at": now,
        "attempts": 0,
        "resent": False,
        "answer": "",
        "error": "",
    }


def known(rows: Iterable[Row]) -> tuple[OutboxRow, ...]:
    """The mails of these rows, but for kinds of which only a newer version knows."""
    return tuple(_outbox_row(row) for row in rows if row.kind in _KINDS)


def _outbox_row(row: Row) -> OutboxRow:
    values = row._asdict()
    return OutboxRow(**values | {"kind": LetterKind(values["kind"]), "state": OutboxState(values["state"])})
