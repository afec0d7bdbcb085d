"""The other letters to agents and leads: receipts, challenges, notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case, CaseMessage
from mailbot.core.events import AgentUnproven, AgentWrote, SendFailed
from mailbot.core.letter_parts import language_of, name_of, reply_to_mail
from mailbot.core.letters import Block, Letter, LetterKind, Ltr
from mailbot.core.notifications import agents_of, deadlines_of
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
    status: bool = False,
    help_wanted: bool = False,
    offers: bool = False,
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
            "relayed_to": tuple(Ltr(a.address) for a in (relayed.to, *relayed.cc)) if relayed else (),
            "excerpt": Block("\n".join(event.survivors) or event.text) if held else None,
            "status": _status(case, situation) if status else None,
            "deadlines": deadlines_of(case, situation.now) if status else (),
            "help": help_wanted,
            **(offers_for(case, event.member, situation) if offers else NO_OFFERS),
            "original_subject": case.subject,
        },
    )


def challenge(event: AgentUnproven, situation: Situation) -> Letter:
    """The question to a member's address in the config whether a mail in the member's name is theirs."""
    return Letter(
        kind=LetterKind.CHALLENGE,
        to=event.member.mailbox,
        language=language_of(event.member, situation),
        held_id=event.mail.ledger_id,
        values={
            "sender": Ltr(event.mail.sender.address),
            "original_subject": event.mail.reading.message.subject,
            "excerpt": Block(event.mail.reading.reply_text[:_EXCERPT]),
            "reason": event.reason,
        },
    )


def notices(event: SendFailed, situation: Situation) -> tuple[Letter, ...]:
    """What the agents of a case hear when a mail of ours did not arrive."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=member.mailbox,
            language=language_of(member, situation),
            member=member.address,
            values={
                "what": event.what,
                "detail": Block(event.error),
                "recipient": Ltr(event.recipient),
                "original_subject": event.case.subject,
            },
        )
        for member in agents_of(event.case, situation)
    )


def junk_list(lines: Iterable[str], situation: Situation) -> tuple[Letter, ...]:
    """What the leads hear of the junk folder: one line a mail."""
    return tuple(
        Letter(
            kind=LetterKind.NOTICE,
            to=lead.mailbox,
            language=language_of(lead, situation),
            values={"what": "junk", "detail": Block("\n".join(lines)), "recipient": None, "original_subject": ""},
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
