"""Asks the rules about one mail that has arrived: what they may ask about, and what they say."""

from dataclasses import replace

from mailbot.core.case import Case
from mailbot.core.events import ComplaintArrived, CustomerWrote
from mailbot.core.rules.engine import consider
from mailbot.core.rules.incoming import STRANGER, CaseBefore, Customer, Incoming, MailEvent
from mailbot.core.rules.recorded import recorded
from mailbot.core.rules.trace import NOT_TRIED, Trace
from mailbot.core.situation import Situation
from mailbot.core.surveys import answers_survey, reopens
from mailbot.reading.mentions import mentions_of
from mailbot.store.database import Transaction
from mailbot.workflows.runtime import Runtime


def ruled(tx: Transaction, runtime: Runtime, event: ComplaintArrived | CustomerWrote, situation: Situation) -> Trace:
    """What the rules say about the mail of this event, with the facts that they were tried on."""
    book = runtime.behaviour.rule_book
    facts = book.fields.facts(_incoming(tx, runtime, event, situation))
    trace = consider(book.index, facts)
    return replace(trace, facts=recorded(book.fields, facts)) if trace.tried else NOT_TRIED


def _incoming(
    tx: Transaction, runtime: Runtime, event: ComplaintArrived | CustomerWrote, situation: Situation
) -> Incoming:
    new = Incoming(
        mail=event.mail,
        calendar=runtime.desk.calendar,
        customer=_customer(tx, event, situation.history),
        mentions=mentions_of(event.mail.reading, runtime.desk.languages),
        looked_up=situation.looked_up,
    )
    if isinstance(event, ComplaintArrived):
        return replace(new, recurrence=situation.recurrence)
    return replace(
        new,
        event=MailEvent.REOPENED if reopens(event) else MailEvent.REPLY,
        before=CaseBefore(case=event.case, messages=len(situation.messages)),
        survey=event.survey if answers_survey(event) else None,
    )


def _customer(tx: Transaction, event: ComplaintArrived | CustomerWrote, others: tuple[Case, ...]) -> Customer:
    """What is known of the sender; of somebody without any case nothing is looked up."""
    if isinstance(event, ComplaintArrived) and not others:
        return STRANGER
    key = event.mail.sender.key if isinstance(event, ComplaintArrived) else event.case.customer.key
    return Customer(cases=others, rating=tx.cases.last_rating(key), language=tx.people.language(key))
