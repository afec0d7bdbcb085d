"""What rules may ask about: one function a field. Its name is its YAML key, its docstring the documentation."""

from mailbot.core.message import ComplaintType, MailKind, Remedy, Severity, Threat
from mailbot.core.money import Money
from mailbot.core.rules.customer_fields import CUSTOMER
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.incoming import Incoming
from mailbot.core.rules.later_fields import CONTINUED
from mailbot.core.rules.operators import Wording
from mailbot.core.rules.recurrence_fields import RECURRENCE
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import COUNT, FLAG, FREE_TEXT, HEADER, LANGUAGE, PHRASE, SUM, WORD, choice

__all__ = ["MAIL", "Field", "Fields", "Incoming"]

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


@MAIL.add(FREE_TEXT, kept=False)
def subject(incoming: Incoming) -> str:
    """The subject; a plain value is looked for inside it, whatever the letter case."""
    return incoming.mail.reading.message.subject


@MAIL.add(FREE_TEXT, kept=False)
def text(incoming: Incoming) -> str:
    """What the sender wrote anew; a plain value is looked for inside it, whatever the letter case."""
    return incoming.mail.reading.reply_text


@MAIL.add(PHRASE, kept=False)
def mentions(incoming: Incoming) -> Wording | None:
    """Words and phrases in subject and new text, in any inflection, in the language of the mail."""
    return incoming.mentions


@MAIL.add(COUNT)
def words(incoming: Incoming) -> int:
    """How many words the new text has."""
    return len(incoming.mail.reading.reply_text.split())


@MAIL.add(WORD)
def sender(incoming: Incoming) -> str | None:
    """The sender's address."""
    return incoming.mail.sender.address or None


@MAIL.add(WORD)
def sender_domain(incoming: Incoming) -> str | None:
    """What follows the @ in the sender's address."""
    return incoming.mail.sender.domain or None


@MAIL.add(WORD, kept=False)
def sender_name(incoming: Incoming) -> str | None:
    """The sender's name, as the mail has it."""
    return incoming.mail.sender.name or None


@MAIL.add(FLAG)
def authenticated(incoming: Incoming) -> bool:
    """Whether the receiving server vouches for the sender's address (DMARC passed)."""
    return incoming.mail.sender_is_proven


@MAIL.add(WORD, kept=False)
def to(incoming: Incoming) -> tuple[str, ...]:
    """The addresses in To: one that fits is enough."""
    return tuple(address.address for address in incoming.mail.reading.message.to)


@MAIL.add(WORD, kept=False)
def cc(incoming: Incoming) -> tuple[str, ...]:
    """The addresses in Cc: one that fits is enough."""
    return tuple(address.address for address in incoming.mail.reading.message.cc)


@MAIL.add_family(HEADER)
def header(incoming: Incoming, name: str) -> tuple[str, ...] | None:
    """A header of the mail by its name, like `header.X-Priority`; more and less compare the number it begins with."""
    return incoming.mail.reading.message.headers.get(name.casefold())


@MAIL.add(WORD)
def mailbox(incoming: Incoming) -> str:
    """The name of the mailbox that the mail came to."""
    return incoming.mail.mailbox


@MAIL.add(choice(MailKind))
def kind(incoming: Incoming) -> MailKind:
    """Who or what wrote the mail."""
    return incoming.mail.reading.kind


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


for _table in (TIMES, CUSTOMER, RECURRENCE, CONTINUED):
    MAIL.include(_table)
