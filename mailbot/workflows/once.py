"""Everything that is due now, and then no more: for cron, tests and benchmarks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from mailbot.core.errors import MailbotError
from mailbot.core.server import Server
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.workflows.alert import SECOND_PATH
from mailbot.workflows.allowance import Allowance
from mailbot.workflows.attend import attend, prepare, settle_waiting
from mailbot.workflows.deliver import deliver
from mailbot.workflows.due import do_due_work
from mailbot.workflows.hook import tell_next
from mailbot.workflows.pace import Pace
from mailbot.workflows.reread import reread
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.sent_copies import file_copies
from mailbot.workflows.share import seized
from mailbot.workflows.start import start

Clock = Callable[[], datetime]
Failure = tuple[str, str]


def _now() -> datetime:
    return datetime.now(UTC)


def once(
    runtime: Runtime, clock: Clock = _now, *, sender: Callable[[Server], SmtpSender] = SmtpSender
) -> tuple[Failure, ...]:
    """Fetch and settle all mail, do what is due, send all; what failed, as (mailbox, error). Others are not delayed.

    `sender` opens the way out to a server.
    """
    with runtime.database.lock():
        start(runtime, clock())
        if (failure := reread(runtime, clock)) is not None:
            return (failure,)
        mailboxes = runtime.config.mailboxes
        with ThreadPoolExecutor(len(mailboxes)) as pool:
            failures = [*pool.map(lambda mailbox: _fetch(runtime, mailbox, clock), mailboxes)]
        while do_due_work(runtime, clock()):
            pass
        failures.append(_tell_shop(runtime, clock))
        with ThreadPoolExecutor(len(mailboxes)) as pool:
            failures += pool.map(lambda mailbox: _send(runtime, mailbox, clock, sender), mailboxes)
        failures.append(_send_alerts(runtime, clock, sender))
    return tuple(failure for failure in failures if failure)


def _fetch(runtime: Runtime, mailbox: Mailbox, clock: Clock) -> Failure | None:
    try:
        with seized(runtime.database, mailbox.name, clock()) as hold:
            settle_waiting(runtime, mailbox, clock)
            with ImapSession.connect(mailbox.imap) as session:
                prepare(mailbox, session)
                refused = attend(runtime, mailbox, session, clock, hold=hold).refused
    except MailbotError as error:
        return mailbox.name, str(error)
    return (mailbox.name, refused) if refused else None


def _send(
    runtime: Runtime, mailbox: Mailbox, clock: Clock, open_sender: Callable[[Server], SmtpSender]
) -> Failure | None:
    try:
        with open_sender(mailbox.smtp) as sender:
            fault = _send_all(runtime, mailbox, sender, mailbox.name, clock)
        with runtime.database.read() as tx:
            copies = bool(tx.outbox.copies_due(mailbox.name, limit=1))
        if copies:
            with ImapSession.connect(mailbox.imap) as session:
                while file_copies(runtime, mailbox, session):
                    pass
    except MailbotError as error:
        return mailbox.name, str(error)
    return (mailbox.name, fault) if fault else None


def _tell_shop(runtime: Runtime, clock: Clock) -> Failure | None:
    while (told := tell_next(runtime, clock())).tried:
        if told.fault:  # the others wait, too
            return "hooks", told.fault
    return None


def _send_alerts(runtime: Runtime, clock: Clock, open_sender: Callable[[Server], SmtpSender]) -> Failure | None:
    alerts = runtime.config.alerts
    if alerts is None or alerts.smtp is None:
        return None
    with open_sender(alerts.smtp) as sender:
        fault = _send_all(runtime, runtime.config.mailboxes[0], sender, SECOND_PATH, clock)
    return ("alerts", fault) if fault else None


def _send_all(runtime: Runtime, mailbox: Mailbox, sender: SmtpSender, queue: str, clock: Clock) -> str | None:
    """Send what is due; what kept mail here through no fault of its own, if anything did."""
    allowance = Allowance(mailbox, queue, alone=runtime.database.exclusive)
    send = partial(
        deliver,
        runtime,
        mailbox,
        sender,
        queue=queue,
        allowance=allowance,
        pace=Pace(mailbox.smtp.connections),
        kept=[],
    )
    fault = None
    while (batch := send(clock())).tried:
        fault = batch.fault or fault
    return fault
