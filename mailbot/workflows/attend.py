"""One round of a mailbox: take over what is new, settle it, shelve it, and look after what was sent."""

from collections.abc import Callable
from datetime import datetime

from mailbot.mail.imap import ImapSession
from mailbot.settings.config import Mailbox
from mailbot.workflows.deliver import file_copies, resolve_uncertain
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.receive import receive
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.shelve import shelve


def attend(
    runtime: Runtime,
    mailbox: Mailbox,
    session: ImapSession,
    clock: Callable[[], datetime],
    queued: Callable[[], None] = lambda: None,
) -> int:
    """Do the round; how many mails were taken over. `queued` is called when there may be mail to send."""
    taken, selected = 0, session.select(mailbox.folders.inbox)
    for count in receive(runtime.database, session, mailbox, mailbox.folders.inbox, selected, clock()):
        taken += count
        settle_waiting(runtime, mailbox, clock, queued)
    settle_waiting(runtime, mailbox, clock, queued)
    while shelve(runtime.database, session, mailbox, selected.uid_validity):
        pass
    taken += _look_into_junk(runtime, mailbox, session, clock, queued)
    resolve_uncertain(runtime, mailbox, session, clock())
    file_copies(runtime, mailbox, session)
    with runtime.database.begin() as tx:
        tx.ledger.checked(mailbox.name, mailbox.folders.inbox, clock())
    return taken


def _look_into_junk(
    runtime: Runtime, mailbox: Mailbox, session: ImapSession, clock: Callable[[], datetime], queued: Callable[[], None]
) -> int:
    """The same for the junk folder, if there is one; nothing is moved there: its owner sorts it."""
    folder = mailbox.folders.junk
    if folder is None or not session.exists(folder):
        return 0
    taken = sum(receive(runtime.database, session, mailbox, folder, session.select(folder), clock()))
    session.select(mailbox.folders.inbox)
    settle_waiting(runtime, mailbox, clock, queued)
    return taken


def settle_waiting(
    runtime: Runtime, mailbox: Mailbox, clock: Callable[[], datetime], queued: Callable[[], None] = lambda: None
) -> None:
    """Settle everything that was received from this mailbox; needs no connection to it."""
    while handle_waiting(runtime, mailbox, clock()):
        queued()


def prepare(mailbox: Mailbox, session: ImapSession) -> None:
    """Make the folders that the round needs; without them it would fail at the first mail."""
    if session.move_supported or session.uidplus:
        session.ensure_folders((mailbox.folders.processed, mailbox.folders.quarantine))
