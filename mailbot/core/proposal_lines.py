"""What a member is told that could be offered: each proposal with its number, its sum, its ground, who may grant it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mailbot.core.amounts import Calculation
from mailbot.core.authority import permission
from mailbot.core.case import Case
from mailbot.core.claims import proposed
from mailbot.core.compensation import Base, Measure, Proposal, Share, Start
from mailbot.core.money import Money, Sums
from mailbot.core.periods import Period
from mailbot.core.situation import Situation
from mailbot.core.team import Member, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """One proposal for a template. Where `amount` is None, the other sums say how it is found: `calculation` and
    `cap_calculation` are what the policy has written.

    So many `people` have to approve; where `approvers` are fewer, nobody can have it approved.
    `until`: the last day of a right; where the beginning of its time is not known, `within` and `start` name it.
    `already`: the day of the customer's last goodwill, after which this would be too soon.
    """

    number: int
    remedy: str
    amount: Money | None
    percent: Decimal | None
    base: Base | None
    sum: Money | None
    calculation: str | None
    per_day: bool
    cap: Money | None
    cap_percent: Decimal | None
    cap_base: Base | None
    cap_calculation: str | None
    law: str | None
    until: date | None
    within: Period | None
    start: Start | None
    goodwill: bool
    already: date | None
    alone: bool
    up_to: Money | None
    approvers: tuple[str, ...]
    people: int


NO_OFFERS: Mapping[str, object] = {"offers": (), "awaits_cause": False, "policy": None}


def offers_for(case: Case, member: Member, situation: Situation) -> Mapping[str, object]:
    """The template values `offers`, the `policy` that proposes them, and `awaits_cause`: whether more can be offered
    once the cause has been found."""
    return offer_values(proposed(case, situation), member, situation.team, policy=case.suggestion)


def offer_values(found: Iterable[Proposal], member: Member, team: Team, *, policy: str | None) -> Mapping[str, object]:
    """The same for proposals that were made already."""
    made = tuple(found)
    return {
        "offers": tuple(_line(one, member, team) for one in made if not one.awaits_cause),
        "awaits_cause": any(one.awaits_cause for one in made),
        "policy": policy,
    }


def _line(proposal: Proposal, member: Member, team: Team) -> OfferLine:
    option = proposal.option
    allowed = permission(proposal, member, team)
    share = option.amount if isinstance(option.amount, Share) else None
    cap = option.at_most if not proposal.cap else None
    cap_share = cap if isinstance(cap, Share) else None
    limit = option.law.limit if option.law and not proposal.until else None
    return OfferLine(
        number=proposal.number,
        remedy=option.kind.value,
        amount=proposal.amount,
        percent=share.percent if share else None,
        base=share.base if share else None,
        sum=option.amount.written[0] if isinstance(option.amount, Sums) else None,
        calculation=_calculation(option.amount),
        per_day=option.per_day,
        cap=proposal.cap,
        cap_percent=cap_share.percent if cap_share else None,
        cap_base=cap_share.base if cap_share else None,
        cap_calculation=_calculation(cap),
        law=option.law.basis if option.law else None,
        until=proposal.until,
        within=limit.period if limit else None,
        start=limit.start if limit else None,
        goodwill=option.is_goodwill,
        already=proposal.already,
        alone=allowed.alone,
        up_to=allowed.up_to,
        approvers=tuple(lead.name for lead in allowed.approvers),
        people=allowed.people,
    )


def _calculation(measure: Measure | None) -> str | None:
    return measure.written if isinstance(measure, Calculation) else None
