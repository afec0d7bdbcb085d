"""What is to be done about an event: each action is data with its reason; `changes` carries them out on paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from mailbot.core.case import Author, Case, CaseMessage, Deadline, Priority, State
from mailbot.core.channels import Channel, SurveyStep
from mailbot.core.letters import Letter
from mailbot.core.message import Address, ComplaintType, Severity
from mailbot.core.offers import Offer, Step
from mailbot.core.problem import Problem

BY_ITSELF = "mailbot"
"""Who wants what no person has ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """What every action carries: why, who wants it, and the rule that says so, if one does."""

    reason: str = ""
    by: str = BY_ITSELF
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Because):
    """Begin this case."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Because):
    """File a message with the case."""

    message: CaseMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Because):
    """Make an address party to the case."""

    address: Address
    role: Author


@dataclass(frozen=True, slots=True, kw_only=True)
class SetState(Because):
    """Move the case to another state."""

    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTeam(Because):
    """Give the case to a team."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignAgent(Because):
    """Give the case to one member, by address; None takes it from whoever has it."""

    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority(Because):
    """Say how soon somebody should look."""

    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity(Because):
    """Say how grave it is."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SetType(Because):
    """Say what kind of complaint it is."""

    type: ComplaintType


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(Because):
    """Mark the case with a word."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest(Because):
    """Propose a policy of `rules/compensation.yaml` to the agent."""

    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkProblem(Because):
    """Count the case among those that one problem has caused."""

    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepProblem(Because):
    """Keep a problem as it is now; `step` is what has brought it there, and `opened` begins one."""

    problem: Problem
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnHold(Because):
    """Let nothing go to the customer by itself until somebody has answered; None: nobody has to look any more."""

    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advise(Because):
    """Tell the agents of the case something that its customer does not see."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCause(Because):
    """Say what the complaint comes from."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrective(Because):
    """Say what is done so that it does not happen again."""

    corrective: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFor(Because):
    """Remember which details the customer still owes us; none: nothing more."""

    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Because):
    """Add to the case what was not known before; what is None stays as it is."""

    order_number: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOffer(Because):
    """Take an offer one step further; `offer` is what it is then."""

    offer: Offer
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferChannel(Because):
    """Remember how a customer wants to hear from us; `phone` is the number where one is known."""

    customer: Address
    channel: Channel
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed(Because):
    """Remember that a customer was asked whether they are satisfied, or wants no such question."""

    customer: Address
    step: SurveyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class BeAway(Because):
    """Give a member no new cases until then; None: they are here."""

    member: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken(Because):
    """Let the random ids that a member has for the case prove nothing any more."""

    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Because):
    """Let the case go on in another one."""

    into: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Because):
    """Let a message of the case begin a case of its own; `message` is its Message-ID, None the customer's latest."""

    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMessage(Because):
    """Let a message of the case belong to another one; `message` is its Message-ID, None the customer's latest."""

    into: Case
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSla(Because):
    """Promise what this SLA of `rules/sla.yaml` says; None: nothing."""

    sla: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeadline(Because):
    """Set, move or meet a deadline; `event` is what the timeline calls it."""

    deadline: Deadline
    event: str = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDeadline(Because):
    """Nothing has to happen any more by this deadline."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(Because):
    """Remember by when the customer was promised an answer, and how often that day was put off; None: none is owed."""

    at: datetime | None
    delays: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Because):
    """Write a mail."""

    letter: Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Because):
    """Have work fall due."""

    kind: str
    due_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Because):
    """Take back work of a kind that has not fallen due yet."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relate(Because):
    """Link the case to another one."""

    case_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Because):
    """Keep a mail back until the member in whose name it came confirms it."""

    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Because):
    """Write a line into the timeline and do nothing else; `data` is for programs that explain."""

    event: str
    detail: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopUnasked(Because):
    """Send this address nothing more that it did not ask for."""

    address: str
    status: str


Action = (
    Open
    | Keep
    | Join
    | SetState
    | AssignTeam
    | AssignAgent
    | SetPriority
    | SetSeverity
    | SetType
    | AddTag
    | Suggest
    | LinkProblem
    | KeepProblem
    | PutOnHold
    | Advise
    | RecordCause
    | RecordCorrective
    | AskFor
    | Complete
    | MoveOffer
    | PreferChannel
    | Surveyed
    | BeAway
    | RevokeToken
    | Merge
    | Split
    | MoveMessage
    | SetSla
    | SetDeadline
    | DropDeadline
    | Promise
    | Send
    | Schedule
    | Cancel
    | Relate
    | Hold
    | StopUnasked
    | Note
)
