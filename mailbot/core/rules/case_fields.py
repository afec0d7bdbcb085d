"""What may be asked about a case: by `unless` of a follow-up, by policies, and by rules on later mails as `case.*`."""

from operator import attrgetter

from mailbot.core.case import Case, Priority, State
from mailbot.core.message import ComplaintType, Remedy, Severity, Threat
from mailbot.core.money import Money
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.values import FLAG, FREE_TEXT, LANGUAGE, PERSON, SUM, TEAM, WORD, Kind, choice


def _field(name: str, kind: Kind, doc: str) -> Field[Case]:
    return Field(name, kind, doc, attrgetter(name))


def _amount(case: Case) -> Money | None:
    return None if case.amount is None or not case.currency else Money.rounded(case.amount, case.currency)


CASE: Fields[Case] = Fields(
    _field("state", choice(State), "Where the case stands."),
    _field("is_complaint", FLAG, "Whether the customer is dissatisfied with something."),
    _field("type", choice(ComplaintType), "What the customer wants put right."),
    _field("severity", choice(Severity, ordered=True), "How much harm is done or threatened."),
    _field("demanded_remedy", choice(Remedy), "What the customer asks for."),
    _field("threat", choice(Threat), "Where the customer announced to go with it."),
    _field("safety", FLAG, "Whether somebody was hurt or in real danger."),
    _field("repeat", FLAG, "Whether the same problem was put to us before."),
    _field("priority", choice(Priority, ordered=True), "How soon somebody should look."),
    _field("language", LANGUAGE, "The language of the customer's mails."),
    _field("mailbox", WORD, "The name of the mailbox that the case came to."),
    _field("team", TEAM, "The team that sees to the case."),
    _field("assignee", PERSON, "The member who sees to the case."),
    _field("tags", WORD, "The words by which the case is found: one that fits is enough."),
    _field("order_number", WORD, "The number of the order, parcel, invoice or booking."),
    Field("amount", SUM, "The sum that is demanded or in dispute; it compares only within its currency.", _amount),
    _field("problem", WORD, "The name of the problem behind the case."),
    _field("sla", WORD, "The name of the SLA that holds for the case."),
    _field("cause", FREE_TEXT, "What somebody found the complaint to come from."),
)
