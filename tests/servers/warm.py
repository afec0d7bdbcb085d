"""`mailbot …` as a process of its own that need not load what every other one has loaded: it is forked from a warm one.

Run as `python -m tests.servers.warm DESCRIPTOR`: that process has no threads, and does nothing but fork.
"""

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TextIO

import pytest

from mailbot.reading import wire
from tests.servers import loaded, nurseries

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command gave back."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(slots=True)
class Process:
    """A command at work, to be treated as one of `subprocess.Popen`."""

    pid: int
    stderr: TextIO
    _ended: Callable[[int], int | None]
    returncode: int | None = None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._ended(self.pid)
        return self.returncode

    def wait(self, seconds: float) -> int:
        """Its exit code, negative for a signal."""
        until = time.monotonic() + seconds
        while (code := self.poll()) is None:
            assert time.monotonic() < until, "it did not end in time"
            time.sleep(0.02)
        return code


@dataclass(frozen=True, slots=True)
class Warm:
    """The process that forks the others, and the wire to it."""

    desk: socket.socket

    def run(self, *arguments: object) -> Done:
        """A command from its beginning to its end."""
        with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
            process = Process(self._fork(arguments, out.fileno(), err.fileno()), err, self._ended)
            try:
                code = process.wait(100)
            finally:
                process.send_signal(signal.SIGKILL)
            out.seek(0)
            err.seek(0)
            return Done(code, out.read(), err.read())

    @contextmanager
    def running(self, *arguments: object) -> Iterator[Process]:
        """A command that is killed at the end of the block, if it is still at work."""
        reading, writing = os.pipe()
        try:
            with Path(os.devnull).open("wb") as nowhere:
                pid = self._fork(arguments, nowhere.fileno(), writing)
        finally:
            os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as stderr:
            process = Process(pid, stderr, self._ended)
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait(20)

    def _fork(self, arguments: tuple[object, ...], out: int, err: int) -> int:
        wire.send(self.desk, [str(Path.cwd()), *map(str, arguments)], out)
        wire.send(self.desk, None, err)
        return int(wire.receive(self.desk)[0])

    def _ended(self, pid: int) -> int | None:
        wire.send(self.desk, pid)
        code: int | None = wire.receive(self.desk)[0]
        return code


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    ours, theirs = wire.pair()
    command = [sys.executable, "-m", "tests.servers.warm", str(theirs.fileno())]
    with subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL):
        theirs.close()
        with ours:
            yield Warm(ours)


def _load() -> None:
    """All that commands import and read."""
    from mailbot.settings.config_file import load_config
    from mailbot.workflows import check, once  # noqa: F401
    from mailbot.workflows.runtime import checked
    from tests.desk import write_config

    with TemporaryDirectory() as folder:
        checked(load_config(write_config(Path(folder)), environ={})).readers.close()
    gc.collect()
    gc.freeze()


def _main() -> None:
    desk = socket.socket(fileno=int(sys.argv[1]))
    nurseries.use_them()
    loaded.share()
    _load()
    try:
        while True:
            asked, out = wire.receive(desk)
            if out is None:
                pid, status = os.waitpid(asked, os.WNOHANG)
                wire.send(desk, os.waitstatus_to_exitcode(status) if pid else None)
            else:
                wire.send(desk, _forked(desk, asked, out))
    except (EOFError, ConnectionError):
        return


def _forked(desk: socket.socket, asked: list[str], out: int) -> int:
    _, err = wire.receive(desk)
    assert err is not None
    pid = os.fork()
    if pid == 0:
        desk.close()
        os.dup2(out, 1)
        os.dup2(err, 2)
    os.close(out)
    os.close(err)
    if pid == 0:
        _be_mailbot(*asked)
    return pid


def _be_mailbot(folder: str, *arguments: str) -> None:
    """Never returns."""
    from mailbot.cli import main

    os.chdir(folder)
    sys.argv = ["mailbot", *arguments]
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    code: object = 1
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _main()
