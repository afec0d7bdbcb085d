"""The database: opened once, used from any thread, one transaction at a time for each piece of work."""

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa

from mailbot.core.errors import ConfigurationError
from mailbot.faults import Point, here
from mailbot.store import engines, schema
from mailbot.store.ahead import Coming, look_ahead
from mailbot.store.books import Books
from mailbot.store.cases import Cases
from mailbot.store.clues import Clues
from mailbot.store.cursors import Cursors
from mailbot.store.due import Due
from mailbot.store.erasure import Erasure
from mailbot.store.failures import when_opened, when_used
from mailbot.store.leases import Leases
from mailbot.store.ledger import Ledger
from mailbot.store.mail_claims import MailClaims
from mailbot.store.mail_folder import MailFolder
from mailbot.store.message_ids import MessageIds
from mailbot.store.offers import Offers
from mailbot.store.old_mail import OldMail
from mailbot.store.outbox import Outbox
from mailbot.store.people import People
from mailbot.store.prepared import Prepared
from mailbot.store.presence import Presence
from mailbot.store.problems import Problems
from mailbot.store.restores import Restores
from mailbot.store.retention import Retention
from mailbot.store.session import Session
from mailbot.store.turns import Turns

# Any number will do that no other program on the same server takes for its own advisory lock.
_ALONE = 7_102_454_481_153_275
_SAVEPOINT, _BACK, _RELEASE = (
    Prepared(sa.text(f"{command} SAVEPOINT piece")) for command in ("", "ROLLBACK TO", "RELEASE")
)


class Transaction:
    """What can be read and written together: all of it is kept, or none."""

    __slots__ = (
        "_connection",
        "_session",
        "books",
        "cases",
        "clues",
        "cursors",
        "due",
        "erasure",
        "leases",
        "ledger",
        "mail_claims",
        "message_ids",
        "offers",
        "old_mail",
        "outbox",
        "people",
        "presence",
        "problems",
        "restores",
        "retention",
    )

    def __init__(self, connection: sa.Connection, old_mail: MailFolder | None = None, *, posting: bool = False) -> None:
        session = Session(connection, old_mail, posting=posting)
        self._connection, self._session = connection, session
        self.leases = Leases(session)
        self.ledger = Ledger(session)
        self.cursors = Cursors(session)
        self.mail_claims = MailClaims(session)
        self.cases = Cases(session)
        self.message_ids = MessageIds(session)
        self.books = Books(session)
        self.clues = Clues(session)
        self.outbox = Outbox(session)
        self.due = Due(session)
        self.erasure = Erasure(session)
        self.people = People(session)
        self.offers = Offers(session)
        self.old_mail = OldMail(session)
        self.presence = Presence(session)
        self.problems = Problems(session)
        self.restores = Restores(session)
        self.retention = Retention(session)

    def look_ahead(self, coming: Iterable[Coming]) -> None:
        """Look at once what there is of all that these mails are going to be asked about.

        On PostgreSQL, deliveries of the same mail wait for one another here, until the commit.
        """
        look_ahead(self._session, coming)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """An error inside undoes what was done inside, and nothing else of the transaction."""
        with when_used():
            self._session.execute(_SAVEPOINT)
            try:
                yield
                self._session.finish()
            except BaseException:
                self._session.undone()
                self._session.execute(_BACK)
                raise
            finally:
                self._session.post(_RELEASE)

    def finish(self) -> None:
        """Have everything carried out that was asked for, before the commit."""
        self._session.finish()


class Database:
    """One SQLite file or one PostgreSQL database. `holder` is under what name this process holds rows of it.

    `exclusive`: one daemon at most can work on it, which holds while it has the `lock`.
    """

    def __init__(self, url: sa.URL, old_mail: MailFolder | None = None) -> None:
        self._url = url
        self._old_mail = old_mail
        self.holder = secrets.token_hex(8)
        self.exclusive = engines.file_of(url) is not None
        self._writer, self._reader = engines.engines(url)
        self._turns = Turns(engines.WAIT_SECONDS)

    @classmethod
    def open(cls, url: str, *, upgrade: bool = True, old_mail: Path | None = None) -> "Database":
        """The database at `url`, with the tables that this version expects: an empty or older one is brought there.

        `old_mail`: the folder to which raw mail is moved that is old.

        One that a newer version has brought further is taken as it is, where that has left room for this one. Without
        `upgrade` the tables stay as they are; then ask `is_current` before anything else.
        ConfigurationError for what an admin has to correct; TemporaryError while it is locked, down or its disk full.
        """
        parsed = engines.parse(url)
        with when_opened(parsed):
            database = cls(parsed, MailFolder(old_mail) if old_mail else None)
            try:
                database._prepare(upgrade=upgrade)
            except BaseException:
                database.close()
                raise
        return database

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that writes: committed at the end, undone by any error.

        TemporaryError when the database does not do its part now, PermanentError when it refuses the data.
        """
        with when_used(), self._writing() as connection:
            transaction = Transaction(connection, self._old_mail, posting=True)
            yield transaction
            transaction.finish()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees the database as it is at its first query."""
        with when_used(), self._reading() as connection:
            yield Transaction(connection, self._old_mail)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep a second daemon from a SQLite file; on PostgreSQL several share the work and nothing is locked."""
        file = engines.file_of(self._url)
        if file is None:
            yield
            return
        descriptor = _lock_file(file.with_name(f"{file.name}.lock"))
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process is here, which only on PostgreSQL there can be, and keep the next one out."""
        if self.exclusive:
            yield
            return
        with when_used(), self._writer.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_ALONE)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_ALONE)))

    def is_current(self) -> bool:
        """Whether the tables are those that this version of mailbot expects."""
        with when_opened(self._url), self._reading() as connection:
            return schema.stored(connection) == schema.newest()

    def upgrade(self) -> None:
        """Bring the tables to what this version of mailbot expects; ConfigurationError while an older one needs them.

        Daemons may be at work meanwhile: where the two wait for one another, this one begins again.
        """
        with when_opened(self._url):
            schema.undisturbed(self._upgrade)
        here(Point.MIGRATION_COMMITTED)

    def _upgrade(self) -> None:
        with self._writing() as connection:
            schema.upgrade(connection)
            here(Point.MIGRATION_BEFORE_COMMIT)

    def require_suitable(self) -> None:
        """ConfigurationError once a newer mailbot has changed the tables so that this one must not go on."""
        with when_used(), self._reading() as connection:
            schema.stored(connection)

    def wipe(self) -> bool:
        """Let what was erased vanish from SQLite's log as well; False while somebody still reads what was before."""
        if engines.file_of(self._url) is None:
            return True
        with when_used(), self._writer.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._turns.mine() if self.exclusive else nullcontext(), self._writer.begin() as connection:
            engines.begin(connection, write=True)
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._reader.connect() as connection:
            engines.begin(connection, write=False)
            yield connection

    def _prepare(self, *, upgrade: bool) -> None:
        with self._reading() as connection:
            revision = schema.stored(connection)
            encoding = _encoding(connection)
        if encoding != "UTF8":
            raise ConfigurationError(f"the database keeps text as {encoding}: create it with createdb -E UTF8")
        if upgrade and (revision or "") < schema.newest():
            self.upgrade()


def _encoding(connection: sa.Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "UTF8"
    return str(connection.execute(sa.text("SHOW server_encoding")).scalar_one())


def _lock_file(path: Path) -> int:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.read(descriptor, 20).decode().strip() or "unknown"
        os.close(descriptor)
        raise ConfigurationError(
            f"the database is in use by another mailbot (process {owner}): stop that one first ({path})"
        ) from error
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor
