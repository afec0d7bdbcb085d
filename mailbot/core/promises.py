"""Promises to customers: by when they are kept, who is reminded, and when leads hear of repeated gifts."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.compensation import OfferKind
from mailbot.core.events import PromiseDue
from mailbot.core.notices import notice
from mailbot.core.offers import Offer, Step, moved
from mailbot.core.situation import Situation
from mailbot.core.spending import repeated_goodwill
from mailbot.core.team import Member

PROMISE = "promise"


def due_by(offer: Offer, situation: Situation) -> datetime | None:
    """By when the customer has it, if it is promised now; None for an apology, which arrives with the mail."""
    if offer.remedy is OfferKind.APOLOGY:
        return None
    desk = situation.desk
    return desk.calendar.after(situation.now, offer.within or desk.limits.deliver_within)


def kept_in_mind(case: Case, offer: Offer, situation: Situation, others: tuple[Offer, ...]) -> Iterable[a.Action]:
    """What follows from a promise: reminders before its day and on it, and a word to the leads about repeated gifts."""
    if offer.due_at is None:
        yield a.MoveOffer(offer=moved(offer, Step.FULFILLED, situation.now), step=Step.FULFILLED, by=offer.by)
        return
    before = situation.desk.calendar.before(offer.due_at, situation.desk.limits.remind_before)
    for at, passed in ((max(before, situation.now), False), (offer.due_at, True)):
        yield a.Schedule(kind=PROMISE, due_at=at, data={"number": offer.number, "passed": passed}, by=offer.by)
    for repeated in repeated_goodwill(offer, situation, others):
        for lead in situation.team.leads:
            letter = notice(case, situation, lead, "repeated_goodwill", offer=offer, repeated=repeated)
            yield a.Send(letter=letter, reason=f"goodwill {repeated.count} times, {repeated.respect}")


def promise_due(event: PromiseDue, situation: Situation) -> Iterable[a.Action]:
    """Whoever made a promise that is not kept yet is reminded; once its day has passed, the leads hear of it too."""
    offer = next((one for one in situation.offers if one.number == event.number), None)
    if offer is None or not offer.is_promised:
        return
    what = "promise_broken" if event.passed else "promise_due"
    readers: list[Member] = [m for m in (situation.member(event.case.assignee), situation.member(offer.by)) if m]
    if event.passed or not readers:
        readers += situation.team.leads
    yield a.Note(event="promise", detail=f"{offer.number} {'passed' if event.passed else 'near'}")
    for member in {member.address: member for member in readers}.values():
        yield a.Send(letter=notice(event.case, situation, member, what, offer=offer), reason=what)
