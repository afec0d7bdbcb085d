"""What `explain` reads: what was noted at the time, and the mail itself only where a rule asks for words of it."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from mailbot.workflows.explain import explain
from tests.desk import DeskDriver, mail
from tests.workflows.conftest import DeskWith

NOTED = "{type: late_delivery}"
IN_THE_MAIL = "{mentions: birthday}"


def _explained(desk: DeskDriver) -> Any:
    with desk.runtime.database.read() as tx:
        found: Any = explain(tx, desk.runtime, desk.cases()[0].number)
    return found["cases"][0]["rulings"][0]


@pytest.mark.parametrize(("condition", "complete"), [(NOTED, True), (IN_THE_MAIL, False)])
def test_a_mail_is_read_again_only_for_what_was_not_noted(desk_with: DeskWith, condition: str, complete: bool) -> None:
    desk = desk_with({"routing": f"rules:\n  - rule: mine\n    when: {condition}\n    then: {{priority: high}}\n"})
    text = "My parcel A-10293 came five days late, the birthday was over."
    desk.arrive(mail(text, from_="kate@mail.example", to="support@acme.example", subject="Late"))
    before = _explained(desk)
    assert (before["complete"], before["rules"][0]["matched"]) == (True, True)
    _lose_raw_mail(desk.runtime.config.path.parent / "mailbot.db")
    after = _explained(desk)
    assert after["complete"] is complete
    assert after["decisions"] == before["decisions"]
    assert (after == before) is complete


def _lose_raw_mail(file: Path) -> None:
    """As nothing but a damaged disk can: a connection that does not ask who points there."""
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM raw_mail")
    connection.close()
