"""A database goes out into files and comes back alike, on either database, and the old one is never lost."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.core.case import TimelineEntry
from mailbot.core.errors import ConfigurationError, MailbotError
from mailbot.store import backup, dump, schema
from mailbot.store.database import Database, Transaction
from mailbot.store.outbox import OutboxState
from tests.store.samples import NOW, a_case, a_mail, an_outgoing


def _nothing(_: Transaction) -> None:
    return


def _write(url: str, folder: Path) -> backup.Dumped:
    folder.mkdir()
    return backup.write(url, folder)


def _filled(database: Database) -> None:
    with database.begin() as tx:
        case = a_case(tx)
        tx.cases.record(case.id, [TimelineEntry(event="opened", by="mailbot", at=NOW, data={"a": [1]})])
        a_mail(tx, raw=b"a\r\n\r\n\x80")
        tx.outbox.queue(an_outgoing(case_id=case.id), NOW)


def _contents(url: str, folder: Path) -> dict[str, bytes]:
    dumped = _write(url, folder)
    return {name: dump.file_of(folder, name).read_bytes() for name in dumped.rows}


@pytest.fixture
def other_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    return request.getfixturevalue("postgres_url") if kind == "sqlite" else f"sqlite:///{tmp_path}/other/mail.db"


@pytest.mark.postgres
def test_what_comes_back_is_what_went_out_on_either_database(
    url: str, database: Database, other_url: str, tmp_path: Path
) -> None:
    _filled(database)
    before = _contents(url, tmp_path / "a")
    assert backup.put_in_place(other_url, tmp_path / "a", schema.newest(), _nothing, NOW) is None
    assert _contents(other_url, tmp_path / "b") == before


def test_a_new_row_gets_a_number_of_its_own_afterwards(url: str, database: Database, tmp_path: Path) -> None:
    _filled(database)
    _write(url, tmp_path / "a")
    database.close()
    backup.put_in_place(url, tmp_path / "a", schema.newest(), _nothing, NOW)
    again = Database.open(url)
    with again.begin() as tx:
        assert a_case(tx).id == 2
    again.close()


def test_the_old_database_is_set_aside(url: str, kind: str, database: Database, tmp_path: Path) -> None:
    _write(url, tmp_path / "empty")
    _filled(database)
    database.close()
    old = backup.put_in_place(url, tmp_path / "empty", schema.newest(), _nothing, NOW)
    assert not backup.holds_cases(url)
    if kind == "sqlite":
        assert backup.holds_cases(f"sqlite:///{old}")
    else:
        assert backup.holds_cases(f"{url}&options=-csearch_path%3D{old}")


def test_a_failure_leaves_the_old_database_as_it_was(url: str, database: Database, tmp_path: Path) -> None:
    _filled(database)
    _write(url, tmp_path / "a")
    database.close()

    def fails(_: Transaction) -> None:
        raise ConfigurationError("no")

    with pytest.raises(ConfigurationError):
        backup.put_in_place(url, tmp_path / "a", schema.newest(), fails, NOW)
    assert backup.holds_cases(url)
    assert _contents(url, tmp_path / "b") == _files(tmp_path / "a")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name.partition(".")[0]: path.read_bytes() for path in folder.iterdir()}


def test_an_earlier_revision_is_brought_up_to_date(empty_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/older.db")
    with engine.begin() as connection:
        schema.bring_to(connection, "0007")
        connection.execute(sa.text("INSERT INTO case_ids VALUES (41)"))
        dump.dump(connection, tmp_path)
    engine.dispose()
    backup.put_in_place(empty_url, tmp_path, "0007", _nothing, NOW)
    database = Database.open(empty_url, upgrade=False)
    with database.begin() as tx:
        assert (database.is_current(), tx.cases.new_id()) == (True, 42)
    database.close()


def test_nothing_is_replaced_under_a_running_desk(url: str, database: Database, tmp_path: Path) -> None:
    _write(url, tmp_path / "a")
    with database.lock(), database.read(), pytest.raises(ConfigurationError, match="in use by another mailbot"):
        backup.put_in_place(url, tmp_path / "a", schema.newest(), _nothing, NOW)


def test_a_writer_does_not_wait_for_a_backup(url: str, database: Database, tmp_path: Path) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as reader:
        reader.execute(sa.text("BEGIN" if reader.dialect.name == "sqlite" else "SELECT 1"))
        dump.dump(reader, tmp_path)
        _filled(database)
    engine.dispose()


def test_after_a_restoring_what_was_to_be_sent_is_doubted(database: Database) -> None:
    _filled(database)
    with database.begin() as tx:
        assert tx.restores.begin(backup_at=NOW, until=NOW, now=NOW + timedelta(hours=1)) == 1
    with database.read() as tx:
        [row] = tx.outbox.list()
        restored = tx.restores.unfinished()
        assert (row.state, restored is not None) == (OutboxState.UNCERTAIN, True)
        assert tx.outbox.unresolved("support", NOW + timedelta(minutes=74)) == ()


def test_new_cases_are_numbered_behind_a_gap(database: Database) -> None:
    with database.begin() as tx:
        a_case(tx)
        assert tx.restores.begin(backup_at=NOW, until=NOW, now=NOW) == 0
        tx.restores.number_from(1, 1000)
        assert (tx.cases.new_id(), tx.restores.last_number()) == (1001, 1001)


def test_where_there_is_no_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(MailbotError, match="nothing to back up"):
        backup.write(f"sqlite:///{tmp_path}/none.db", tmp_path)
