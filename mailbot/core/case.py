"""The case: one complaint from receipt to closing, and the vocabulary of its state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from mailbot.core.channels import Channel
from mailbot.core.message import Address, ComplaintType, Remedy, Severity, Threat


class State(StrEnum):
    """Where a case stands. `waiting` is for the customer."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


UNSETTLED = (State.NEW, State.OPEN, State.WAITING)
"""The states of a case that is neither resolved nor closed."""


class Priority(StrEnum):
    """In which order agents should look."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


PRIORITY_OF_SEVERITY: Mapping[Severity, Priority] = {
    Severity.LOW: Priority.LOW,
    Severity.NORMAL: Priority.NORMAL,
    Severity.HIGH: Priority.HIGH,
    Severity.CRITICAL: Priority.URGENT,
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of time in which a clock stands still; None: it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when something has to happen in a case; `kind` is the name of the clock that counts to it.

    `prolonged`: how often it was put off; `told_at`: up to when those concerned have been warned.
    """

    kind: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    prolonged: int = 0
    told_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is still to be met."""
        return self.met_at is None

    @property
    def paused_since(self) -> datetime | None:
        """Since when its clock stands still, if it does."""
        return self.pauses[-1].since if self.is_running and self.pauses and self.pauses[-1].until is None else None

    def has_passed(self, now: datetime) -> bool:
        """Whether it has not been met in time; a clock that stands still makes none pass."""
        return self.is_running and self.due_at <= (self.paused_since or now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One complaint. `token` is the random id in the customer's reply address; `assignee` a member's address.

    `problem` names the one cause behind many cases, and `cause` is what somebody found out about this one,
    `corrective` what is done about it. `channel` is the way it came by, `phone` a number to call; `merged_into` is the
    case in which it goes on. `on_hold` says why nothing goes to the customer by itself; `advice` is what rules tell
    the agents. `sla` is the name of the one that gives it its `deadlines`, of each kind the latest. `asked` are the
    details that the customer was asked for and has not sent.
    `promised_at` is by when the customer was told last that an answer comes, `delays` how often that was put off.
    """

    id: int
    number: str
    token: str
    mailbox: str
    subject: str
    customer: Address
    language: str
    opened_at: datetime
    state: State = State.NEW
    is_complaint: bool = True
    type: ComplaintType = ComplaintType.OTHER
    demanded_remedy: Remedy = Remedy.NONE
    threat: Threat = Threat.NONE
    safety: bool = False
    repeat: bool = False
    severity: Severity = Severity.NORMAL
    priority: Priority = Priority.NORMAL
    team: str | None = None
    assignee: str | None = None
    suggestion: str | None = None
    order_number: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    asked: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    problem: str | None = None
    on_hold: str | None = None
    advice: tuple[str, ...] = ()
    cause: str | None = None
    corrective: str | None = None
    channel: Channel = Channel.MAIL
    phone: str | None = None
    merged_into: int | None = None
    assigned_at: datetime | None = None
    sla: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    promised_at: datetime | None = None
    delays: int = 0
    resolved_at: datetime | None = None
    closed_at: datetime | None = None

    def deadline(self, kind: str) -> Deadline | None:
        """The deadline of this kind, met or not."""
        return next((deadline for deadline in self.deadlines if deadline.kind == kind), None)

    @property
    def next_due_at(self) -> datetime | None:
        """The earliest deadline that has passed or can pass by mere waiting."""
        open_ones = (d.due_at for d in self.deadlines if d.is_running and not d.paused_since)
        missed = (d.due_at for d in self.deadlines if d.paused_since and d.has_passed(d.paused_since))
        return min((*open_ones, *missed), default=None)


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Author(StrEnum):
    """In what role somebody wrote."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """One message as it is kept with its case. `references` are those of the mail, its own id not among them."""

    direction: Direction
    role: Author
    author: Address
    at: datetime
    subject: str
    text: str
    message_id: str | None = None
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    cc: tuple[Address, ...] = ()
    raw_sha256: str | None = None
    ledger_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened to a case: what, by whom, by which rule of which rule book, and why."""

    event: str
    by: str
    at: datetime
    detail: str = ""
    rule: str | None = None
    rule_book: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_erased(self) -> bool:
        """Whether nobody can know any more what it said, and who did it."""
        return not (self.by or self.detail or self.data)
