"""Columns of look-ups as fields of rules and policies: their operators, what is unknown, and what is recorded."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.deadlines import Span
from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import Condition, Unknown
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.recorded import Recalled, recorded
from mailbot.core.rules.timing import OnDay
from mailbot.core.rules.values import Known
from mailbot.core.team import Team
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.rule_schema import schema_of
from mailbot.yaml_file import parse_yaml
from tests.rules.json_schema import complaints
from tests.rules.mails import CALENDAR, TUESDAY, incoming

COLUMNS = tuple(
    Column(name=f"order.{name}", kind=ColumnKind(kind), column=name, doc=f"The {name}.")
    for name, kind in {
        "total": "money",
        "status": "text",
        "sent": "date",
        "weight": "number",
        "express": "flag",
    }.items()
)
FIELDS = informed(MAIL, COLUMNS)
TODAY = TUESDAY.astimezone(CALENDAR.zone).date()


def read(when: str) -> tuple[Condition, list[str]]:
    file = parse_yaml("r.yaml", f"when: {when}".encode())
    reader = ConditionReader(file, FIELDS, Known(Team(()), ("en",), looked_up=COLUMNS))
    condition = reader.condition(file.data["when"], ("when",))
    return condition, [str(problem) for problem in reader.problems]


def truth(when: str, **values: object) -> bool | None:
    condition, problems = read(when)
    assert not problems
    facts = {f"order.{name}": value for name, value in values.items()}
    return condition.truth(FIELDS.facts(replace(incoming(), looked_up=facts)))


def ago(days: int) -> OnDay:
    return OnDay(TODAY - timedelta(days=days), TUESDAY, CALENDAR)


@pytest.mark.parametrize(
    ("when", "days_ago", "expected"),
    [
        ("{order.sent: {within: 14 days}}", 14, True),
        ("{order.sent: {within: 14 days}}", 15, False),
        ("{order.sent: {within: 14 days}}", -1, False),
        ("{order.sent: {older_than: 14 days}}", 14, False),
        ("{order.sent: {older_than: 14 days}}", 15, True),
        ("{order.sent: {older_than: 14 days}}", -1, False),
        ("{order.sent: {within: [1 week, 2 months]}}", 40, True),
        ("{order.sent: {older_than: 2 business days}}", 5, True),
        ("{order.sent: {within: 2 business days}}", 1, True),
        ("{order.sent: {older_than: 10 days, within: 20 days}}", 15, True),
        ("{not: {order.sent: {within: 14 days}}}", 15, True),
        ("{order.sent: {lt: 2026-11-03}}", 1, True),
        ("{order.sent: {ge: 2026-11-03}}", 1, False),
        ("{order.sent: 1 Nov – 2 Nov}", 1, True),
        ("{order.sent: {between: 2026-12-01 – 2026-12-31}}", 1, False),
    ],
)
def test_days_compare_with_days_and_with_spans(when: str, days_ago: int, expected: bool) -> None:
    assert truth(when, sent=ago(days_ago)) is expected


@pytest.mark.parametrize(
    ("when", "values", "expected"),
    [
        ("{order.total: {gt: 100 EUR}}", {"total": Money.parse("100.01 EUR")}, True),
        ("{order.total: {gt: 100 USD}}", {"total": Money.parse("100.01 EUR")}, None),
        ("{not: {order.total: {gt: 100 USD}}}", {"total": Money.parse("100.01 EUR")}, None),
        ("{order.total: {between: 50 – 200 EUR}}", {"total": Money.parse("100 EUR")}, True),
        ("{order.weight: 2.5}", {"weight": 2.5}, True),
        ("{order.weight: {gt: -1}}", {"weight": 0}, True),
        ("{order.weight: {between: 1.5 – 3}}", {"weight": 2}, True),
        ("{order.status: [lost, returned]}", {"status": "LOST"}, True),
        ("{order.status: {contains: transit}}", {"status": "in transit"}, True),
        ("{order.express: false}", {"express": False}, True),
    ],
)
def test_the_other_kinds_compare_as_they_do_elsewhere(when: str, values: dict, expected: bool | None) -> None:
    assert truth(when, **values) is expected


@pytest.mark.parametrize(
    "when",
    [
        "{order.status: lost}",
        "{order.total: {gt: 1 EUR}}",
        "{order.sent: {within: 9 days}}",
        "{order.sent: {older_than: 1 day}}",
    ],
)
@pytest.mark.parametrize("values", [{}, dict.fromkeys(("status", "total", "sent"), Unknown("erp is down"))])
def test_what_is_unknown_matches_nothing_under_not_either(when: str, values: dict) -> None:
    assert truth(when, **values) is None
    assert truth(f"{{not: {when}}}", **values) is None


def test_exists_and_the_reasons_tell_why_it_is_unknown() -> None:
    facts = FIELDS.facts(replace(incoming(), looked_up={"order.status": Unknown("erp: no answer within 2 s")}))
    for when, found in (("{order.status: {exists: false}}", True), ("{order.status: lost}", None)):
        finding = read(when)[0].check(facts)
        assert finding.truth is found
        assert finding.because == ("order.status is unknown: erp: no answer within 2 s",)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{order.totl: {gt: 1 EUR}}", 'no such field, did you mean "order.total"?'),
        ("{order.total: {gt: 1}}", 'found 1, expected a sum and a currency like "50 EUR"'),
        ("{order.sent: {within: soon}}", 'found "soon", expected a span like'),
        ("{order.sent: {within: 2026-12-24}}", "expected a span like"),
        ("{order.sent: {lt: 14 days}}", "expected a day like 2026-12-24; a span stands behind `within`"),
        ("{order.weight: heavy}", 'found "heavy", expected a number'),
        ("{order.status: {within: 2 days}}", '"within" does not compare order.status'),
        (
            "{invoice.paid_by_us: 5}",
            "no such field; a look-up of this name in config.yaml can fill it (lookups: {invoice: …})",
        ),
    ],
)
def test_mistakes_are_named(when: str, said: str) -> None:
    (problem,) = read(when)[1]
    assert said in problem


def test_an_editor_knows_the_columns() -> None:
    schema = schema_of("rules", COLUMNS)

    def marked(when: dict) -> bool:
        return bool(list(complaints({"rules": [{"rule": "r", "when": when, "then": {"tag": "x"}}]}, schema, schema)))

    good = {"order.total": {"gt": "1 EUR"}, "order.sent": {"within": "14 days"}, "order.weight": 2.5}
    assert not marked(good)
    for bad in ({"order.totl": {"gt": "1 EUR"}}, {"order.sent": {"within": "soon"}}, {"order.weight": "x"}):
        assert marked(bad)


def test_facts_of_look_ups_are_kept_and_come_back() -> None:
    looked_up = {
        "order.total": Money.parse("5 EUR"),
        "order.status": Unknown("erp: no answer within 2 s"),
        "order.sent": ago(3),
        "order.weight": 2.5,
        "order.express": True,
    }
    facts = FIELDS.facts(replace(incoming(), looked_up=looked_up))
    record = json.loads(json.dumps(recorded(FIELDS, facts)))
    recalled = Recalled(record, MAIL, CALENDAR, {})
    assert {name: recalled.get(name) for name in looked_up} == looked_up


SPANS = st.one_of(
    st.builds(Span, st.integers(0, 60), st.sampled_from(["days", "hours", "business days", "business hours"])),
    st.builds(Period, st.integers(1, 30), st.sampled_from(["days", "weeks", "months", "years"])),
)


@given(st.dates(date(2020, 1, 1), date(2027, 1, 1)), SPANS)
def test_a_day_that_is_past_is_within_a_span_or_older(day: date, span: Span | Period) -> None:
    seen = OnDay(day, datetime(2026, 11, 3, 22, 30, tzinfo=UTC), CALENDAR)
    past = day <= date(2026, 11, 4)
    assert (seen.is_within(span), seen.is_older(span)) in ([(True, False), (False, True)] if past else [(False, False)])
