"""Received mails, from their ledger rows to settled cases, those that are read in one transaction.

Each mail is its own error boundary: what may pass later is postponed, everything else is quarantined with its error
and somebody is told; the others go on, but for what the same writer wrote later, which waits for it: a reply before its
complaint would be a case of its own.
"""

import traceback
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from mailbot.core.errors import MailbotError, StorageError, TakenError, TemporaryError
from mailbot.core.message import Reading
from mailbot.core.retry import backoff
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.reading.hints import Hints
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.alert import quarantined
from mailbot.workflows.dispose import coming, not_again, settle_mail
from mailbot.workflows.look_up import look_up
from mailbot.workflows.read_ahead import AHEAD, Begun, Patience
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.share import LEASE

log = get_logger(__name__)

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=30)
# One of several daemons keeps twice as many mails from the others: those that are being read, and the next.
_PORTION = 5
_SMALL = 100_000


def handle_waiting(
    runtime: Runtime, mailbox: Mailbox, now: datetime, *, limit: int = 50, patience: Patience | None = None
) -> int:
    """Handle what has been received from this mailbox and is waiting; how many mails were looked at.

    With `patience`, those that take long to read are left for another time.
    """
    looked_at, raws, held_up = 0, dict[int, bytes](), set[str]()
    rows, reading = _waiting(runtime, mailbox, now, limit, raws), partial(_read_of, mailbox, raws)
    most = AHEAD if runtime.database.exclusive else _PORTION
    for group in runtime.ahead.through(rows, runtime.as_it_is, reading, patience, most):
        ready = [begun for begun in group if begun.row.writer not in held_up]
        held_up |= handle(ready, mailbox, now)
        looked_at += len(ready)
    return looked_at


def _waiting(
    runtime: Runtime, mailbox: Mailbox, now: datetime, limit: int, raws: dict[int, bytes]
) -> Iterator[LedgerRow]:
    """What is to be handled now, oldest first; the bytes of what is small are in `raws` by then."""
    for portion in _portions(runtime.database, mailbox, now, limit):
        raws.update(_raws_of(runtime, portion))
        yield from portion


def _portions(database: Database, mailbox: Mailbox, now: datetime, limit: int) -> Iterator[Sequence[LedgerRow]]:
    """What waits; on a database that several daemons share, what is ours of it, little by little."""
    with database.read() as tx:
        waiting = tx.ledger.waiting(now, mailbox=mailbox.name, limit=limit if database.exclusive else 1)
    if database.exclusive:
        yield waiting
        return
    mine, is_more = list[int](), bool(waiting)
    while is_more and len(mine) < limit:
        with database.begin() as tx:
            claimed = tx.mail_claims.claim(
                now, mailbox=mailbox.name, holder=database.holder, limit=_PORTION, lease=LEASE, but=mine
            )
        mine += [row.id for row in claimed]
        is_more = len(claimed) == _PORTION
        yield claimed


def handle(group: Sequence[Begun[Runtime]], mailbox: Mailbox, now: datetime) -> AbstractSet[str]:
    """Handle these mails; whose have to wait. Never raises for what is in them; StorageError, when all have to wait.

    What went wrong with one, or with the commit of all, is looked into by handling each of those by itself.
    """
    left = _handle_together(group, mailbox, now) if len(group) > 1 else group
    held_up = set[str]()
    for begun in left:
        writer = begun.row.writer
        if writer in held_up:
            continue
        if not _handle_alone(begun, mailbox, now) and writer:
            held_up.add(writer)
    return held_up


def _handle_together(group: Sequence[Begun[Runtime]], mailbox: Mailbox, now: datetime) -> Sequence[Begun[Runtime]]:
    """Settle all in one transaction, each up to a savepoint; those that could not be settled so, and what their writers
    wrote besides, in their order."""
    left: list[Begun[Runtime]] = []
    known = []
    for begun in group:
        try:
            reading = begun.reading()
            known.append((begun, reading, look_up(begun.desk, mailbox, reading, now)))
        except Exception:
            left.append(begun)
    here(Point.HANDLE_READ)
    try:
        with group[0].desk.database.begin() as tx:
            tx.look_ahead(coming(begun.row, reading) for begun, reading, _ in known)
            for begun, reading, facts in known:
                if begun.row.writer and begun.row.writer in {one.row.writer for one in left}:
                    left.append(begun)
                    continue
                try:
                    with tx.savepoint():
                        settle_mail(tx, begun.desk, mailbox, begun.row, reading, facts, now)
                except StorageError:
                    raise
                except Exception:
                    left.append(begun)
            here(Point.HANDLE_BEFORE_COMMIT)
        here(Point.HANDLE_COMMITTED)
    except Exception as error:
        log.warning("mails.by_themselves", mails=len(group), mailbox=mailbox.name, error=str(error))
        return group
    return sorted(left, key=lambda begun: begun.row.id)


def _handle_alone(begun: Begun[Runtime], mailbox: Mailbox, now: datetime) -> bool:
    """Whether the mail has been dealt with, and need not be waited for."""
    runtime, row = begun.desk, begun.row
    try:
        reading = begun.reading()
        known = look_up(runtime, mailbox, reading, now)
        here(Point.HANDLE_READ)
        with runtime.database.begin() as tx:
            tx.look_ahead([coming(row, reading)])
            settle_mail(tx, runtime, mailbox, row, reading, known, now)
            here(Point.HANDLE_BEFORE_COMMIT)
        here(Point.HANDLE_COMMITTED)
    except TakenError as error:
        log.warning("mail.taken", ledger=row.id, mailbox=row.mailbox, error=str(error))
        return False
    except TemporaryError as error:
        _postpone(runtime, row, error, now)
        if isinstance(error, StorageError):
            raise
        return False
    except Exception as error:
        log.error("mail.quarantined", ledger=row.id, mailbox=row.mailbox, uid=row.uid, error=str(error))
        set_aside(runtime, mailbox, row, error, now)
    return True


def _raws_of(runtime: Runtime, rows: Sequence[LedgerRow]) -> dict[int, bytes]:
    """The bytes of those that are small, so that they are asked for at once."""
    small = [row for row in rows if row.size <= _SMALL]
    if len(small) < 2:
        return {}
    with runtime.database.read() as tx:
        return dict(tx.ledger.raws(small))


def _read_of(mailbox: Mailbox, raws: dict[int, bytes], runtime: Runtime, row: LedgerRow) -> Reading:
    return read(runtime, mailbox, row, raws.pop(row.id, None))


def read(runtime: Runtime, mailbox: Mailbox, row: LedgerRow, raw: bytes | None = None) -> Reading:
    """What can be read out of a mail of the ledger, the bytes of which may be at hand; UnreadableMail if nothing."""
    if raw is None:
        with runtime.database.read() as tx:
            raw = tx.ledger.raw(row)
    hints = Hints(default_language=mailbox.language, our_addresses=runtime.config.our_addresses)
    reading = runtime.behaviour.readers.read(raw, hints)
    message = reading.message
    if message.message_id is None:
        stamped = f"{message.content_hash} {row.arrived_at.isoformat(timespec='seconds')}"
        message = replace(message, content_hash=sha256(stamped.encode()).hexdigest())
    return replace(reading, message=message)


def _postpone(runtime: Runtime, row: LedgerRow, error: TemporaryError, now: datetime) -> None:
    pause = backoff(row.attempts + 1, first=_FIRST_RETRY, longest=_LONGEST_RETRY)
    log.warning("mail.postponed", ledger=row.id, seconds=pause.total_seconds(), error=str(error))
    with runtime.database.begin() as tx:
        tx.ledger.postpone(row.id, retry_at=now + pause, error=str(error), claim=row.claim)


def set_aside(runtime: Runtime, mailbox: Mailbox, row: LedgerRow, error: Exception, now: datetime) -> None:
    """Set the mail aside with a sentence for people where we have one, with a traceback for a fault of ours."""
    expected = isinstance(error, MailbotError)
    why = str(error) if expected else "".join(traceback.format_exception(error, limit=-8))
    try:
        with runtime.database.begin() as tx:
            if tx.erasure.is_forgotten(row, None):
                return not_again(tx, row, now)
            tx.ledger.quarantine(row.id, error=why, now=now, claim=row.claim)
            quarantined(tx, runtime, mailbox, row, why, now)
            here(Point.QUARANTINE_BEFORE_COMMIT)
    except TakenError as taken:
        log.warning("mail.taken", ledger=row.id, mailbox=row.mailbox, error=str(taken))
        return
    here(Point.QUARANTINE_COMMITTED)
