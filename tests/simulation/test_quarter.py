"""A month of desk life in seconds; the whole quarter with 2,000 cases is `python -m tests.simulation`."""

from pathlib import Path

from mailbot.store.database import Database
from tests.simulation.promises import broken
from tests.simulation.quarter import Quarter


def test_every_promise_reminder_and_survey_happens_once_in_order_and_in_its_window(
    tmp_path: Path, database: Database
) -> None:
    quarter = Quarter.begin(tmp_path, database, cases=15, seed=1)
    quarter.days = 21
    quarter.run()
    assert len(quarter.desk.cases()) > 5
    assert [*broken(quarter.desk.cases(), quarter.sent(), quarter.desk.runtime.desk.calendar)] == []
    assert quarter.overdue_work() == []
