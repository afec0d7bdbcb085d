"""Everything that is due now, and then no more: for cron, tests and benchmarks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from mailbot.core.errors import MailbotError
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.workflows.alert import SECOND_PATH
from mailbot.workflows.attend import attend, prepare, settle_waiting
from mailbot.workflows.deliver import deliver, file_copies
from mailbot.workflows.due import do_due_work
from mailbot.workflows.hook import tell_next
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.start import start

Failure = tuple[str, str]


def once(runtime: Runtime) -> tuple[Failure, ...]:
    """Fetch and settle all mail, do what is due, send all; what failed, as (mailbox, error). Others are not delayed."""
    with runtime.database.lock():
        start(runtime, _now())
        mailboxes = runtime.config.mailboxes
        with ThreadPoolExecutor(len(mailboxes)) as pool:
            failures = [*pool.map(lambda mailbox: _fetch(runtime, mailbox), mailboxes)]
        while do_due_work(runtime, _now()):
            pass
        failures.append(_tell_shop(runtime))
        with ThreadPoolExecutor(len(mailboxes)) as pool:
            failures += pool.map(lambda mailbox: _send(runtime, mailbox), mailboxes)
        failures.append(_send_alerts(runtime))
    return tuple(failure for failure in failures if failure)


def _fetch(runtime: Runtime, mailbox: Mailbox) -> Failure | None:
    try:
        settle_waiting(runtime, mailbox, _now)
        with ImapSession.connect(mailbox.imap) as session:
            prepare(mailbox, session)
            attend(runtime, mailbox, session, _now)
    except MailbotError as error:
        return mailbox.name, str(error)
    return None


def _send(runtime: Runtime, mailbox: Mailbox) -> Failure | None:
    try:
        with SmtpSender(mailbox.smtp) as sender:
            fault = _send_all(runtime, mailbox, sender, mailbox.name)
        with runtime.database.read() as tx:
            copies = bool(tx.outbox.copies_due(mailbox.name, limit=1))
        if copies:
            with ImapSession.connect(mailbox.imap) as session:
                while file_copies(runtime, mailbox, session):
                    pass
    except MailbotError as error:
        return mailbox.name, str(error)
    return (mailbox.name, fault) if fault else None


def _tell_shop(runtime: Runtime) -> Failure | None:
    while (told := tell_next(runtime, _now())).tried:
        if told.fault:  # the others wait, too
            return "hooks", told.fault
    return None


def _send_alerts(runtime: Runtime) -> Failure | None:
    alerts = runtime.config.alerts
    if alerts is None or alerts.smtp is None:
        return None
    with SmtpSender(alerts.smtp) as sender:
        fault = _send_all(runtime, runtime.config.mailboxes[0], sender, SECOND_PATH)
    return ("alerts", fault) if fault else None


def _send_all(runtime: Runtime, mailbox: Mailbox, sender: SmtpSender, queue: str) -> str | None:
    """Send what is due; what kept mail here through no fault of its own, if anything did."""
    fault = None
    while (batch := deliver(runtime, mailbox, sender, _now(), queue=queue)).tried:
        fault = batch.fault or fault
    return fault


def _now() -> datetime:
    return datetime.now(UTC)
