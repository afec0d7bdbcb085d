"""What the conditions of a remedy may ask about: the case, its customer, and what was looked up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mailbot.core.case import Case
from mailbot.core.compensation import GOODWILL_ON, Proposal, proposals
from mailbot.core.deadlines import Calendar
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.moments import OCCASIONS
from mailbot.core.rules.timing import Occasions, OnDay
from mailbot.core.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A case for which something may be offered, with the customer's other cases and the facts from outside."""

    case: Case
    now: datetime
    calendar: Calendar
    history: tuple[Case, ...] = ()
    looked_up: Facts = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, object]:
        """The value of every field, and everything that was looked up."""
        return {**self.looked_up, **CLAIM.facts(self)}


def _of_case(known: Field[Case]) -> Field[Claim]:
    read: Callable[[Case], object] = known.read
    return Field(known.name, known.kind, known.doc, lambda claim: read(claim.case))


CLAIM: Fields[Claim] = Fields(*map(_of_case, CASE.values()))


@CLAIM.add(OCCASIONS, "customer.cases")
def cases(claim: Claim) -> Occasions:
    """How many other cases the customer has; `within` counts the last days only."""
    return _opened(claim, claim.history)


@CLAIM.add(OCCASIONS, "customer.complaints")
def complaints(claim: Claim) -> Occasions:
    """How many of them are complaints."""
    return _opened(claim, (case for case in claim.history if case.is_complaint))


@CLAIM.add(OCCASIONS, "customer.same_type")
def same_type(claim: Claim) -> Occasions:
    """How many of them are complaints of the type of this case."""
    wanted = claim.case.type
    return _opened(claim, (case for case in claim.history if case.is_complaint and case.type is wanted))


def _opened(claim: Claim, cases: Iterable[Case]) -> Occasions:
    at = sorted((case.opened_at for case in cases), reverse=True)
    return Occasions(tuple(at), claim.now, claim.calendar)


def proposed(case: Case, situation: Situation) -> tuple[Proposal, ...]:
    """What the policy that rules have chosen proposes for the case now; nothing where they chose none."""
    policy = situation.desk.policies.get(case.suggestion or "")
    if policy is None:
        return ()
    calendar = situation.desk.calendar
    claim = Claim(
        case=case,
        now=situation.now,
        calendar=calendar,
        history=situation.history,
        looked_up={**situation.looked_up, **_goodwill_on(situation)},
    )
    day = case.opened_at.astimezone(calendar.zone).date()
    return proposals(policy, claim.facts, on=day, cause=case.cause)


def _goodwill_on(situation: Situation) -> Facts:
    """The day of the customer's last goodwill, where the desk itself has given it later than any source says."""
    zone, known = situation.desk.calendar.zone, situation.looked_up.get(GOODWILL_ON)
    given = [grant.offered_at for grant in situation.grants.customer if grant.goodwill and grant.amount]
    if not given:
        return {}
    last = max(given).astimezone(zone).date()
    earlier = known.day if isinstance(known, OnDay) else known
    return {GOODWILL_ON: last} if not isinstance(earlier, date) or earlier < last else {}
