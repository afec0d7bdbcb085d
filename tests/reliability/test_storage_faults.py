"""The disk is full, the database locked, slow or gone: what is not stored is not acknowledged, and it mends itself."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from mailbot.core.errors import StorageError
from mailbot.settings.config import Alerts
from mailbot.store.database import Database
from mailbot.threads import Sender, teller
from mailbot.workflows.deliver import claim, lapse, send
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.trouble import Trouble
from tests.reliability.conftest import MakeShaky, ShakyDesk, complaint
from tests.servers.database import BOTH
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Both databases, each with the faults that it has."""
    return str(request.param)


Fault = Callable[[Database, str], AbstractContextManager[None]]


@contextmanager
def full(database: Database, _url: str) -> Iterator[None]:
    """No page can be added to the SQLite file."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # no less than there are

    database._writer.dispose()
    sa.event.listen(database._writer, "connect", limit)
    try:
        yield
    finally:
        sa.event.remove(database._writer, "connect", limit)
        database._writer.dispose()


@contextmanager
def locked(database: Database, url: str) -> Iterator[None]:
    """Another program keeps the database, or its most important table, to itself."""
    hasty = _hasty(database)
    if url.startswith("sqlite"):
        with hasty, closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with hasty, psycopg.connect(_plain(url)) as other:
            other.execute("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE")
            yield


@contextmanager
def gone(_database: Database, url: str) -> Iterator[None]:
    """The server ends every connection, and takes no new one."""
    parsed = sa.make_url(url)
    with psycopg.connect(_plain(url, database="postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {parsed.database} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [parsed.database])
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {parsed.database} ALLOW_CONNECTIONS true")


@contextmanager
def _hasty(database: Database) -> Iterator[None]:
    """Nobody waits ten seconds for a lock in a test."""

    def shorten(connection: object, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA busy_timeout = 100")
        else:
            assert isinstance(connection, psycopg.Connection)
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            connection.commit()

    database._writer.dispose()
    sa.event.listen(database._writer, "connect", shorten)
    try:
        yield
    finally:
        sa.event.remove(database._writer, "connect", shorten)
        database._writer.dispose()


def _plain(url: str, **other: str) -> str:
    return sa.make_url(url).set(drivername="postgresql", **other).render_as_string(hide_password=False)


FAULTS: dict[str, tuple[Fault, ...]] = {"sqlite": (full, locked), "postgresql": (gone, locked)}
# A full disk lets small changes pass where there is room in a page.
NOTHING_WORKS: dict[str, Fault] = {"sqlite": locked, "postgresql": gone}


def test_what_cannot_be_stored_is_not_acknowledged_and_afterwards_it_is_once(
    shaky: MakeShaky, dovecot: Dovecot, kind: str, url: str
) -> None:
    desk = shaky(dovecot)
    assert desk.round() == ()
    names: list[str] = []
    for fault in FAULTS[kind]:
        names.append(fault.__name__)
        desk.deliver(complaint(names[-1]))
        with fault(desk.runtime.database, url):
            _fails(desk)
            assert len(desk.folder("INBOX")) == 1
            assert len(desk.acknowledged()) == len(names) - 1
        assert desk.round() == ()
        assert desk.acknowledged() == [f"{name}@mail.example" for name in names]
        assert desk.folder("INBOX") == []
    assert desk.gaps() == []


def _fails(desk: ShakyDesk) -> None:
    """A round says that it failed, by a result or by the error that ends the command."""
    with suppress(StorageError):
        assert desk.round() != ()


def test_a_database_that_goes_while_mail_is_sent_brings_no_second_mail(
    shaky: MakeShaky, dovecot: Dovecot, kind: str, url: str
) -> None:
    desk = shaky(dovecot)
    desk.round()
    box = desk.runtime.config.mailboxes[0]
    told: list[str] = []
    storage = Trouble(lambda what, *_: bool(told.append(what)) or True)
    sender = Sender(desk.runtime, box, desk.smtp.server(), box.name, storage, lambda: desk.now)
    _queue_one(desk)
    rows = claim(desk.runtime, box, desk.now, most=10)
    sender._answered += [answer for group in send(desk.runtime, sender._smtp, rows, desk.now) for answer in group]
    taken = len(desk.smtp.mails())
    assert taken > 0
    with NOTHING_WORKS[kind](desk.runtime.database, url):
        for _ in range(3):
            with pytest.raises(StorageError) as caught:
                sender._send_all()
            sender._note(caught.value)
            desk.now += timedelta(minutes=4)
    assert told == ["storage"]
    desk.now += timedelta(hours=1)
    lapse(desk.runtime, desk.now)  # as the daemon does it every minute
    sender._send_all()
    sender._smtp.close()
    with desk.runtime.database.read() as tx:
        assert tx.outbox.counts() == {"sent": taken}
    assert len(desk.smtp.mails()) == taken


def _queue_one(desk: ShakyDesk) -> None:
    """A complaint is settled, and what it brings about is not sent yet."""
    with desk.runtime.database.begin() as tx:
        where = {"mailbox": "support", "folder": "INBOX", "uid_validity": 1, "uid": 1}
        tx.ledger.receive(**where, raw=complaint("kate"), internal_date=desk.now, now=desk.now)
    handle_waiting(desk.runtime, desk.runtime.config.mailboxes[0], desk.now)


def test_the_admins_hear_once_of_a_database_that_is_gone_by_a_mail_that_needs_none(
    shaky: MakeShaky, dovecot: Dovecot, kind: str, url: str
) -> None:
    desk = shaky(dovecot)
    alerts = Alerts(to=("ops@acme.example",), smtp=desk.smtp.server())
    desk.runtime.config = replace(desk.runtime.config, alerts=alerts)
    storage = Trouble(teller(desk.runtime, desk.runtime.config.mailboxes[0]))
    with NOTHING_WORKS[kind](desk.runtime.database, url):
        for minute in range(20):
            storage.note("storage", "it is gone", desk.now + timedelta(minutes=minute), by="watch")
            storage.note("storage", "it is gone", desk.now + timedelta(minutes=minute), by="send")
            assert len(desk.alerts()) == (minute > 5)
    storage.over("watch")
    storage.note("storage", "still", desk.now + timedelta(hours=1), by="send")
    assert len(desk.alerts()) == 1, "it is not over for all"
    storage.over("send")
    [subject] = desk.alerts()
    assert "database or the disk" in subject


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_lock_that_somebody_keeps_is_waited_for_ten_seconds_and_not_for_ever(
    shaky: MakeShaky, dovecot: Dovecot, url: str
) -> None:
    database = shaky(dovecot).runtime.database
    with database.read() as tx:
        settings = tx._connection.exec_driver_sql("SHOW lock_timeout").scalar()
    assert settings == "10s"
    began = time.monotonic()
    with locked(database, url), pytest.raises(StorageError, match="keeps a table locked"), database.begin() as tx:
        tx.ledger.counts()
    assert time.monotonic() - began < 5
