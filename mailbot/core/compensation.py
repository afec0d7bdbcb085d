"""Policies of compensation, and what one proposes for a case: by law first, then goodwill. Nothing is offered here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from mailbot.core.amounts import Calculation
from mailbot.core.deadlines import Span
from mailbot.core.money import Money, Sums
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import All, Condition, Facts, fields_in
from mailbot.core.rules.timing import OnDay

ORDER_TOTAL, DAYS_LATE, GOODWILL_ON = "order.total", "order.days_late", "customer.goodwill_on"
_ALWAYS = All(())
Base = Literal["order", "disputed"]
Start = Literal["delivery", "purchase"]
_SUM_OF: Mapping[Base, str] = {"order": ORDER_TOTAL, "disputed": "amount"}
_DAY_OF: Mapping[Start, str] = {"delivery": "order.delivered_on", "purchase": "order.purchased_on"}
FACTS: Mapping[str, str] = {
    ORDER_TOTAL: "money",
    DAYS_LATE: "number",
    GOODWILL_ON: "date",
    **dict.fromkeys(_DAY_OF.values(), "date"),
}
"""What policies work with besides the case, and of which kind each is; look-ups fill it."""


class OfferKind(StrEnum):
    """What a customer can be offered."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    DISCOUNT = "discount"
    APOLOGY = "apology"
    COMPENSATION = "compensation"
    VOUCHER = "voucher"
    FREE_DELIVERY = "free_delivery"
    UPGRADE = "upgrade"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Share:
    """So many per cent of what the order cost, or of the sum in dispute."""

    percent: Decimal
    base: Base

    def of(self, sum_: Money) -> Money:
        """The share, rounded half up to what can be paid, and nothing of a debt."""
        return Money.rounded(max(sum_.amount, Decimal(0)) * self.percent / 100, sum_.currency)


Measure = Sums | Share | Calculation
"""The ways in which the sum of a remedy can be written."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a claim lasts from the delivery or the purchase."""

    period: Period
    start: Start = "delivery"


@dataclass(frozen=True, slots=True)
class Law:
    """What gives the customer a right to a remedy, and until when; no budget and no goodwill stand against it."""

    basis: str
    limit: TimeLimit | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """So many leads have to approve: always, or `above` a sum."""

    above: Sums | None = None
    people: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One remedy of a policy. Without `law` it is goodwill.

    `amount` is for each day of delay if `per_day`. `once_per`: the customer gets goodwill no more often.
    `delivered_within`: when the customer has it after it was promised.
    """

    kind: OfferKind
    amount: Measure | None = None
    per_day: bool = False
    at_most: Measure | None = None
    when: Condition = _ALWAYS
    law: Law | None = None
    before_cause: bool = False
    approval: Approval | None = None
    once_per: Period | None = None
    delivered_within: Span | None = None

    @property
    def is_goodwill(self) -> bool:
        """Whether it is given freely; an apology is owed to everybody and is no gift."""
        return self.law is None and self.kind is not OfferKind.APOLOGY

    @property
    def is_sum(self) -> bool:
        """Whether it is worth a sum that somebody has to answer for."""
        return self.amount is not None or self.at_most is not None

    @property
    def asks(self) -> frozenset[str]:
        """The names of all facts on which it depends."""
        limit = self.law.limit if self.law else None
        return frozenset(
            [
                *fields_in(self.when),
                *_asked_by(self.amount),
                *_asked_by(self.at_most),
                *([DAYS_LATE] if self.per_day else []),
                *([_DAY_OF[limit.start]] if limit else []),
                *([GOODWILL_ON] if self.once_per else []),
            ]
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """What can be offered, in the order of the file; what is due by law comes first all the same."""

    options: tuple[Option, ...]

    @property
    def ordered(self) -> tuple[Option, ...]:
        """The options as they are numbered: entitlements, then the rest."""
        return tuple(sorted(self.options, key=lambda option: option.law is None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One option for one case. `number` stays the same as long as the policy does.

    `amount` and its `cap` are None where they cannot be told; `until` is the last day of the claim; `already` is the
    day of the goodwill after which this would be too soon; `awaits_cause`: not before somebody has found the cause.
    """

    number: int
    option: Option
    amount: Money | None = None
    cap: Money | None = None
    until: date | None = None
    already: date | None = None
    awaits_cause: bool = False


def proposals(policy: Policy, facts: Facts, *, on: date, cause: str | None) -> tuple[Proposal, ...]:
    """What the policy proposes for a complaint of this day. A condition that cannot be told, and a time limit that
    has passed, leave an option out."""
    numbered = enumerate(policy.ordered, 1)
    return tuple(
        Proposal(
            number=number,
            option=option,
            amount=amount_of(option, facts),
            cap=_worth(option.at_most, facts),
            until=last_day(option, facts),
            already=_already(option, facts, on),
            awaits_cause=option.is_goodwill and not option.before_cause and not cause,
        )
        for number, option in numbered
        if option.when.check(facts).truth is True and on <= (last_day(option, facts) or on)
    )


def amount_of(option: Option, facts: Facts) -> Money | None:
    """The sum of an option, never more than its cap; None where a fact is missing or a cap is in no common currency."""
    amount = _worth(option.amount, facts)
    if amount is not None and option.per_day:
        amount = _for_each_day(amount, facts.get(DAYS_LATE))
    if amount is None or option.at_most is None:
        return amount
    cap = _worth(option.at_most, facts, amount.currency)
    return None if cap is None or cap.currency != amount.currency else min(amount, cap)


def _asked_by(measure: Measure | None) -> Iterable[str]:
    if isinstance(measure, Share):
        return [_SUM_OF[measure.base]]
    return measure.asks if isinstance(measure, Calculation) else ()


def _worth(measure: Measure | None, facts: Facts, currency: str | None = None) -> Money | None:
    """The sum that is meant: in this currency, or else in the usual one."""
    if isinstance(measure, Calculation):
        return measure.of(facts)
    if isinstance(measure, Share):
        base = facts.get(_SUM_OF[measure.base])
        return measure.of(base) if isinstance(base, Money) else None
    if measure is None:
        return None
    return measure.within(currency) if currency else measure.written[0]


def _for_each_day(amount: Money, days: object) -> Money | None:
    if not isinstance(days, int):
        return None
    return Money.from_minor(amount.minor * max(days, 0), amount.currency)


def last_day(option: Option, facts: Facts) -> date | None:
    """The last day on which a right can be claimed; None where there is no limit, or its beginning is not known."""
    if option.law is None or option.law.limit is None:
        return None
    start = _day(facts.get(_DAY_OF[option.law.limit.start]))
    return option.law.limit.period.after(start) if start else None


def _already(option: Option, facts: Facts, on: date) -> date | None:
    given = _day(facts.get(GOODWILL_ON))
    if option.once_per is None or given is None:
        return None
    return given if on < option.once_per.after(given) else None


def _day(fact: object) -> date | None:
    if isinstance(fact, OnDay):
        return fact.day
    return fact if isinstance(fact, date) else None
