"""Deletes on the server what is to be forgotten, before the desk forgets where it lies (never by a plain EXPUNGE).

A mail counts as found if its bytes are those that came in; a copy of ours, if its random Message-ID is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from mailbot.core.erasure import mentions
from mailbot.core.message import Address
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession
from mailbot.reading.readable import readable
from mailbot.settings.config import Config, Mailbox
from mailbot.store.database import Database, Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.store.outbox import OutboxRow

log = get_logger(__name__)


def delete_on_server(config: Config, database: Database, address: str) -> tuple[str, ...]:
    """Delete the mails of a person in all mailboxes; for each that may still be there, a sentence that names it.

    Raises as `ImapSession` does; then it can be begun again.
    """
    with database.read() as tx:
        received = _received(tx, Address("", address).key)
        copies = tuple(row for case in tx.cases.find(customer=address) for row in tx.outbox.of_case(case.id))
    left: list[str] = []
    for mailbox in config.mailboxes:
        mine = [row for row in received if row.mailbox == mailbox.name]
        sent = [row for row in copies if row.mailbox == mailbox.name and row.copy_to_sent]
        if mine or sent:
            with ImapSession.connect(mailbox.imap) as session:
                left += _delete_in(session, mailbox, mine, sent)
    return tuple(left)


def count_on_server(database: Database, address: str) -> int:
    """How many mails of a person lie in the folders of the desk, as far as the ledger knows."""
    with database.read() as tx:
        return sum(row.server != "gone" for row in _received(tx, Address("", address).key))


def _received(tx: Transaction, key: str) -> tuple[LedgerRow, ...]:
    of_cases = [row for case in tx.cases.find(customer=key) for row in tx.ledger.of_case(case.id)]
    elsewhere = tx.erasure.takes_part_in(key)
    theirs = [m.ledger_id for id in elsewhere for m in tx.cases.messages(id) if m.author.key == key and m.ledger_id]
    loose = [id for id, raw in tx.erasure.loose_received() if mentions(readable(raw), [key])]
    others = filter(None, map(tx.ledger.get, (*theirs, *loose)))
    return tuple({row.id: row for row in (*of_cases, *others)}.values())


def _delete_in(
    session: ImapSession, mailbox: Mailbox, received: Sequence[LedgerRow], sent: Iterable[OutboxRow]
) -> Iterator[str]:
    wanted = frozenset(row.raw_sha256 for row in received if row.raw_sha256)
    places: Mapping[str, Sequence[LedgerRow]] = {
        folder: [row for row in received if row.folder == folder or row.server == "moved"]
        for folder in _folders(mailbox)
    }
    for folder, rows in places.items():
        if rows and session.exists(folder):
            yield from _delete_from(session, folder, rows, wanted)
    if session.exists(mailbox.folders.sent):
        session.select(mailbox.folders.sent)
        uids = [uid for row in sent for uid in session.uids_with_header("Message-ID", row.message_id)]
        if not session.delete(uids):
            yield f"{mailbox.name}: {len(uids)} in {mailbox.folders.sent}: the server has no UIDPLUS"


def _folders(mailbox: Mailbox) -> tuple[str, ...]:
    folders = mailbox.folders
    return tuple(dict.fromkeys(filter(None, (folders.inbox, folders.processed, folders.quarantine, folders.junk))))


def _delete_from(session: ImapSession, folder: str, rows: Iterable[LedgerRow], wanted: frozenset[str]) -> Iterator[str]:
    selected = session.select(folder)
    candidates: set[int] = set()
    for row in rows:
        if row.folder == folder and row.uid_validity == selected.uid_validity:
            candidates.add(row.uid)
        if row.message_id:
            candidates.update(session.uids_with_header("Message-ID", row.message_id))
    found = [mail.uid for mail in session.fetch(sorted(candidates)) if sha256(mail.raw).hexdigest() in wanted]
    if found and not session.delete(found):
        yield f"{folder}: {len(found)} mails: the server has no UIDPLUS"
    log.info("mail.deleted", folder=folder, count=len(found))
