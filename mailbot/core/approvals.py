"""Approvals: who is asked, who is asked next when nobody answers, and who may not approve."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core import actions as a
from mailbot.core.approval_letters import approval_request
from mailbot.core.assignment import leads_of
from mailbot.core.authority import permission
from mailbot.core.case import Case
from mailbot.core.compensation import Option, Proposal
from mailbot.core.events import ApprovalDue
from mailbot.core.money import Sums
from mailbot.core.notices import notice
from mailbot.core.offers import Offer
from mailbot.core.situation import Situation
from mailbot.core.team import Member, Role

APPROVAL = "approval"
_MOST_REMINDERS = 5
_DEPUTYS_TURN = 2  # asked first, then reminded


def asked_to_approve(case: Case, offer: Offer, situation: Situation, *, times: int) -> Iterable[a.Action]:
    """Ask those whose turn it is, and see to it that it is asked again; `times`: how often it was asked before."""
    for lead in _whose_turn(case, offer, situation, times):
        letter = approval_request(case, offer, situation, lead, again=times > 0)
        yield a.Send(letter=letter, reason="reminder" if times else "needs approval", by=offer.by)
    if times < _MOST_REMINDERS:
        data = {"number": offer.number, "asked": times + 1}
        yield a.Schedule(kind=APPROVAL, due_at=_next_time(situation, times), data=data, by=offer.by)


def approval_due(event: ApprovalDue, situation: Situation) -> Iterable[a.Action]:
    """The offer has waited long enough for somebody to be reminded, or for the next one to be asked."""
    offer = next((one for one in situation.offers if one.number == event.number), None)
    if offer and offer.waits:
        yield a.Note(event="approval", detail=f"{offer.number} still waits")
        yield from asked_to_approve(event.case, offer, situation, times=event.asked)


def not_by_them(offer: Offer, member: Member, situation: Situation, *, before: Offer) -> str | None:
    """Why the offer, as it would then be, cannot be approved by this member; `before` is what it was."""
    if member.role is not Role.LEAD:
        return "only_leads"
    if member.address == offer.by:
        return "own_offer"
    if member.address in before.approved_by:
        return "approved_already"
    return None if member in able_leads(offer, situation) else "above_authority"


def able_leads(offer: Offer, situation: Situation) -> tuple[Member, ...]:
    """The leads whose own authority covers the offer, without the one who made it."""
    amount = Sums((offer.amount,)) if offer.amount else None
    proposal = Proposal(number=0, option=Option(kind=offer.remedy, amount=amount), amount=offer.amount)
    leads = (lead for lead in situation.team.leads if lead.address != offer.by)
    return tuple(lead for lead in leads if permission(proposal, lead, situation.team).alone)


def told_of_verdict(
    case: Case, offer: Offer, verdict: str, situation: Situation, *, by: Member, reason: str = ""
) -> Iterable[a.Action]:
    """Whoever made the offer hears what has become of it."""
    member = situation.member(offer.by)
    if member:
        letter = notice(case, situation, member, verdict, offer=offer, detail=reason, colleague=by)
        yield a.Send(letter=letter, reason=verdict, by=by.address)


def _whose_turn(case: Case, offer: Offer, situation: Situation, times: int) -> tuple[Member, ...]:
    """As many leads as it takes, those of the team who are here first; then their deputies, and in the end all."""
    able = able_leads(offer, situation)
    open_to = [lead for lead in leads_of(case, situation) if lead in able and lead.address not in offer.approved_by]
    first = open_to[: max(offer.people - len(offer.approved_by), 1)]
    if times < _DEPUTYS_TURN:
        return tuple(first)
    named = (situation.member(lead.deputy) for lead in first)
    deputies = [lead for lead in named if lead in open_to]
    next_ones = deputies if deputies and times == _DEPUTYS_TURN else open_to
    return tuple({lead.address: lead for lead in (*first, *next_ones)}.values())


def _next_time(situation: Situation, times: int) -> datetime:
    calendar, limits = situation.desk.calendar, situation.desk.limits
    return calendar.after(situation.now, limits.deputy_after if times else limits.remind_after)
