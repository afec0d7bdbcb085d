"""Tells the admins what is wrong with the desk itself: by mail, perhaps over a second server, and by a command."""

import subprocess
from collections.abc import Iterator
from datetime import datetime

from mailbot.core.errors import MailbotError
from mailbot.core.letters import Block, Letter, LetterKind
from mailbot.core.message import Address
from mailbot.log import get_logger
from mailbot.mail.smtp import Outcome, SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.post import unthreaded, write
from mailbot.workflows.runtime import Runtime

log = get_logger(__name__)

# The outbox rows of alerts stand under this name when `alerts.smtp` sends them: no mailbox may be called so.
SECOND_PATH = "(alerts)"
_COMMAND_SECONDS = 30
_DIRECT_SECONDS = 20.0


def tell_admins(runtime: Runtime, mailbox: Mailbox, what: str, detail: str, *, since: datetime, now: datetime) -> bool:
    """Tell them by every way there is; whether one worked. Where nothing can be queued, the mail leaves at once."""
    called = call(runtime, what, mailbox, detail)
    try:
        with runtime.database.begin() as tx:
            alert(tx, runtime, mailbox, what, detail, since=since, now=now)
    except MailbotError as error:
        log.error("alert.failed", error=str(error))
        return _send_at_once(runtime, mailbox, what, detail, since=since, now=now) or called
    return True


def alert(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, what: str, detail: str, *, since: datetime, now: datetime
) -> None:
    """Queue one mail to each admin, or to the leads where the configuration names no admin."""
    alerts = runtime.config.alerts
    by = SECOND_PATH if alerts and alerts.smtp else mailbox.name
    for letter in _letters(runtime, mailbox, what, detail, since):
        write(tx, runtime, mailbox, None, letter, now=now, queue_as=by)


def _letters(runtime: Runtime, mailbox: Mailbox, what: str, detail: str, since: datetime) -> Iterator[Letter]:
    alerts = runtime.config.alerts
    readers = [Address("", address) for address in alerts.to] if alerts else []
    for reader in readers or [member.mailbox for member in runtime.config.team.leads]:
        yield Letter(
            kind=LetterKind.ALERT,
            to=reader,
            language=runtime.config.organisation.languages[0],
            values={"what": what, "mailbox": mailbox.name, "detail": Block(detail), "since": since},
        )


def _send_at_once(
    runtime: Runtime, mailbox: Mailbox, what: str, detail: str, *, since: datetime, now: datetime
) -> bool:
    alerts = runtime.config.alerts
    server = alerts.smtp if alerts and alerts.smtp else mailbox.smtp
    with SmtpSender(server, timeout=_DIRECT_SECONDS, final_timeout=_DIRECT_SECONDS) as sender:
        answers = [
            sender.send(
                sender=mailbox.address, recipient=letter.to.address, raw=unthreaded(runtime, mailbox, letter, now)
            )
            for letter in _letters(runtime, mailbox, what, detail, since)
        ]
    for answer in answers:
        log.info("alert.sent", outcome=answer.outcome.name, answer=answer.text)
    return any(answer.outcome is Outcome.SENT for answer in answers)


def call(runtime: Runtime, what: str, mailbox: Mailbox, detail: str) -> bool:
    """Run `alerts.command` with the alert in its environment and the detail on standard input; whether it ended well.

    False also where there is no command.
    """
    command = runtime.config.alerts.command if runtime.config.alerts else None
    if not command:
        return False
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
        return False
    return True


def quarantined(tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow, error: str, now: datetime) -> None:
    """Tell the admins of a mail that was set aside: it is a complaint that nobody answers."""
    last_line = error.strip().splitlines()[-1] if error.strip() else ""
    detail = f"mailbot quarantine show {row.id}\n{last_line}"
    alert(tx, runtime, mailbox, "quarantined", detail, since=row.arrived_at, now=now)
