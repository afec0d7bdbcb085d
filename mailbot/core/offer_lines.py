"""Offers as letters show them: what was promised in a case, and what was given before in others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mailbot.core.letter_parts import name_of
from mailbot.core.letters import Ltr
from mailbot.core.money import Money
from mailbot.core.offers import Grant, Offer, Step
from mailbot.core.situation import Situation

_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """One offer of a case. `on`: by which day the customer has it; `by` made it; it `waits` for approval."""

    number: int
    remedy: str
    amount: Money | None
    state: str
    on: date | None
    law: str | None
    by: str | None
    waits: bool


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Something that was offered before: in which case, what, when, and where it stands."""

    number: Ltr
    remedy: str
    amount: Money | None
    on: date
    state: str


def promise_lines(offers: Iterable[Offer], situation: Situation) -> tuple[PromiseLine, ...]:
    """Those of a case that stand: what was withdrawn or denied is left out."""
    return tuple(promise_line(offer, situation) for offer in offers if offer.state is not Step.CANCELLED)


def promise_line(offer: Offer, situation: Situation) -> PromiseLine:
    """One offer, wherever it stands."""
    return PromiseLine(
        number=offer.number,
        remedy=offer.remedy.value,
        amount=offer.amount,
        state=offer.state.value,
        on=offer.due_at.astimezone(situation.desk.calendar.zone).date() if offer.due_at else None,
        law=offer.law,
        by=name_of(offer.by, situation),
        waits=offer.waits,
    )


def given_before(grants: Iterable[Grant], situation: Situation) -> tuple[GivenLine, ...]:
    """The latest of these, newest first."""
    zone = situation.desk.calendar.zone
    newest = sorted(grants, key=lambda grant: grant.offered_at, reverse=True)[:_MOST]
    return tuple(
        GivenLine(
            Ltr(grant.case_number),
            grant.remedy.value,
            grant.amount,
            grant.offered_at.astimezone(zone).date(),
            grant.state.value,
        )
        for grant in newest
    )
