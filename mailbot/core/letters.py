"""A mail that is to be written: to whom, from which template and with which values, in which thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailbot.core.message import Address, Attachment


class LetterKind(StrEnum):
    """Why a mail is sent; also the name of its template, unless the letter names another."""

    ACKNOWLEDGEMENT = "acknowledgement"
    NOTIFICATION = "notification"
    REFERRAL = "referral"
    ANSWER = "answer"
    RESOLUTION = "resolution"
    REMINDER = "reminder"
    CLOSING = "closing"
    FOLLOW_UP = "follow_up"
    THANKS = "thanks"
    APOLOGY = "apology"
    REVIEW = "review"
    STAGE = "stage"
    DELAY = "delay"
    RECEIPT = "receipt"
    CHALLENGE = "challenge"
    NOTICE = "notice"
    APPROVAL = "approval"
    COLLEAGUE = "colleague"
    DAILY_LIST = "daily_list"
    PROBLEM = "problem"
    IMPROVEMENT = "improvement"
    ALERT = "alert"


class Purpose(StrEnum):
    """For what a member was given a random id, which decides what a plain reply with it is."""

    CASE = "case"
    """An answer to the customer."""

    APPROVAL = "approval"
    """A word to whoever asked for the approval; only #approve and #deny decide."""

    COLLEAGUE = "colleague"
    """A word to a colleague."""

    IMPROVEMENT = "improvement"
    """A note; only #approve and #deny decide about the mail to the customers of a problem."""


# In this order letters leave when the provider's sending limits are short.
URGENCY: Mapping[LetterKind, int] = {
    LetterKind.ANSWER: 0,
    LetterKind.RESOLUTION: 0,
    LetterKind.CHALLENGE: 1,
    LetterKind.APPROVAL: 1,
    LetterKind.COLLEAGUE: 1,
    LetterKind.RECEIPT: 1,
    LetterKind.ACKNOWLEDGEMENT: 1,
    LetterKind.APOLOGY: 1,
    LetterKind.DELAY: 1,
    LetterKind.NOTIFICATION: 2,
    LetterKind.REFERRAL: 2,
    LetterKind.NOTICE: 2,
    LetterKind.PROBLEM: 2,
    LetterKind.IMPROVEMENT: 3,
    LetterKind.STAGE: 2,
    LetterKind.ALERT: 2,
    LetterKind.DAILY_LIST: 3,
    LetterKind.REMINDER: 3,
    LetterKind.CLOSING: 3,
    LetterKind.FOLLOW_UP: 3,
    LetterKind.THANKS: 3,
    LetterKind.REVIEW: 3,
}

TO_CUSTOMERS = frozenset(
    {
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.ANSWER,
        LetterKind.RESOLUTION,
        LetterKind.REMINDER,
        LetterKind.CLOSING,
        LetterKind.FOLLOW_UP,
        LetterKind.IMPROVEMENT,
        LetterKind.THANKS,
        LetterKind.APOLOGY,
        LetterKind.REVIEW,
        LetterKind.STAGE,
        LetterKind.DELAY,
    }
)


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody's own words, in both forms; the HTML is sanitised and goes into a page as it is."""

    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Ltr:
    """A value that reads from left to right inside any text: an order number, a sum, an address."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Link(Ltr):
    """A web address that the organisation itself has written down: a link may lead there."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail stands in its reader's conversation (RFC 5322 section 3.6.4): msg-ids without <>."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandAddress:
    """Where the `mailto:` link of a command leads: its address and its subject."""

    address: Ltr
    subject: Ltr


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that the desk proposes: its language and the values of its template."""

    language: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to write. `member` is whose token the reply address carries, `purpose` and `about` (a colleague's
    address) what it is for; `held_id` is the mail a challenge is about.

    `draft` are the values of the answer that a notification proposes, in the customer's language.
    `written_as` names a template of the organisation's own, to be used instead of that of the kind.
    `attachments_from` names a kept raw mail (by SHA-256) whose attachments go along.
    """

    kind: LetterKind
    to: Address
    language: str
    values: Mapping[str, object] = field(default_factory=dict)
    cc: tuple[Address, ...] = ()
    author: str | None = None
    member: str | None = None
    purpose: Purpose = Purpose.CASE
    about: str | None = None
    draft: Draft | None = None
    thread: Thread = Thread()
    attachments: tuple[Attachment, ...] = ()
    attachments_from: str | None = None
    held_id: int | None = None
    written_as: str | None = None

    @property
    def template(self) -> str:
        """The name of the template that gives it words."""
        return self.written_as or self.kind

    @property
    def automatic(self) -> bool:
        """Whether nobody pressed «send» on it (RFC 3834): it is marked so and counts against the budgets."""
        return self.kind not in (LetterKind.ANSWER, LetterKind.RESOLUTION)
