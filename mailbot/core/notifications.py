"""Notifications: what the agents hear of a case, each in their own language and in one thread a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from mailbot.core.case import Case, CaseMessage
from mailbot.core.claims import proposed
from mailbot.core.compensation import Proposal
from mailbot.core.drafts import draft_of
from mailbot.core.events import AgentWrote, Received
from mailbot.core.fact_lines import fact_lines
from mailbot.core.letter_parts import LATE, in_copy, language_of, ltr, money, name_of, phone_of
from mailbot.core.letters import Block, Draft, Letter, LetterKind, Ltr
from mailbot.core.message import Address, Attachment, MailKind, SpanKind
from mailbot.core.offer_lines import given_before, promise_lines
from mailbot.core.proposal_lines import offer_values
from mailbot.core.recurrence_values import recurrence_values
from mailbot.core.situation import Situation
from mailbot.core.team import Member

DUE_SOON, OVERDUE = "due_soon", "overdue"
ALARMS = (DUE_SOON, OVERDUE)
"""What notifications about a deadline are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a notification is about: a code that the template puts into words, and the words that somebody wrote.

    `again`: the words were filed some time ago. `note` is what a colleague says to it.
    """

    code: str
    words: Block
    sender: Address
    received_at: datetime
    cc: tuple[Address, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    attachments_from: str | None = None
    doubts: tuple[str, ...] = ()
    again: bool = False
    note: Block | None = None
    note_by: str | None = None


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One deadline that is still to be met."""

    kind: str
    due_at: datetime
    passed: bool


def notifications(case: Case, news: News, situation: Situation, *, also: Iterable[Member] = ()) -> tuple[Letter, ...]:
    """What the agents get who look after the case, one letter each."""
    return notifications_to((*agents_of(case, situation), *also), case, news, situation)


def notifications_to(members: Iterable[Member], case: Case, news: News, situation: Situation) -> tuple[Letter, ...]:
    """What these members get, one letter each."""
    readers = {member.address: member for member in members}
    if not readers:
        return ()
    bulletin = _Bulletin.of(case, news, situation)
    return tuple(map(bulletin.to, readers.values()))


def deadlines_of(case: Case, now: datetime) -> tuple[DeadlineLine, ...]:
    """The deadlines that are still to be met, the earliest first; those whose clocks stand still are left out."""
    waiting = (d for d in case.deadlines if d.is_running and not d.paused_since)
    return tuple(DeadlineLine(d.kind, d.due_at, d.has_passed(now)) for d in sorted(waiting, key=lambda d: d.due_at))


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
        doubts=mail.reading.assessment.doubts,
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
        again=True,
    )


def handed_over(latest: CaseMessage, event: AgentWrote) -> News:
    """The customer's last words for whoever gets the case now, with what the colleague says who gives it away."""
    notes = [" ".join(c.arguments) for c in event.commands if c.name in ("note", "escalate")]
    below = event.text if any(c.name in ("note", "escalate") for c in event.commands) else ""
    said = "\n\n".join(text for text in (*notes, below) if text)
    news = news_again(latest, "assigned")
    return replace(news, note=Block(said), note_by=event.member.name) if said else news


def agents_of(case: Case, situation: Situation) -> tuple[Member, ...]:
    """Who looks after a case: its assignee, else its team, else the leads, else everybody."""
    assignee = situation.member(case.assignee)
    if assignee:
        return (assignee,)
    team = situation.team
    return (team.of(case.team) if case.team else ()) or team.leads or team.members


@dataclass(frozen=True, slots=True)
class _Bulletin:
    """A piece of news as all its readers get it, put together once: each has it in another language and with what
    they may offer."""

    case: Case
    news: News
    situation: Situation
    values: Mapping[str, object]
    draft: Draft | None
    proposals: tuple[Proposal, ...]

    @classmethod
    def of(cls, case: Case, news: News, situation: Situation) -> Self:
        draft = draft_of(case, situation) if case.customer.address else None
        return cls(case, news, situation, _values(case, news, situation), draft, proposed(case, situation))

    def to(self, member: Member) -> Letter:
        language = language_of(member, self.situation)
        offers = offer_values(self.proposals, member, self.situation.team, policy=self.case.suggestion)
        return Letter(
            kind=LetterKind.NOTIFICATION,
            to=member.mailbox,
            language=language,
            author=_without_address(self.case.customer),
            member=member.address,
            attachments=self.news.attachments,
            attachments_from=self.news.attachments_from,
            draft=self.draft,
            values={**self.values, "facts": fact_lines(self.situation, language), **offers},
        )


def _values(case: Case, news: News, situation: Situation) -> Mapping[str, object]:
    sender = news.sender.address
    return {
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
        "doubts": news.doubts,
        "language": case.language,
        "order_number": ltr(case.order_number),
        "amount": money(case),
        "state": case.state.value,
        "team": case.team,
        "assignee": name_of(case.assignee, situation),
        "deadlines": deadlines_of(case, situation.now),
        "reasons": _reasons(situation),
        "cause": case.cause,
        "problem": case.problem,
        "problem_is": situation.problem_is(case.problem),
        "on_hold": case.on_hold,
        "advice": case.advice,
        **recurrence_values(case, situation),
        "cc": tuple(Ltr(a.address) for a in in_copy(news.cc, case, situation)),
        "attachments": news.attachments,
        "left_out": (),
        "note": news.note,
        "note_by": news.note_by,
        "offered": promise_lines(situation.offers, situation),
        "given": given_before(situation.grants.shown, situation),
        "similar": given_before(situation.grants.similar, situation),
        "prefers": situation.preference.channel.value,
        "phone": ltr(phone_of(case, situation)),
        "draft": None,
        "mail_to": None,
        "late": not news.again and situation.now - news.received_at > LATE,
    }


def referral(case: Case, news: News, situation: Situation, to: Address) -> Letter:
    """What somebody outside the team hears of a case, in the desk's own language; the mail carries no key to it."""
    return Letter(
        kind=LetterKind.REFERRAL,
        to=to,
        language=situation.desk.languages[0],
        attachments=news.attachments,
        values={
            "customer": case.customer.name or case.customer.address,
            "customer_address": Ltr(case.customer.address),
            "original_subject": case.subject,
            "complaint": news.words,
            "received_at": news.received_at,
            "deadlines": deadlines_of(case, situation.now) if news.code in ALARMS else (),
            "type": case.type.value,
            "severity": case.severity.value,
            "threat": case.threat.value,
            "safety": case.safety,
            "order_number": ltr(case.order_number),
            "amount": money(case),
            "problem": case.problem,
            "advice": case.advice,
            "attachments": news.attachments,
            "left_out": (),
        },
    )


def _as_written(mail: Received) -> Block:
    reading = mail.reading
    if any(span.kind is SpanKind.QUOTED for span in reading.spans) and mail.match.case_id is None:
        return Block(reading.message.text)
    if reading.kind in (MailKind.HUMAN, MailKind.WEB_FORM):
        return Block(reading.reply_text or reading.message.text, reading.reply_html)
    return Block(reading.message.text)


def _reasons(situation: Situation) -> tuple[str, ...]:
    return tuple(
        f"{rule.name}: {'; '.join(rule.because)}" if rule.because else rule.name for rule in situation.trace.matched
    )


def _without_address(customer: Address) -> str | None:
    """What the customer is called in From, where the address may not stand; many programs give it as the name."""
    name = "" if "@" in customer.name else customer.name
    return name or customer.address.partition("@")[0] or None
