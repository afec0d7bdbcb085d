"""Work is done once, at its time, and one piece never keeps another waiting."""

from datetime import timedelta

import pytest

from mailbot.store.database import Database
from mailbot.store.due import DueState
from tests.store.samples import HOUR, MINUTE, NOW, a_case, a_work

LEASE = 5 * MINUTE


def test_every_field_of_work_comes_back(database: Database) -> None:
    with database.begin() as tx:
        work = a_work(case_id=a_case(tx).id, data={"resolved_at": NOW.isoformat(), "n": [1, None]})
        assert tx.due.add(work, NOW)
        (row,) = tx.due.of_case(work.case_id or 0)
        assert {name: getattr(row, name) for name in work.__dataclass_fields__} == {
            name: getattr(work, name) for name in work.__dataclass_fields__
        }
        assert (row.state, row.attempts, row.added_at) == (DueState.WAITING, 0, NOW)


def test_work_with_a_known_key_is_not_added_even_when_it_is_done(database: Database) -> None:
    with database.begin() as tx:
        assert tx.due.add(a_work(), NOW)
        assert not tx.due.add(a_work(due_at=NOW + HOUR), NOW)
        (row,) = tx.due.claim(NOW, limit=9, lease=LEASE)
        tx.due.done(row.id, NOW)
        assert not tx.due.add(a_work(), NOW)
        assert tx.due.claim(NOW + HOUR, limit=9, lease=LEASE) == ()


def test_the_longest_due_comes_first(database: Database) -> None:
    with database.begin() as tx:
        for key, due_at in (("b", NOW - MINUTE), ("c", NOW), ("a", NOW - HOUR), ("d", NOW + MINUTE)):
            tx.due.add(a_work(key, due_at=due_at), NOW)
        assert tx.due.next_due() == NOW - HOUR
        assert [row.key for row in tx.due.claim(NOW, limit=2, lease=LEASE)] == ["a", "b"]
        assert [row.key for row in tx.due.claim(NOW, limit=9, lease=LEASE)] == ["c"]
        assert tx.due.next_due() == NOW + MINUTE


def test_work_of_a_vanished_process_is_taken_over(database: Database) -> None:
    with database.begin() as tx:
        tx.due.add(a_work(), NOW)
        (first,) = tx.due.claim(NOW, limit=9, lease=LEASE)
        assert tx.due.still_mine(first)
        assert tx.due.claim(NOW + LEASE - MINUTE, limit=9, lease=LEASE) == ()
        (second,) = tx.due.claim(NOW + LEASE, limit=9, lease=LEASE)
        assert not tx.due.still_mine(first)
        assert tx.due.still_mine(second)


def test_postponed_work_waits_and_cannot_spin(database: Database) -> None:
    with database.begin() as tx:
        tx.due.add(a_work(due_at=NOW - HOUR), NOW - HOUR)
        (row,) = tx.due.claim(NOW, limit=9, lease=LEASE)
        tx.due.postpone(row.id, NOW + timedelta(seconds=1), "busy")
        assert tx.due.claim(NOW, limit=9, lease=LEASE) == ()
        (row,) = tx.due.claim(NOW + MINUTE, limit=9, lease=LEASE)
        assert (row.attempts, row.error) == (2, "busy")
        with pytest.raises(ValueError, match="not in the future"):
            tx.due.postpone(row.id, NOW + MINUTE, "at once")


def test_failed_work_is_given_up(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.due.add(a_work(case_id=case.id), NOW)
        (row,) = tx.due.claim(NOW, limit=9, lease=LEASE)
        tx.due.fail(row.id, "ten times", NOW)
        (failed,) = tx.due.of_case(case.id)
        assert (failed.state, failed.error) == (DueState.FAILED, "ten times")
        assert tx.due.claim(NOW + HOUR, limit=9, lease=LEASE) == ()


def test_only_planned_work_of_its_kind_and_case_is_cancelled(database: Database) -> None:
    with database.begin() as tx:
        case, other = a_case(tx), a_case(tx)
        tx.due.add(a_work("1", case_id=case.id), NOW)
        tx.due.add(a_work("2", case_id=case.id, due_at=NOW + HOUR), NOW)
        tx.due.add(a_work("3", case_id=case.id, kind="sla"), NOW)
        tx.due.add(a_work("4", case_id=other.id), NOW)
        assert tx.due.cancel(case.id, "follow_up", NOW) == 2
        assert tx.due.cancel(case.id, "follow_up", NOW) == 0
        assert [row.key for row in tx.due.claim(NOW + HOUR, limit=9, lease=LEASE)] == ["3", "4"]
        assert [row.state for row in tx.due.of_case(case.id)].count(DueState.CANCELLED) == 2


def test_work_that_cancels_itself_ends_as_cancelled(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.due.add(a_work(case_id=case.id), NOW)
        (row,) = tx.due.claim(NOW, limit=9, lease=LEASE)
        tx.due.cancel(case.id, "follow_up", NOW)
        tx.due.done(row.id, NOW)
        (ended,) = tx.due.of_case(case.id)
        assert ended.state is DueState.CANCELLED
