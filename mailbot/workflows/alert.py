"""Tells the admins what is wrong with the desk itself: by mail, perhaps over a second server, and by a command."""

import subprocess
from datetime import datetime

from mailbot.core.letters import Block, Letter, LetterKind
from mailbot.core.message import Address
from mailbot.log import get_logger
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime

log = get_logger(__name__)

# The outbox rows of alerts stand under this name when `alerts.smtp` sends them: no mailbox may be called so.
SECOND_PATH = "(alerts)"
_COMMAND_SECONDS = 30


def alert(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, what: str, detail: str, *, since: datetime, now: datetime
) -> None:
    """Queue one mail to each admin, or to the leads where the configuration names no admin."""
    alerts = runtime.config.alerts
    readers = [Address("", address) for address in alerts.to] if alerts else []
    readers = readers or [member.mailbox for member in runtime.config.team.leads]
    for reader in readers:
        letter = Letter(
            kind=LetterKind.ALERT,
            to=reader,
            language=runtime.config.organisation.languages[0],
            values={"what": what, "mailbox": mailbox.name, "detail": Block(detail), "since": since},
        )
        by = SECOND_PATH if alerts and alerts.smtp else mailbox.name
        write(tx, runtime, mailbox, None, letter, now=now, queue_as=by)


def call(runtime: Runtime, what: str, mailbox: Mailbox, detail: str) -> None:
    """Run `alerts.command`, if there is one, with the alert in its environment and the detail on standard input."""
    command = runtime.config.alerts.command if runtime.config.alerts else None
    if not command:
        return
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "MAILBOT_ALERT": what, "MAILBOT_MAILBOX": mailbox.name}
    try:
        subprocess.run(
            ["/bin/sh", "-c", command],
            input=detail.encode(),
            env=environment,
            timeout=_COMMAND_SECONDS,
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.error("alert.command", error=str(error))


def quarantined(tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow, error: str, now: datetime) -> None:
    """Tell the admins of a mail that was set aside: it is a complaint that nobody answers."""
    last_line = error.strip().splitlines()[-1] if error.strip() else ""
    detail = f"mailbot quarantine show {row.id}\n{last_line}"
    alert(tx, runtime, mailbox, "quarantined", detail, since=row.arrived_at, now=now)
