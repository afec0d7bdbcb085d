"""Every test that asks for `database` runs on both databases, each time on an empty one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.servers.loaded import by_itself
from tests.servers.postgres import Cluster

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied: migrating each anew would take most of the tests' time."""
    file = tmp_path_factory.mktemp("model") / "mail.db"
    with by_itself():
        Database.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_model(postgres: Cluster) -> str:
    """The URL of a database with all tables, to be copied."""
    url = postgres.create()
    Database.open(url).close()
    return url


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any tables."""
    return f"sqlite:///{tmp_path}/mail.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all tables."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_model"), tmp_path / "mail.db")
        yield f"sqlite:///{tmp_path}/mail.db"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create(request.getfixturevalue("postgres_model"))
    yield url
    cluster.drop(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An open, empty database."""
    database = Database.open(url)
    yield database
    database.close()
