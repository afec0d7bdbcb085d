"""The running desk: one thread watches each mailbox, one sends its mail, and APScheduler ticks for what falls due.

Nothing that matters lives in memory: SIGKILL is a normal way to stop. Threads share only the database and `Runtime`.
"""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, timedelta
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from mailbot.core.errors import ConfigurationError, MailbotError
from mailbot.log import get_logger
from mailbot.threads import Clock, Sender, Watcher, teller, utc_now
from mailbot.workflows.alert import SECOND_PATH
from mailbot.workflows.deliver import lapse
from mailbot.workflows.due import do_due_work
from mailbot.workflows.hook import tell_next
from mailbot.workflows.reload import Reload
from mailbot.workflows.reread import take_up
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.share import BEAT_SECONDS, Share
from mailbot.workflows.start import start
from mailbot.workflows.trouble import Trouble

log = get_logger(__name__)

_STOP_WITHIN_SECONDS = 30.0
# An edit is taken up at the second look at the latest: within two seconds, loading included.
_LOOK_EVERY_SECONDS = 0.3
_MINUTE = 60
# Where another daemon may have died, which was sending.
_OFTEN = 10


class Daemon:
    """Every thread of one running desk."""

    def __init__(
        self, runtime: Runtime, clock: Clock = utc_now, outdated: Callable[[ConfigurationError], None] | None = None
    ) -> None:
        """`outdated` is called when this version must not go on with the database."""
        self._runtime, self._clock, self._outdated = runtime, clock, outdated
        config = runtime.config
        first = config.mailboxes[0]
        self._storage = storage = Trouble(teller(runtime, first))
        self._senders = {m.name: Sender(runtime, m, m.smtp, m.name, storage, clock) for m in config.mailboxes}
        if config.alerts and config.alerts.smtp:
            server = config.alerts.smtp
            self._senders[SECOND_PATH] = Sender(runtime, first, server, SECOND_PATH, storage, clock)
        self._share = share = Share(runtime.database, [m.name for m in config.mailboxes], clock())
        self._watchers = [Watcher(runtime, m, self._kick_all, storage, clock, share) for m in config.mailboxes]
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        if not runtime.database.exclusive:
            self._scheduler.add_job(self._beat, "interval", seconds=BEAT_SECONDS, id="beat")
        self._scheduler.add_job(self._tick, "interval", seconds=1, id="due")
        minute = _MINUTE if runtime.database.exclusive else _OFTEN
        self._scheduler.add_job(self._minute, "interval", seconds=minute, id="minute")
        self._stopping = threading.Event()
        self._began_at = clock()
        if config.offer_hook:
            self._scheduler.add_job(self._tell_shop, "interval", seconds=1, id="hooks")
        self._reload = Reload(runtime)
        self._scheduler.add_job(self._look_at_rules, "interval", seconds=_LOOK_EVERY_SECONDS, id="rules")

    def start(self) -> None:
        """Start every thread; returns at once."""
        self._beat()
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
        try:
            self._share.leave(self._clock())
        except MailbotError as error:
            log.error("beat.unavailable", error=str(error))

    def _beat(self) -> None:
        try:
            if self._share.beat(self._clock()):
                for watcher in self._watchers:
                    watcher.wake()
        except ConfigurationError as error:
            log.error("daemon.outdated", error=str(error))
            if self._outdated:
                self._outdated(error)
        except MailbotError as error:
            log.error("beat.unavailable", error=str(error))

    def _kick_all(self) -> None:
        for sender in self._senders.values():
            sender.kick()

    def _tick(self) -> None:
        try:
            if do_due_work(self._runtime, self._clock(), began_at=self._began_at):
                self._kick_all()
            self._storage.over("due")
        except MailbotError as error:
            log.error("due.unavailable", error=str(error))
            self._storage.note("storage", str(error), self._clock(), by="due")

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


def run(runtime: Runtime) -> None:
    """Run the desk until SIGTERM or SIGINT; ConfigurationError once the database is none for this version any more."""
    stopping, outdated = threading.Event(), list[ConfigurationError]()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    def stop_outdated(error: ConfigurationError) -> None:
        outdated.append(error)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with runtime.database.lock():
        start(runtime, utc_now())
        if not take_up(runtime, utc_now, stopping):
            return
        daemon = Daemon(runtime, outdated=stop_outdated)
        daemon.start()
        stopping.wait()
        log.info("daemon.stopping")
        daemon.stop()
        log.info("daemon.stopped")
    if outdated:
        raise outdated[0]
