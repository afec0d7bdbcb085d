"""A desk on which machines, spam filters and strangers are let loose; one database is enough for that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.desk import DeskDriver
from tests.security.play import Play


@pytest.fixture
def kind() -> str:
    """What is tried here stands above the database."""
    return "sqlite"


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> DeskDriver:
    """A desk that has got no mail yet."""
    return DeskDriver.open(tmp_path, database)


@pytest.fixture
def play(desk: DeskDriver) -> Iterator[Play]:
    """The same, with an eye on its secrets."""
    play = Play(desk)
    yield play
    play.check_secrets()
