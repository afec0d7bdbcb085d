"""What rules may ask about the case that a mail continues, as it was before the mail; unknown on a new case."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from mailbot.core.case import Case, Priority, State
from mailbot.core.message import ComplaintType, Sentiment, Severity, Threat
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.incoming import Incoming, MailEvent
from mailbot.core.rules.moments import SPAN
from mailbot.core.rules.timing import Elapsed
from mailbot.core.rules.values import COUNT, FLAG, PERSON, TEAM, WORD, Kind, choice

CONTINUED: Fields[Incoming] = Fields()

_ATTRIBUTES: Mapping[str, tuple[Kind, str]] = {
    "state": (choice(State), "Where the case stood before the mail."),
    "type": (choice(ComplaintType), "What the customer wanted put right."),
    "severity": (choice(Severity, ordered=True), "How grave it was."),
    "priority": (choice(Priority, ordered=True), "How soon somebody should have looked."),
    "threat": (choice(Threat), "Where the customer had announced to go with it."),
    "safety": (FLAG, "Whether somebody was hurt or in danger by what the customer wrote first."),
    "team": (TEAM, "The team that sees to the case."),
    "assignee": (PERSON, "The member who sees to the case."),
    "tags": (WORD, "The case's tags: one that fits is enough."),
}


def _of_case(read: Callable[[Case], object]) -> Callable[[Incoming], object]:
    return lambda incoming: read(incoming.before.case) if incoming.before else None


@CONTINUED.add(choice(MailEvent))
def event(incoming: Incoming) -> MailEvent:
    """What the mail does: `opened` a case, a `reply`, or a reply that `reopened` one. Rules without it: `opened`."""
    return incoming.event


for _name, (_kind, _doc) in _ATTRIBUTES.items():
    CONTINUED[f"case.{_name}"] = Field(f"case.{_name}", _kind, _doc, _of_case(attrgetter(_name)))


@CONTINUED.add(SPAN, "case.age")
def age(incoming: Incoming) -> Elapsed | None:
    """How long ago the case was opened."""
    return Elapsed(incoming.before.case.opened_at, incoming.now, incoming.calendar) if incoming.before else None


@CONTINUED.add(COUNT, "case.messages")
def messages(incoming: Incoming) -> int | None:
    """How many messages the case had, notes among them."""
    return incoming.before.messages if incoming.before else None


@CONTINUED.add(COUNT, "survey.rating")
def rating(incoming: Incoming) -> int | None:
    """The rating from 1 (bad) to 5 (good) in an answer to a case that is resolved."""
    return incoming.survey.rating if incoming.survey else None


@CONTINUED.add(choice(Sentiment), "survey.sentiment")
def sentiment(incoming: Incoming) -> Sentiment | None:
    """How content the customer is, in an answer to a case that is resolved."""
    return incoming.survey.sentiment if incoming.survey else None
