"""Sending: a few kept SMTP connections on a private event loop, behind a synchronous face."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeAlias, TypeVar

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.core.server import Server
from mailbot.mail.delivery import Delivery, Envelope, Outcome
from mailbot.mail.network import is_certificate_error, tls_context
from mailbot.mail.smtp_connection import SmtpConnection, Timeouts, needs_a_person, why_not_open

__all__ = ["Delivery", "Envelope", "Outcome", "SmtpSender"]

_IDLE_SECONDS = 30.0
# Whoever writes answers down waits for the disk each time; a crash meanwhile leaves that many more mails in doubt.
_TOGETHER_SECONDS = 0.02
_FINAL_ANSWER_SECONDS = 300.0  # many servers scan a mail before they answer; RFC 5321 section 4.5.3.2.6 grants 600

_T = TypeVar("_T")
_Answers: TypeAlias = "SimpleQueue[tuple[int, Delivery] | BaseException]"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection that waits for the next mail, and the alarm that ends its wait."""

    connection: SmtpConnection
    alarm: asyncio.TimerHandle


class SmtpSender:
    """Sends through one server, from any thread, over as many `connections` at once as are granted.

    `max_size` (bytes) is known after the first connection, if at all.
    """

    def __init__(
        self,
        server: Server,
        *,
        connections: int | None = None,
        timeout: float = 60.0,
        final_timeout: float = _FINAL_ANSWER_SECONDS,
        idle: float = _IDLE_SECONDS,
        token: Callable[[], str] | None = None,
    ) -> None:
        self.max_size: int | None = None
        self._server = server
        self._timeouts = Timeouts(timeout, final_timeout)
        self._idle = idle
        self._token = token
        self._context = None if server.security == "none" else tls_context(server)
        self._kept: list[_Kept] = []
        self._retiring: set[asyncio.Task[None]] = set()
        self._connections = connections or server.connections
        self._slots = asyncio.Semaphore(self._connections)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"smtp {server.host}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, *, sender: str, recipient: str, raw: bytes) -> Delivery:
        """Send one mail to one recipient; whatever the server does is in the answer, never raised."""
        return self._run(self._deliver(Envelope(sender, recipient, raw)))

    def send_many(self, mails: Sequence[Envelope]) -> list[Delivery]:
        """Send mails over all connections at once; the answers stand in the order of the mails."""
        answers = dict(answer for group in self.send_each(mails) for answer in group)
        return [answers[number] for number in range(len(mails))]

    def send_each(
        self, mails: Sequence[Envelope], *, at_least_every: float | None = None
    ) -> Iterator[list[tuple[int, Delivery]]]:
        """The same, with the answers as they come, each with its mail's place: those together that come close together.

        All mails are sent, however many answers are asked for. Nothing at all comes `at_least_every` so many seconds.
        """
        answers: _Answers = SimpleQueue()
        ended = threading.Event()

        def end(done: Future[None]) -> None:
            answers.put(done.exception() or EOFError())
            ended.set()

        sending = asyncio.run_coroutine_threadsafe(self._deliver_all(mails, answers.put), self._loop)
        sending.add_done_callback(end)
        return _as_they_come(answers, ended, at_least_every)

    def check(self) -> None:
        """Log in anew and ask for a sign of life; raises TemporaryError or PermanentError with what to do."""
        self._run(self._check())

    def close(self) -> None:
        """Close every connection and end the thread."""
        if self._loop.is_closed():
            return
        self._run(self._close_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _deliver_all(self, mails: Sequence[Envelope], answered: Callable[[tuple[int, Delivery]], None]) -> None:
        waiting = enumerate(mails)

        async def deliver() -> None:
            for number, mail in waiting:
                answered((number, await self._deliver(mail)))

        await asyncio.gather(*(deliver() for _ in mails[: self._connections]))

    async def _deliver(self, mail: Envelope) -> Delivery:
        """By a kept connection; by a new one when there is none, or when the server has closed it meanwhile."""
        async with self._slots:
            while self._kept:
                kept = self._kept.pop()
                kept.alarm.cancel()
                if (delivery := await self._transfer(kept.connection, mail)) is not None:
                    return delivery
            try:
                connection = await self._open()
            except Exception as error:
                return why_not_open(error, self._server)
            text = f"{self._server.host}: the server hung up before the mail was sent"
            return await self._transfer(connection, mail) or Delivery(outcome=Outcome.LATER, text=text, ours=True)

    async def _transfer(self, connection: SmtpConnection, mail: Envelope) -> Delivery | None:
        delivery = await connection.transfer(mail)
        if connection.usable:
            self._keep(connection)
        return delivery

    async def _open(self) -> SmtpConnection:
        connection = SmtpConnection(self._server, self._context, self._timeouts)
        await connection.open(self._token)
        self.max_size = connection.max_size
        return connection

    def _keep(self, connection: SmtpConnection) -> None:
        self._kept.append(_Kept(connection, self._loop.call_later(self._idle, self._retire, connection)))

    def _retire(self, connection: SmtpConnection) -> None:
        self._kept = [kept for kept in self._kept if kept.connection is not connection]
        task = self._loop.create_task(connection.close())
        self._retiring.add(task)  # the loop itself holds a task only weakly
        task.add_done_callback(self._retiring.discard)

    async def _check(self) -> None:
        try:
            connection = await self._open()
        except Exception as error:
            lasting = needs_a_person(error) or is_certificate_error(error)
            kind = PermanentError if lasting else TemporaryError
            raise kind(why_not_open(error, self._server).text) from error
        await connection.noop()
        await connection.close()

    async def _close_all(self) -> None:
        for kept in self._kept:
            kept.alarm.cancel()
        await asyncio.gather(*(kept.connection.close() for kept in self._kept), *self._retiring)
        self._kept.clear()


def _as_they_come(
    answers: _Answers, ended: threading.Event, at_least_every: float | None
) -> Iterator[list[tuple[int, Delivery]]]:
    """The answers until their end, group by group; an error in them is raised."""
    while True:
        try:
            first = answers.get(timeout=at_least_every)
        except Empty:
            yield []
            continue
        ended.wait(_TOGETHER_SECONDS)  # and not for each answer, since to be woken takes turns from other threads
        group = [first, *_already_there(answers)]
        if answered := [one for one in group if not isinstance(one, BaseException)]:
            yield answered
        for end in (one for one in group if isinstance(one, BaseException)):
            if isinstance(end, EOFError):
                return
            raise end


def _already_there(answers: _Answers) -> Iterator[tuple[int, Delivery] | BaseException]:
    with suppress(Empty):
        while True:
            yield answers.get_nowait()
