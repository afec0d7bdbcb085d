"""The mail that asks a lead to approve an offer: the case, what is offered and why, and what was given before."""

from mailbot.core.case import Case
from mailbot.core.letter_parts import language_of, latest_from_customer, ltr, money, name_of, past_of
from mailbot.core.letters import Block, Letter, LetterKind, Ltr, Purpose
from mailbot.core.offer_lines import given_before
from mailbot.core.offers import Offer
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_MOST = 10


def approval_request(case: Case, offer: Offer, situation: Situation, lead: Member, *, again: bool) -> Letter:
    """What a lead gets who may approve the offer; a plain reply goes to its agent, never to the customer."""
    latest = latest_from_customer(situation.messages)
    return Letter(
        kind=LetterKind.APPROVAL,
        to=lead.mailbox,
        language=language_of(lead, situation),
        member=lead.address,
        purpose=Purpose.APPROVAL,
        about=offer.by,
        values={
            "agent": name_of(offer.by, situation),
            "again": again,
            "number": offer.number,
            "remedy": offer.remedy.value,
            "amount": offer.amount,
            "goodwill": offer.goodwill,
            "law": offer.law,
            "policy": offer.policy,
            "people": offer.people,
            "approved_by": tuple(name_of(address, situation) for address in offer.approved_by),
            "answer": Block(offer.text, offer.html) if offer.text else None,
            "customer": case.customer.name or case.customer.address,
            "customer_address": Ltr(case.customer.address),
            "original_subject": case.subject,
            "complaint": Block(latest.text) if latest else None,
            "type": case.type.value,
            "severity": case.severity.value,
            "threat": case.threat.value,
            "safety": case.safety,
            "order_number": ltr(case.order_number),
            "order_amount": money(case),
            "cause": case.cause,
            "history": tuple(past_of(past) for past in situation.history[:_MOST]),
            "given": given_before(situation.grants.shown, situation),
            "similar": given_before(situation.grants.similar, situation),
        },
    )
