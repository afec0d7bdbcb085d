"""The letters to customers: acknowledgement, answer, resolution, follow-up; in their language and their own thread."""

from datetime import datetime

from mailbot.core.case import Case, State
from mailbot.core.details import missing
from mailbot.core.events import AgentWrote, Received
from mailbot.core.fact_lines import customer_values
from mailbot.core.letter_parts import LATE, in_copy, latest_from_customer, ltr, money, reply_to_mail, reply_to_message
from mailbot.core.letters import Block, Letter, LetterKind
from mailbot.core.message import Address
from mailbot.core.rule_decisions import decided
from mailbot.core.situation import Situation
from mailbot.core.timekeeping import answer_by


def acknowledgement(case: Case, mail: Received, situation: Situation, template: str) -> Letter:
    """The first mail to a customer: what was understood, what is missing, what happens next (decision 4)."""
    assessment, calendar, now = mail.reading.assessment, situation.desk.calendar, situation.now
    # Mail in somebody's name makes cases too; only what one of us has dealt with shows that the customer is real.
    known = mail.sender_is_proven or any(past.state is not State.NEW for past in situation.history)
    is_open = calendar.is_open(now)
    return Letter(
        kind=LetterKind.ACKNOWLEDGEMENT,
        to=case.customer if known else Address("", case.customer.address),
        language=case.language,
        thread=reply_to_mail(mail),
        written_as=template,
        values={
            "is_complaint": case.is_complaint,
            "type": case.type.value,
            "remedy": assessment.demanded_remedy.value,
            "order_number": ltr(case.order_number),
            "amount": money(case),
            "missing": missing(decided(situation.trace, "ask_for"), case, mail.reading),
            "out_of_hours": not is_open,
            "next_open": None if is_open else calendar.next_open(now),
            "answer_by": answer_by(case, now),
            "late": now - mail.received_at > LATE,
            "received_at": mail.received_at,
            "safety": assessment.safety,
            "looked_up": customer_values(situation.desk.columns, situation.theirs if mail.sender_is_proven else {}),
            "shipped_languages": () if case.language in situation.desk.languages else situation.desk.languages,
            "original_subject": case.subject if known and case.subject else None,
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
        thread=reply_to_message(latest),
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
        thread=reply_to_message(latest_from_customer(situation.messages)),
        values={"original_subject": case.subject, "resolved_at": resolved_at, "type": case.type.value},
    )
