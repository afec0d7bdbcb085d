"""What all our letters have in common: where they stand in a thread, and how values are put for a template."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.case import Author, Case, CaseMessage, Direction
from mailbot.core.events import Received
from mailbot.core.letters import Ltr, Thread
from mailbot.core.message import Address
from mailbot.core.money import Money
from mailbot.core.situation import Situation
from mailbot.core.team import Member

LATE = timedelta(hours=24)
_MOST_IN_COPY = 5


@dataclass(frozen=True, slots=True)
class PastCase:
    """One line of a customer's history."""

    number: Ltr
    state: str
    type: str
    opened_at: datetime
    subject: str


def in_copy(cc: tuple[Address, ...], case: Case, situation: Situation) -> tuple[Address, ...]:
    """Those on Cc of the customer's mail who also get the answer: at most five, never us or who is blocked."""
    never = situation.desk.not_in_copy | {case.customer.key}
    mail = (a for a in cc if "@" in a.address and not situation.desk.blocked.entry_for(a))
    others = {a.key: a for a in mail if not never & {a.key, a.bare_key}}
    return tuple(others.values())[:_MOST_IN_COPY]


def latest_from_customer(messages: tuple[CaseMessage, ...]) -> CaseMessage | None:
    """The customer's newest message, which the next answer belongs under."""
    from_customer = (m for m in reversed(messages) if m.direction is Direction.IN and m.role is Author.CUSTOMER)
    return next(from_customer, None)


def reply_to_mail(mail: Received) -> Thread:
    """Under this mail, in its thread."""
    message = mail.reading.message
    if message.message_id is None:
        return Thread()
    return Thread(message.message_id, (*(r for r in message.references if r != message.message_id), message.message_id))


def reply_to_message(message: CaseMessage | None) -> Thread:
    """Under this filed message, in its thread; a thread of its own where there is none."""
    if message is None or message.message_id is None:
        return Thread()
    return Thread(message.message_id, (*message.references, message.message_id))


def money(case: Case) -> Money | None:
    """The sum in dispute, if one was read."""
    return Money.rounded(case.amount, case.currency) if case.amount is not None and case.currency else None


def ltr(value: str | None) -> Ltr | None:
    """The value, marked to be read from left to right."""
    return Ltr(value) if value else None


def language_of(member: Member, situation: Situation) -> str:
    """The first of a member's languages that the desk speaks, else the desk's own first."""
    ours = situation.desk.languages
    return next((language for language in member.languages if language in ours), ours[0])


def name_of(address: str | None, situation: Situation) -> str | None:
    """A member's name; the bare address of somebody who has left the team."""
    member = situation.member(address)
    return member.name if member else address


def phone_of(case: Case, situation: Situation) -> str | None:
    """The number at which the customer can be called, if one is known."""
    return case.phone or situation.preference.phone


def past_of(case: Case) -> PastCase:
    """One of a customer's earlier cases as a line."""
    return PastCase(Ltr(case.number), case.state.value, case.type.value, case.opened_at, case.subject)
