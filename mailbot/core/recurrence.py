"""What comes again: a customer who has complained before, under whatever address, and the same from many customers.

It is shown to agents and leads, and rules may ask about it; by itself nothing follows from it for a customer.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.deadlines import Span
from mailbot.core.money import Money
from mailbot.core.periods import Period
from mailbot.core.resemblance import NO_SKETCH, Sketch

PRODUCT = "order.product"
"""The field of look-ups that says what a complaint is about."""

LOOKS_BACK = timedelta(days=366)
REMEMBERS_WORDING = timedelta(days=60)
_PUNCTUATION = re.compile(r"[\W_]+")
_NO_DIGITS = re.compile(r"\D+", re.ASCII)


class Sign(StrEnum):
    """By what an earlier case is known to be the same customer's."""

    ADDRESS = "address"
    JOINED = "joined"
    """A member has let the address into a case of the customer's."""

    ORDER = "order"
    PHONE = "phone"


class ClusterKind(StrEnum):
    """What the cases of several customers have in common."""

    WORDING = "wording"
    ORDER = "order"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """When leads hear of cases that have something in common: so many `cases`, each of another customer, `within` that
    time. Agents are shown it `shown_from` so many on."""

    cases: int
    within: Span | Period
    shown_from: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPolicy:
    """What rules/clusters.yaml says; None: nobody is shown repeated complaints."""

    repeat: Span | Period | None = None
    clusters: Mapping[ClusterKind, Cluster] = field(default_factory=dict)


NO_CLUSTERS = ClusterPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """By what a case is found again: its order, the customer's phone, the product, and its words."""

    order: str | None = None
    phone: str | None = None
    product: str | None = None
    wording: Sketch = NO_SKETCH

    @property
    def clues(self) -> tuple[str, ...]:
        """What is kept to find the case by its order, phone and product."""
        named = (("order", self.order), ("phone", self.phone), ("product", self.product))
        return tuple(f"{name} {value}" for name, value in named if value)


def marks(*, order: str | None, phone: str | None, product: object = None, wording: Sketch = NO_SKETCH) -> Marks:
    """The marks of a case; how an order or a phone number is written does not count."""
    digits = _NO_DIGITS.sub("", phone or "").removeprefix("00")
    return Marks(
        order=_PUNCTUATION.sub("", order or "").casefold() or None,
        phone=digits if len(digits) >= 7 else None,
        product=(product.strip().casefold() or None) if isinstance(product, str) else None,
        wording=wording,
    )


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier case of the customer, and by what it is known to be theirs."""

    case: Case
    sign: Sign


@dataclass(frozen=True, slots=True)
class Like:
    """Another case that has something in common with this one; `told_at` says when leads last heard of their like."""

    case: Case
    at: datetime
    told_at: datetime | None = None


Alike = Mapping[ClusterKind, tuple[Like, ...]]
"""Cases by what they have in common."""

Told = Mapping[ClusterKind, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What comes again with a mail that begins a case. `past` are the customer's other cases, `granted` what was given
    in them; `like` are the cases of the desk that have something in common with it. All of it newest first."""

    marks: Marks = Marks()
    past: tuple[Past, ...] = ()
    granted: tuple[Money, ...] = ()
    like: Alike = field(default_factory=dict)

    def others(self, kind: ClusterKind, since: datetime | None = None) -> tuple[Like, ...]:
        """The latest such case of each other customer, opened since then."""
        own = {past.case.id for past in self.past if past.sign in (Sign.ADDRESS, Sign.JOINED)}
        found: dict[str, Like] = {}
        for like in self.like.get(kind, ()):
            if like.case.id not in own and (since is None or like.at >= since):
                found.setdefault(like.case.customer.key or like.case.number, like)
        return tuple(found.values())


NOTHING_AGAIN = Recurrence()


def begin(within: Span | Period, now: datetime, zone: tzinfo) -> datetime:
    """When a time began that ends now."""
    if isinstance(within, Period):
        local = now.astimezone(zone)
        return datetime.combine(within.before(local.date()), local.time(), zone)
    return now - (within.length or timedelta())


def shown(recurrence: Recurrence, policy: ClusterPolicy, now: datetime, zone: tzinfo) -> Alike:
    """The cases of other customers that agents are shown."""
    found = _recent(recurrence, policy, now, zone)
    return {kind: others for kind, others in found.items() if len(others) + 1 >= policy.clusters[kind].shown_from}


def to_tell(recurrence: Recurrence, policy: ClusterPolicy, now: datetime, zone: tzinfo) -> Alike:
    """The clusters of which leads have to hear now: they are large enough, and nobody heard of them in this time."""
    found, before = _recent(recurrence, policy, now, zone), _told_before(recurrence, policy, now, zone)
    large = (kind for kind, others in found.items() if len(others) + 1 >= policy.clusters[kind].cases)
    return {kind: found[kind] for kind in large if kind not in before}


def told_at(recurrence: Recurrence, policy: ClusterPolicy, now: datetime, zone: tzinfo) -> Told:
    """When leads heard of the clusters that this case belongs to: now, or for an earlier case of theirs."""
    before = _told_before(recurrence, policy, now, zone)
    return {**before, **dict.fromkeys(to_tell(recurrence, policy, now, zone), now)}


def sums_of(sums: Iterable[Money]) -> tuple[Money, ...]:
    """What these make together, one sum for each currency."""
    found: dict[str, int] = {}
    for one in sums:
        found[one.currency] = found.get(one.currency, 0) + one.minor
    return tuple(Money.from_minor(minor, currency) for currency, minor in sorted(found.items()))


def _recent(recurrence: Recurrence, policy: ClusterPolicy, now: datetime, zone: tzinfo) -> Alike:
    return {kind: recurrence.others(kind, begin(one.within, now, zone)) for kind, one in policy.clusters.items()}


def _told_before(recurrence: Recurrence, policy: ClusterPolicy, now: datetime, zone: tzinfo) -> Told:
    """When leads last heard of each cluster, if that was within its time."""
    found: dict[ClusterKind, datetime] = {}
    for kind, one in policy.clusters.items():
        since = begin(one.within, now, zone)
        told = [like.told_at for like in recurrence.like.get(kind, ()) if like.told_at and like.told_at >= since]
        if told:
            found[kind] = max(told)
    return found
