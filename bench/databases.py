"""A database for each contestant, as durable as a desk's: a SQLite file, or one made for it on a PostgreSQL server."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests.servers.postgres import Cluster, running_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_SETTINGS = ("server_version", "fsync", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Databases:
    """Where databases are made; `name` says to people what kind they are."""

    name: str
    folder: Path
    cluster: Cluster | None = None
    made: list[str] = field(default_factory=list)

    def create(self, name: str) -> str:
        """The URL of an empty database; `name` is that of its file, where it is one."""
        if self.cluster is None:
            return f"sqlite:///{self.folder / name}.db"
        self.made.append(self.cluster.create())
        return self.made[-1]


@contextmanager
def databases(server: str, folder: Path) -> Iterator[Databases]:
    """Databases until the block ends: `sqlite` in files of this folder, `postgresql` on a server that is started here.

    Anything else is the URL of a PostgreSQL server on which databases may be made. Raises PostgresMissingError where
    none can be started.
    """
    if server == SQLITE:
        yield Databases(f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL", folder)
    elif server == POSTGRESQL:
        with running_postgres(durable=True) as cluster:
            yield from _on(cluster, folder)
    else:
        yield from _on(Cluster(sa.make_url(server).set(drivername="postgresql+psycopg")), folder)


def plain(url: str) -> str:
    """The URL as PostgreSQL's own library takes it."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


def _on(cluster: Cluster, folder: Path) -> Iterator[Databases]:
    made = Databases(_name(cluster), folder, cluster)
    try:
        yield made
    finally:
        for url in made.made:
            cluster.drop(url)


def _name(cluster: Cluster) -> str:
    with psycopg.connect(plain(cluster.server.render_as_string(hide_password=False))) as connection:
        shown = [str(row[0]) for name in _SETTINGS for row in connection.execute(f"SHOW {name}")]
    version = shown[0].split(" ")[0]
    return f"PostgreSQL {version}, " + ", ".join(f"{n}={v}" for n, v in zip(_SETTINGS[1:], shown[1:], strict=True))
