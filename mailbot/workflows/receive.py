"""Takes over mail from a folder: raw bytes and ledger row are committed before anyone looks inside (decision 8)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from mailbot.config import Mailbox
from mailbot.log import get_logger
from mailbot.mail.imap import Fetched, ImapSession, Selected, UnreadableMailError
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import Cursor

log = get_logger(__name__)

_BATCH = 20
_BATCH_BYTES = 10_000_000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def receive(
    database: Database, session: ImapSession, mailbox: Mailbox, selected: Selected, now: datetime
) -> Iterator[int]:
    """Take over what is new in the selected inbox, a batch at a time; yields how many mails each committed batch held.

    UIDVALIDITY and UID are the only cursor: flags and dates never matter.
    """
    cursor = _cursor(database, session, mailbox, selected, now)
    fetched = session.fetch(session.uids_after(cursor.last_uid))
    batch: list[Fetched] = []
    try:
        for mail in fetched:
            batch.append(mail)
            if len(batch) == _BATCH or sum(each.size for each in batch) > _BATCH_BYTES:
                yield _commit(database, mailbox, selected.uid_validity, batch, now)
                batch = []
    except UnreadableMailError as error:
        _set_aside(database, mailbox, selected.uid_validity, error, now)
    if batch:
        yield _commit(database, mailbox, selected.uid_validity, batch, now)


def _set_aside(
    database: Database, mailbox: Mailbox, uid_validity: int, error: UnreadableMailError, now: datetime
) -> None:
    """Quarantine what the server lists and does not hand out: nothing else can be kept of it than its UID."""
    with database.begin() as tx:
        for uid in error.uids:
            nothing = Fetched(uid=uid, raw=b"", internal_date=now, size=0, flags=frozenset())
            row = _take(tx, mailbox, uid_validity, nothing, now)
            if row is not None:
                tx.ledger.quarantine(row, error=str(error), now=now)


def _commit(database: Database, mailbox: Mailbox, uid_validity: int, batch: Iterable[Fetched], now: datetime) -> int:
    with database.begin() as tx:
        taken = [_take(tx, mailbox, uid_validity, mail, now) for mail in batch]
    count = sum(row is not None for row in taken)
    log.info("mail.received", mailbox=mailbox.name, count=count)
    return count


def _take(tx: Transaction, mailbox: Mailbox, uid_validity: int, mail: Fetched, now: datetime) -> int | None:
    folder = mailbox.folders.inbox
    row = tx.ledger.receive(
        mailbox=mailbox.name,
        folder=folder,
        uid_validity=uid_validity,
        uid=mail.uid,
        raw=mail.raw,
        internal_date=mail.internal_date,
        now=now,
    )
    tx.ledger.advance(mailbox.name, folder, mail.uid)
    return row


def _cursor(database: Database, session: ImapSession, mailbox: Mailbox, selected: Selected, now: datetime) -> Cursor:
    folder, name = mailbox.folders.inbox, mailbox.name
    with database.read() as tx:
        cursor = tx.ledger.cursor(name, folder)
    if cursor and cursor.uid_validity == selected.uid_validity:
        return cursor
    present = session.uids_after(0) if cursor is None and mailbox.start == "new_only" else []
    # What arrives after the SELECT is new: only what stood in the folder then came before the start.
    before = [uid for uid in present if selected.uid_next is None or uid < selected.uid_next]
    with database.begin() as tx:
        if cursor is None:
            started_at = now if mailbox.start == "new_only" else _BEGINNING
            tx.ledger.start(name, folder, uid_validity=selected.uid_validity, started_at=started_at)
            tx.ledger.skip(name, folder, uid_validity=selected.uid_validity, uids=before, now=now)
            if before:
                tx.ledger.advance(name, folder, max(before))
        else:
            log.warning("folder.renumbered", mailbox=name, folder=folder, uid_validity=selected.uid_validity)
            tx.ledger.renumber(name, folder, selected.uid_validity)
        current = tx.ledger.cursor(name, folder)
    if current is None:
        raise AssertionError("the cursor was just written")
    return current
