"""The threads of a running desk: one watches a mailbox, one sends what stands in a queue; each mends itself.

A fault pauses its thread, longer each time up to a minute, and delays no other. What lasts is told to the admins.
"""

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mailbot.core.errors import MailbotError, PermanentError, StorageError, TakenError
from mailbot.core.retry import backoff
from mailbot.core.server import Server
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.workflows.alert import tell_admins
from mailbot.workflows.allowance import Allowance
from mailbot.workflows.answered import Answered, Batch, write_down
from mailbot.workflows.attend import attend, prepare, settle_waiting
from mailbot.workflows.deliver import deliver
from mailbot.workflows.pace import Pace
from mailbot.workflows.read_ahead import Patience
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.share import Hold, Share
from mailbot.workflows.told import Told
from mailbot.workflows.trouble import Tell, Trouble

log = get_logger(__name__)

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=1)
# A server that is asked too often for what it refuses may lock the account.
_LONGEST_PAUSE_OF_LOG_IN = timedelta(minutes=5)
# Servers that do not know a sender yet put its mail off for up to an hour.
_PUT_OFF_LONG = timedelta(hours=1)
_SEND_EVERY_SECONDS = 5.0
_STAND_BY_SECONDS = 3.0
# So long the mails behind one wait for it to be read.
_READING_SECONDS = 2.0

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

    def wait(self, seconds: float) -> None:
        """Wait for the bell, and let it fall silent."""
        select.select([self.heard], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            self.heard.recv(4096)

    def close(self) -> None:
        self.heard.close()
        self._rung.close()


class Watcher(threading.Thread):
    """Watches one mailbox: a round after every sign of new mail, and one every `poll_seconds` to be safe.

    It does so as long as the mailbox belongs to this daemon's share. `queued` is called when there may be mail to send;
    `storage` is what all threads know of the database.
    """

    def __init__(
        self,
        runtime: Runtime,
        mailbox: Mailbox,
        queued: Callable[[], None],
        storage: Trouble,
        clock: Clock,
        share: Share,
    ) -> None:
        super().__init__(name=f"watch {mailbox.name}", daemon=True)
        self._runtime, self._mailbox, self._queued, self._clock = runtime, mailbox, queued, clock
        self._share = share
        tell, told = teller(runtime, mailbox), Told(runtime.database, mailbox.name)
        self._storage, self._server, self._refusals = storage, Trouble(tell, told=told), Trouble(tell, told=told)
        self._failures = 0
        self._stopping = threading.Event()
        self._wake = _Wake()
        self._patience = Patience(_READING_SECONDS, self._wake.ring)

    def stop(self) -> None:
        """Ask the thread to end after what it is doing."""
        self._stopping.set()
        self._wake.ring()

    def wake(self) -> None:
        """The mailbox may have come into our hands, or be wanted elsewhere."""
        self._wake.ring()

    def run(self) -> None:
        """Keep a session up while the mailbox is ours, until told to stop."""
        while not self._stopping.is_set():
            try:
                if hold := self._share.hold(self._mailbox.name, self._clock()):
                    settle_waiting(self._runtime, self._mailbox, self._clock, self._queued, self._patience)
                    self._session(hold)
                else:
                    self._stand_by()
            except TakenError as error:
                log.warning("mailbox.lost", mailbox=self._mailbox.name, error=str(error))
                self._wake.wait(_STAND_BY_SECONDS)
            except Exception as error:
                _log_failure("mailbox.failed", self._mailbox.name, error)
                self._note(error)
                self._stopping.wait(_pause(self._failures, log_in=isinstance(error, PermanentError)))
        self._wake.close()

    def _session(self, hold: Hold) -> None:
        mailbox = self._mailbox
        with ImapSession.connect(mailbox.imap) as session:
            prepare(mailbox, session)
            log.info("mailbox.watched", mailbox=mailbox.name, idle=session.idle_supported)
            while not self._stopping.is_set() and self._share.hold(mailbox.name, self._clock()) == hold:
                done = attend(self._runtime, mailbox, session, self._clock, self._queued, self._patience, hold)
                self._all_well(done.refused)
                session.idle(mailbox.poll_seconds, self._wake.heard)
                self._wake.wait(0)

    def _stand_by(self) -> None:
        """Another daemon has the mailbox, or shall have it; what it has received and not got to, anybody settles."""
        self._share.let_go(self._mailbox.name, self._clock())
        settle_waiting(self._runtime, self._mailbox, self._clock, self._queued, self._patience)
        self._storage.over(self.name)
        self._wake.wait(_STAND_BY_SECONDS)

    def _note(self, error: Exception) -> None:
        self._failures += 1
        now = self._clock()
        if isinstance(error, StorageError):
            self._storage.note("storage", str(error), now, by=self.name)
        elif isinstance(error, PermanentError):
            self._server.note("imap_login", str(error), now, at_once=True)
        else:
            self._server.note("imap_connection", str(error), now)

    def _all_well(self, refused: str | None) -> None:
        """New mail has been taken care of; something that can wait may have been refused."""
        self._failures = 0
        self._server.over()
        self._storage.over(self.name)
        if refused:
            self._refusals.note("imap_refused", refused, self._clock())
        else:
            self._refusals.over()


class Sender(threading.Thread):
    """Sends what stands in one queue of the outbox: at once when told of new mail, and regularly to be safe."""

    def __init__(
        self, runtime: Runtime, mailbox: Mailbox, server: Server, queue: str, storage: Trouble, clock: Clock
    ) -> None:
        super().__init__(name=f"send {queue}", daemon=True)
        self._runtime, self._mailbox, self._queue, self._clock = runtime, mailbox, queue, clock
        tell, told = teller(runtime, mailbox), Told(runtime.database, queue)
        self._storage, self._server = storage, Trouble(tell, told=told)
        self._put_off = Trouble(tell, patience=_PUT_OFF_LONG, told=told)
        self._failures, self._log_in = 0, False
        self._readers_put_off: set[str] = set()
        self._answered: list[Answered] = []
        self._smtp = SmtpSender(server)
        self._allowance = Allowance(mailbox, queue, alone=runtime.database.exclusive)
        self._pace = Pace(server.connections)
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
                self._note(error)
            if self._failures:
                self._stopping.wait(_pause(self._failures, log_in=self._log_in))
        self._write_down()
        self._smtp.close()

    def _send_all(self) -> None:
        while not self._stopping.is_set():
            batch = self._batch()
            self._judge(batch)
            if batch.fault or not batch.tried:
                return

    def _batch(self) -> Batch:
        most = 1 if self._failures else None
        return deliver(
            self._runtime,
            self._mailbox,
            self._smtp,
            self._clock(),
            queue=self._queue,
            most=most,
            kept=self._answered,
            allowance=self._allowance,
            pace=self._pace,
        )

    def _write_down(self) -> None:
        """Keep what is known of sent mail. What cannot be kept is not tried for ever: it lapses into `uncertain`."""
        try:
            write_down(self._runtime, self._mailbox, self._answered, self._clock())
        except StorageError as error:
            _log_failure("sending.failed", self._queue, error)
            return
        except Exception as error:
            _log_failure("sending.failed", self._queue, error)
        self._answered.clear()

    def _judge(self, batch: Batch) -> None:
        now = self._clock()
        self._storage.over(self.name)
        if batch.fault:
            self._failures, self._log_in = self._failures + 1, batch.log_in
            what = "smtp_login" if batch.log_in else "smtp_connection"
            self._server.note(what, batch.fault, now, at_once=batch.log_in)
        elif batch.tried:
            self._failures, self._log_in = 0, False
            self._server.over()
            self._count_put_off(batch, now)

    def _count_put_off(self, batch: Batch, now: datetime) -> None:
        """One reader's server may be down for days; where several readers get nothing, and nobody does, it is ours."""
        if batch.taken:
            self._readers_put_off.clear()
            self._put_off.over()
            return
        self._readers_put_off |= batch.put_off.keys()
        if batch.put_off and len(self._readers_put_off) > 1:
            self._put_off.note("smtp_put_off", next(iter(batch.put_off.values())), now)

    def _note(self, error: Exception) -> None:
        self._failures += 1
        if isinstance(error, StorageError):
            self._storage.note("storage", str(error), self._clock(), by=self.name)
        else:
            self._write_down()


def teller(runtime: Runtime, mailbox: Mailbox) -> Tell:
    """What tells the admins of the desk about a fault of this mailbox."""

    def tell(what: str, detail: str, since: datetime, now: datetime) -> bool:
        return tell_admins(runtime, mailbox, what, detail, since=since, now=now)

    return tell


def _pause(failures: int, *, log_in: bool) -> float:
    """How many seconds to wait after so many failures in a row."""
    longest = _LONGEST_PAUSE_OF_LOG_IN if log_in else _LONGEST_PAUSE
    return backoff(failures, first=_FIRST_PAUSE, longest=longest).total_seconds()


def _log_failure(event: str, name: str, error: Exception) -> None:
    log.error(event, name=name, error=str(error), exc_info=not isinstance(error, MailbotError))
