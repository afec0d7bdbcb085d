"""How a desk is doing, as far as its database tells: what waits, since when, and when servers last answered."""

from collections.abc import Collection
from datetime import UTC, datetime

from mailbot.settings.config import Config
from mailbot.store.database import Transaction
from mailbot.workflows.in_force import InForce, in_force

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def status_of(tx: Transaction, config: Config) -> dict[str, object]:
    """Ages as moments: the oldest mail not settled, the oldest not sent, and each mailbox's last successful round."""
    waiting, pending = tx.ledger.oldest_waiting(), tx.outbox.oldest_pending()
    cursors = {m.name: tx.cursors.get(m.name, m.folders.inbox) for m in config.mailboxes}
    return {
        "oldest_unread_mail": waiting.isoformat() if waiting else None,
        "oldest_outgoing_mail": pending.isoformat() if pending else None,
        "last_imap_success": {
            name: cursor.checked_at.isoformat() if cursor and cursor.checked_at else None
            for name, cursor in cursors.items()
        },
        "quarantined": len(tx.ledger.quarantined()),
        "held": len(tx.people.all_held()),
        "ledger": tx.ledger.counts(),
        "outbox": tx.outbox.counts(),
        **_rules(in_force(tx, config)),
        **_daemons(tx, [m.name for m in config.mailboxes]),
    }


def _daemons(tx: Transaction, mailboxes: Collection[str]) -> dict[str, object]:
    """Who shares the work on PostgreSQL, and who holds which mailbox, each with the moment until which that stands."""
    daemons = tx.leases.living(_EVER)
    names = {daemon.id: f"{daemon.host}:{daemon.pid}" for daemon in daemons}
    return {
        "daemons": {names[daemon.id]: daemon.until.isoformat() for daemon in daemons},
        "mailboxes_held": {
            name: {"by": names.get(lease.holder, lease.holder), "until": lease.until.isoformat()}
            for name, lease in tx.leases.held().items()
            if name in mailboxes
        },
    }


def _rules(found: InForce) -> dict[str, object]:
    """`rules_on_disk` is another version than that in force while an edit is being taken up, or refused."""
    term, refused, since = found.term, found.refused, found.started_before_edit
    return {
        "rules_in_force": {"version": term.version, "since": term.since.isoformat(), "author": term.author}
        if term
        else None,
        "rules_on_disk": found.on_disk,
        "rules_refused": {"since": refused.since.isoformat(), "problems": list(refused.problems)} if refused else None,
        "config_edited_after_start": since.isoformat() if since else None,
    }
