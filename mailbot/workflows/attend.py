"""One round of a mailbox: take over what is new, settle it, shelve it, and look after what was sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession, Refused
from mailbot.settings.config import Mailbox
from mailbot.workflows.deliver import resolve_uncertain
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.read_ahead import Patience
from mailbot.workflows.receive import receive
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.sent_copies import file_copies
from mailbot.workflows.share import Hold
from mailbot.workflows.shelve import shelve

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """How many mails were taken over, and what the server would not do of that which can wait, if there was anything.

    Nothing of it keeps new mail waiting: a full mailbox, a folder that cannot be opened.
    """

    taken: int
    refused: str | None = None


def attend(
    runtime: Runtime,
    mailbox: Mailbox,
    session: ImapSession,
    clock: Callable[[], datetime],
    queued: Callable[[], None] = lambda: None,
    patience: Patience | None = None,
    hold: Hold | None = None,
) -> Round:
    """Do the round. `queued` is called when there may be mail to send; `patience` is for mails that take long to read.

    Raises Refused if the inbox cannot be read, TakenError if the mailbox was in this `hold` and no longer is.
    """
    hold = hold or Hold(mailbox.name)
    settle = partial(settle_waiting, runtime, mailbox, clock, queued, patience)
    taken, selected = 0, session.select(mailbox.folders.inbox)
    for count in receive(runtime.database, session, mailbox, mailbox.folders.inbox, selected, clock(), hold):
        taken += count
        settle()
    settle()
    refused = _look_after(
        mailbox,
        partial(_shelve_all, runtime, mailbox, session, selected.uid_validity, hold),
        partial(_look_into_junk, runtime, mailbox, session, clock, settle, hold),
        lambda: resolve_uncertain(runtime, mailbox, session, clock()),
        partial(file_copies, runtime, mailbox, session, hold),
    )
    with runtime.database.begin() as tx:
        hold.require(tx)
        tx.cursors.checked(mailbox.name, mailbox.folders.inbox, clock())
    return Round(taken, refused)


def _look_after(mailbox: Mailbox, *works: Callable[[], object]) -> str | None:
    """Do each; what the server refused first, if anything."""
    refused = None
    for work in works:
        try:
            work()
        except Refused as error:
            log.warning("mailbox.refused", mailbox=mailbox.name, error=str(error))
            refused = refused or str(error)
    return refused


def _shelve_all(runtime: Runtime, mailbox: Mailbox, session: ImapSession, uid_validity: int, hold: Hold) -> None:
    while shelve(runtime.database, session, mailbox, uid_validity, hold):
        pass


def _look_into_junk(
    runtime: Runtime,
    mailbox: Mailbox,
    session: ImapSession,
    clock: Callable[[], datetime],
    settle: Callable[[], None],
    hold: Hold,
) -> None:
    """Take over from the junk folder, if there is one; nothing is moved there: its owner sorts it."""
    folder = mailbox.folders.junk
    if folder is None or not session.exists(folder):
        return
    try:
        for _ in receive(runtime.database, session, mailbox, folder, session.select(folder), clock(), hold):
            pass
    finally:
        session.select(mailbox.folders.inbox)
    settle()


def settle_waiting(
    runtime: Runtime,
    mailbox: Mailbox,
    clock: Callable[[], datetime],
    queued: Callable[[], None] = lambda: None,
    patience: Patience | None = None,
) -> None:
    """Settle everything that was received from this mailbox; needs no connection to it."""
    while handle_waiting(runtime, mailbox, clock(), patience=patience):
        queued()


def prepare(mailbox: Mailbox, session: ImapSession) -> None:
    """Make the folders that the round needs; without them it would fail at the first mail."""
    if session.move_supported or session.uidplus:
        session.ensure_folders((mailbox.folders.processed, mailbox.folders.quarantine))
