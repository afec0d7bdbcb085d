"""The facts of a mail in the timeline: plain, without the customer's words, and the same when they come back."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.money import Money
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.field import Field, Fields
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.recorded import Recalled, recorded
from mailbot.core.rules.rule import Rule
from mailbot.core.rules.timing import Elapsed, Occasions
from mailbot.core.rules.values import WORD
from tests.rules.books import rules
from tests.rules.mails import CALENDAR, TUESDAY, incoming

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.text(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.integers(0, 10**9).map(lambda units: Money.from_minor(units, "EUR")),
    st.dates(),
    st.times(),
    st.builds(Elapsed, MOMENTS, MOMENTS, st.just(CALENDAR)),
    st.builds(Occasions, st.lists(MOMENTS, max_size=5).map(tuple), MOMENTS, st.just(CALENDAR)),
)
VALUES = st.none() | SCALARS | st.lists(SCALARS, max_size=3).map(tuple)


@given(st.dictionaries(st.from_regex(r"[a-z.]{1,9}", fullmatch=True), VALUES))
def test_facts_come_back_as_they_went(facts: dict[str, object]) -> None:
    fields: Fields[None] = Fields(*(Field(name, WORD, "", lambda _: None) for name in facts))
    record = json.loads(json.dumps(recorded(fields, facts)))
    assert dict(Recalled(record, fields, CALENDAR, {})) == facts


@given(rules())
def test_a_decision_can_be_made_again_from_what_is_kept_and_the_mail(book: list[Rule]) -> None:
    facts = MAIL.facts(incoming(safety=True, amount=Decimal(9), currency="EUR"))
    record = json.loads(json.dumps(recorded(MAIL, facts)))
    assert evaluate(book, Recalled(record, MAIL, CALENDAR, facts)) == evaluate(book, facts)


def test_what_the_customer_wrote_is_not_kept() -> None:
    mail = incoming(message={"subject": "SECRET", "headers": {"x-note": ("SECRET",)}}, order_number="A-1")
    record = recorded(MAIL, MAIL.facts(mail))
    assert "SECRET" not in json.dumps(record)
    assert not {"text", "subject", "sender_name", "mentions", "to", "cc"} & set(record)
    assert record["order_number"] == "A-1"


def test_what_is_not_kept_is_read_again() -> None:
    again = MAIL.facts(incoming(TUESDAY + timedelta(days=30), message={"headers": {"x-a": ("b",)}}))
    facts = Recalled({"date": {"date": "2026-11-03"}}, MAIL, CALENDAR, again)
    assert (facts["date"], facts["subject"], facts["header.X-A"]) == (date(2026, 11, 3), "Parcel", ("b",))
    assert facts["time"] is None


def test_a_customer_of_thousands_of_cases_does_not_fill_the_timeline() -> None:
    past = Occasions((TUESDAY,) * 5000, TUESDAY, CALENDAR)
    fields: Fields[None] = Fields(Field("customer.cases", WORD, "", lambda _: None))
    assert len(json.dumps(recorded(fields, {"customer.cases": past}))) < 10_000


def test_the_record_of_a_usual_mail_is_small() -> None:
    assert len(json.dumps(recorded(MAIL, MAIL.facts(incoming())))) < 1_200
