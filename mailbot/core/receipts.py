"""What a member hears of their own mail: what was done, what was wrong, how the case stands."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case, CaseMessage
from mailbot.core.events import AgentAlone, AgentWrote, OnBehalf
from mailbot.core.letter_parts import language_of, ltr, name_of, phone_of, reply_to_mail
from mailbot.core.letters import Block, Letter, LetterKind, Ltr
from mailbot.core.notifications import deadlines_of
from mailbot.core.offer_lines import promise_lines
from mailbot.core.offers import Offer
from mailbot.core.proposal_lines import NO_OFFERS, offers_for
from mailbot.core.situation import Situation

_EXCERPT = 600


@dataclass(frozen=True, slots=True)
class Done:
    """One command that was carried out, for a receipt."""

    command: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One command line that stopped a mail: what is wrong is a code that the template puts into words."""

    line: str
    problem: str
    suggestion: str | None = None

    @property
    def is_guess(self) -> bool:
        """Whether the suggestion is what the member may have meant, and not what is possible."""
        return self.problem in ("unknown_command", "unknown_person")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a case's correspondence, for `#status`."""

    at: datetime
    who: str
    text: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What `#status` answers."""

    state: str
    type: str
    priority: str
    team: str | None
    assignee: str | None
    opened_at: datetime
    customer: Ltr
    messages: tuple[Said, ...]


def receipt(
    event: AgentWrote,
    case: Case,
    situation: Situation,
    *,
    done: tuple[Done, ...] = (),
    wrong: tuple[Wrong, ...] = (),
    held: str | None = None,
    relayed: Letter | None = None,
    made: tuple[Offer, ...] = (),
    since: tuple[CaseMessage, ...] = (),
    missing: tuple[str, ...] = (),
    status: bool = False,
    help_wanted: bool = False,
    proposals: bool = False,
) -> Letter:
    """What an agent hears back: what was done, or why nothing was."""
    return Letter(
        kind=LetterKind.RECEIPT,
        to=event.member.mailbox,
        language=language_of(event.member, situation),
        member=event.member.address,
        thread=reply_to_mail(event.mail),
        values={
            "done": done,
            "wrong": wrong,
            "held": held,
            "state": case.state.value,
            "made": promise_lines(made, situation),
            "since": tuple(_said(message) for message in since),
            "missing": missing,
            "relayed_to": tuple(Ltr(a.address) for a in (relayed.to, *relayed.cc)) if relayed else (),
            "excerpt": _passage(event) if held or wrong else None,
            "status": _status(case, situation) if status else None,
            "deadlines": deadlines_of(case, situation.now) if status else (),
            "help": help_wanted,
            "offered": promise_lines(situation.offers, situation) if status else (),
            "phone": ltr(phone_of(case, situation)) if any(d.command == "call" for d in done) else None,
            **(offers_for(case, event.member, situation) if proposals else NO_OFFERS),
            "original_subject": case.subject,
        },
    )


def _passage(event: AgentWrote) -> Block | None:
    """What stopped the mail, or else its words."""
    words = "\n".join(event.survivors) or event.text
    return Block(words) if words else None


def logged_receipt(logged: OnBehalf, case: Case, situation: Situation) -> Letter:
    """What a member hears back who has brought a complaint: the case that it has become."""
    return Letter(
        kind=LetterKind.RECEIPT,
        to=logged.member.mailbox,
        language=language_of(logged.member, situation),
        member=logged.member.address,
        values=_NO_RECEIPT
        | {
            "done": (Done("log", case.customer.address or case.customer.name or logged.phone),),
            "state": case.state.value,
            "original_subject": case.subject,
        },
    )


def receipt_alone(
    event: AgentAlone, situation: Situation, *, done: tuple[Done, ...], wrong: tuple[Wrong, ...], help_wanted: bool
) -> Letter:
    """What a member hears back whose commands were about no case."""
    return Letter(
        kind=LetterKind.RECEIPT,
        to=event.member.mailbox,
        language=language_of(event.member, situation),
        thread=reply_to_mail(event.mail),
        values=_NO_RECEIPT
        | {
            "done": done,
            "wrong": wrong,
            "excerpt": Block(event.text) if wrong and event.text else None,
            "help": help_wanted,
            "original_subject": event.mail.reading.message.subject,
        },
    )


_NO_RECEIPT: dict[str, object] = {
    "done": (),
    "wrong": (),
    "held": None,
    "made": (),
    "since": (),
    "missing": (),
    "relayed_to": (),
    "excerpt": None,
    "state": None,
    "status": None,
    "deadlines": (),
    "help": False,
    "offered": (),
    "phone": None,
    **NO_OFFERS,
}


def _status(case: Case, situation: Situation) -> Status:
    return Status(
        state=case.state.value,
        type=case.type.value,
        priority=case.priority.value,
        team=case.team,
        assignee=name_of(case.assignee, situation),
        opened_at=case.opened_at,
        customer=Ltr(case.customer.address),
        messages=tuple(_said(message) for message in situation.messages),
    )


def _said(message: CaseMessage) -> Said:
    author = message.author
    return Said(message.at, author.name or author.address, Block(message.text[:_EXCERPT]))
