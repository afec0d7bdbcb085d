"""What a rule can ask about a mail."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from mailbot.core.case import Priority, State
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.message import Address, ComplaintType, Sentiment, Survey
from mailbot.core.periods import Period
from mailbot.core.rules.fields import MAIL, Fields, Incoming
from mailbot.core.rules.incoming import CaseBefore, Customer, MailEvent
from mailbot.core.rules.timing import Elapsed, Occasions
from mailbot.core.rules.values import COUNT
from tests.rules.mails import CALENDAR, TUESDAY, case, incoming

UNKNOWN_ON_A_FIRST_MAIL = {
    "mentions",
    "amount",
    "order_number",
    "customer.last_case",
    "customer.rating",
    "customer.language",
    "case.state",
    "case.type",
    "case.severity",
    "case.priority",
    "case.threat",
    "case.safety",
    "case.team",
    "case.assignee",
    "case.tags",
    "case.age",
    "case.messages",
    "survey.rating",
    "survey.sentiment",
}


def test_a_mail_has_every_field_that_the_interface_names() -> None:
    facts = dict(MAIL.facts(incoming(type=ComplaintType.BILLING, amount=Decimal("12.345"), currency="EUR")))
    assert str(facts.pop("amount")) == "12.35 EUR"
    nothing = Occasions((), TUESDAY, CALENDAR)
    known = {
        "is_complaint": False,
        "type": "billing",
        "demanded_remedy": "none",
        "severity": "low",
        "threat": "none",
        "safety": False,
        "repeat": False,
        "language": "et",
        "subject": "Parcel",
        "text": "New text",
        "words": 2,
        "sender": "Liis@Customer.example",
        "sender_domain": "customer.example",
        "sender_name": "Liis",
        "authenticated": False,
        "to": ("support@acme.example",),
        "cc": (),
        "mailbox": "support",
        "kind": "human",
        "attachments": 1,
        "attachments.names": ("door.jpg",),
        "attachments.types": ("image/jpeg",),
        "business_hours": True,
        "holiday": False,
        "date": date(2026, 11, 3),
        "time": time(10, 0),
        "weekday": "tue",
        "customer.known": False,
        "customer.cases": nothing,
        "customer.complaints": nothing,
        "customer.same_type": nothing,
        "customer.open_cases": 0,
        "event": "opened",
    }
    missing = UNKNOWN_ON_A_FIRST_MAIL - {"amount"}
    assert {name: value for name, value in facts.items() if value is not None and name in known} == known
    assert {name for name in facts if facts[name] is None} >= missing


def test_a_sum_without_currency_is_missing() -> None:
    assert MAIL.facts(incoming(amount=Decimal(5)))["amount"] is None


def test_a_header_is_asked_for_by_its_name_in_any_letters() -> None:
    facts = MAIL.facts(incoming(message={"headers": {"x-priority": ("1 (Highest)",)}}))
    assert facts["header.X-Priority"] == ("1 (Highest)",)
    assert facts["header.X-Spam-Score"] is None
    with pytest.raises(KeyError):
        facts["heade.X-Priority"]


def test_the_moment_is_that_of_the_wall_clock_in_the_organisations_zone() -> None:
    off = Calendar(CALENDAR.zone, CALENDAR.hours, frozenset({date(2026, 12, 25)}))
    facts = MAIL.facts(incoming(datetime(2026, 12, 24, 22, 30, tzinfo=UTC), calendar=off))
    asked = ("date", "time", "weekday", "holiday", "business_hours")
    assert [facts[name] for name in asked] == [date(2026, 12, 25), time(0, 30), "fri", True, False]


def customer_of_four_cases() -> Incoming:
    past = (
        case(id=4, opened_at=TUESDAY - timedelta(days=2), type=ComplaintType.BILLING),
        case(id=3, opened_at=TUESDAY - timedelta(days=40), type=ComplaintType.BILLING, state=State.CLOSED),
        case(id=2, opened_at=TUESDAY - timedelta(days=80), is_complaint=False, state=State.RESOLVED),
        case(id=1, opened_at=TUESDAY - timedelta(days=400), state=State.WAITING),
    )
    return incoming(type=ComplaintType.BILLING, customer=Customer(cases=past, rating=2, language="sl"))


def test_a_customers_cases_are_counted_by_kind_and_by_time() -> None:
    facts = MAIL.facts(customer_of_four_cases())
    counts = {name: str(facts[f"customer.{name}"]) for name in ("cases", "complaints", "same_type", "open_cases")}
    assert counts == {"cases": "4", "complaints": "3", "same_type": "2", "open_cases": "2"}
    cases = facts["customer.cases"]
    assert isinstance(cases, Occasions)
    spans = (Span.parse("3 days"), Span.parse("90 days"), Period.parse("12 months"), Span.parse("1 business day"))
    assert [cases.count(span) for span in spans] == [1, 3, 3, 0]
    assert (facts["customer.known"], facts["customer.rating"], facts["customer.language"]) == (True, 2, "sl")
    assert str(facts["customer.last_case"]) == "2 days"


def test_a_reply_knows_the_case_as_it_was() -> None:
    before = CaseBefore(case=case(state=State.RESOLVED, priority=Priority.HIGH, tags=("vip",)), messages=3)
    survey = Survey(2, Sentiment.DISSATISFIED, wants_reopen=True)
    facts = MAIL.facts(incoming(event=MailEvent.REOPENED, before=before, survey=survey))
    asked = ("event", "case.state", "case.priority", "case.tags", "case.messages", "survey.rating", "survey.sentiment")
    assert [facts[name] for name in asked] == ["reopened", "resolved", "high", ("vip",), 3, 2, "dissatisfied"]
    assert str(facts["case.age"]) == "1 day"


def test_a_span_is_measured_by_the_clock_by_the_desks_hours_and_by_the_calendar() -> None:
    friday, monday = datetime(2026, 11, 6, 14, 0, tzinfo=UTC), datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    lasted = Elapsed(friday, monday, CALENDAR)
    assert [lasted.sign(Span.parse(span)) for span in ("2 days", "66 hours", "67 hours")] == [1, 0, -1]
    assert [lasted.sign(Span.parse(span)) for span in ("1 business hour", "2 business hours", "1 business day")] == [
        *(1, 0),
        -1,
    ]
    assert lasted.sign(Period.parse("1 week")) == -1


def test_every_field_is_documented() -> None:
    assert all(field.doc for field in (*MAIL.values(), *MAIL.families.values()))


def test_a_new_field_is_one_function() -> None:
    fields: Fields[Incoming] = Fields()

    @fields.add(COUNT)
    def words(mail: Incoming) -> int:
        """How many words the subject has."""
        return len(mail.mail.reading.message.subject.split())

    assert dict(fields.facts(incoming())) == {"words": 1}
    assert fields["words"].doc == "How many words the subject has."


def test_a_sender_is_authenticated_only_if_the_answer_goes_to_the_proven_address() -> None:
    assert MAIL.facts(incoming())["authenticated"] is False
    elsewhere = incoming(message={"from_": Address("", "other@customer.example")})
    assert MAIL.facts(elsewhere)["authenticated"] is False
