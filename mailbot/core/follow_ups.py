"""When, after a case is resolved, the customer is asked whether they are satisfied, and what else goes with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.offers import Offer, Step
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import All, AnyOf, Condition, Facts
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.values import choice

EVERYBODY, NOBODY = All(()), AnyOf(())
"""Conditions for every case and for none."""

_TWO_WEEKS = Span(14, "days")


class Outcome(StrEnum):
    """What has become of the last offer that a customer was made."""

    NONE = "none"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FULFILLED = "fulfilled"


_OUTCOMES = {
    Step.OFFERED: Outcome.OFFERED,
    Step.ACCEPTED: Outcome.ACCEPTED,
    Step.DECLINED: Outcome.DECLINED,
    Step.FULFILLED: Outcome.FULFILLED,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A case with its offers, as the conditions of a follow-up see it."""

    case: Case
    offers: tuple[Offer, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What has become of the last offer that the customer was made."""
        made = [offer for offer in self.offers if offer.state in _OUTCOMES]
        return _OUTCOMES[max(made, key=lambda offer: offer.number).state] if made else Outcome.NONE


def _of_the_case(field: Field[Case]) -> Field[Settled]:
    return Field(field.name, field.kind, field.doc, lambda settled: field.read(settled.case), field.kept)


SETTLED: Fields[Settled] = Fields(
    *(_of_the_case(field) for field in CASE.values()),
    Field("offer", choice(Outcome), "What became of the last offer that the customer was made.", lambda x: x.outcome),
)
"""What the conditions of a follow-up may ask about."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One question to the customer: how long after the resolution, for which cases, and how it is put.

    `remind`: how long after it the customer is asked once more; `call`: a member asks by phone instead.
    """

    after: Span
    unless: Condition = NOBODY
    when: Condition = EVERYBODY
    remind: Span | None = None
    call: bool = False

    def is_for(self, facts: Facts) -> bool:
        """Whether it is put; what `when` leaves open is not true, nor what `unless` does."""
        return self.when.truth(facts) is True and self.unless.truth(facts) is not True

    def due_at(self, resolved_at: datetime, calendar: Calendar) -> datetime:
        """When the question is due, always in business hours."""
        return calendar.next_open(calendar.after(resolved_at, self.after))


@dataclass(frozen=True, slots=True)
class Review:
    """An invitation to tell others, after a mark of at least `at_least`; `once`: one a customer, ever."""

    link: str
    after: Span
    at_least: int = 4
    once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPolicy:
    """What rules/follow_up.yaml says. Of its questions the first that applies to a case is put.

    `at_most_every`: so much time lies between two questions to one customer; `expires`: what could not be sent within
    it is left out. `thanks` and `apology` are the mails in answer to the customer's answer.
    """

    steps: tuple[FollowUp, ...] = ()
    at_most_every: Span | None = None
    expires: Span = _TWO_WEEKS
    thanks: bool = False
    apology: bool = False
    review: Review | None = None

    def step_for(self, case: Case, offers: tuple[Offer, ...] = ()) -> FollowUp | None:
        """The question that the customer of this case is asked; None for none."""
        facts = SETTLED.facts(Settled(case, offers))
        return next((step for step in self.steps if step.is_for(facts)), None)

    def has_expired(self, due_at: datetime, now: datetime, calendar: Calendar) -> bool:
        """Whether what was due then comes too late now."""
        return now > calendar.after(due_at, self.expires)
