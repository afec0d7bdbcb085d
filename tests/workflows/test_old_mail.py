"""Old raw mail lies in a folder: read as before, never in neither place, and gone when it is forgotten."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot import log
from mailbot.cli.options import open_database
from mailbot.core.errors import MailbotError, PermanentError
from mailbot.settings.config import OldMailPolicy
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.raw_mail import is_moved
from mailbot.store.tables import raw_mail
from mailbot.workflows.forget import forget, outlook
from mailbot.workflows.old_mail import plan_moving, write_old_mail
from tests.desk import DeskDriver
from tests.security.play import Play

_YEAR = timedelta(days=365)
_KATE = "kate@mail.example"


@pytest.fixture
def play(tmp_path: Path, url: str) -> Iterator[Play]:
    """Kate and Bob have complained, everything was sent, and mail moves after a year."""
    folder = tmp_path / "old"
    folder.mkdir()
    database = Database.open(url, old_mail=folder)
    desk = DeskDriver.open(tmp_path, database)
    desk.runtime.config = replace(desk.runtime.config, old_mail=OldMailPolicy(folder, _YEAR))
    play = Play(desk)
    for name in ("kate", "bob"):
        play.complain(by=f"{name} <{name}@mail.example>", subject=f"Late, says {name}")
    with database.begin() as tx:
        for row in tx.outbox.claim("support", desk.now, limit=99, lease=timedelta(minutes=1)):
            tx.outbox.sent(row.id, desk.now, "250")
        plan_moving(tx, desk.runtime, desk.now)
    yield play
    database.close()


def _folder(play: Play) -> Path:
    return play.desk.runtime.config.old_mail_folder or Path()


def _files(play: Play) -> dict[str, bytes]:
    return {file.name: gzip.decompress(file.read_bytes()) for file in _folder(play).rglob("*.eml.gz")}


def _moved(play: Play, url: str) -> tuple[int, int]:
    """How many mails were moved, and how many there are."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        counts = [connection.execute(query).scalar_one() for query in (_COUNT.where(is_moved()), _COUNT)]
    engine.dispose()
    return counts[0], counts[1]


_COUNT = sa.select(sa.func.count()).select_from(raw_mail)


def _all_raw(play: Play) -> dict[str, bytes]:
    with play.desk.runtime.database.read() as tx:
        digests = [row.raw_sha256 for row in tx.outbox.list()]
        digests += [
            row.raw_sha256 for case in play.desk.cases() for row in tx.ledger.of_case(case.id) if row.raw_sha256
        ]
        return {digest: tx.ledger.raw(digest) for digest in digests}


def _a_year_later(play: Play) -> None:
    play.desk.now += _YEAR
    for _ in range(4):
        play.desk.wait(timedelta(days=1))


def test_what_is_old_moves_and_is_read_as_before(play: Play, url: str) -> None:
    before = _all_raw(play)
    play.desk.wait(timedelta(days=1))
    assert _moved(play, url)[0] == 0
    young = play.desk.now + _YEAR
    _a_year_later(play)
    play.desk.now = young
    assert {name: _all_raw(play)[name] for name in before} == before
    files = _files(play)
    assert {name.removesuffix(".eml.gz"): raw for name, raw in files.items() if name[:-7] in before} == before
    moved, there = _moved(play, url)
    assert 0 < moved == len(files) < there  # what the desk wrote in the last days is young
    assert all(file.stat().st_mode & 0o077 == 0 for file in _folder(play).rglob("*.gz"))


def test_whatever_breaks_off_nothing_is_in_neither_place(play: Play, url: str) -> None:
    before, runtime = _all_raw(play), play.desk.runtime
    play.desk.now += _YEAR + timedelta(days=1)
    play.desk.wait(timedelta(0))  # names the first batch
    with runtime.database.begin() as tx:
        [row] = [
            row
            for row in tx.due.claim(play.desk.now + timedelta(minutes=1), limit=99, lease=_YEAR)
            if row.data.get("digests")
        ]
    write_old_mail(runtime, row)
    assert _files(play)
    assert _moved(play, url)[0] == 0  # killed here: the files are there, and so are the bytes
    play.desk.now += _YEAR
    play.desk.wait(timedelta(minutes=2))  # the lease is over
    assert _moved(play, url)[0] == len(_files(play)) > 0
    assert {name: _all_raw(play)[name] for name in before} == before


def test_while_the_folder_is_not_there_everything_stays_in_the_database(play: Play, url: str) -> None:
    log.configure("info")  # as a desk does; what is not configured paints tracebacks, which takes seconds
    before, folder = _all_raw(play), _folder(play)
    folder.rmdir()
    _a_year_later(play)
    assert not folder.exists()
    assert _moved(play, url)[0] == 0
    folder.mkdir()
    for _ in range(20):
        play.desk.wait(timedelta(hours=1))
    assert _moved(play, url)[0] > 0
    assert {name: _all_raw(play)[name] for name in before} == before


def test_a_folder_that_is_gone_for_days_is_waited_for(play: Play, url: str) -> None:
    log.configure("info")
    folder, (_, many) = _folder(play), _moved(play, url)
    folder.rmdir()
    play.desk.now += _YEAR
    for _ in range(40):
        play.desk.wait(timedelta(hours=6))
    folder.mkdir()
    for _ in range(8):
        play.desk.wait(timedelta(hours=6))
    assert _moved(play, url)[0] >= many > 0


def test_who_is_forgotten_is_forgotten_there_too(play: Play, url: str) -> None:
    _a_year_later(play)
    database, privacy = play.desk.runtime.database, play.desk.runtime.config.privacy
    files = _files(play)
    assert any(_KATE.encode() in raw for raw in files.values())
    outlook(database, privacy, _KATE, play.desk.now)
    play.desk.wait(timedelta(seconds=1))
    assert _files(play) == files  # who only asks changes nothing
    assert [*forget(database, privacy, _KATE, play.desk.now)]
    play.desk.wait(timedelta(seconds=1))
    left = _files(play)
    assert not any(_KATE.encode() in raw for raw in left.values())
    assert any(b"bob@mail.example" in raw for raw in left.values())


def test_what_is_erased_while_it_is_moved_is_in_neither_place(play: Play, url: str) -> None:
    runtime = play.desk.runtime
    play.desk.now += _YEAR + timedelta(days=1)
    play.desk.wait(timedelta(0))
    with runtime.database.begin() as tx:
        [row] = [
            row
            for row in tx.due.claim(play.desk.now + timedelta(minutes=1), limit=99, lease=timedelta(minutes=1))
            if row.data.get("digests")
        ]
    write_old_mail(runtime, row)
    assert any(_KATE.encode() in raw for raw in _files(play).values())
    assert [*forget(runtime.database, runtime.config.privacy, _KATE, play.desk.now)]
    play.desk.wait(timedelta(minutes=3))
    assert not any(_KATE.encode() in raw for raw in _files(play).values())


def test_a_file_that_is_lost_or_damaged_is_named(play: Play, url: str) -> None:
    _a_year_later(play)
    lost, damaged, *_ = sorted(_folder(play).rglob("*.eml.gz"))
    lost.unlink()
    damaged.write_bytes(gzip.compress(b"somebody else's"))
    with play.desk.runtime.database.read() as tx:
        assert [*tx.old_mail.missing()] == [lost.name.removesuffix(".eml.gz")]
        with pytest.raises(PermanentError, match="not what was written"):
            tx.ledger.raw(damaged.name.removesuffix(".eml.gz"))


def test_a_desk_without_the_folder_says_so(play: Play, url: str) -> None:
    _a_year_later(play)
    [digest, *_] = [name.removesuffix(".eml.gz") for name in _files(play)]
    other = Database.open(url)
    with other.read() as tx, pytest.raises(MailbotError, match=r"old_mail\.folder"):
        tx.ledger.raw(digest)
    other.close()


def test_each_mail_is_named_once(play: Play) -> None:
    later = play.desk.now + timedelta(days=1)
    with play.desk.runtime.database.begin() as tx:
        named = [tx.old_mail.next(later, limit=2) for _ in range(20)]
        kept = [digest for batch in named for digest in batch]
    assert len(kept) == len({*kept}) > 4
    assert all(len(batch) <= 4 for batch in named)
    assert named[-1] == ()


def test_commands_read_there_by_the_configuration_alone(play: Play, url: str) -> None:
    _a_year_later(play)
    path = play.desk.runtime.config.path
    path.write_text(path.read_text() + "old_mail: {folder: old}\n")
    config = load_config(path, environ={})
    assert config.old_mail == OldMailPolicy(path.parent / "old", None)
    database = open_database(replace(config, database=url))
    with database.read() as tx:
        files = _files(play)
        assert {name: tx.ledger.raw(name.removesuffix(".eml.gz")) for name in files} == files
    database.close()
