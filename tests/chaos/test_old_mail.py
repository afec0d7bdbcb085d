"""A desk is killed at every point of moving old mail to its folder, on both databases, and a customer is forgotten.

Nobody's mail is lost, no file lies there that should not, and who was forgotten stays so when their mail comes again.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import cast

import pytest
import sqlalchemy as sa

from mailbot import log
from mailbot.faults import Point
from mailbot.reading.reader import Reader
from mailbot.reading.workers import Readers
from mailbot.settings.config import Config, OldMailPolicy
from mailbot.store.database import Database
from mailbot.store.raw_mail import is_moved
from mailbot.store.tables import raw_mail
from mailbot.workflows.due import do_due_work
from mailbot.workflows.forget import forget
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.old_mail import plan_moving
from mailbot.workflows.runtime import Behaviour, Runtime
from mailbot.workflows.verify import verify
from tests.chaos.plan import OLD_MAIL
from tests.chaos.process import die_at, forked
from tests.chaos.world import ReadersHere
from tests.desk import LANGUAGES, DeskDriver, mail, shared_behaviour, write_config
from tests.security.play import Play

pytestmark = pytest.mark.xdist_group("chaos")

Work = Callable[[Runtime, datetime], object]
Kill = tuple[Point, int]
_KATE, _BOB = "kate@mail.example", "bob@mail.example"
_FIRST = mail("My kettle leaks.", from_=_KATE, to="support@acme.example", subject="Leak", message_id="<1@kate.example>")
_YEAR, _PAUSE = timedelta(days=365), timedelta(minutes=10)
_LONGEST = 60.0

_MOVING: tuple[Kill, ...] = (
    (Point.DUE_CLAIMED, 1),
    (Point.OLD_MAIL_PARTIAL, 1),
    (Point.OLD_MAIL_WRITTEN, 1),
    (Point.OLD_MAIL_PARTIAL, 3),
    (Point.OLD_MAIL_WRITTEN, 3),
    (Point.OLD_MAIL_LET_GO, 1),
    (Point.DUE_BEFORE_COMMIT, 1),
    (Point.DUE_COMMITTED, 1),
)
_REMOVING: tuple[Kill, ...] = (
    (Point.OLD_MAIL_REMOVED, 1),
    (Point.HANDLE_BEFORE_COMMIT, 1),
    (Point.OLD_MAIL_REMOVED, 1),
    (Point.DUE_BEFORE_COMMIT, 1),
    (Point.DUE_COMMITTED, 1),
)


@dataclass(slots=True)
class Life:
    """A desk with old mail of two customers, from then on; `raws` are its mails by their SHA-256, then."""

    config: Config
    url: str
    now: datetime
    raws: dict[str, bytes]

    @property
    def folder(self) -> Path:
        return self.config.old_mail_folder or Path()

    def lives(self, work: Work, kill: Kill | None = None) -> None:
        """A desk does this, and is killed there if anywhere; then time passes."""
        journal = self.config.path.with_name("log")
        end = forked(partial(self._lived, work, kill), journal, seconds=_LONGEST)
        assert (end.killed, end.failed, end.late) == (kill is not None, False, False), f"{kill}\n{journal.read_text()}"
        self.now += _PAUSE

    def _lived(self, work: Work, kill: Kill | None) -> None:
        log.configure("error")
        database = Database.open(self.url, old_mail=self.folder)
        if kill:
            die_at(*kill)
        work(Runtime(self.config, database, _behaviour()), self.now)
        database.close()


@pytest.fixture
def life(tmp_path: Path, url: str) -> Life:
    """Kate and Bob complained a year ago, all was sent, and a first batch is about to move."""
    folder = tmp_path / "old"
    folder.mkdir()
    desk = DeskDriver.open(tmp_path, Database.open(url, old_mail=folder), write_config(tmp_path, database=url))
    runtime = desk.runtime
    runtime.config, runtime.behaviour = replace(runtime.config, old_mail=OldMailPolicy(folder, _YEAR)), _behaviour()
    play = Play(desk)
    play.arrive(_FIRST)
    play.complain(by=f"Bob <{_BOB}>")
    _send(runtime.database, desk.now)
    with runtime.database.begin() as tx:
        plan_moving(tx, runtime, desk.now)
    desk.now += _YEAR
    desk.wait(timedelta(days=1))
    raws = _raws(runtime.database, url)
    runtime.database.close()
    return Life(runtime.config, url, desk.now + _PAUSE, raws)


def test_wherever_a_desk_is_killed_that_moves_old_mail_nothing_is_lost(life: Life) -> None:
    for kill in _MOVING:
        life.lives(_work, kill)
    _ends(life)
    assert {point for point, _ in (*_MOVING, *_REMOVING)} > {*OLD_MAIL}
    assert {*_ends(life)} >= {*life.raws}


@pytest.mark.parametrize("kill", [kill for kill in _MOVING if kill[0] in OLD_MAIL or kill[0] is Point.DUE_COMMITTED])
def test_who_is_forgotten_then_stays_forgotten(life: Life, kill: Kill) -> None:
    life.lives(_work, kill)
    life.lives(_forget_kate)
    _no_trace_of_kate(life, _ends(life))


def test_wherever_a_desk_is_killed_that_lets_go_of_a_customer_they_are_forgotten(life: Life) -> None:
    life.lives(_work)
    life.lives(_forget_kate)
    for kill in _REMOVING:
        life.lives(_work, kill)
    _no_trace_of_kate(life, _ends(life))


def _work(runtime: Runtime, now: datetime) -> None:
    """What falls due is done, then what has come, then what has fallen due by that."""
    while do_due_work(runtime, now) or handle_waiting(runtime, runtime.config.mailboxes[0], now):
        pass


def _forget_kate(runtime: Runtime, now: datetime) -> None:
    """Kate is forgotten, and before the desk does anything else her mail comes again."""
    assert [*forget(runtime.database, runtime.config.privacy, _KATE, now)]
    where = {"mailbox": "support", "folder": "INBOX", "uid_validity": 1, "uid": 99}
    with runtime.database.begin() as tx:
        assert tx.ledger.receive(**where, raw=_FIRST, internal_date=now, now=now)


def _send(database: Database, now: datetime) -> None:
    with database.begin() as tx:
        for row in tx.outbox.claim("support", now, limit=99, lease=_PAUSE):
            tx.outbox.sent(row.id, now, "250")


def _ends(life: Life) -> dict[str, bytes]:
    """Everything comes to its end: what was moved lies in the folder, and nothing else. All raw mail that is left."""
    for _ in range(4):
        life.lives(_work)
    database = Database.open(life.url, old_mail=life.folder)
    _send(database, life.now)
    found = verify(Runtime(life.config, database, _behaviour()), life.now)
    raws = _raws(database, life.url)
    database.close()
    assert [gap for gap in found.gaps if "the inbox could not be compared" not in gap] == []
    files = {file.name: file for file in life.folder.rglob("*") if file.is_file()}
    moved = {f"{digest}.eml.gz" for digest in _digests(life.url, is_moved())}
    assert {*files} == moved != set()
    assert all(gzip.decompress(file.read_bytes()) == raws[name[:64]] for name, file in files.items())
    assert all(raw == raws.get(digest, raw) for digest, raw in life.raws.items())
    return raws


def _no_trace_of_kate(life: Life, raws: dict[str, bytes]) -> None:
    left = {digest for digest, raw in raws.items() if _KATE.encode() in raw}
    others = {digest for digest, raw in life.raws.items() if _BOB.encode() in raw}
    assert left == set()
    assert {*raws} > others != set()


def _raws(database: Database, url: str) -> dict[str, bytes]:
    """Every raw mail that there is, wherever it lies."""
    with database.read() as tx:
        return {digest: tx.ledger.raw(digest) for digest in _digests(url)}


def _digests(url: str, *where: sa.ColumnElement[bool]) -> list[str]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        digests = connection.execute(sa.select(raw_mail.c.sha256).where(*where)).scalars().all()
    engine.dispose()
    return [*digests]


@cache
def _behaviour() -> Behaviour:
    """The shipped one, which reads in the process that asks: that may be killed."""
    shipped = shared_behaviour()
    reader = Reader(MappingProxyType(dict(shipped.rule_book.vocabularies)), LANGUAGES)
    return replace(shipped, readers=cast(Readers, ReadersHere(reader)))
