"""What rules may ask about: one function a field. Its name is its YAML key, its docstring the documentation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mailbot.core.deadlines import Calendar
from mailbot.core.events import Received
from mailbot.core.message import ComplaintType, MailKind, Remedy, Severity, Threat
from mailbot.core.money import Money
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.values import COUNT, FLAG, FREE_TEXT, LANGUAGE, SUM, WORD, Kind, choice

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Field(Generic[S]):
    """One field: the kind of its values, and how it is read from what is decided about."""

    name: str
    kind: Kind
    doc: str
    read: Callable[[S], object]


class Fields(dict[str, Field[S]]):
    """Fields by name. Functions enter by decoration."""

    def __init__(self, *fields: Field[S]) -> None:
        super().__init__((field.name, field) for field in fields)

    def add(self, kind: Kind, name: str = "") -> Callable[[Callable[[S], object]], Callable[[S], object]]:
        """Make the function a field: under its own name, or under one that is no Python name."""

        def enter(read: Callable[[S], object]) -> Callable[[S], object]:
            field = Field(name or read.__name__, kind, read.__doc__ or "", read)
            self[field.name] = field
            return read

        return enter

    def facts(self, source: S) -> Facts:
        """The value of every field; None where there is none."""
        return {name: field.read(source) for name, field in self.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail that rules are tried on: whose hours the desk keeps, and the customer's earlier cases."""

    mail: Received
    calendar: Calendar
    earlier_cases: int = 0


MAIL: Fields[Incoming] = Fields()


@MAIL.add(FLAG)
def is_complaint(incoming: Incoming) -> bool:
    """Whether the sender is dissatisfied with something."""
    return incoming.mail.reading.assessment.is_complaint


@MAIL.add(choice(ComplaintType), "type")
def complaint_type(incoming: Incoming) -> ComplaintType:
    """What the customer wants put right."""
    return incoming.mail.reading.assessment.type


@MAIL.add(choice(Remedy))
def demanded_remedy(incoming: Incoming) -> Remedy:
    """What the customer asks for."""
    return incoming.mail.reading.assessment.demanded_remedy


@MAIL.add(choice(Severity, ordered=True))
def severity(incoming: Incoming) -> Severity:
    """How much harm is done or threatened, from low to critical."""
    return incoming.mail.reading.assessment.severity


@MAIL.add(choice(Threat))
def threat(incoming: Incoming) -> Threat:
    """Where the customer announces to go with it."""
    return incoming.mail.reading.assessment.threat


@MAIL.add(FLAG)
def safety(incoming: Incoming) -> bool:
    """Whether somebody was hurt or in real danger."""
    return incoming.mail.reading.assessment.safety


@MAIL.add(FLAG)
def repeat(incoming: Incoming) -> bool:
    """Whether the same problem was put to us before."""
    return incoming.mail.reading.assessment.repeat


@MAIL.add(WORD)
def order_number(incoming: Incoming) -> str | None:
    """The number of the order, parcel, invoice or booking."""
    return incoming.mail.reading.assessment.order_number


@MAIL.add(SUM)
def amount(incoming: Incoming) -> Money | None:
    """The sum that is demanded or in dispute; it compares only within its currency."""
    assessment = incoming.mail.reading.assessment
    if assessment.amount is None or assessment.currency is None:
        return None
    return Money.rounded(assessment.amount, assessment.currency)


@MAIL.add(LANGUAGE)
def language(incoming: Incoming) -> str:
    """The language of the new text."""
    return incoming.mail.reading.language


@MAIL.add(FREE_TEXT)
def subject(incoming: Incoming) -> str:
    """The subject; a plain value is looked for inside it, whatever the letter case."""
    return incoming.mail.reading.message.subject


@MAIL.add(FREE_TEXT)
def text(incoming: Incoming) -> str:
    """What the sender wrote anew; a plain value is looked for inside it, whatever the letter case."""
    return incoming.mail.reading.reply_text


@MAIL.add(WORD)
def sender(incoming: Incoming) -> str | None:
    """The sender's address."""
    return incoming.mail.sender.address or None


@MAIL.add(WORD)
def sender_domain(incoming: Incoming) -> str | None:
    """What follows the @ in the sender's address."""
    return incoming.mail.sender.domain or None


@MAIL.add(WORD)
def mailbox(incoming: Incoming) -> str:
    """The name of the mailbox that the mail came to."""
    return incoming.mail.mailbox


@MAIL.add(choice(MailKind))
def kind(incoming: Incoming) -> MailKind:
    """Who or what wrote the mail."""
    return incoming.mail.reading.kind


@MAIL.add(FLAG)
def business_hours(incoming: Incoming) -> bool:
    """Whether the desk was open when the mail came."""
    return incoming.calendar.is_open(incoming.mail.received_at)


@MAIL.add(COUNT)
def attachments(incoming: Incoming) -> int:
    """How many attachments there are."""
    return len(incoming.mail.reading.message.attachments)


@MAIL.add(WORD, "attachments.names")
def attachment_names(incoming: Incoming) -> tuple[str, ...]:
    """The attachments' file names: one that fits is enough."""
    return tuple(attachment.filename for attachment in incoming.mail.reading.message.attachments)


@MAIL.add(WORD, "attachments.types")
def attachment_types(incoming: Incoming) -> tuple[str, ...]:
    """The attachments' content types, like image/jpeg: one that fits is enough."""
    return tuple(attachment.content_type for attachment in incoming.mail.reading.message.attachments)


@MAIL.add(COUNT, "customer.cases")
def customer_cases(incoming: Incoming) -> int:
    """How many earlier cases the customer has."""
    return incoming.earlier_cases
