from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench import chores
from bench.desk import write_config
from bench.mails import write_mails
from mailbot.core.server import Secret, Server
from mailbot.store.database import Database
from tests.desk import DeskDriver

NOW = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
NOWHERE = Server(host="127.0.0.1", port=1, security="none", username="support", password=Secret("secret"))


def test_each_customer_of_former_days_is_asked_and_the_open_cases_are_listed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    config = write_config(tmp_path, imap=NOWHERE, smtp_port=1, database=url)
    mails = (mail for mail in write_mails(NOW) if mail.acknowledged)
    chores.plan(config, url, islice(mails, 3), NOW, timedelta(seconds=20))
    assert chores.count(url, NOW + timedelta(seconds=30)) == chores.Chores(planned=5, done=0)
    database = Database.open(url)
    desk = DeskDriver.open(tmp_path, database, config)
    desk.now = NOW
    desk.wait(timedelta(seconds=30))
    asked = [sent.row.recipient for sent in desk.sent() if sent.row.kind.value == "follow_up"]
    database.close()
    assert len(asked) == 3
    assert all(address.startswith("former-") for address in asked)
    assert chores.count(url, NOW + timedelta(seconds=30)) == chores.Chores(planned=5, done=5)
