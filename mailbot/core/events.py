"""Everything that happens to a case. An event is plain data; `policy` says what follows from each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.channels import Channel
from mailbot.core.letters import LetterKind, Purpose
from mailbot.core.message import Address, Command, Consent, Reading, Survey
from mailbot.core.problem import Concerned, Problem, Sample
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

    `sender` is who would be answered; `authenticated` says that the receiving server vouches for the address in From,
    `denied` that it found it to be forged; `spam_mark` is the header by which its filter marks the mail.
    """

    reading: Reading
    sender: Address
    mailbox: str
    received_at: datetime
    authenticated: bool
    match: Match = NOT_MATCHED
    from_junk: bool = False
    spam_mark: str | None = None
    denied: bool = False
    ledger_id: int | None = None
    raw_sha256: str | None = None

    @property
    def is_spam(self) -> bool:
        """Whether the mail server's own filter takes it for spam: by the folder, or by a header that config names."""
        return self.from_junk or self.spam_mark is not None

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
    """The time has come to ask whether the customer is satisfied, or to ask once `again`, which was due at `due_at`."""

    case: Case
    resolved_at: datetime
    again: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """The time has come to invite a content customer to tell others; it was due at `due_at`."""

    case: Case
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WaitOver:
    """The day has come until which nothing could be done, and the customer has not written."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsDue:
    """The customer may have to be reminded of the details that were asked for at `asked_at`, or the case `closes`.

    `due_at` is when that was planned for, `messages` how many there were in the case when they were asked for; `known`:
    the customer is certain to be who they say.
    """

    case: Case
    asked_at: datetime
    due_at: datetime
    messages: int
    known: bool
    closes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceDue:
    """A case that was resolved at `resolved_at` may have been silent for long enough; planned for `due_at`."""

    case: Case
    resolved_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDue:
    """The time has come to tell the customer how things stand: `stage` is a kind of mail of stages.yaml.

    `made_at`: since when the customer waits for it, or when the day of `promised_at` was promised. `known`: the
    customer is real, for all we know.
    """

    case: Case
    stage: str
    due_at: datetime
    made_at: datetime
    promised_at: datetime | None = None
    known: bool = False


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


@dataclass(frozen=True, slots=True)
class ProblemDue:
    """The owner of a problem is to be reminded of its day, `due_at` when that was planned; None: that it is theirs.

    `case` is one of its `cases`, in which the owner can answer.
    """

    case: Case
    problem: Problem
    cases: tuple[Case, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PreviewDue:
    """A corrective action is done: its owner is to see the `samples`; `left_out` customers would get nothing."""

    case: Case
    problem: Problem
    cases: tuple[Case, ...]
    samples: tuple[Sample, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ImprovementDue:
    """One customer is to hear of an improvement; `is_last`: then all have."""

    case: Case
    problem: Problem
    concerned: Concerned
    is_last: bool


@dataclass(frozen=True, slots=True)
class ProblemCheckDue:
    """So many complaints came `before` a corrective action, and `after` it in as long a time."""

    case: Case
    problem: Problem
    cases: tuple[Case, ...]
    before: int
    after: int


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
Event = (
    MailEvent
    | ProblemDue
    | PreviewDue
    | ImprovementDue
    | ProblemCheckDue
    | FollowUpDue
    | ReviewDue
    | WaitOver
    | StageDue
    | DetailsDue
    | SilenceDue
    | CallDue
    | ApprovalDue
    | PromiseDue
    | AlarmDue
    | SendFailed
)
