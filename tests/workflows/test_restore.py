"""A desk is lost in the middle of its day and comes back from a backup: nothing is lost, nothing is said twice."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailbot.mail.imap import ImapSession
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxState
from mailbot.workflows import reread as rereading
from mailbot.workflows.backup import back_up, read_manifest
from mailbot.workflows.deliver import resolve_uncertain
from mailbot.workflows.forget import forget
from mailbot.workflows.once import once
from mailbot.workflows.record import full
from mailbot.workflows.restore import restore
from mailbot.workflows.runtime import Runtime
from tests.desk import mail
from tests.servers.dovecot import Dovecot
from tests.workflows.conftest import LiveDesk, MakeDesk, reply
from tests.workflows.everything import everything

pytestmark = pytest.mark.dovecot
MARI = "Mari Tamm <mari@acme.example>"
CUSTOMERS = ("kate", "liis", "oleg", "nina", "petr", "vera")


@dataclass(slots=True)
class Day:
    """A desk on real servers, what was written to it, and its backup."""

    desk: LiveDesk
    url: str
    backup: Path
    written: list[str] = field(default_factory=list)

    def complain(self, who: str, text: str = "", **headers: str) -> None:
        id = f"{who}-{len(self.written)}@mail.example"
        self.written.append(id)
        usual = {"subject": f"Parcel of {who}", "to": "support@acme.example"} | headers
        words = text or f"I ordered with 24 h delivery and it took five days. Order A-2000{CUSTOMERS.index(who)}."
        self.desk.deliver(mail(words, from_=f"{who} <{who}@mail.example>", message_id=f"<{id}>", **usual))

    def answer(self, who: str, text: str, *, nth: int = -1) -> None:
        """Mari answers the notification about this customer's case."""
        about = [m for m in self.desk.accepted("mari@acme.example") if f"Parcel of {who}" in m.message["Subject"]]
        id = f"mari-{len(self.written)}@acme.example"
        self.written.append(id)
        self.desk.deliver(reply(about[nth].message, text, by=MARI, message_id=id))

    def reply(self, who: str, text: str, *, nth: int = -1) -> None:
        """A customer replies to what the desk sent last."""
        id = f"{who}-{len(self.written)}@mail.example"
        self.written.append(id)
        got = self.desk.accepted(f"{who}@mail.example")[nth].message
        self.desk.deliver(reply(got, text, by=f"{who} <{who}@mail.example>", message_id=id))

    def lose(self, *, now: datetime | None = None, lost_at: datetime | None = None) -> None:
        """The database is gone; the backup takes its place, and another process opens it."""
        self.desk.runtime.database.close()
        config, manifest = self.desk.runtime.config, read_manifest(self.backup)
        restore(config, self.backup, manifest, now or datetime.now(UTC), lost_at=lost_at, force=True)
        self.desk = replace(self.desk, runtime=replace(self.desk.runtime, database=Database.open(self.url)))

    def cases(self) -> dict[str, dict[str, Any]]:
        """The cases by their customers; each customer has one."""
        with self.desk.runtime.database.read() as tx:
            whole = [full(tx, case) for case in tx.cases.find()]
        by_customer = {case["customer"]["address"].partition("@")[0]: case for case in whole}
        assert len(by_customer) == len(whole), "nobody has two cases"
        assert len({case["number"] for case in whole}) == len(whole)
        return by_customer

    def check_that_nothing_is_lost(self) -> None:
        filed = Counter(m["message_id"] for case in self.cases().values() for m in case["messages"])
        assert {id: filed[id] for id in self.written} == dict.fromkeys(self.written, 1)

    def check_that_nobody_heard_anything_twice(self) -> None:
        to_customers = [m for m in self.desk.smtp.mails() if m.recipients[0].endswith("@mail.example")]
        ids = Counter((m.recipients, m.message["Message-ID"]) for m in to_customers)
        texts = Counter((m.recipients, m.message["Subject"], _text(m.message)) for m in to_customers)
        assert {*ids.values(), *texts.values()} == {1}

    def back_up_again(self) -> None:
        self.backup = self.backup.with_name("second")
        back_up(self.desk.runtime.config, self.backup, datetime.now(UTC))

    def told_customers(self, *, since: int) -> list[str]:
        """Who of the customers got mail, but for so many mails at the beginning."""
        recipients = (m.recipients[0] for m in self.desk.smtp.mails()[since:])
        return [who for who in recipients if who.endswith("@mail.example")]

    def heard(self, who: str) -> list[str]:
        return [_text(m.message) for m in self.desk.accepted(f"{who}@mail.example")]


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def day(live_desk: MakeDesk, dovecot: Dovecot, url: str, tmp_path: Path, database: Database) -> Iterator[Day]:
    """A desk with two cases, one of them answered, of which there is a backup."""
    desk = live_desk(dovecot)
    config = replace(desk.runtime.config, database=url)
    day = Day(replace(desk, runtime=Runtime(config, database, desk.runtime.behaviour)), url, tmp_path / "backup")
    day.complain("kate")
    day.complain("liis")
    day.desk.once()
    day.answer("kate", "It left today.")
    day.desk.once()
    back_up(config, day.backup, datetime.now(UTC))
    yield day
    day.desk.runtime.database.close()


def _afternoon(day: Day) -> None:
    """What comes after the backup, and the desk does."""
    day.complain("oleg")
    day.complain("nina")
    day.reply("kate", "It still has not come, and I am losing patience.")
    day.desk.once()
    day.answer("liis", "We look into it and write again tomorrow.")
    day.answer("oleg", "Your parcel is with the courier.")
    day.answer("kate", "#note The courier has lost it.")
    day.desk.once()
    day.reply("oleg", "The courier knows nothing of it.")
    day.complain("petr")
    day.desk.once()


def test_a_desk_that_is_lost_in_the_afternoon_knows_it_all_again(day: Day) -> None:
    _afternoon(day)
    before = day.cases()
    mails = len(day.desk.smtp.mails())
    day.lose()
    time.sleep(1.1)  # internal dates are whole seconds
    day.complain("vera")
    day.desk.once()
    day.check_that_nothing_is_lost()
    day.check_that_nobody_heard_anything_twice()
    cases = day.cases()
    assert {who: cases[who]["state"] for who in before} == {who: case["state"] for who, case in before.items()}
    assert day.told_customers(since=mails) == ["vera@mail.example"]
    assert any("with the courier" in m["text"] for m in cases["oleg"]["messages"] if m["direction"] == "out")
    named = ("kate", "liis", "oleg")  # their numbers stand in mail that is left
    assert [cases[who]["number"] for who in named] == [before[who]["number"] for who in named]
    assert min(int(cases[who]["number"][3:]) for who in ("nina", "petr", "vera")) > 11000
    assert all(any(e["event"] == "restored" for e in cases[who]["timeline"]) for who in ("oleg", "nina", "petr"))
    with day.desk.runtime.database.read() as tx:
        assert tx.restores.unfinished() is None


def test_who_was_forgotten_before_the_backup_stays_forgotten_whatever_lies_on_the_server(day: Day) -> None:
    list(forget(day.desk.runtime.database, day.desk.runtime.config.privacy, "kate@mail.example", datetime.now(UTC)))
    day.back_up_again()
    day.lose()
    day.desk.once()
    cases = day.cases()
    assert cases.keys() == {"liis", ""}, "of her case the shell is left"
    assert cases[""]["messages"] == []
    with day.desk.runtime.database.read() as tx:
        assert tx.ledger.counts()["forgotten"] > 1, "what she wrote, and what was written to her"
    assert [where for where, text in everything(day.url) if "parcel of kate" in text] == []


def test_whoever_was_told_before_the_loss_is_still_heard_after_it(day: Day) -> None:
    _afternoon(day)
    day.lose()
    day.desk.once()
    day.reply("oleg", "Now it is here.", nth=0)
    day.reply("petr", "Nothing yet.")
    day.answer("petr", "It comes tomorrow.")
    day.desk.once()
    day.check_that_nothing_is_lost()
    day.check_that_nobody_heard_anything_twice()
    assert "It comes tomorrow." in day.heard("petr")[-1]


def test_the_leads_get_one_list_of_what_was_not_carried_out_again(day: Day) -> None:
    day.complain("oleg")
    day.desk.once()
    day.answer("oleg", "#offer refund 5 EUR\n\nHere is your money.")
    day.answer("liis", "We look into it.")
    day.desk.once()
    day.lose()
    day.desk.once()
    [listed] = [m for m in day.desk.accepted("ana@acme.example") if "obnovljen iz varnostne kopije" in _text(m.message)]
    assert ("Parcel of oleg" in _text(listed.message), "Parcel of liis" in _text(listed.message)) == (True, False)
    assert day.cases()["oleg"]["offers"] == []
    day.check_that_nobody_heard_anything_twice()


@pytest.mark.parametrize("settled", [2, 7])
def test_a_crash_while_the_mail_is_read_again_doubles_nothing(
    day: Day, settled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _afternoon(day)
    mails = len(day.desk.smtp.mails())
    day.lose()
    left, settle = settled, rereading._Again.settle

    def dies(again: Any, *arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        settle(again, *arguments)

    monkeypatch.setattr(rereading._Again, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        once(day.desk.runtime)
    assert len(day.desk.smtp.mails()) == mails, "nothing leaves before all is taken up"
    monkeypatch.undo()
    day.desk.once()
    day.check_that_nothing_is_lost()
    day.check_that_nobody_heard_anything_twice()


@pytest.mark.parametrize(("worked", "heard"), [(True, 0), (False, 1)])
def test_mail_in_the_inbox_is_acknowledged_if_the_lost_desk_cannot_have_done_so(
    day: Day, worked: bool, heard: int
) -> None:
    lost_at = datetime.now(UTC)
    time.sleep(1.1)
    day.complain("vera")
    day.lose(lost_at=None if worked else lost_at)
    day.desk.once()
    day.check_that_nothing_is_lost()
    assert len(day.heard("vera")) == heard


def test_while_a_mailbox_cannot_be_read_again_nothing_leaves(day: Day) -> None:
    day.lose()
    runtime, [mailbox] = day.desk.runtime, day.desk.runtime.config.mailboxes
    unreachable = replace(mailbox, imap=replace(mailbox.imap, port=1))
    failures = once(replace(runtime, config=replace(runtime.config, mailboxes=(unreachable,))))
    assert [name for name, _ in failures] == ["support"]
    with runtime.database.read() as tx:
        assert tx.restores.unfinished() is not None


def test_what_fell_due_in_between_is_done_without_a_word_to_customers(day: Day) -> None:
    day.answer("kate", "#resolve\n\nIt has arrived.")
    day.desk.once()
    day.back_up_again()
    mails = len(day.desk.smtp.mails())
    day.lose(now=datetime.now(UTC) + timedelta(days=8))
    day.desk.once()
    assert day.told_customers(since=mails) == []
    withheld = [e for case in day.cases().values() for e in case["timeline"] if e["event"] == "withheld"]
    assert withheld, "the timeline says what was not said"


def test_what_was_to_be_sent_is_sent_at_most_once_more_and_not_if_it_has_arrived(day: Day) -> None:
    runtime, [mailbox] = day.desk.runtime, day.desk.runtime.config.mailboxes
    with runtime.database.begin() as tx:
        rows = [row for row in tx.outbox.list() if row.recipient.endswith("@mail.example")]
        raw = {row.message_id: tx.outbox.raw(row) for row in rows}
    _make_pending(day.url, [row.id for row in rows])
    day.back_up_again()
    day.reply("liis", "Thank you, I wait.")
    day.lose()
    day.desk.once()
    with day.desk.runtime.database.read() as tx:
        states = Counter(row.state for row in tx.outbox.list() if row.message_id in raw)
    assert states == {OutboxState.SENT: 2, OutboxState.UNCERTAIN: 1}, "kate's answer lies in Sent, liis has replied"
    with ImapSession.connect(mailbox.imap) as session:
        resolve_uncertain(day.desk.runtime, mailbox, session, datetime.now(UTC) + timedelta(minutes=16))
    day.desk.once()
    sent = Counter(m.message["Message-ID"] for m in day.desk.smtp.mails() if m.raw.strip() in _stripped(raw))
    assert max(sent.values()) == 2
    assert sum(sent.values()) == len(raw) + 1


def _stripped(raw: dict[str, bytes]) -> list[bytes]:
    return [each.strip() for each in raw.values()]


def _make_pending(url: str, ids: list[int]) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE outbox SET state = 'pending' WHERE id IN :ids").bindparams(
                sa.bindparam("ids", ids, expanding=True)
            )
        )
    engine.dispose()
