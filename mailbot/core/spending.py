"""What has been promised so far, and what is left of caps, budgets and a member's day, each in its own currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.money import Money, Sums, total
from mailbot.core.offers import GRANTED, Grant, Offer
from mailbot.core.periods import Period
from mailbot.core.situation import Situation

_TODAY = Period(0, "days")


def over_limit(offer: Offer, case: Case, situation: Situation, others: tuple[Offer, ...]) -> Money | None:
    """What is left of the cap or the budget that the offer would exceed; None where it exceeds none.

    What the law gives is never limited. A limit that is not written in the offer's currency lets nothing pass.
    """
    if not offer.goodwill or offer.amount is None:
        return None
    limits, currency = situation.desk.limits, offer.amount.currency
    here = [one.amount for one in others if one.goodwill and one.amount and (one.state in GRANTED or one.waits)]
    since = _begin(limits.customer_period, situation)
    customers = _goodwill(grant for grant in situation.grants.customer if grant.offered_at >= since)
    teams = _goodwill(situation.grants.team)
    for limit, spent in (
        (limits.per_case, here),
        (limits.per_customer, [*customers, *here]),
        (limits.budgets.get(case.team or ""), [*teams, *here]),
    ):
        left = _left(limit, spent, currency)
        if left is not None and left < offer.amount:
            return max(left, total((), currency))
    return None


def _left(limit: Sums | None, spent: Iterable[Money], currency: str) -> Money | None:
    if limit is None:
        return None
    return (limit.within(currency) or total((), currency)) - total(spent, currency)


def _goodwill(grants: Iterable[Grant]) -> list[Money]:
    return [grant.amount for grant in grants if grant.goodwill and grant.amount]


def promised_today(situation: Situation, others: tuple[Offer, ...]) -> tuple[Money, ...]:
    """The sums that the member who writes has promised today, in this case and in others."""
    here = (one.amount for one in others if one.amount and one.offered_at == situation.now)
    morning = _begin(_TODAY, situation)
    earlier = (grant.amount for grant in situation.grants.member if grant.amount and grant.offered_at >= morning)
    return (*earlier, *here)


@dataclass(frozen=True, slots=True)
class Repeated:
    """How often there was goodwill to the same `customer`, for the same `product`, or by the same `agent`."""

    respect: str
    count: int


def repeated_goodwill(offer: Offer, situation: Situation, others: tuple[Offer, ...]) -> tuple[Repeated, ...]:
    """In which respects this gift is one of many."""
    limits, grants = situation.desk.limits, situation.grants
    if limits.repeated is None or not offer.goodwill:
        return ()
    since = _begin(limits.repeated_within, situation)
    here = sum(1 for one in others if one.goodwill and one.state in GRANTED)
    counts = {
        "customer": _count(grants.customer, since) + here + 1,
        "product": _count(grants.product, since) + here + 1 if offer.product else 0,
        "agent": _count(grants.member, since) + 1,
    }
    return tuple(Repeated(respect, count) for respect, count in counts.items() if count >= limits.repeated)


def _count(grants: Iterable[Grant], since: datetime) -> int:
    return sum(1 for grant in grants if grant.goodwill and grant.offered_at >= since)


def _begin(period: Period | None, situation: Situation) -> datetime:
    """When a period began that ends now; the beginning of time where there is none."""
    if period is None:
        return datetime.min.replace(tzinfo=situation.now.tzinfo)
    day = period.before(situation.now.astimezone(situation.desk.calendar.zone).date())
    return datetime(day.year, day.month, day.day, tzinfo=situation.desk.calendar.zone)
