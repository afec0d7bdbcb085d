"""What rules may ask about a mail that continues a case: the case as it was before; unknown where there was none."""

from mailbot.core.case import Case
from mailbot.core.message import Sentiment
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.incoming import Incoming, MailEvent
from mailbot.core.rules.moments import SPAN
from mailbot.core.rules.timing import Elapsed
from mailbot.core.rules.values import COUNT, choice

CONTINUED: Fields[Incoming] = Fields()


def _before(field: Field[Case]) -> Field[Incoming]:
    read = field.read
    name = f"case.{field.name}"
    return Field(name, field.kind, field.doc, lambda incoming: read(incoming.before.case) if incoming.before else None)


@CONTINUED.add(choice(MailEvent))
def event(incoming: Incoming) -> MailEvent:
    """What the mail does: `opened` a case, a `reply`, or a reply that `reopened` one. Rules without it: `opened`."""
    return incoming.event


for _known in CASE.values():
    CONTINUED[f"case.{_known.name}"] = _before(_known)


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
