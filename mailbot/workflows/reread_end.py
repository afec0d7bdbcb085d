"""The end of taking up what has happened since a backup: agents see what waits for them, and what to look through."""

from datetime import datetime

from mailbot.core.case import Direction
from mailbot.core.changes import apply
from mailbot.core.errors import PermanentError
from mailbot.core.restored import shown_again, to_look_at
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.store.restores import Restored
from mailbot.workflows import gather
from mailbot.workflows.handle import read
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

_MOST_LINES = 200


def end(runtime: Runtime, restored: Restored, now: datetime) -> None:
    """In one transaction: show agents the cases that wait, give the leads their list, and let the desk begin."""
    runtime = runtime.as_it_is()
    with runtime.database.begin() as tx:
        for case_id in tx.restores.touched(restored.restored_at):
            _show(tx, runtime, case_id, now)
        _list(tx, runtime, restored, now)
        tx.restores.done(now)


def _show(tx: Transaction, runtime: Runtime, case_id: int, now: datetime) -> None:
    case = tx.cases.lock(case_id)
    if case is None:
        return
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
    situation = gather.with_what_was_granted(tx, situation, case, None)
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    changes = apply(case, shown_again(case, situation), now=now, rule_book=runtime.behaviour.rule_book.version)
    settle(tx, runtime, mailbox, changes, now=now)


def _list(tx: Transaction, runtime: Runtime, restored: Restored, now: datetime) -> None:
    current = tx.restores.unfinished() or restored
    rows = [row for id in current.unsure if (row := tx.ledger.get(id))]
    lines = [line for row in rows if (line := _line(tx, runtime, row))]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… {len(lines)}"]
    situation = gather.situation(tx, runtime, None, customer_key="", now=now)
    for letter in to_look_at(lines, situation):
        write(tx, runtime, runtime.config.mailboxes[0], None, letter, now=now)


def _line(tx: Transaction, runtime: Runtime, row: LedgerRow) -> str | None:
    """Who wrote when about what; None for a plain answer that is known to have gone to the customer."""
    try:
        reading = read(runtime, runtime.config.mailbox(row.mailbox), row)
    except PermanentError:
        return None
    if row.case_id is not None and _went_out(tx, row.case_id, reading.reply_text):
        return None
    message = reading.message
    return f"{row.arrived_at:%Y-%m-%d %H:%M} UTC, {message.from_ or '?'}: {message.subject}"


def _went_out(tx: Transaction, case_id: int, words: str) -> bool:
    said = " ".join(words.split())
    sent = (message for message in tx.cases.messages(case_id) if message.direction is Direction.OUT)
    return bool(said) and any(said in " ".join(message.text.split()) for message in sent)
