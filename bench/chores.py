"""What a desk does beside new mail: it asks customers of former days whether they are satisfied, and lists open cases.

Both are planned so that they fall due evenly while the desk is measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.mails import Mail
from mailbot.core.letters import LetterKind
from mailbot.core.surveys import FOLLOW_UP
from mailbot.store import engines
from mailbot.store.database import Database
from mailbot.store.due import DueState, DueWork
from mailbot.store.outbox import OutboxState
from mailbot.store.tables import due, outbox
from mailbot.workflows.daily_list import DAILY_LIST
from tests.desk import DeskDriver
from tests.security.play import Play

EVERY = {FOLLOW_UP: timedelta(seconds=1), DAILY_LIST: timedelta(seconds=10)}
_FORMER = timedelta(days=3)
_RESOLVED = "#resolve\n\nWe are sorry. The parcel is on its way to you again, by another courier.\n"
_KEY = f"{DAILY_LIST} of the bench"


@dataclass(frozen=True, slots=True)
class Chores:
    """How many follow-ups and lists fell due, and how many of them were done."""

    planned: int
    done: int


NO_CHORES = Chores(0, 0)


def plan(config: Path, url: str, mails: Iterable[Mail], begin: datetime, span: timedelta) -> None:
    """Open and resolve a case for each of these mails, as some days ago; the chores fall due from `begin` on."""
    database = Database.open(url)
    desk = DeskDriver.open(config.parent, database, written=config)
    desk.now = begin - _FORMER
    play = Play(desk)
    for mail in mails:
        play.arrive(mail.raw.replace(mail.sender.encode(), b"former-" + mail.sender.encode()))
        told = next(sent for sent in play.fresh if sent.row.kind is LetterKind.NOTIFICATION)
        play.write(_RESOLVED, by=told.row.recipient, **play.thread(told))
    with database.begin() as tx:
        for number in range(span // EVERY[DAILY_LIST]):
            due_at = begin + number * EVERY[DAILY_LIST]
            tx.due.add(DueWork(key=f"{_KEY} {number}", kind=DAILY_LIST, case_id=None, due_at=due_at), desk.now)
    database.close()
    _spread(url, begin)


def count(url: str, now: datetime) -> Chores:
    """What has become of those that have fallen due by now."""
    planned = sa.or_(due.c.kind == FOLLOW_UP, due.c.key.startswith(_KEY)) & (due.c.due_at <= now)
    engine = sa.create_engine(engines.parse(url))
    with engine.connect() as connection:
        states = connection.execute(sa.select(due.c.state).where(planned)).scalars().all()
    engine.dispose()
    return Chores(len(states), sum(state == DueState.DONE for state in states))


def _spread(url: str, begin: datetime) -> None:
    """One follow-up each second; what was written to settle those cases counts as sent."""
    engine = sa.create_engine(engines.parse(url))
    with engine.begin() as connection:
        connection.execute(sa.update(outbox).values(state=OutboxState.SENT, copy_due=False))
        ids = connection.execute(sa.select(due.c.id).where(due.c.kind == FOLLOW_UP).order_by(due.c.id)).scalars().all()
        for number, row in enumerate(ids):
            moment = begin + number * EVERY[FOLLOW_UP]
            connection.execute(sa.update(due).where(due.c.id == row).values(due_at=moment))
    engine.dispose()
