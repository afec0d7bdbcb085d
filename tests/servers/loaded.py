"""What the desks of the tests make of the same files is made once: books, templates, the model, and empty tables."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.settings.config import Config
from mailbot.shelf import Shelf
from mailbot.store import schema
from mailbot.workflows import check, runtime

FOLDER = "MAILBOT_TESTS_SHELF"
"""The variable of the environment with the folder of the one shelf of all desks."""
_load, _migrate = Classifier.load, schema._run_migrations


@cache
def _shipped() -> Classifier:
    return _load(SHIPPED)


def _loaded(path: Path) -> Classifier:
    return _shipped() if path == SHIPPED else _load(path)


def _one_shelf(config: Config, *, writable: bool = True) -> Shelf:
    return Shelf(Path(os.environ[FOLDER]), writable=True)


@cache
def _empty_tables(_migrations: Path, _newest: str) -> tuple[str, list[str]]:
    """What these migrations return, and the statements for what they make of an empty SQLite."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        oldest = _migrate(connection)
    with engine.connect() as connection:
        made = connection.connection.driver_connection
        assert made is not None
        script = [line for line in made.iterdump() if line not in {"BEGIN TRANSACTION;", "COMMIT;"}]
    engine.dispose()
    return oldest, script


def _migrated(connection: sa.Connection, revision: str = "head") -> str:
    empty = connection.dialect.name == "sqlite" and not sa.inspect(connection).get_table_names()
    if not empty or revision != "head":
        return _migrate(connection, revision)
    oldest, script = _empty_tables(schema._MIGRATIONS, schema.newest())
    for statement in script:
        connection.exec_driver_sql(statement)
    return oldest


_OURS = (
    (runtime, "shelf_of", _one_shelf),
    (check, "shelf_of", _one_shelf),
    (schema, "_run_migrations", _migrated),
    (Classifier, "load", staticmethod(_loaded)),
)
_THEIRS = tuple((where, name, vars(where)[name]) for where, name, _ in _OURS)


def share() -> None:
    """From now on the desks of this process do so."""
    for where, name, ours in _OURS:
        setattr(where, name, ours)


@contextmanager
def by_itself() -> Iterator[None]:
    """Here every desk makes all by itself, as one in service does."""
    with pytest.MonkeyPatch.context() as patch:
        for where, name, theirs in _THEIRS:
            patch.setattr(where, name, theirs)
        yield


@pytest.fixture(scope="session", autouse=True)
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """They do so as long as the tests run; also those in processes that are forked."""
    with pytest.MonkeyPatch.context() as patch, by_itself():
        patch.setenv(FOLDER, str(tmp_path_factory.mktemp("shelf")))
        share()
        yield
