"""After an outage the mail comes first: nobody is asked for what they have sent, and no alarm waits for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mailbot.daemon import Daemon
from mailbot.store.due import DueState
from mailbot.workflows.due import do_due_work
from mailbot.workflows.fetched import PATIENCE
from mailbot.workflows.once import once
from tests.desk import MONDAY_NOON, DeskDriver, mail
from tests.servers.dovecot import Dovecot
from tests.workflows.conftest import DeskWith, MakeDesk
from tests.workflows.test_daemon import wait_until

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KATE = "kate@mail.example"
RULES = {
    "routing": "rules: [{rule: all, then: {assign_team: logistics, ask_for: order_number}}]\n",
    "closing": "details: {remind_after: 1 business day}\n",
    "sla": "slas: {s: {default: true, clocks: {first_answer: {within: 1 business day, warn: 50%}}}}\n",
}


@pytest.fixture
def desk(desk_with: DeskWith) -> DeskDriver:
    """A desk with a complaint of Monday noon, when it looked into its mailbox; the reminder is due a day later."""
    driver = desk_with(RULES)
    with driver.runtime.database.begin() as tx:
        tx.cursors.start("support", "INBOX", uid_validity=1, started_at=driver.now)
    look(driver)
    driver.arrive(mail("My parcel is five days late.", from_=KATE, to="support@acme.example", subject="Late"))
    driver.sent()
    return driver


def look(driver: DeskDriver) -> None:
    with driver.runtime.database.begin() as tx:
        tx.cursors.checked("support", "INBOX", driver.now)


def reminders(driver: DeskDriver) -> list[tuple[DueState, datetime]]:
    with driver.runtime.database.read() as tx:
        rows = tx.due.of_case(driver.cases()[0].id)
    return [(row.state, row.due_at) for row in rows if row.kind == "details_reminder"]


def works(driver: DeskDriver, now: datetime, began_at: datetime | None = None) -> list[str]:
    """What the desk writes at this moment, as kinds of mail."""
    driver.now = now
    while do_due_work(driver.runtime, now, began_at=began_at):
        pass
    return [one.row.kind.value for one in driver.sent()]


def test_a_desk_whose_mailbox_was_looked_into_lately_reminds_in_time(desk: DeskDriver) -> None:
    desk.now += DAY - MINUTE
    look(desk)
    assert "reminder" in works(desk, MONDAY_NOON + DAY)


def test_the_reminder_waits_for_the_mailbox_and_the_alarm_of_the_members_does_not(desk: DeskDriver) -> None:
    at = MONDAY_NOON + DAY
    assert set(works(desk, at, began_at=at - MINUTE)) == {"notification"}
    look(desk)
    assert works(desk, at + 2 * MINUTE, began_at=at - MINUTE) == ["reminder"]


def test_what_was_looked_into_before_the_desk_began_does_not_count(desk: DeskDriver) -> None:
    at = MONDAY_NOON + DAY
    desk.now = at - 2 * MINUTE
    look(desk)
    assert "reminder" not in works(desk, at, began_at=at - MINUTE)


def test_a_mailbox_that_cannot_be_looked_into_holds_mail_back_for_so_long_only(desk: DeskDriver) -> None:
    began_at = MONDAY_NOON + DAY + HOUR
    assert "reminder" not in works(desk, began_at + PATIENCE - MINUTE, began_at)
    assert reminders(desk) == [(DueState.WAITING, MONDAY_NOON + DAY)]
    works(desk, began_at + PATIENCE + MINUTE, began_at)
    (_, (state, due_at)) = reminders(desk)
    assert state is DueState.WAITING, "put off by a business day, as after any outage"
    assert "reminder" in works(desk, due_at, began_at)


def test_to_wait_is_no_attempt(desk: DeskDriver) -> None:
    at = MONDAY_NOON + DAY
    for minute in range(0, 60, 2):
        works(desk, at + minute * MINUTE, began_at=at)
    with desk.runtime.database.read() as tx:
        (row,) = [row for row in tx.due.of_case(desk.cases()[0].id) if row.kind == "details_reminder"]
    assert (row.state, row.due_at) == (DueState.WAITING, at)
    assert row.attempts <= 1
    assert "support" in row.error


def clock_from(moment: datetime) -> Callable[[], datetime]:
    """Real time, moved so that it is this moment now."""
    began = datetime.now(moment.tzinfo)
    return lambda: moment + (datetime.now(moment.tzinfo) - began)


@pytest.mark.dovecot
def test_a_reply_that_came_while_the_daemon_was_down_is_read_before_anybody_is_reminded(
    live_desk: MakeDesk, dovecot: Dovecot
) -> None:
    desk = live_desk(dovecot)
    first = mail("My parcel is five days late.", from_=KATE, to="support@acme.example", subject="Late")
    desk.deliver(first)
    once(desk.runtime, clock_from(MONDAY_NOON))
    acknowledged = desk.accepted(KATE)[-1].message
    answer = mail("It is A-10293.", from_=KATE, to=str(acknowledged["Reply-To"]), subject="Re: Late")
    desk.deliver(answer)
    daemon = Daemon(desk.runtime, clock_from(MONDAY_NOON + DAY + MINUTE))
    daemon._tick()
    daemon.start()

    def settled() -> bool:
        with desk.runtime.database.read() as tx:
            (case,) = tx.cases.find()
        return case.order_number == "A-10293"

    try:
        wait_until(settled)
    finally:
        daemon.stop()
    with desk.runtime.database.read() as tx:
        (case,) = tx.cases.find()
        states = {row.kind: row.state for row in tx.due.of_case(case.id)}
    assert states["details_reminder"] is DueState.CANCELLED
    assert [one.message["Subject"] for one in desk.accepted(KATE)] == [acknowledged["Subject"]]
