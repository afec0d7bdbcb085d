"""The other letters to agents and leads: receipts, challenges, notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case, CaseMessage
from mailbot.core.events import AgentAlone, AgentUnproven, AgentWrote, OnBehalf, Received, SendFailed
from mailbot.core.letter_parts import language_of, latest_from_customer, ltr, name_of, phone_of, reply_to_mail
from mailbot.core.letters import Block, Letter, LetterKind, Ltr, Purpose
from mailbot.core.notifications import agents_of, deadlines_of
from mailbot.core.offer_lines import promise_line, promise_lines
from mailbot.core.offers import Offer
from mailbot.core.proposal_lines import NO_OFFERS, offers_for
from mailbot.core.situation import Situation
from mailbot.core.spending import Repeated
from mailbot.core.team import Member

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


def challenge(event: AgentUnproven, situation: Situation) -> Letter:
    """The question to a member's address in the config whether a mail in the member's name is theirs."""
    return challenge_of(event.mail, event.member, event.reason, situation)


def challenge_of(mail: Received, member: Member, reason: str, situation: Situation) -> Letter:
    """The same for a mail that is held for this reason."""
    return Letter(
        kind=LetterKind.CHALLENGE,
        to=member.mailbox,
        language=language_of(member, situation),
        held_id=mail.ledger_id,
        values={
            "sender": Ltr(mail.sender.address),
            "original_subject": mail.reading.message.subject,
            "excerpt": Block(mail.reading.reply_text[:_EXCERPT]),
            "reason": reason,
        },
    )


def asked_again(member: Member, held_id: int, situation: Situation) -> Letter:
    """The same question once more, to a member whose reply did not say yes or no."""
    return Letter(
        kind=LetterKind.CHALLENGE,
        to=member.mailbox,
        language=language_of(member, situation),
        held_id=held_id,
        values={"sender": None, "original_subject": "", "excerpt": Block(""), "reason": "unclear"},
    )


def between_us(case: Case, situation: Situation, *, to: Member, from_: Member, code: str, words: Block) -> Letter:
    """What one member says to another about a case; the customer never sees it, nor a plain reply to it."""
    latest = latest_from_customer(situation.messages)
    return Letter(
        kind=LetterKind.COLLEAGUE,
        to=to.mailbox,
        language=language_of(to, situation),
        author=from_.name,
        member=to.address,
        purpose=Purpose.COLLEAGUE,
        about=from_.address,
        values={
            "code": code,
            "colleague": from_.name,
            "words_said": words,
            "customer": case.customer.name or case.customer.address,
            "original_subject": case.subject,
            "complaint": Block(latest.text) if latest else None,
            "type": case.type.value,
            "state": case.state.value,
            "offered": promise_lines(situation.offers, situation),
        },
    )


def notice(
    case: Case,
    situation: Situation,
    member: Member,
    what: str,
    *,
    offer: Offer | None = None,
    detail: str = "",
    colleague: Member | None = None,
    repeated: Repeated | None = None,
) -> Letter:
    """A member hears what has happened to a case; a plain reply goes to the `colleague` who did it, if one did."""
    return Letter(
        kind=LetterKind.NOTICE,
        to=member.mailbox,
        language=language_of(member, situation),
        member=member.address,
        purpose=Purpose.COLLEAGUE if colleague else Purpose.CASE,
        about=colleague.address if colleague else None,
        values=_NO_NOTICE
        | {
            "what": what,
            "detail": Block(detail),
            "original_subject": case.subject,
            "customer": case.customer.name or case.customer.address,
            "colleague": colleague.name if colleague else None,
            "repeated": repeated,
            "offer": promise_line(offer, situation) if offer else None,
            "phone": ltr(phone_of(case, situation)),
        },
    )


_NO_NOTICE: dict[str, object] = {
    "recipient": None,
    "customer": None,
    "colleague": None,
    "repeated": None,
    "offer": None,
    "phone": None,
}


def notices(event: SendFailed, situation: Situation) -> tuple[Letter, ...]:
    """What the agents of a case hear when a mail of ours did not arrive."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=member.mailbox,
            language=language_of(member, situation),
            member=member.address,
            values=_NO_NOTICE
            | {
                "what": event.what,
                "detail": Block(event.error),
                "recipient": Ltr(event.recipient),
                "original_subject": event.case.subject,
            },
        )
        for member in agents_of(event.case, situation)
    )


def not_mine(case: Case | None, member: str, situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear when somebody has written in a member's name."""
    name = name_of(member, situation) or member
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=lead.mailbox,
            language=language_of(lead, situation),
            member=lead.address if case else None,
            values=_NO_NOTICE
            | {"what": "not_mine", "detail": Block(name), "original_subject": case.subject if case else ""},
        )
        for lead in situation.team.leads
    )


def junk_list(lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear of the junk folder: one line a mail."""
    return to_the_leads("junk", lines, situation)


def to_the_leads(what: str, lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """A list for every lead; `what` is the code that the template puts into words."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=lead.mailbox,
            language=language_of(lead, situation),
            values=_NO_NOTICE | {"what": what, "detail": Block("\n".join(lines)), "original_subject": ""},
        )
        for lead in situation.team.leads
    )


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
