"""Reading in processes of their own: a mail that hangs, or eats up all memory, costs one process and not the desk."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mailbot.core.errors import TemporaryError
from mailbot.core.message import Attachment, Reading
from mailbot.reading import wire
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.limits import Limits
from mailbot.reading.meaning.classifier import SHIPPED
from mailbot.reading.vocabulary import Vocabulary

# CPU time is what is limited; a process that waits for a busy machine gets several times as long by the clock.
_PATIENCE = 6


@dataclass(slots=True)
class _Worker:
    """One reading process, and the wire to it."""

    pid: int
    desk: socket.socket


class _ProcessEndedError(Exception):
    """A reading process is gone, with this exit code (negative: a signal)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Readers:
    """Reads mails as `Reader` does, each in one of a few processes, which begin with the first mail.

    To be shared by threads. Close it, or let the process end: the others end with it.
    """

    def __init__(
        self,
        vocabularies: Mapping[str, Vocabulary],
        languages: tuple[str, ...],
        limits: Limits,
        *,
        model: Path = SHIPPED,
    ) -> None:
        self._nursery = _Nursery((vocabularies, languages, model, limits))
        self._limits = limits
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(limits.workers):
            self._idle.put(None)
        self._retired = False
        self._letting_go = threading.Lock()

    @property
    def count(self) -> int:
        """How many mails are read at the same time at most."""
        return self._limits.workers

    def read(self, raw: bytes, hints: Hints) -> Reading:
        """Everything that can be read out of `raw`; UnreadableMail when it is too much for a process or says nothing.

        TemporaryError when no process can be had.
        """
        reading: Reading = self._ask(hints, raw)
        return reading

    def words_in(self, attachment: Attachment) -> str:
        """The text in an attached mail, page or text; raises as `read` does."""
        words: str = self._ask(replace(attachment, content=b""), attachment.content)
        return words

    def begin(self) -> None:
        """Let models and vocabularies be loaded now, so that the first mail need not wait for them."""
        self._nursery.begin()

    def close(self) -> None:
        """End all processes; one that is reading ends with its mail."""
        self._retired = True  # whoever comes back from reading finds nobody to wait for
        self._hang_up()
        self._nursery.close(for_good=True)

    def retire(self) -> None:
        """Another one takes over: what is being read is read to its end, then the processes end by themselves.

        Whoever asks later, in the middle of a piece of work, is answered too.
        """
        self._retired = True
        self._let_go()

    def _let_go(self) -> None:
        """End the processes that are idle, and with the last of them the nursery."""
        with self._letting_go:
            idle = self._hang_up()
            if idle == self.count:
                self._nursery.close()
            for _ in range(idle):
                self._idle.put(None)

    def _hang_up(self) -> int:
        """End the processes that are idle, and leave no place for others; how many places that are."""
        idle = 0
        with suppress(queue.Empty):
            while True:
                if worker := self._idle.get_nowait():
                    worker.desk.close()
                idle += 1
        return idle

    def _ask(self, asked: Hints | Attachment, content: bytes) -> Any:
        try:
            return self._asked(asked, content)
        finally:
            if self._retired:
                self._let_go()

    def _asked(self, asked: Hints | Attachment, content: bytes) -> Any:
        worker = self._idle.get()
        try:
            answer, worker = self._answer(worker, asked, content)
        except _ProcessEndedError as first:
            answer, worker = self._second_try(first, asked, content)
        except BaseException:
            self._idle.put(None)
            raise
        self._idle.put(worker)
        if isinstance(answer, UnreadableMail):
            raise answer
        return answer

    def _second_try(
        self, first: _ProcessEndedError, asked: Hints | Attachment, content: bytes
    ) -> tuple[object, _Worker | None]:
        """A process that was killed from outside is no fault of the mail's: another one tries, once."""
        try:
            if first.code == -signal.SIGXCPU:
                raise first
            return self._answer(None, asked, content)
        except _ProcessEndedError as error:
            return UnreadableMail(self._why(error.code)), None

    def _why(self, code: int) -> str:
        if code == -signal.SIGXCPU:
            return f"reading it takes more than {self._limits.seconds} s (`reading.seconds`)"
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"the process that read it ended with {name}"

    def _answer(
        self, worker: _Worker | None, asked: Hints | Attachment, content: bytes
    ) -> tuple[object, _Worker | None]:
        """The answer and the process for the next question. Ends the process when it does not answer in time."""
        worker = worker or self._nursery.fork(self._limits.seconds * _PATIENCE)
        try:
            wire.ask(worker.desk, asked, content)
            (answer, retires), _ = wire.receive(worker.desk)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGXCPU)
            raise _ProcessEndedError(self._nursery.ended(worker)) from None
        except (EOFError, OSError):
            raise _ProcessEndedError(self._nursery.ended(worker)) from None
        if retires:
            self._nursery.ended(worker)
        return answer, None if retires else worker


class _Nursery:
    """The process that forks the others. Begun when first needed, and again should it ever be gone."""

    def __init__(self, setting: object) -> None:
        self._setting = setting
        self._lock = threading.Lock()
        self._over = False
        self._process: subprocess.Popen[bytes] | None = None
        self._desk: socket.socket | None = None

    def fork(self, patience: float) -> _Worker:
        """A new reading process that is waited for `patience` seconds an answer."""
        ours, theirs = wire.pair()
        ours.settimeout(patience)
        with theirs:
            try:
                return _Worker(self._asked(None, theirs.fileno()), ours)
            except BaseException:
                ours.close()
                raise

    def ended(self, worker: _Worker) -> int:
        """How a process ended that has ended or is about to: its exit code, negative for a signal."""
        worker.desk.close()
        return self._asked(worker.pid, None)

    def begin(self) -> None:
        """Start it; where that is impossible, the first mail finds out."""
        with self._lock, suppress(OSError):
            self._desk = self._desk or self._begin()

    def close(self, *, for_good: bool = False) -> None:
        """End it, or for good: it is not begun again. The reading processes end when their wires are closed."""
        with self._lock:
            self._over |= for_good
            self._hang_up()

    def _asked(self, question: object, file: int | None) -> int:
        with self._lock:
            try:
                return self._once(question, file)
            except (EOFError, OSError):
                self._hang_up()
            if question is not None:
                return -signal.SIGKILL  # gone, and with it all that was known of its children
            try:
                return self._once(question, file)
            except (EOFError, OSError) as error:
                self._hang_up()
                raise TemporaryError(f"no process for reading mail can be started: {error}") from error

    def _once(self, question: object, file: int | None) -> int:
        if self._over:
            raise EOFError("the desk ends")
        self._desk = desk = self._desk or self._begin()
        wire.send(desk, question, file)
        answer: int = wire.receive(desk)[0]
        return answer

    def _begin(self) -> socket.socket:
        ours, theirs = wire.pair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mailbot.reading.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is meant for the desk, which then hangs up
            )
        wire.send(ours, self._setting)
        return ours

    def _hang_up(self) -> None:
        if self._desk:
            self._desk.close()
        if self._process:
            self._process.wait()
        self._desk = self._process = None
