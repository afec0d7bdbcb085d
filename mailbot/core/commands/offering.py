"""Commands about money and other remedies: offer, approve, deny, fulfilled, withdraw, accepted, declined."""

from collections.abc import Iterable
from dataclasses import replace

from mailbot.core import actions as a
from mailbot.core.approvals import APPROVAL, asked_to_approve, not_by_them, told_of_verdict
from mailbot.core.authority import permission
from mailbot.core.case import Author, CaseMessage, Direction, State
from mailbot.core.claims import proposed
from mailbot.core.commands.order import Order, Refused, is_for_colleagues
from mailbot.core.compensation import OfferKind, Option, Proposal
from mailbot.core.customer_letters import offer_letter
from mailbot.core.events import Audience
from mailbot.core.message import Address
from mailbot.core.money import Money, Sums
from mailbot.core.offers import Offer, Step, approved, moved, next_number
from mailbot.core.promises import due_by, kept_in_mind
from mailbot.core.spending import over_limit, promised_today
from mailbot.core.team import Role


def offer(order: Order) -> Iterable[a.Action]:
    """Promise a remedy within the member's authority; above it, ask those who may for their approval."""
    if is_for_colleagues(order.event) or order.event.to is not Audience.DESK:
        raise Refused("no_offer_here")
    proposal = _meant(order)
    made = _written(order, proposal)
    _refuse_twice(order, made)
    if left := over_limit(made, order.case, order.situation, order.offers):
        raise Refused("over_limit", str(left))
    allowed = permission(
        proposal, order.member, order.situation.team, today=promised_today(order.situation, order.offers)
    )
    if allowed.alone:
        yield a.MoveOffer(offer=made, step=Step.PROPOSED, reason=_why(made), by=order.by)
        yield from _promised(order, made)
        return
    if len(allowed.approvers) < allowed.people:
        raise Refused("nobody_may_approve")
    if any(command.name in ("resolve", "close") for command in order.event.commands):
        raise Refused("waits_for_approval")
    if any(other.waits or other.offered_at == order.situation.now for other in order.offers):
        raise Refused("one_at_a_time")
    waiting = replace(made, people=allowed.people)
    yield a.MoveOffer(offer=waiting, step=Step.PROPOSED, reason=f"{_why(made)}; needs approval", by=order.by)
    yield from asked_to_approve(order.case, waiting, order.situation, times=0)


def approve(order: Order) -> Iterable[a.Action]:
    """Let an offer of a colleague go out, as it is or with another sum."""
    waiting = _the_one(order, [one for one in order.offers if one.waits], "nothing_to_approve")
    sum_ = order.command.sum
    if sum_ and (waiting.amount is None or sum_.currency != waiting.amount.currency):
        raise Refused("other_currency", str(waiting.amount or ""))
    if sum_ and waiting.amount and waiting.amount < sum_:
        raise Refused("above_proposal", str(waiting.amount))  # others approved no more, and more may need more people
    agreed = approved(waiting, order.by, sum_)
    if problem := not_by_them(agreed, order.member, order.situation, before=waiting):
        raise Refused(problem)
    others = tuple(one for one in order.offers if one.number != agreed.number)
    if left := over_limit(agreed, order.case, order.situation, others):
        raise Refused("over_limit", str(left))
    yield a.MoveOffer(offer=agreed, step=Step.APPROVED, reason="#approve", by=order.by)
    if len(agreed.approved_by) < agreed.people:
        return
    yield a.Cancel(kind=APPROVAL, reason="approved", by=order.by)
    out = replace(moved(agreed, Step.OFFERED, order.situation.now), due_at=due_by(agreed, order.situation))
    yield from _promised(order, out)
    yield from _sent_after_all(order, out)
    verdict = "approved" if sum_ in (None, waiting.amount) else "approved_otherwise"
    yield from told_of_verdict(order.case, out, verdict, order.situation, by=order.member, reason=order.event.text)


def _sent_after_all(order: Order, out: Offer) -> Iterable[a.Action]:
    """What the agent's own mail would have brought about, had it not waited."""
    agent = order.situation.member(out.by)
    author = agent.mailbox if agent else Address("", out.by)
    yield a.Keep(
        message=CaseMessage(
            direction=Direction.OUT,
            role=Author.AGENT,
            author=author,
            at=order.situation.now,
            subject=order.case.subject,
            text=out.text,
        ),
        reason="approved",
    )
    if order.case.assignee is None and agent:
        yield a.AssignAgent(address=agent.address, reason="answered first", by=out.by)
    if order.case.on_hold:
        yield a.PutOnHold(why=None, reason="answered", by=out.by)
    yield a.SetState(state=State.WAITING, reason="offered", by=order.by)
    yield a.Send(letter=offer_letter(order.case, out, order.situation), by=out.by)


def deny(order: Order) -> Iterable[a.Action]:
    """Let an offer of a colleague not go out; they hear why, and the customer has not been told of it."""
    if order.member.role is not Role.LEAD:
        raise Refused("only_leads")
    waiting = _the_one(order, [one for one in order.offers if one.waits], "nothing_to_approve")
    cancelled = moved(waiting, Step.CANCELLED, order.situation.now)
    yield a.MoveOffer(offer=cancelled, step=Step.CANCELLED, reason=f"denied: {order.argument}", by=order.by)
    yield a.Cancel(kind=APPROVAL, reason="denied", by=order.by)
    why = "\n\n".join(text for text in (order.argument, order.event.text) if text)
    yield from told_of_verdict(order.case, cancelled, "denied", order.situation, by=order.member, reason=why)


def fulfilled(order: Order) -> Iterable[a.Action]:
    """The customer has what they were promised."""
    return _step(order, Step.FULFILLED, [one for one in order.offers if one.is_promised])


def accepted(order: Order) -> Iterable[a.Action]:
    """The customer has agreed in words that were not clear enough, or on the phone."""
    open_ones = [one for one in order.offers if one.state is Step.OFFERED]
    return _step(order, Step.ACCEPTED, open_ones or [one for one in order.offers if one.may(Step.ACCEPTED)])


def declined(order: Order) -> Iterable[a.Action]:
    """The customer does not want it."""
    return _step(order, Step.DECLINED, [one for one in order.offers if one.may(Step.DECLINED)])


def withdraw(order: Order) -> Iterable[a.Action]:
    """Take back an offer that waits for approval; one that the customer knows of only a lead can, and with a word."""
    meant = _the_one(order, [one for one in order.offers if one.may(Step.CANCELLED)], "no_such_offer")
    if not meant.waits and order.member.role is not Role.LEAD:
        raise Refused("only_leads")
    if not meant.waits and not order.event.text:
        raise Refused("needs_notice")
    cancelled = moved(meant, Step.CANCELLED, order.situation.now)
    yield a.MoveOffer(offer=cancelled, step=Step.CANCELLED, reason="#withdraw", by=order.by)
    if meant.waits:
        yield a.Cancel(kind=APPROVAL, reason="#withdraw", by=order.by)


def _meant(order: Order) -> Proposal:
    """The proposal that the command names by number or remedy; one of the member's own where no policy has it."""
    written, found = order.command.rest, proposed(order.case, order.situation)
    if written.isdecimal():
        proposal = next((one for one in found if one.number == int(written)), None)
        if proposal is None:
            raise Refused("no_such_proposal", ", ".join(str(one.number) for one in found) or None)
    else:
        kind = _kind(written)
        proposal = next((one for one in found if one.option.kind is kind and not one.awaits_cause), None)
        proposal = proposal or _own(kind, order.command.sum)
    if proposal.awaits_cause:
        raise Refused("needs_cause")
    return _with_sum(proposal, order.command.sum)


def _kind(written: str) -> OfferKind:
    try:
        return OfferKind(written.casefold().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise Refused("unknown_value", ", ".join(OfferKind)) from None


def _own(kind: OfferKind, sum_: Money | None) -> Proposal:
    return Proposal(number=0, option=Option(kind=kind, amount=Sums((sum_,)) if sum_ else None), amount=sum_)


_SUMS_OF_MONEY = frozenset({OfferKind.REFUND, OfferKind.DISCOUNT, OfferKind.VOUCHER, OfferKind.COMPENSATION})


def _with_sum(proposal: Proposal, sum_: Money | None) -> Proposal:
    """The proposal with the sum of the command, which may not be above its cap."""
    if sum_ is None:
        is_money = proposal.option.kind in _SUMS_OF_MONEY or proposal.option.amount is not None
        if is_money and proposal.amount is None:
            raise Refused("needs_sum")
        return proposal
    if proposal.option.kind is OfferKind.APOLOGY:
        raise Refused("no_sum_here")
    cap = proposal.cap or (proposal.amount if proposal.option.law else None)
    if cap and (cap.currency != sum_.currency or cap < sum_):
        raise Refused("above_proposal", str(cap))
    return replace(proposal, amount=sum_)


def _written(order: Order, proposal: Proposal) -> Offer:
    """The offer as the ledger keeps it, with the words that go out with it."""
    event, situation, option = order.event, order.situation, proposal.option
    product = situation.looked_up.get("order.product")
    made = Offer(
        number=next_number(order.offers),
        remedy=option.kind,
        amount=proposal.amount,
        by=order.by,
        proposed_at=situation.now,
        goodwill=option.is_goodwill,
        law=option.law.basis if option.law else None,
        policy=order.case.suggestion if proposal.number else None,
        within=option.delivered_within,
        product=str(product) if product is not None else None,
        draft=any(command.name == "draft" for command in event.commands),
        text=event.text,
        html=event.html,
        attachments_from=event.mail.raw_sha256 if event.mail.reading.message.attachments else None,
    )
    return replace(made, due_at=due_by(made, situation))


def _refuse_twice(order: Order, made: Offer) -> None:
    """The same mail sent again must not promise the same again."""
    for other in order.offers:
        same = (other.remedy, other.amount) == (made.remedy, made.amount)
        if same and (other.waits or other.is_promised or other.state is Step.FULFILLED):
            raise Refused("offered_already", str(other.number))


def _promised(order: Order, made: Offer) -> Iterable[a.Action]:
    """The offer goes to the customer, and from now on the desk keeps in mind that it has to be kept."""
    out = made if made.state is Step.OFFERED else moved(made, Step.OFFERED, order.situation.now)
    yield a.MoveOffer(offer=out, step=Step.OFFERED, reason=_why(out), by=order.by)
    yield from kept_in_mind(order.case, out, order.situation, order.offers)


def _why(made: Offer) -> str:
    return made.law or (f"policy {made.policy}" if made.policy else "goodwill of the agent")


def _the_one(order: Order, found: list[Offer], otherwise: str) -> Offer:
    """The offer that is meant: by its number, or the only one."""
    wanted = order.command.rest if order.command.name == "approve" else order.argument
    if wanted.isdecimal():
        found = [one for one in found if one.number == int(wanted)]
    if not found:
        raise Refused(otherwise)
    if len(found) > 1:
        raise Refused("which_offer", ", ".join(str(one.number) for one in found))
    return found[0]


def _step(order: Order, step: Step, found: list[Offer]) -> Iterable[a.Action]:
    meant = _the_one(order, found, "no_such_offer")
    yield a.MoveOffer(
        offer=moved(meant, step, order.situation.now), step=step, reason=f"#{order.command.name}", by=order.by
    )
