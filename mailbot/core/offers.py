"""An offer to a customer: what is promised, by whom, who approved it, and what has become of it.

Each move of an offer is a step that the ledger keeps for ever; the offer itself says where it stands now.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailbot.core.compensation import OfferKind
from mailbot.core.deadlines import Span
from mailbot.core.money import Money


class Step(StrEnum):
    """What can happen to an offer; also where it stands. An approval alone moves it only when it is the last needed."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


_NEXT: dict[Step, frozenset[Step]] = {
    Step.PROPOSED: frozenset({Step.APPROVED, Step.OFFERED, Step.CANCELLED}),
    Step.OFFERED: frozenset({Step.ACCEPTED, Step.DECLINED, Step.FULFILLED, Step.CANCELLED}),
    Step.ACCEPTED: frozenset({Step.FULFILLED, Step.CANCELLED}),
    Step.DECLINED: frozenset({Step.ACCEPTED}),
}
PROMISED = frozenset({Step.OFFERED, Step.ACCEPTED})
"""The customer has been told and still waits for it."""
GRANTED = PROMISED | {Step.FULFILLED}
"""What counts against budgets, caps and authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One remedy for one case; `number` tells it from the others of the case.

    `state` is where it stands. `people`: how many have to approve it. `due_at`: by when the customer has it, `within`
    so much time of the promise. `version` is the rule book by which it was made, `product` what was bought, where that
    is known. `draft`: the answer that the desk proposes
    goes with it, and so do the agent's words: `text`, `html` and `attachments_from` (SHA-256 of the raw mail).
    """

    number: int
    remedy: OfferKind
    amount: Money | None
    by: str
    proposed_at: datetime
    state: Step = Step.PROPOSED
    goodwill: bool = True
    law: str | None = None
    policy: str | None = None
    version: str | None = None
    product: str | None = None
    people: int = 0
    approved_by: tuple[str, ...] = ()
    offered_at: datetime | None = None
    within: Span | None = None
    due_at: datetime | None = None
    answered_at: datetime | None = None
    fulfilled_at: datetime | None = None
    draft: bool = False
    text: str = ""
    html: str | None = None
    attachments_from: str | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody still has to approve it."""
        return self.state is Step.PROPOSED

    @property
    def is_promised(self) -> bool:
        """Whether the customer has been told of it and waits for it."""
        return self.state in PROMISED

    def may(self, step: Step) -> bool:
        """Whether this can be its next step."""
        return step in _NEXT.get(self.state, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An offer of any case that was made to a customer, as far as limits and comparisons need it."""

    case_number: str
    remedy: OfferKind
    amount: Money | None
    goodwill: bool
    by: str
    product: str | None
    offered_at: datetime
    state: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What was granted before, as far as a decision needs it: to the customer, today by the member who writes, this
    month by the case's team, for the same product; and in the latest cases of the same kind.

    `joined` went to people who share cases with the customer, mostly themselves under another address: agents see it,
    but it counts towards no limit.
    """

    customer: tuple[Grant, ...] = ()
    member: tuple[Grant, ...] = ()
    team: tuple[Grant, ...] = ()
    product: tuple[Grant, ...] = ()
    similar: tuple[Grant, ...] = ()
    joined: tuple[Grant, ...] = ()

    @property
    def shown(self) -> tuple[Grant, ...]:
        """What agents are told that the customer was granted before."""
        return (*self.customer, *self.joined)


def moved(offer: Offer, step: Step, now: datetime) -> Offer:
    """The offer after this step; ValueError if the step cannot follow."""
    if not offer.may(step):
        raise ValueError(f"an offer that is {offer.state} cannot become {step}")
    match step:
        case Step.OFFERED:
            return replace(offer, state=step, offered_at=now)
        case Step.ACCEPTED | Step.DECLINED:
            return replace(offer, state=step, answered_at=now)
        case Step.FULFILLED:
            return replace(offer, state=step, fulfilled_at=now)
        case _:
            return replace(offer, state=step)


def approved(offer: Offer, by: str, amount: Money | None) -> Offer:
    """The offer with one more approval. With another sum, the agent's words no longer fit and do not go out."""
    told = offer if amount in (None, offer.amount) else replace(offer, amount=amount, text="", html=None)
    return replace(told, approved_by=(*told.approved_by, by))


def next_number(offers: tuple[Offer, ...]) -> int:
    """The number of the next offer of a case."""
    return max((offer.number for offer in offers), default=0) + 1


def with_offer(offers: tuple[Offer, ...], offer: Offer) -> tuple[Offer, ...]:
    """The offers of a case, of which this one is new or has moved."""
    others = (known for known in offers if known.number != offer.number)
    return tuple(sorted((*others, offer), key=lambda one: one.number))
