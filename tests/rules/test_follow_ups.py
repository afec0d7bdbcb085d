"""When a customer is asked whether they are satisfied, and who is not."""

from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar, Span
from mailbot.core.follow_ups import FollowUp, FollowUpPolicy
from mailbot.core.message import Address, Threat
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import AnyOf, Compare

CALENDAR = Calendar(ZoneInfo("Europe/Tallinn"), dict.fromkeys(range(5), ((time(9), time(17)),)))
NEVER = AnyOf(())
THREATENS = Compare("threat", CASE["threat"].kind, "is", ("legal", "authority"))


def policy(after: str, unless=NEVER) -> FollowUpPolicy:
    return FollowUpPolicy(steps=(FollowUp(Span.parse(after), unless),))


def due_at(after: str, resolved_at: datetime) -> datetime:
    (step,) = policy(after).steps
    return step.due_at(resolved_at, CALENDAR)


def case(**values: object) -> Case:
    fixed = {
        "id": 1,
        "number": "AP-10001",
        "token": "t",
        "mailbox": "support",
        "subject": "Broken",
        "customer": Address("", "liis@customer.example"),
        "language": "et",
        "opened_at": datetime(2026, 11, 2, tzinfo=UTC),
    }
    return Case(**(fixed | values))


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("3 business days", datetime(2026, 11, 11, 14, 30, tzinfo=UTC)),
        ("2 business hours", datetime(2026, 11, 9, 8, 30, tzinfo=UTC)),
        ("1 day", datetime(2026, 11, 9, 7, 0, tzinfo=UTC)),
    ],
)
def test_it_is_due_so_long_after_the_resolution_and_in_business_hours(after: str, due: datetime) -> None:
    friday_half_past_four = datetime(2026, 11, 6, 14, 30, tzinfo=UTC)
    assert due_at(after, friday_half_past_four) == due


def test_a_case_resolved_at_night_is_followed_up_in_the_morning() -> None:
    monday_night = datetime(2026, 11, 2, 20, 0, tzinfo=UTC)
    assert due_at("1 business day", monday_night) == datetime(2026, 11, 4, 7, 0, tzinfo=UTC)


def test_those_of_whom_unless_is_true_are_not_asked() -> None:
    assert policy("1 day", THREATENS).step_for(case(threat=Threat.LEGAL)) is None
    assert policy("1 day", THREATENS).step_for(case())


def test_what_cannot_be_said_of_a_case_keeps_nobody_from_being_asked() -> None:
    by_number = Compare("order_number", CASE["order_number"].kind, "is", ("A-1",))
    assert policy("1 day", by_number).step_for(case(order_number=None))


def test_an_empty_policy_asks_nobody() -> None:
    assert FollowUpPolicy().step_for(case()) is None


def test_every_field_of_a_case_can_be_read() -> None:
    facts = CASE.facts(case(amount=Decimal("12.5"), currency="EUR", tags=("a",)))
    assert (str(facts["amount"]), facts["tags"], facts["language"]) == ("12.50 EUR", ("a",), "et")
    assert CASE.facts(case())["amount"] is None
