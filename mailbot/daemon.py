"""The running desk: one thread watches each mailbox, one sends its mail, and APScheduler ticks for what falls due.

Nothing that matters lives in memory: SIGKILL is a normal way to stop. Threads share only the database and `Runtime`.
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from mailbot.core.errors import MailbotError, PermanentError
from mailbot.core.retry import backoff
from mailbot.core.server import Server
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.workflows.alert import SECOND_PATH, alert, call
from mailbot.workflows.attend import attend, prepare, settle_waiting
from mailbot.workflows.deliver import deliver, lapse
from mailbot.workflows.due import do_due_work
from mailbot.workflows.hook import tell_next
from mailbot.workflows.reload import Reload
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.start import start

log = get_logger(__name__)

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
_ALERT_AFTER = timedelta(minutes=5)
_SEND_EVERY_SECONDS = 5.0
_STOP_WITHIN_SECONDS = 30.0
# An edit is taken up at the second look at the latest: within two seconds, loading included.
_LOOK_EVERY_SECONDS = 0.3


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a running desk."""
    return datetime.now(UTC)


class _Wake:
    """A bell that a thread waiting on a socket hears as well as one that waits for time to pass."""

    def __init__(self) -> None:
        self.heard, self._rung = socket.socketpair()
        self.heard.setblocking(False)

    def ring(self) -> None:
        with contextlib.suppress(OSError):  # whoever has ended in the meantime has closed it
            self._rung.send(b"!")

    def close(self) -> None:
        self.heard.close()
        self._rung.close()


class _Trouble:
    """Tells the admins, once, of a fault that lasts: at once where only a person can mend it."""

    def __init__(self, runtime: Runtime, mailbox: Mailbox, kind: str) -> None:
        self._runtime, self._mailbox, self._kind = runtime, mailbox, kind
        self._since: datetime | None = None
        self._told = False
        self.failures = 0

    def over(self) -> None:
        """It works again."""
        self._since, self._told, self.failures = None, False, 0

    def note(self, detail: str, now: datetime, *, needs_a_person: bool) -> None:
        """It failed once more."""
        self.failures += 1
        self._since = self._since or now
        if not self._told and (needs_a_person or now - self._since > _ALERT_AFTER):
            self._told = True
            what = f"{self._kind}_{'login' if needs_a_person else 'connection'}"
            raise_alert(self._runtime, self._mailbox, what, detail, since=self._since, now=now)


class Watcher(threading.Thread):
    """Watches one mailbox: a round after every sign of new mail, and one every `poll_seconds` to be safe."""

    def __init__(self, runtime: Runtime, mailbox: Mailbox, queued: Callable[[], None], clock: Clock) -> None:
        super().__init__(name=f"watch {mailbox.name}", daemon=True)
        self._runtime, self._mailbox, self._queued, self._clock = runtime, mailbox, queued, clock
        self._trouble = _Trouble(runtime, mailbox, "imap")
        self._stopping = threading.Event()
        self._wake = _Wake()

    def stop(self) -> None:
        """Ask the thread to end after what it is doing."""
        self._stopping.set()
        self._wake.ring()

    def run(self) -> None:
        """Keep a session up until told to stop."""
        while not self._stopping.is_set():
            try:
                settle_waiting(self._runtime, self._mailbox, self._clock, self._queued)
                self._session()
            except Exception as error:
                _log_failure("mailbox.failed", self._mailbox.name, error)
                self._trouble.note(str(error), self._clock(), needs_a_person=isinstance(error, PermanentError))
                pause = backoff(self._trouble.failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
                self._stopping.wait(pause.total_seconds())
        self._wake.close()

    def _session(self) -> None:
        mailbox = self._mailbox
        with ImapSession.connect(mailbox.imap) as session:
            prepare(mailbox, session)
            log.info("mailbox.watched", mailbox=mailbox.name, idle=session.idle_supported)
            while not self._stopping.is_set():
                attend(self._runtime, mailbox, session, self._clock, self._queued)
                self._trouble.over()
                session.idle(mailbox.poll_seconds, self._wake.heard)


class Sender(threading.Thread):
    """Sends what stands in one queue of the outbox: at once when told of new mail, and regularly to be safe."""

    def __init__(self, runtime: Runtime, mailbox: Mailbox, server: Server, queue: str, clock: Clock) -> None:
        super().__init__(name=f"send {queue}", daemon=True)
        self._runtime, self._mailbox, self._queue, self._clock = runtime, mailbox, queue, clock
        self._trouble = _Trouble(runtime, mailbox, "smtp")
        self._smtp = SmtpSender(server)
        self._stopping = threading.Event()
        self._work = threading.Event()

    def stop(self) -> None:
        """Ask the thread to end after the batch it is sending."""
        self._stopping.set()
        self._work.set()

    def kick(self) -> None:
        """There is new mail to send."""
        self._work.set()

    def run(self) -> None:
        """Send until told to stop."""
        while not self._stopping.is_set():
            self._work.wait(_SEND_EVERY_SECONDS)
            self._work.clear()
            try:
                self._send_all()
            except Exception as error:
                _log_failure("sending.failed", self._queue, error)
        self._smtp.close()

    def _send_all(self) -> None:
        while not self._stopping.is_set():
            batch = deliver(self._runtime, self._mailbox, self._smtp, self._clock(), queue=self._queue)
            if batch.fault:
                self._trouble.note(batch.fault, self._clock(), needs_a_person=batch.log_in)
            elif batch.tried:
                self._trouble.over()
            if not batch.tried:
                return


def _log_failure(event: str, name: str, error: Exception) -> None:
    log.error(event, name=name, error=str(error), exc_info=not isinstance(error, MailbotError))


class Daemon:
    """Every thread of one running desk."""

    def __init__(self, runtime: Runtime, clock: Clock = utc_now) -> None:
        self._runtime, self._clock = runtime, clock
        config = runtime.config
        self._senders = {m.name: Sender(runtime, m, m.smtp, m.name, clock) for m in config.mailboxes}
        if config.alerts and config.alerts.smtp:
            self._senders[SECOND_PATH] = Sender(runtime, config.mailboxes[0], config.alerts.smtp, SECOND_PATH, clock)
        self._watchers = [Watcher(runtime, m, self._kick_all, clock) for m in config.mailboxes]
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self._tick, "interval", seconds=1, id="due")
        self._scheduler.add_job(self._minute, "interval", minutes=1, id="minute")
        self._stopping = threading.Event()
        if config.offer_hook:
            self._scheduler.add_job(self._tell_shop, "interval", seconds=1, id="hooks")
        self._reload = Reload(runtime)
        self._scheduler.add_job(self._look_at_rules, "interval", seconds=_LOOK_EVERY_SECONDS, id="rules")

    def start(self) -> None:
        """Start every thread; returns at once."""
        for thread in (*self._senders.values(), *self._watchers):
            thread.start()
        self._scheduler.start()
        self._kick_all()

    def stop(self) -> None:
        """Let every thread finish what it is doing, at most half a minute; what is cut off is taken up at the start."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        threads: tuple[Watcher | Sender, ...] = (*self._watchers, *self._senders.values())
        for thread in threads:
            thread.stop()
        until = utc_now() + timedelta(seconds=_STOP_WITHIN_SECONDS)
        for thread in threads:
            thread.join(max(0.0, (until - utc_now()).total_seconds()))

    def _kick_all(self) -> None:
        for sender in self._senders.values():
            sender.kick()

    def _tick(self) -> None:
        try:
            if do_due_work(self._runtime, self._clock()):
                self._kick_all()
        except MailbotError as error:
            log.error("due.unavailable", error=str(error))

    def _tell_shop(self) -> None:
        try:
            while not self._stopping.is_set() and (told := tell_next(self._runtime, self._clock())).tried:
                if told.fault:
                    return
        except MailbotError as error:
            log.error("hook.unavailable", error=str(error))

    def _look_at_rules(self) -> None:
        if self._reload.look(self._clock()):
            self._kick_all()

    def _minute(self) -> None:
        try:
            lapse(self._runtime, self._clock())
        except MailbotError as error:
            log.error("minute.unavailable", error=str(error))


def raise_alert(runtime: Runtime, mailbox: Mailbox, what: str, detail: str, *, since: datetime, now: datetime) -> None:
    """Tell the admins by every path that works; a database that is down leaves the command."""
    call(runtime, what, mailbox, detail)
    try:
        with runtime.database.begin() as tx:
            alert(tx, runtime, mailbox, what, detail, since=since, now=now)
    except MailbotError as error:
        log.error("alert.failed", error=str(error))


def run(runtime: Runtime) -> None:
    """Run the desk until SIGTERM or SIGINT."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with runtime.database.lock():
        start(runtime, utc_now())
        daemon = Daemon(runtime)
        daemon.start()
        stopping.wait()
        log.info("daemon.stopping")
        daemon.stop()
        log.info("daemon.stopped")
