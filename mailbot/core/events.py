"""Everything that happens to a case. An event is plain data; `policy` says what follows from each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.channels import Channel
from mailbot.core.letters import LetterKind, Purpose
from mailbot.core.message import Address, Command, Consent, Reading, Survey
from mailbot.core.team import Member
from mailbot.core.threads import NOT_MATCHED, Match


class Audience(StrEnum):
    """Whom a member's mail has reached besides the desk."""

    DESK = "desk"
    CUSTOMER = "customer"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One mail on its way to a case: where it arrived and what was read.

    `sender` is who would be answered; `authenticated` says that the receiving server vouches for the address in From.
    """

    reading: Reading
    sender: Address
    mailbox: str
    received_at: datetime
    authenticated: bool
    match: Match = NOT_MATCHED
    from_junk: bool = False
    ledger_id: int | None = None
    raw_sha256: str | None = None

    @property
    def sender_is_proven(self) -> bool:
        """Whether the one who is answered is the author for whom the receiving server vouches.

        A Reply-To and the address in a web form are only claims, whoever sent them.
        """
        author = self.reading.message.from_
        return self.authenticated and author is not None and author.key == self.sender.key


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Who brought a complaint to the desk for its customer, and how the customer had told them.

    `mail` is the member's own mail, `phone` the number at which the customer can be called, `note` what the member
    wrote besides the customer's words.
    """

    member: Member
    channel: Channel
    mail: "Received"
    phone: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintArrived:
    """A mail that belongs to no case yet; `suspected` is one that it may belong to, `split_from` the one it was in."""

    mail: Received
    suspected: Case | None = None
    logged: OnBehalf | None = None
    split_from: Case | None = None


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """The customer, or somebody on the customer's side, wrote to an existing case; `consent` is what they say to what
    they were offered."""

    mail: Received
    case: Case
    survey: Survey
    only_thanks: bool
    consent: Consent = Consent.UNCLEAR


@dataclass(frozen=True, slots=True)
class ThirdPartyWrote:
    """Somebody who is not party to the case answered one of our mails."""

    mail: Received
    case: Case


@dataclass(frozen=True, slots=True)
class MachineWrote:
    """An absence note, a read receipt, a list: kept, never answered; `member` is whose machine it is, if one of us."""

    mail: Received
    case: Case
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A recipient whom a mail of ours did not reach. `lasting`: nor will the next one."""

    recipient: str
    status: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class BounceArrived:
    """A server reports about a mail of ours in this case; `returned` are those of its recipients who never get it."""

    mail: Received
    case: Case
    returned: tuple[Returned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWrote:
    """A member of the team wrote to a case. `proven` is decision 1's token; without it only little is allowed.

    `vouched`: the receiving server vouches for the sender as well, or the member has confirmed the mail. `purpose` is
    what the token was given out for, `about` the colleague with whom the member is speaking. `to` says who got the
    mail besides the desk. `seen_at` is when the mail was written that this one answers; `answered` is the mail of the
    case that it was about, by Message-ID.
    """

    mail: Received
    case: Case
    member: Member
    proven: bool
    commands: tuple[Command, ...]
    text: str
    html: str | None
    survivors: tuple[str, ...] = ()
    vouched: bool = True
    purpose: Purpose = Purpose.CASE
    about: Member | None = None
    to: Audience = Audience.DESK
    seen_at: datetime | None = None
    answered: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAlone:
    """A member sent commands that are about no case."""

    mail: Received
    member: Member
    commands: tuple[Command, ...]
    text: str
    case: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUnproven:
    """A mail in a member's name, or with a member's token, that nothing proves to be from that member."""

    mail: Received
    case: Case | None
    member: Member
    reason: str


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """The time has come to ask whether the customer is satisfied."""

    case: Case
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class WaitOver:
    """The day has come until which nothing could be done, and the customer has not written."""

    case: Case


@dataclass(frozen=True, slots=True)
class CallDue:
    """The customer is to be called now."""

    case: Case


@dataclass(frozen=True, slots=True)
class ApprovalDue:
    """Offer `number` has waited for its approval; it has been asked for `asked` times before."""

    case: Case
    number: int
    asked: int


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """The day of offer `number` is near, or has `passed`."""

    case: Case
    number: int
    passed: bool


@dataclass(frozen=True, slots=True)
class AlarmDue:
    """The time may have come to warn of a deadline of the case, or to do what was ordered for after it."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFailed:
    """A mail of ours will not arrive, or nobody knows whether it did. `lasting`: nor will the next one."""

    case: Case
    what: str
    kind: LetterKind
    recipient: str
    error: str
    lasting: bool = False


MailEvent = (
    ComplaintArrived
    | CustomerWrote
    | ThirdPartyWrote
    | MachineWrote
    | BounceArrived
    | AgentWrote
    | AgentAlone
    | AgentUnproven
)
Event = MailEvent | FollowUpDue | WaitOver | CallDue | ApprovalDue | PromiseDue | AlarmDue | SendFailed
