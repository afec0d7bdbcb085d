"""Which cases a daily list shows first, and how many it leaves out."""

from datetime import timedelta

from mailbot.core.case import Deadline, State
from mailbot.store.database import Database
from tests.store.samples import NOW, a_case

HOUR = timedelta(hours=1)
WINDOW = (NOW, NOW + 24 * HOUR)
EVA, PEETER = "eva@acme.example", "peeter@acme.example"


def due(after: timedelta | None) -> tuple[Deadline, ...]:
    return () if after is None else (Deadline(kind="first_answer", started_at=NOW - 9 * HOUR, due_at=NOW + after),)


def test_what_can_still_be_kept_comes_first_then_what_is_late_and_what_has_no_deadline_last(database: Database) -> None:
    with database.begin() as tx:
        without, late, soon, sooner, after = (
            a_case(tx, assignee=EVA, deadlines=due(after)) for after in (None, -HOUR, 3 * HOUR, HOUR, 48 * HOUR)
        )
    with database.read() as tx:
        found, in_all = tx.cases.pressing(member=EVA, window=WINDOW, limit=9)
    assert [case.id for case in found] == [case.id for case in (sooner, soon, late, after, without)]
    assert in_all == 5


def test_more_than_are_shown_are_counted(database: Database) -> None:
    with database.begin() as tx:
        shown, *_ = [a_case(tx, assignee=EVA, deadlines=due(n * HOUR)) for n in range(1, 5)]
    with database.read() as tx:
        assert tx.cases.pressing(member=EVA, window=WINDOW, limit=1) == ((shown,), 4)


def test_cases_of_others_and_those_that_are_settled_are_none(database: Database) -> None:
    with database.begin() as tx:
        a_case(tx, assignee=PEETER)
        for state in (State.RESOLVED, State.CLOSED):
            a_case(tx, assignee=EVA, team="returns", state=state)
    with database.read() as tx:
        assert tx.cases.pressing(member=EVA, window=WINDOW, limit=9) == ((), 0)
        assert tx.cases.pressing(teams=["returns"], window=WINDOW, limit=9) == ((), 0)


def test_a_lead_sees_the_cases_of_all_teams_that_are_theirs(database: Database) -> None:
    with database.begin() as tx:
        ours = [a_case(tx, team=team, assignee=PEETER) for team in ("returns", "care")]
        a_case(tx, team="billing")
    with database.read() as tx:
        assert tx.cases.pressing(teams=["care", "returns"], window=WINDOW, limit=9) == (tuple(ours), 2)
