"""The letters that a desk writes: who gets which, in which language and thread, with which values for its template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.case import Author, Case, CaseMessage, Direction
from mailbot.core.events import AgentUnproven, AgentWrote, Received, SendFailed
from mailbot.core.letters import Block, Letter, LetterKind, Ltr, Thread
from mailbot.core.message import Address, Attachment, ComplaintType, MailKind, SpanKind
from mailbot.core.money import Money
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_LATE = timedelta(hours=24)
_MOST_IN_COPY = 5
_EXCERPT = 600
_NEEDS_ORDER_NUMBER = frozenset(ComplaintType) - {ComplaintType.POOR_SERVICE, ComplaintType.OTHER}
_NEEDS_PHOTO = frozenset({ComplaintType.DEFECTIVE_GOODS, ComplaintType.WRONG_ITEM})


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
class PastCase:
    """One line of a customer's history."""

    number: Ltr
    state: str
    type: str
    opened_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a case's correspondence, for `#status`."""

    at: datetime
    who: str
    text: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a notification is about: a code that the template puts into words, and the words that somebody wrote."""

    code: str
    words: Block
    sender: Address
    received_at: datetime
    cc: tuple[Address, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    attachments_from: str | None = None


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


def acknowledgement(case: Case, mail: Received, situation: Situation) -> Letter:
    """The first mail to a customer: what was understood, what is missing, what happens next (decision 4)."""
    assessment, calendar, now = mail.reading.assessment, situation.desk.calendar, situation.now
    known = mail.authenticated or bool(situation.history)
    is_open = calendar.is_open(now)
    return Letter(
        kind=LetterKind.ACKNOWLEDGEMENT,
        to=case.customer,
        language=case.language,
        thread=_reply_to_mail(mail),
        values={
            "is_complaint": case.is_complaint,
            "type": case.type.value,
            "remedy": assessment.demanded_remedy.value,
            "order_number": _ltr(case.order_number),
            "amount": _money(case),
            "missing": _missing(case, mail.reading.message.attachments),
            "out_of_hours": not is_open,
            "next_open": None if is_open else calendar.next_open(now),
            "answer_by": None,
            "late": now - mail.received_at > _LATE,
            "received_at": mail.received_at,
            "safety": assessment.safety,
            "shipped_languages": () if case.language in situation.desk.languages else situation.desk.languages,
            "original_subject": case.subject if known and case.subject else None,
        },
    )


def notifications(case: Case, news: News, situation: Situation, *, also: Iterable[Member] = ()) -> tuple[Letter, ...]:
    """What the agents get who look after the case, one letter each."""
    readers = {member.address: member for member in (*agents_of(case, situation), *also)}
    return tuple(_notification(case, news, situation, member) for member in readers.values())


def news_in(mail: Received, code: str) -> News:
    """The news that a mail brings."""
    message = mail.reading.message
    return News(
        code=code,
        words=_as_written(mail),
        sender=mail.sender,
        received_at=mail.received_at,
        cc=message.cc,
        attachments=message.attachments,
    )


def news_again(message: CaseMessage, code: str) -> News:
    """What a message said that was filed before, for somebody who has not seen it."""
    return News(
        code=code,
        words=Block(message.text),
        sender=message.author,
        received_at=message.at,
        cc=message.cc,
        attachments_from=message.raw_sha256 if message.attachments else None,
    )


def agents_of(case: Case, situation: Situation) -> tuple[Member, ...]:
    """Who looks after a case: its assignee, else its team, else the leads, else everybody."""
    assignee = situation.member(case.assignee)
    if assignee:
        return (assignee,)
    team = situation.team
    return (team.of(case.team) if case.team else ()) or team.leads or team.members


def _notification(case: Case, news: News, situation: Situation, member: Member) -> Letter:
    sender = news.sender.address
    return Letter(
        kind=LetterKind.NOTIFICATION,
        to=member.mailbox,
        language=language_of(member, situation),
        author=case.customer.name or case.customer.address,
        member=member.address,
        attachments=news.attachments,
        attachments_from=news.attachments_from,
        values={
            "news": news.code,
            "customer": case.customer.name or case.customer.address,
            "customer_address": Ltr(case.customer.address),
            "sender": Ltr(sender) if sender and news.sender.key != case.customer.key else None,
            "original_subject": case.subject,
            "complaint": news.words,
            "type": case.type.value,
            "severity": case.severity.value,
            "priority": case.priority.value,
            "remedy": case.demanded_remedy.value,
            "threat": case.threat.value,
            "safety": case.safety,
            "repeat": case.repeat,
            "language": case.language,
            "order_number": _ltr(case.order_number),
            "amount": _money(case),
            "state": case.state.value,
            "team": case.team,
            "assignee": _name(case.assignee, situation),
            "reasons": _reasons(situation),
            "suggestion": situation.desk.suggestions.get(case.suggestion or "", ()),
            "history": tuple(_past(past) for past in situation.history),
            "cc": tuple(Ltr(a.address) for a in in_copy(news.cc, case, situation)),
            "attachments": news.attachments,
            "left_out": (),
            "late": situation.now - news.received_at > _LATE,
        },
    )


def answer(event: AgentWrote, situation: Situation, *, resolves: bool, copies: bool = True) -> Letter:
    """An agent's words to the customer, in the customer's own thread."""
    case, latest = event.case, latest_from_customer(situation.messages)
    return Letter(
        kind=LetterKind.RESOLUTION if resolves else LetterKind.ANSWER,
        to=case.customer,
        cc=in_copy(latest.cc, case, situation) if latest and copies else (),
        language=case.language,
        author=event.member.name,
        thread=_reply_to_message(latest),
        attachments=event.mail.reading.message.attachments if event.text else (),
        values={
            "body": Block(event.text, event.html) if event.text else None,
            "agent": event.member.name,
            "original_subject": case.subject,
        },
    )


def follow_up(case: Case, situation: Situation, resolved_at: datetime) -> Letter:
    """The question, some days after the resolution, whether the customer is satisfied."""
    return Letter(
        kind=LetterKind.FOLLOW_UP,
        to=case.customer,
        language=case.language,
        thread=_reply_to_message(latest_from_customer(situation.messages)),
        values={"original_subject": case.subject, "resolved_at": resolved_at, "type": case.type.value},
    )


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
) -> Letter:
    """What an agent hears back: what was done, or why nothing was."""
    return Letter(
        kind=LetterKind.RECEIPT,
        to=event.member.mailbox,
        language=language_of(event.member, situation),
        member=event.member.address,
        thread=_reply_to_mail(event.mail),
        values={
            "done": done,
            "wrong": wrong,
            "held": held,
            "relayed_to": tuple(Ltr(a.address) for a in (relayed.to, *relayed.cc)) if relayed else (),
            "excerpt": Block("\n".join(event.survivors) or event.text) if held else None,
            "status": _status(case, situation) if status else None,
            "help": help_wanted,
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


def language_of(member: Member, situation: Situation) -> str:
    """The first of a member's languages that the desk speaks, else the desk's own first."""
    ours = situation.desk.languages
    return next((language for language in member.languages if language in ours), ours[0])


def latest_from_customer(messages: tuple[CaseMessage, ...]) -> CaseMessage | None:
    """The customer's newest message, which the next answer belongs under."""
    from_customer = (m for m in reversed(messages) if m.direction is Direction.IN and m.role is Author.CUSTOMER)
    return next(from_customer, None)


def in_copy(cc: tuple[Address, ...], case: Case, situation: Situation) -> tuple[Address, ...]:
    """Those on Cc of the customer's mail who also get the answer: at most five, never us, never the customer twice."""
    others = {a.key: a for a in cc if "@" in a.address}
    return tuple(a for key, a in others.items() if key != case.customer.key and key not in situation.desk.not_in_copy)[
        :_MOST_IN_COPY
    ]


def _reply_to_mail(mail: Received) -> Thread:
    message = mail.reading.message
    if message.message_id is None:
        return Thread()
    return Thread(message.message_id, (*(r for r in message.references if r != message.message_id), message.message_id))


def _reply_to_message(message: CaseMessage | None) -> Thread:
    if message is None or message.message_id is None:
        return Thread()
    return Thread(message.message_id, (*message.references, message.message_id))


def _as_written(mail: Received) -> Block:
    reading = mail.reading
    if any(span.kind is SpanKind.QUOTED for span in reading.spans) and mail.match.case_id is None:
        return Block(reading.message.text)
    if reading.kind in (MailKind.HUMAN, MailKind.WEB_FORM):
        return Block(reading.reply_text or reading.message.text, reading.reply_html)
    return Block(reading.message.text)


def _missing(case: Case, attachments: tuple[Attachment, ...]) -> tuple[str, ...]:
    if not case.is_complaint:
        return ()
    no_number = case.type in _NEEDS_ORDER_NUMBER and case.order_number is None
    no_photo = case.type in _NEEDS_PHOTO and not attachments
    return ("order_number",) * no_number + ("photo",) * no_photo


def _reasons(situation: Situation) -> tuple[str, ...]:
    return tuple(
        f"{rule.name}: {'; '.join(rule.because)}" if rule.because else rule.name
        for rule in situation.trace.rules
        if rule.matched
    )


def _status(case: Case, situation: Situation) -> Status:
    return Status(
        state=case.state.value,
        type=case.type.value,
        priority=case.priority.value,
        team=case.team,
        assignee=_name(case.assignee, situation),
        opened_at=case.opened_at,
        customer=Ltr(case.customer.address),
        messages=tuple(_said(message) for message in situation.messages),
    )


def _said(message: CaseMessage) -> Said:
    author = message.author
    return Said(message.at, author.name or author.address, Block(message.text[:_EXCERPT]))


def _past(case: Case) -> PastCase:
    return PastCase(Ltr(case.number), case.state.value, case.type.value, case.opened_at, case.subject)


def _name(address: str | None, situation: Situation) -> str | None:
    member = situation.member(address)
    return member.name if member else address


def _money(case: Case) -> Money | None:
    return Money.rounded(case.amount, case.currency) if case.amount is not None and case.currency else None


def _ltr(value: str | None) -> Ltr | None:
    return Ltr(value) if value else None
