"""Takes over, after a restoring, what came and went since the backup: the inbox, what was settled, what was sent."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from mailbot.log import get_logger
from mailbot.mail.imap import Fetched, ImapSession, UnreadableMailError
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database, Transaction
from mailbot.store.restores import Restored

log = get_logger(__name__)

# Servers search by day, in a zone of their own; clocks differ.
_MARGIN = timedelta(days=1)
_BATCH = 20


def take_over(database: Database, session: ImapSession, mailbox: Mailbox, restored: Restored, now: datetime) -> int:
    """Put what the ledger does not know into it, as received; how many mails that are. A second time it is none.

    Flags never matter; of the inbox only what came while the lost desk can have worked.
    """
    return sum(_from_folder(database, session, mailbox, name, restored, now) for name in _folders(mailbox, session))


def _folders(mailbox: Mailbox, session: ImapSession) -> Iterator[str]:
    folders = mailbox.folders
    wanted = dict.fromkeys((folders.inbox, folders.processed, folders.quarantine, folders.sent))
    yield from (name for name in wanted if session.exists(name))


def _from_folder(
    database: Database, session: ImapSession, mailbox: Mailbox, folder: str, restored: Restored, now: datetime
) -> int:
    validity = session.select(folder).uid_validity
    with database.read() as tx:
        known = tx.ledger.uids(mailbox.name, folder, validity)
        cursor = tx.cursors.get(mailbox.name, mailbox.folders.inbox)
    if cursor is None:  # nobody had looked into this mailbox yet
        return 0
    since = min(restored.backup_at, cursor.checked_at or restored.backup_at) - _MARGIN
    uids = [uid for uid in session.uids_since(since.astimezone(UTC).date()) if uid not in known]
    if folder == mailbox.folders.inbox and validity == cursor.uid_validity:
        uids = [uid for uid in uids if uid > cursor.last_uid]
    taken, place = 0, _Place(mailbox, folder, validity, restored, now)
    for batch in _batches(session, mailbox, folder, uids):
        with database.begin() as tx:
            taken += sum(place.take(tx, mail) for mail in batch)
    log.info("restore.taken_over", mailbox=mailbox.name, folder=folder, count=taken)
    return taken


def _batches(session: ImapSession, mailbox: Mailbox, folder: str, uids: Sequence[int]) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    try:
        for mail in session.fetch(uids):
            batch.append(mail)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except UnreadableMailError as error:
        log.error("restore.unreadable", mailbox=mailbox.name, folder=folder, error=str(error))
    if batch:
        yield batch


class _Place:
    """One folder from which mail is taken over."""

    def __init__(self, mailbox: Mailbox, folder: str, uid_validity: int, restored: Restored, now: datetime) -> None:
        self._mailbox, self._folder, self._uid_validity = mailbox, folder, uid_validity
        self._restored, self._now = restored, now

    def take(self, tx: Transaction, mail: Fetched) -> bool:
        folders = self._mailbox.folders
        in_inbox, in_sent = self._folder == folders.inbox, self._folder == folders.sent
        if in_inbox and mail.internal_date > self._restored.until:
            return False
        if not in_sent and tx.restores.knows(mail.raw, mail.internal_date):
            return False
        row = tx.ledger.receive(
            mailbox=self._mailbox.name,
            folder=self._folder,
            uid_validity=self._uid_validity,
            uid=mail.uid,
            raw=mail.raw,
            internal_date=mail.internal_date,
            now=self._now,
        )
        if row is not None and not in_inbox:
            tx.ledger.filed([row], "left" if in_sent else "moved")
        return row is not None
