"""Each night raw mail that is old enough goes from the database into a folder, in small batches.

A batch is named in a row of due work, written to the folder, and only then let go of; whatever breaks off in between
is done again from the row.
"""

from datetime import datetime, time, timedelta

from mailbot.log import get_logger
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.workflows.runtime import Runtime

log = get_logger(__name__)

OLD_MAIL = "old_mail"
_MANY = 50
_PAUSE = timedelta(seconds=5)
_AT_NIGHT = time(4, 0)


def plan_moving(tx: Transaction, runtime: Runtime, now: datetime) -> None:
    """Have the next night's moving fall due, if anything is to be moved; once a night."""
    if runtime.config.old_mail is None or runtime.config.old_mail.after is None:
        return
    zone = runtime.desk.calendar.zone
    tonight = datetime.combine(now.astimezone(zone).date(), _AT_NIGHT, zone)
    due_at = tonight if tonight > now else datetime.combine(tonight.date() + timedelta(days=1), _AT_NIGHT, zone)
    _plan(tx, due_at.date().isoformat(), due_at, (), now)


def write_old_mail(runtime: Runtime, row: DueRow) -> None:
    """Write what the row names to the folder. Nobody else has to wait for the disk: nothing is locked meanwhile."""
    with runtime.database.read() as tx:
        tx.old_mail.write(_named(row))


def move_old_mail(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Let go of what was written, and name the next batch; where there is none, plan the next night."""
    if moved := tx.old_mail.let_go(_named(row)):
        log.info("old_mail.moved", mails=moved)
    policy = runtime.config.old_mail
    if policy and policy.after and (digests := tx.old_mail.next(now - policy.after, limit=_MANY)):
        _plan(tx, (now + _PAUSE).isoformat(), now + _PAUSE, digests, now)
    plan_moving(tx, runtime, now)


def remove_erased(tx: Transaction, _runtime: Runtime, row: DueRow, _now: datetime) -> None:
    """Remove what was erased in the database since it was moved."""
    tx.old_mail.remove(_named(row))


def _plan(tx: Transaction, when: str, due_at: datetime, digests: tuple[str, ...], now: datetime) -> None:
    work = DueWork(key=f"{OLD_MAIL} {when}", kind=OLD_MAIL, case_id=None, due_at=due_at, data={"digests": digests})
    tx.due.add(work, now)


def _named(row: DueRow) -> list[str]:
    digests = row.data.get("digests")
    return [str(digest) for digest in digests] if isinstance(digests, list) else []
