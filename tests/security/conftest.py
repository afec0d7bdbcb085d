"""A desk under attack. Whatever a test does to it: at its end no secret of the team may stand in a customer's mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.desk import DeskDriver
from tests.security.play import Play


@pytest.fixture
def kind() -> str:
    """One database is enough here: what is attacked stands above it."""
    return "sqlite"


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Iterator[Play]:
    """A desk with one complaint, which has been acknowledged and of which two agents know."""
    play = Play(DeskDriver.open(tmp_path, database))
    play.complain()
    yield play
    play.check_secrets()
