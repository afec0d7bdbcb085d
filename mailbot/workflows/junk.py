"""The junk folder is watched and never answered; once a day the leads get a list of what lies in it."""

from datetime import datetime, timedelta

from mailbot.core.notices import junk_list
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.store.ledger import LedgerRow
from mailbot.workflows import gather
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime

JUNK_LIST = "junk_list"
_A_DAY = timedelta(days=1)
_MOST_LINES = 50


def plan_junk_list(tx: Transaction, runtime: Runtime, mailbox: Mailbox, now: datetime) -> None:
    """Have the list of this mailbox fall due at the next opening of a later day; one list for all mail until then."""
    due_at = runtime.desk.calendar.next_open(now + _A_DAY)
    key = f"{JUNK_LIST} {mailbox.name} {due_at.date().isoformat()}"
    data = {"mailbox": mailbox.name, "since": now.isoformat()}
    tx.due.add(DueWork(key=key, kind=JUNK_LIST, case_id=None, due_at=due_at, data=data), now)


def send_junk_list(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Write the list to every lead."""
    mailbox = next((m for m in runtime.config.mailboxes if m.name == row.data["mailbox"]), None)
    if mailbox is None:
        return
    found = tx.ledger.junk_since(mailbox.name, datetime.fromisoformat(str(row.data["since"])))
    lines = [_line(tx, runtime, mailbox, mail) for mail in found[:_MOST_LINES]]
    if len(found) > _MOST_LINES:
        lines.append(f"… {len(found)}")
    situation = gather.situation(tx, runtime, None, customer_key="", now=now)
    for letter in junk_list(lines, situation):
        write(tx, runtime, mailbox, None, letter, now=now)


def _line(tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow) -> str:
    try:
        reading = runtime.behaviour.readers.read(tx.ledger.raw(row), Hints(default_language=mailbox.language))
    except UnreadableMail:
        return "?"
    message = reading.message
    return f"{message.from_ or '?'}: {message.subject}"
