"""A real PostgreSQL as an ordinary process: one cluster for each worker of pytest, one empty database for each test."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from tests.servers.memory import fastest

_COUNT = itertools.count(1)
_LOCAL = "-c listen_addresses="
# Nobody keeps anything in this cluster: it need not survive a power cut.
_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
# Costs a checkpoint, which is nothing there, and a third of the work of a copy that is written to the log.
_BY_FILES, _KNOWN_SINCE = " STRATEGY FILE_COPY", 150_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server on which databases can be made and dropped; whether it keeps nothing."""

    server: sa.URL
    forgetful: bool = False

    def create(self, model: str | None = None) -> str:
        """The URL of a new database, empty or a copy of the one at the URL `model`."""
        name = f"mailbot_{os.getpid()}_{next(_COUNT)}"
        template = (model and sa.make_url(model).database) or "template0"
        with self._connected() as connection:
            how = _BY_FILES if self.forgetful and connection.info.server_version >= _KNOWN_SINCE else ""
            _execute(connection, f"CREATE DATABASE {{}} TEMPLATE {{}}{how}", name, template)
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database with whatever is still connected to it."""
        with self._connected() as connection:
            _execute(connection, "DROP DATABASE {} WITH (FORCE)", str(sa.make_url(url).database))

    def _connected(self) -> psycopg.Connection:
        plain = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A server: the one at the URL in MAILBOT_TEST_PG, where databases may be made, or one that is started here."""
    try:
        with running_postgres() as cluster:
            yield cluster
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


class PostgresMissingError(Exception):
    """There is no PostgreSQL here that could be started."""


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Cluster]:
    """The same, as long as the block lasts; PostgresMissingError where there is none.

    A `durable` one has its files on a disk and keeps what it was given through a power cut, as one in service does.
    """
    if given := os.environ.get("MAILBOT_TEST_PG"):
        yield Cluster(sa.make_url(given).set(drivername="postgresql+psycopg"))
        return
    programs = _programs()
    if programs is None:
        raise PostgresMissingError("POSTGRES MISSING: install postgresql or set MAILBOT_TEST_PG")
    folder = Path(tempfile.mkdtemp(prefix="mailbot-pg-", dir="/tmp" if durable else fastest()))
    identity = _unprivileged(folder)
    options = _LOCAL if durable else f"{_LOCAL} {_FORGETFUL}"
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL, **identity)

    try:
        run("initdb", "-U", "mailbot", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {options}", "start")
        try:
            url = sa.URL.create("postgresql+psycopg", username="mailbot", database="postgres")
            yield Cluster(url.set(query={"host": str(folder)}), forgetful=not durable)
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """The URL of an empty database."""
    url = postgres.create()
    yield url
    postgres.drop(url)


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = Path(on_path).resolve() if on_path else installed[-1] if installed else None
    return found.parent if found else None


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root; there it runs as `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
