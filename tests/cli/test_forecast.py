"""`mailbot cases --due-within`: which deadlines will be missed if nothing is done."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.case import Case, Deadline, Pause
from mailbot.core.forecast import coming_due
from mailbot.core.message import Address
from mailbot.store.database import Database
from tests.cli.conftest import Mailbot
from tests.desk import DeskDriver, mail

NOON = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def deadline(kind: str, due_at: datetime, **values: object) -> Deadline:
    return Deadline(kind=kind, started_at=NOON - DAY, due_at=due_at, **values)  # type: ignore[arg-type]


def test_a_deadline_comes_due_after_now_and_by_then_unless_it_is_met_or_its_clock_stands_still() -> None:
    case = Case(
        id=1, number="AP-1", token="t", mailbox="support", subject="", customer=Address("", "kate@mail.example"),
        language="en", opened_at=NOON - DAY,
        deadlines=(
            deadline("later", NOON + 2 * DAY),
            deadline("passed", NOON),
            deadline("soon", NOON + HOUR),
            deadline("beyond", NOON + 2 * DAY + timedelta(seconds=1)),
            deadline("met", NOON + HOUR, met_at=NOON),
            deadline("paused", NOON + HOUR, pauses=(Pause(NOON - HOUR),)),
            deadline("resumed", NOON + 2 * HOUR, pauses=(Pause(NOON - HOUR, NOON),)),
        ),
    )  # fmt: skip
    assert [d.kind for d in coming_due(case, NOON, NOON + 2 * DAY)] == ["soon", "resumed", "later"]


@pytest.fixture
def desk(here: Path) -> DeskDriver:
    """A desk to which a complaint has just come in real time, so that its deadlines lie ahead."""
    driver = DeskDriver.open(here, Database.open(f"sqlite:///{here}/mailbot.db"))
    driver.now = datetime.now(UTC)
    head = {"from_": "kate@mail.example", "to": "support@acme.example", "subject": "Late"}
    driver.arrive(mail("My parcel A-10293 is late.", message_id="<late@mail.example>", **head))
    return driver


def test_the_forecast_names_each_clock_the_first_deadline_first(desk: DeskDriver, mailbot: Mailbot) -> None:
    shown = mailbot("cases", "--due-within", "8w")
    assert shown.code == 0, shown.err
    clocks = [line.split()[2:5] for line in shown.out.splitlines() if "AP-10001" in line]
    assert clocks == [["first_answer", "standard", "AP-10001"], ["resolution", "standard", "AP-10001"]]
    found = mailbot("cases", "--due-within", "8w", "--json").json
    assert [one["kind"] for one in found["due"]] == ["first_answer", "resolution"]
    assert found["number"] == "AP-10001"
    assert mailbot("cases", "--due-within", "1h", "--json").out == ""


def test_another_way_to_write_a_time_is_refused(desk: DeskDriver, mailbot: Mailbot) -> None:
    refused = mailbot("cases", "--due-within", "five days")
    assert refused.code == 2
    assert 'found "five days"' in refused.err
