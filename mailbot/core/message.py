"""What was read out of one mail: the message, what kind of mail it is, and what the writer says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from mailbot.core.money import Money
from mailbot.core.resemblance import NO_SKETCH, Sketch

_LASTING = re.compile(r"5\.(?:[014]\.\d+|2\.[01])$")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: display name (may be empty) and addr-spec, as they were written."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The address in the form in which two spellings of one address are equal."""
        return self.address.strip().casefold()

    @property
    def bare_key(self) -> str:
        """The key without its detail (RFC 5233): what stands behind a + arrives in the same mailbox."""
        local, at, domain = self.key.rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" if at else self.key

    @property
    def domain(self) -> str:
        """The part after the last @, casefolded; empty when there is none."""
        return self.key.rpartition("@")[2] if "@" in self.address else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is not its text. `filename` is a name to show, never a path to open."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None = None
    content: bytes = field(default=b"", repr=False, compare=False)


Executables = Literal["keep", "rename", "leave_out"]
"""What becomes of files that run: passed on as they are, under a name that nothing runs, or not at all."""


class SpanKind(StrEnum):
    """What a stretch of the body's text is."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` of `Message.text`; together the spans of a message cover all of it, in order."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail as its author meant it (RFC 5322, MIME decoded). `references` are msg-ids without <>, oldest first.

    `content_hash` is equal for two deliveries of one mail: it covers From, To, Cc, Date, Subject and the decoded
    parts, not the trace headers. `authentication_results` are the headers of that name (RFC 8601), topmost first;
    `headers` are the others too, decoded, by casefolded name.
    """

    message_id: str | None
    date: datetime | None
    from_: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    references: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    delivered_to: tuple[str, ...] = ()
    authentication_results: tuple[str, ...] = ()
    content_hash: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)


class MailKind(StrEnum):
    """Who or what wrote a mail."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    WEB_FORM = "web_form"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report (RFC 3464 section 2.3)."""

    address: str
    action: str
    status: str
    permanent: bool

    @property
    def key(self) -> str:
        """The address in the form in which two spellings of one address are equal."""
        return Address("", self.address).key

    @property
    def is_lasting(self) -> bool:
        """Whether the address itself is at fault, so that the next mail will fare alike (RFC 3463 section 3).

        A full mailbox, a mail too large or a policy against its content are permanent for that mail alone.
        """
        return self.permanent and _LASTING.match(self.status or "5.0.0") is not None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about a mail of ours that was not, or not yet, delivered."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that somebody passed on to us."""

    from_: Address
    subject: str
    text: str


class ComplaintType(StrEnum):
    """The one thing that the customer wants put right."""

    LATE_DELIVERY = "late_delivery"
    NON_DELIVERY = "non_delivery"
    DEFECTIVE_GOODS = "defective_goods"
    WRONG_ITEM = "wrong_item"
    POOR_SERVICE = "poor_service"
    BILLING = "billing"
    OTHER = "other"


class Remedy(StrEnum):
    """What the customer asks for."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    DISCOUNT = "discount"
    APOLOGY = "apology"
    COMPENSATION = "compensation"
    NONE = "none"


class Severity(StrEnum):
    """How much harm is done or threatened."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Threat(StrEnum):
    """Where the customer announces to go with it."""

    NONE = "none"
    AUTHORITY = "authority"
    LEGAL = "legal"
    PRESS_SOCIAL = "press_social"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a mail is about; `evidence` names for each value the words that decided it.

    `doubts` are the values of which it is not certain enough to rely on them without a look.
    """

    is_complaint: bool = False
    type: ComplaintType = ComplaintType.OTHER
    demanded_remedy: Remedy = Remedy.NONE
    order_number: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    severity: Severity = Severity.LOW
    threat: Threat = Threat.NONE
    safety: bool = False
    repeat: bool = False
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


class Sentiment(StrEnum):
    """How content a customer is with the outcome as a whole."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"


@dataclass(frozen=True, slots=True)
class Survey:
    """The answer to a follow-up question; `rating` from 1 (bad) to 5 (good)."""

    rating: int | None
    sentiment: Sentiment
    wants_reopen: bool


class Consent(StrEnum):
    """What a plain reply says to an offer or to a question that asks for yes or no."""

    YES = "yes"
    NO = "no"
    ASKS = "asks"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Command:
    """One line `#name argument …` at the top of an agent's new text; `error` says what is wrong with it.

    `sum`, `day` and `lasts` are what the arguments say of money, of a day or of a stretch of time, where the command
    takes one; `rest` is what was written behind it.
    """

    name: str
    arguments: tuple[str, ...] = ()
    error: str | None = None
    sum: Money | None = None
    day: date | None = None
    lasts: timedelta | None = None
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that reading gives for one mail; a pure function of the raw bytes and of the vocabulary.

    `form_sender` is the visitor in whose name a web form wrote; `wording` the sketch of the new words, or of all text
    where there are none.
    """

    message: Message
    kind: MailKind
    kind_reason: str
    reply_text: str
    reply_html: str | None
    spans: tuple[Span, ...]
    language: str
    language_certain: bool
    assessment: Assessment
    bounce: Bounce | None = None
    forwarded: Forwarded | None = None
    form_sender: Address | None = None
    problems: tuple[str, ...] = ()
    wording: Sketch = NO_SKETCH
