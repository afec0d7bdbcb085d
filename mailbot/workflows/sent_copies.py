"""Files agents' answers in the Sent folder, once the server has taken them, where the provider does not do so."""

from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession, Refused
from mailbot.mail.providers import provider_of
from mailbot.settings.config import Mailbox
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.share import Hold

log = get_logger(__name__)

_BATCH = 10


def file_copies(runtime: Runtime, mailbox: Mailbox, session: ImapSession, hold: Hold | None = None) -> int:
    """File agents' answers in Sent, unless the provider has done so; how many copies are settled with that.

    Raises Refused, after all else is filed, when the server will not take some; TakenError when the mailbox that was in
    this `hold` is in another daemon's hands.
    """
    hold = hold or Hold(mailbox.name)
    with runtime.database.read() as tx:
        rows = tx.outbox.copies_due(mailbox.name, limit=_BATCH)
    settled, refused, filed_for_us = 0, None, mailbox.files_sent_copies
    if filed_for_us is None:
        filed_for_us = provider_of(mailbox.smtp.host).files_sent_copies
    for row in rows:
        try:
            if not filed_for_us and not session.has_message_id(mailbox.folders.sent, row.message_id):
                here(Point.COPY_BEFORE_APPEND)
                session.append(mailbox.folders.sent, _raw(runtime, row), seen=True)
                here(Point.COPY_APPENDED)
        except Refused as error:
            log.warning("copy.refused", outbox=row.id, mailbox=mailbox.name, error=str(error))
            refused = error
            continue
        with runtime.database.begin() as tx:
            hold.require(tx)
            tx.outbox.copied(row.id)
            here(Point.COPY_BEFORE_COMMIT)
        here(Point.COPY_COMMITTED)
        settled += 1
    if refused:
        raise refused
    return settled


def _raw(runtime: Runtime, row: OutboxRow) -> bytes:
    with runtime.database.read() as tx:
        return tx.outbox.raw(row)
