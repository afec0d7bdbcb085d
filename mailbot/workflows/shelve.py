"""Puts mail that is done with into its folder on the server, after its case is committed, never before (decision 9)."""

from collections.abc import Iterable

from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession, MoveResult, Refused
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.workflows.share import Hold

log = get_logger(__name__)

_BATCH = 200


def shelve(
    database: Database, session: ImapSession, mailbox: Mailbox, uid_validity: int, hold: Hold | None = None
) -> int:
    """Move settled mail of the selected inbox; how many mails were moved or found to be gone.

    A crash between the move and its record leaves rows whose mail is gone: the next pass records that. Raises Refused,
    after all else is moved, when the server will not move what belongs into one of the folders; TakenError when the
    mailbox that was in this `hold` is in another daemon's hands.
    """
    hold = hold or Hold(mailbox.name)
    inbox, done, refused = mailbox.folders.inbox, 0, None
    with database.read() as tx:
        rows = tx.ledger.to_file(mailbox.name, inbox, uid_validity, limit=_BATCH)
    for folder, group in _by_folder(mailbox, rows).items():
        here(Point.SHELVE_BEFORE_MOVE)
        try:
            result = session.move([row.uid for row in group], folder)
        except Refused as error:
            refused = error
            continue
        here(Point.SHELVE_MOVED)
        where = "left" if result is MoveResult.LEFT else "moved"
        with database.begin() as tx:
            hold.require(tx)
            tx.ledger.filed([row.id for row in group], where)
            here(Point.SHELVE_BEFORE_COMMIT)
        here(Point.SHELVE_COMMITTED)
        done += len(group)
        log.info("mail.shelved", mailbox=mailbox.name, folder=folder, where=where, count=len(group))
    if refused:
        raise refused
    return done


def _by_folder(mailbox: Mailbox, rows: Iterable[LedgerRow]) -> dict[str, list[LedgerRow]]:
    groups: dict[str, list[LedgerRow]] = {}
    for row in rows:
        quarantined = row.disposition is Disposition.QUARANTINED
        folder = mailbox.folders.quarantine if quarantined else mailbox.folders.processed
        groups.setdefault(folder, []).append(row)
    return groups
