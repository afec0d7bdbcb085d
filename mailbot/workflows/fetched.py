"""Whether work that writes to a customer waits for the mail first: their answer may lie on the server, unread."""

from datetime import datetime, timedelta

from mailbot.core.asking import GIVE_UP, REMIND
from mailbot.core.silence import SILENCE
from mailbot.core.stages import DELAY, LOOKING_INTO
from mailbot.core.surveys import FOLLOW_UP, REVIEW
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow
from mailbot.workflows.runtime import Runtime

LOOK_AGAIN = timedelta(minutes=1)
PATIENCE = timedelta(hours=6)
"""For so long customers hear nothing by themselves because their mailbox cannot be looked into; then they do."""

_LATELY = timedelta(minutes=5)
# Alarms, approvals and lists go to members and wait for nobody's mail.
_TO_CUSTOMERS = frozenset({DELAY, FOLLOW_UP, GIVE_UP, LOOKING_INTO, REMIND, REVIEW, SILENCE})


def waits_for_mail(
    tx: Transaction, runtime: Runtime, row: DueRow, now: datetime, *, began_at: datetime | None
) -> str | None:
    """The mailbox that has to be looked into before the row is done; None if nothing speaks against it.

    `began_at`: what was looked into before it, when the desk began to work, does not count.
    """
    case = tx.cases.get(row.case_id) if row.case_id is not None and row.kind in _TO_CUSTOMERS else None
    mailbox = next((box for box in runtime.config.mailboxes if case and box.name == case.mailbox), None)
    cursor = tx.cursors.get(mailbox.name, mailbox.folders.inbox) if mailbox else None
    if mailbox is None or cursor is None:
        return None
    often = timedelta(seconds=mailbox.poll_seconds) + _LATELY
    return mailbox.name if _waits(cursor.checked_at or cursor.started_at, often, began_at, now) else None


def _waits(checked_at: datetime, often: timedelta, began_at: datetime | None, now: datetime) -> bool:
    """Whether the mailbox was not looked into lately, or not since the desk began, and nobody is out of patience."""
    is_fresh = now - checked_at <= often and (began_at is None or checked_at >= began_at)
    since = checked_at + often if began_at is None else max(began_at, checked_at + often)
    return not is_fresh and now < since + PATIENCE
