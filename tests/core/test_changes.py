"""What actions make of a case: the same whether they are carried out together or one after the other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core import actions as a
from mailbot.core.case import Case, Deadline, Priority, State
from mailbot.core.changes import Course, fold
from mailbot.core.message import Address

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
CASE = Case(
    id=1,
    number="A-1",
    token="t",
    mailbox="support",
    subject="Late",
    customer=Address("", "eva@shop.example"),
    language="en",
    opened_at=NOW,
)


def deadline(kind: str, hours: int) -> Deadline:
    return Deadline(kind=kind, started_at=NOW, due_at=NOW + timedelta(hours=hours))


WORDS = st.sampled_from(["late", "broken", "again"])
ACTIONS = st.one_of(
    st.builds(lambda tag: a.AddTag(tag=tag), WORDS),
    st.builds(lambda text: a.Advise(text=text), WORDS),
    st.builds(lambda team: a.AssignTeam(team=team), WORDS),
    st.builds(lambda address: a.AssignAgent(address=address), st.none() | WORDS),
    st.builds(lambda priority: a.SetPriority(priority=priority), st.sampled_from(Priority)),
    st.builds(lambda state: a.SetState(state=state), st.sampled_from(State)),
    st.builds(lambda kind, hours: a.SetDeadline(deadline=deadline(kind, hours)), WORDS, st.integers(1, 9)),
    st.builds(lambda kind: a.DropDeadline(kind=kind), WORDS),
    st.builds(lambda number, phone: a.Complete(order_number=number, phone=phone), st.none() | WORDS, st.none() | WORDS),
    st.builds(lambda euros: a.Complete(amount=Decimal(euros), currency="EUR"), st.integers(1, 9)),
    st.builds(lambda number: a.Open(case=replace(CASE, number=number)), WORDS),
    st.builds(lambda event: a.Note(event=event), WORDS),
)


@given(st.lists(ACTIONS, max_size=12), st.none() | st.just(CASE))
def test_actions_do_the_same_together_as_one_after_the_other(decided: list[a.Action], case: Case | None) -> None:
    one_by_one = reduce(lambda so_far, action: fold(so_far, [action], now=NOW), decided, case)
    assert fold(case, decided, now=NOW) == one_by_one


def test_each_action_sees_what_those_before_it_have_done() -> None:
    decided = (
        a.AddTag(tag="late"),
        a.AddTag(tag="broken"),
        a.SetDeadline(deadline=deadline("first_answer", 4)),
        a.SetDeadline(deadline=deadline("resolution", 8)),
        a.SetDeadline(deadline=deadline("first_answer", 6)),
        a.SetState(state=State.RESOLVED),
        a.SetState(state=State.CLOSED),
    )
    case = fold(CASE, decided, now=NOW)
    assert case is not None
    assert case.tags == ("late", "broken")
    assert case.deadlines == (deadline("resolution", 8), deadline("first_answer", 6))
    assert (case.state, case.resolved_at, case.closed_at) == (State.CLOSED, NOW, NOW)


def test_what_was_decided_before_an_opening_is_not_done_to_the_case_that_it_begins() -> None:
    assert fold(CASE, [a.AddTag(tag="late"), a.Open(case=replace(CASE, id=2))], now=NOW) == replace(CASE, id=2)


def test_a_case_that_nothing_changes_stays_the_very_same() -> None:
    assert fold(CASE, [a.Note(event="rules")], now=NOW) is CASE


def test_a_course_that_goes_on_is_the_course_of_everything() -> None:
    first, then = (a.AddTag(tag="late"),), (a.AddTag(tag="broken"), a.AddTag(tag="late"))
    assert Course.of(CASE, first, NOW).then(then) == Course.of(CASE, (*first, *then), NOW)
