"""A desk under attack. Whatever a test does to it: at its end no secret of the team may stand in a customer's mail."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.desk import DeskDriver
from tests.security.play import Play


@pytest.fixture
def kind() -> str:
    """One database is enough here: what is attacked stands above it."""
    return "sqlite"


@dataclass(frozen=True, slots=True)
class Complained:
    """A desk with one complaint, which has been acknowledged and of which two agents know; `file` is its database."""

    file: Path
    play: Play

    def again(self, folder: Path, database: Database) -> Play:
        """The same on an empty database, that in `folder`: to have it handled anew takes most of a test's time."""
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(folder / "mail.db")) as copy:
            source.backup(copy)
        desk = replace(self.play.desk, runtime=DeskDriver.open(folder, database).runtime)
        return replace(self.play, desk=desk, sent=[*self.play.sent], fresh=[*self.play.fresh])


@pytest.fixture(scope="session")
def complained(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Complained:
    folder = tmp_path_factory.mktemp("complained")
    file = folder / "mail.db"
    file.write_bytes(sqlite_model.read_bytes())
    with closing(Database.open(f"sqlite:///{file}")) as database:
        play = Play(DeskDriver.open(folder, database))
        play.complain()
    return Complained(file, play)


@pytest.fixture
def play(tmp_path: Path, database: Database, complained: Complained) -> Iterator[Play]:
    """A desk with one complaint."""
    play = complained.again(tmp_path, database)
    yield play
    play.check_secrets()
