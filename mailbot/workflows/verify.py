"""Reconciles the server's inbox, the ledger and the outbox: nothing may be missing, nothing may stay undecided.

Timelines have to be as they were written (`core/chain.py`); what was erased of them is no gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailbot.core import chain
from mailbot.core.errors import MailbotError
from mailbot.mail.imap import ImapSession
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database, Transaction
from mailbot.store.outbox import OutboxState
from mailbot.workflows.runtime import Runtime

_PATIENCE = timedelta(minutes=15)
_UNFINISHED = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted, and the gaps: each a sentence that names a mail."""

    ledger: dict[str, int]
    outbox: dict[str, int]
    gaps: list[str] = field(default_factory=list)


def verify(runtime: Runtime, now: datetime) -> Verdict:
    """Compare; a mailbox that cannot be reached is a gap too."""
    gaps = [gap for mailbox in runtime.config.mailboxes for gap in _inbox_gaps(runtime.database, mailbox)]
    with runtime.database.read() as tx:
        for row in tx.ledger.unfinished():
            gaps.append(
                f"mail {row.id} of {row.mailbox} (UID {row.uid}) is received and not settled: {row.error}".rstrip(": ")
            )
        for state in _UNFINISHED:
            for mail in tx.outbox.list(state):
                if now - mail.changed_at > _PATIENCE or state is OutboxState.UNCERTAIN:
                    gaps.append(f"outbox {mail.id} to {mail.recipient} is {state.value}: {mail.error}".rstrip(": "))
        gaps += _timeline_gaps(tx)
        gaps += _old_mail_gaps(tx)
        return Verdict(tx.ledger.counts(), tx.outbox.counts(), gaps)


def _old_mail_gaps(tx: Transaction) -> Iterator[str]:
    try:
        yield from (
            f"raw mail {digest} was moved and is not in the folder of old mail" for digest in tx.old_mail.missing()
        )
    except MailbotError as error:
        yield str(error)


def _timeline_gaps(tx: Transaction) -> Iterator[str]:
    for found in tx.cases.chains():
        for gap in chain.gaps(found.links, found.head):
            yield f"timeline of {found.number}: {gap}"


def _inbox_gaps(database: Database, mailbox: Mailbox) -> Iterator[str]:
    try:
        with ImapSession.connect(mailbox.imap) as session:
            selected = session.select(mailbox.folders.inbox)
            present = session.uids_after(0)
    except MailbotError as error:
        yield f"{mailbox.name}: the inbox could not be compared: {error}"
        return
    with database.read() as tx:
        known = tx.ledger.uids(mailbox.name, mailbox.folders.inbox, selected.uid_validity)
    for uid in present:
        if uid not in known:
            yield f"{mailbox.name}: the mail with UID {uid} in {mailbox.folders.inbox} is not in the ledger"
