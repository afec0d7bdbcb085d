"""What rules are tried on: a mail with all that is known of its moment, its sender and its case."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case, State
from mailbot.core.deadlines import Calendar
from mailbot.core.events import Received
from mailbot.core.message import Survey
from mailbot.core.recurrence import Recurrence
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.operators import Wording


class MailEvent(StrEnum):
    """What a mail does: open a case, continue one, or open one again that was resolved or closed."""

    OPENED = "opened"
    REPLY = "reply"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What the desk knows of the sender: the other cases, newest first, the last rating, the last language."""

    cases: tuple[Case, ...] = ()
    rating: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBefore:
    """The case that a mail belongs to, as it was before the mail, and how many messages it had."""

    case: Case
    messages: int


STRANGER = Customer()
"""Somebody of whom the desk knows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail that rules are tried on, and whose hours the desk keeps.

    `mentions` are its words in any inflection; `before` is the case that it continues; `survey` is what it answers to
    the question after a resolution. `looked_up` are facts of order and customer from outside; `recurrence` is what
    comes again with a mail that begins a case.
    """

    mail: Received
    calendar: Calendar
    customer: Customer = STRANGER
    mentions: Wording | None = None
    event: MailEvent = MailEvent.OPENED
    before: CaseBefore | None = None
    survey: Survey | None = None
    looked_up: Facts = field(default_factory=dict)
    recurrence: Recurrence | None = None

    @property
    def now(self) -> datetime:
        """The moment to which spans of time are counted: the mail's arrival."""
        return self.mail.received_at


OPEN = frozenset({State.NEW, State.OPEN, State.WAITING})
"""The states of a case that somebody still has to see to."""
