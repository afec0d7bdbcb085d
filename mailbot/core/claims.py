"""What the conditions of a remedy may ask about: the case, its customer, and what was looked up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.moments import OCCASIONS
from mailbot.core.rules.timing import Occasions


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
