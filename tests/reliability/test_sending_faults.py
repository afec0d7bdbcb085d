"""Servers that send nothing for a while, or not to us: no mail is given up for it, and the admins hear of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from mailbot.core.server import Server
from mailbot.mail.smtp import SmtpSender
from mailbot.store.database import Database
from mailbot.threads import Sender
from mailbot.workflows.deliver import deliver
from mailbot.workflows.trouble import Trouble
from tests.desk import MONDAY_NOON, DeskDriver, mail
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def kind() -> str:
    """What is sent is the same on both databases."""
    return "sqlite"


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> DeskDriver:
    return DeskDriver.open(tmp_path, database)


def complain(desk: DeskDriver, *names: str) -> None:
    for name in names:
        desk.arrive(mail("It came broken.", from_=f"{name}@mail.example", to="support@acme.example", subject=name))


def send_all(desk: DeskDriver, server: Server) -> None:
    with SmtpSender(server, timeout=5, final_timeout=2) as sender:
        while deliver(desk.runtime, desk.runtime.config.mailbox("support"), sender, desk.now).tried:
            pass


def states(desk: DeskDriver) -> dict[str, int]:
    with desk.runtime.database.read() as tx:
        return tx.outbox.counts()


def down(sink: SmtpSink) -> Server:
    return Server(host="127.0.0.1", port=free_port(), security="none")


@pytest.mark.parametrize("fault", ["down", "password"])
def test_a_server_of_ours_that_fails_for_a_week_costs_no_mail(
    desk: DeskDriver, smtp_sink: SmtpSink, fault: str
) -> None:
    broken = down(smtp_sink) if fault == "down" else smtp_sink.server("tls", password="wrong")
    complain(desk, "kate")
    for _ in range(8):
        send_all(desk, broken)
        desk.now += timedelta(days=1)
    assert set(states(desk)) == {"pending"}
    send_all(desk, smtp_sink.server())
    assert set(states(desk)) == {"sent"}
    assert len([m for m in smtp_sink.mails() if m.recipients == ("kate@mail.example",)]) == 1


def test_once_our_server_is_back_nobody_waits_longer_than_five_minutes(desk: DeskDriver, smtp_sink: SmtpSink) -> None:
    complain(desk, "kate")
    for _ in range(30):
        send_all(desk, down(smtp_sink))
        desk.now += timedelta(minutes=20)
    send_all(desk, down(smtp_sink))
    desk.now += timedelta(minutes=5)
    send_all(desk, smtp_sink.server())
    assert set(states(desk)) == {"sent"}


def test_a_greylisted_mail_leaves_within_a_quarter_of_an_hour(desk: DeskDriver, smtp_sink: SmtpSink) -> None:
    complain(desk, name := f"defer-once+{uuid4().hex}")
    for _ in range(3):
        send_all(desk, smtp_sink.server())
        desk.now += timedelta(minutes=5)
    assert set(states(desk)) == {"sent"}
    assert len([m for m in smtp_sink.mails() if m.recipients == (f"{name}@mail.example",)]) == 1


class _Times:
    """Calls in turn: what a Sender does between two waits, without its waits."""

    def __init__(self, desk: DeskDriver, server: Server) -> None:
        self.desk, self.told = desk, []
        box = desk.runtime.config.mailbox("support")
        storage = Trouble(self._tell)
        self.sender = Sender(desk.runtime, box, server, "support", storage, lambda: desk.now)
        for trouble in (self.sender._server, self.sender._put_off):
            trouble._tell = self._tell

    def _tell(self, what: str, detail: str, since: datetime, now: datetime) -> bool:
        self.told.append((what, now))
        return True

    def pass_(self, span: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
        until = self.desk.now + span
        while self.desk.now < until:
            self.sender._send_all()
            self.desk.now += step

    @property
    def whats(self) -> list[str]:
        return [what for what, _ in self.told]


@pytest.fixture
def opened() -> Iterator[list[_Times]]:
    times: list[_Times] = []
    yield times
    for each in times:
        each.sender._smtp.close()


def test_four_hundred_and_fifty_ones_for_hours_are_told_once_and_mend_themselves(
    desk: DeskDriver, smtp_sink: SmtpSink, opened: list[_Times]
) -> None:
    complain(desk, "defer")
    with desk.runtime.database.begin() as tx:  # only the customers' mail: the team's would get through
        for row in tx.outbox.list():
            if not row.recipient.startswith("defer"):
                tx.outbox.cancel(row.id, desk.now)
    opened.append(times := _Times(desk, smtp_sink.server()))
    times.pass_(timedelta(hours=3), timedelta(minutes=10))
    assert times.told == [], "one reader's server is no matter of ours"
    complain(desk, "defer+two")
    with desk.runtime.database.begin() as tx:
        for row in tx.outbox.list():
            if not row.recipient.startswith("defer"):
                tx.outbox.cancel(row.id, desk.now)
    times.pass_(timedelta(hours=6), timedelta(minutes=10))
    assert times.whats == ["smtp_put_off"]
    complain(desk, "kate")
    times.pass_(timedelta(minutes=2))
    assert "kate@mail.example" in {m.recipients[0] for m in smtp_sink.mails()}


def test_a_refused_log_in_is_told_at_once_and_a_dead_server_within_minutes_and_each_once(
    desk: DeskDriver, smtp_sink: SmtpSink, opened: list[_Times]
) -> None:
    complain(desk, "kate", "juri", "ana")
    opened += [refused := _Times(desk, smtp_sink.server("tls", password="wrong"))]
    refused.pass_(timedelta(minutes=30))
    assert refused.told == [("smtp_login", MONDAY_NOON)]
    opened += [dead := _Times(desk, down(smtp_sink))]
    began = desk.now
    dead.pass_(timedelta(minutes=30))
    [(what, when)] = dead.told
    assert (what, when - began <= timedelta(minutes=7)) == ("smtp_connection", True)


def test_while_our_server_fails_one_mail_at_a_time_finds_out(
    desk: DeskDriver, smtp_sink: SmtpSink, opened: list[_Times]
) -> None:
    complain(desk, *(f"kate{n}" for n in range(8)))
    opened.append(times := _Times(desk, down(smtp_sink)))
    times.pass_(timedelta(minutes=3))
    with desk.runtime.database.read() as tx:
        tried = [row for row in tx.outbox.list() if row.attempts]
    assert len(tried) <= 10 + 2, "a batch, and then one each time"
    times.sender._smtp.close()
    times.sender._smtp = SmtpSender(smtp_sink.server())
    times.pass_(timedelta(minutes=6))
    assert set(states(desk)) == {"sent"}
