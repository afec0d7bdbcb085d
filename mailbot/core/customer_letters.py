"""The letters to customers: acknowledgement, answer, resolution, follow-up; in their language and their own thread."""

from dataclasses import replace
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.channels import Channel
from mailbot.core.closing import is_untouched
from mailbot.core.details import missing
from mailbot.core.drafts import draft_of
from mailbot.core.events import AgentWrote, Received
from mailbot.core.fact_lines import customer_values
from mailbot.core.letter_parts import LATE, in_copy, latest_from_customer, ltr, money, reply_to_mail, reply_to_message
from mailbot.core.letters import Block, Letter, LetterKind, Thread
from mailbot.core.message import Address
from mailbot.core.offer_lines import promise_lines
from mailbot.core.offers import Offer
from mailbot.core.rule_decisions import decided
from mailbot.core.situation import Situation
from mailbot.core.timekeeping import answer_by, written_answer_by


def acknowledgement(case: Case, mail: Received, situation: Situation, template: str, *, channel: Channel) -> Letter:
    """The first mail to a customer: what was understood, what is missing, what happens next (decision 4)."""
    assessment, calendar, now = mail.reading.assessment, situation.desk.calendar, situation.now
    # Mail in somebody's name makes cases too; only what one of us has dealt with shows that the customer is real.
    own = (past for past in situation.history if past.customer.key == case.customer.key)
    known = mail.sender_is_proven or any(not is_untouched(past) for past in own)
    is_open = calendar.is_open(now)
    return Letter(
        kind=LetterKind.ACKNOWLEDGEMENT,
        to=case.customer if known else Address("", case.customer.address),
        language=case.language,
        thread=reply_to_mail(mail) if channel in (Channel.MAIL, Channel.WEB) else Thread(),
        written_as=template,
        values={
            "is_complaint": case.is_complaint,
            "channel": channel.value,
            "type": case.type.value,
            "remedy": assessment.demanded_remedy.value,
            "order_number": ltr(case.order_number),
            "amount": money(case),
            "missing": missing(decided(situation.trace, "ask_for"), case, mail.reading),
            "out_of_hours": not is_open,
            "next_open": None if is_open else calendar.next_open(now),
            "answer_by": answer_by(case, now),
            "written_answer_by": written_answer_by(case, situation.desk, now),
            "late": now - mail.received_at > LATE,
            "received_at": mail.received_at,
            "safety": assessment.safety,
            "looked_up": customer_values(situation.desk.columns, situation.theirs if mail.sender_is_proven else {}),
            "shipped_languages": () if case.language in situation.desk.languages else situation.desk.languages,
            "original_subject": case.subject if known and case.subject else None,
        },
    )


def answer(
    event: AgentWrote,
    situation: Situation,
    *,
    resolves: bool,
    copies: bool = True,
    offers: tuple[Offer, ...] = (),
    draft: bool = False,
    corrective: str | None = None,
) -> Letter:
    """An agent's words to the customer, in the customer's own thread, with what they promise and, where the agent wants
    it, the answer that the desk has drafted. A resolution says what is done so that it does not happen again."""
    letter = _answer(event.case, situation, event.member.name, Block(event.text, event.html), offers, copies=copies)
    return replace(
        letter,
        kind=LetterKind.RESOLUTION if resolves else LetterKind.ANSWER,
        attachments=event.mail.reading.message.attachments if event.text else (),
        values={
            **letter.values,
            "draft": draft_of(event.case, situation).values if draft else None,
            "corrective": (corrective or event.case.corrective) if resolves else None,
            "referral": referral_of(event.case, situation) if resolves else None,
        },
    )


def referral_of(case: Case, situation: Situation) -> Block | None:
    """Where else the customer can turn, in the words of the regulator's profile whose clocks the case has."""
    sla = situation.desk.slas.of(case)
    text = sla.profile.referral_in(case.language) if sla and sla.profile else None
    return Block(text) if text else None


def offer_letter(case: Case, offer: Offer, situation: Situation) -> Letter:
    """An offer that was approved, with the words with which its agent wanted to send it."""
    agent = situation.member(offer.by)
    words = Block(offer.text, offer.html)
    letter = _answer(case, situation, agent.name if agent else "", words, (offer,), copies=True)
    return replace(
        letter,
        attachments_from=offer.attachments_from if offer.text else None,
        values={**letter.values, "draft": draft_of(case, situation).values if offer.draft else None},
    )


def _answer(
    case: Case, situation: Situation, agent: str, words: Block, offers: tuple[Offer, ...], *, copies: bool
) -> Letter:
    latest = latest_from_customer(situation.messages)
    return Letter(
        kind=LetterKind.ANSWER,
        to=case.customer,
        cc=in_copy(latest.cc, case, situation) if latest and copies else (),
        language=case.language,
        author=agent or None,
        thread=reply_to_message(latest),
        values={
            "body": words if words.text else None,
            "agent": agent,
            "original_subject": case.subject,
            "offers": promise_lines(offers, situation),
            "draft": None,
        },
    )


def follow_up(case: Case, situation: Situation, resolved_at: datetime, *, again: bool = False) -> Letter:
    """The question, some days after the resolution, whether the customer is satisfied; `again`: for the last time."""
    return Letter(
        kind=LetterKind.FOLLOW_UP,
        to=case.customer,
        language=case.language,
        thread=reply_to_message(latest_from_customer(situation.messages)),
        values={"original_subject": case.subject, "resolved_at": resolved_at, "type": case.type.value, "again": again},
    )
