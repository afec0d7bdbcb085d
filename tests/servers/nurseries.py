"""Nurseries of reading processes for the desks of the tests, forked from a process that has loaded what all share.

Run as `python -m tests.servers.nurseries DESCRIPTOR` with the descriptor of a socket that listens; ends with its input.
"""

import gc
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from mailbot.reading import wire, workers

ROOT = Path(__file__).parents[2]
ADDRESS = "MAILBOT_TESTS_NURSERIES"
"""The variable of the environment that says where that process listens: a name in Linux's own space of addresses."""
_BEGIN = workers._Nursery._begin


class _Forked:
    """A nursery that is another process's child, to be treated as one of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self._ended = os.pidfd_open(pid)

    def wait(self) -> None:
        """Until it has ended."""
        select.select([self._ended], [], [])
        os.close(self._ended)


def _begin(nursery: workers._Nursery) -> socket.socket:
    """As `_Nursery._begin`."""
    ours, theirs = wire.pair()
    with theirs, socket.socket(socket.AF_UNIX) as mother:
        mother.connect(f"\0{os.environ[ADDRESS]}")
        wire.send(mother, None, theirs.fileno())
        nursery._process = _Forked(wire.receive(mother)[0])  # type: ignore[assignment]
    wire.send(ours, nursery._setting)
    return ours


def use_them() -> None:
    """From now on the nurseries of this process are begun in this way, where the address is known."""
    if ADDRESS in os.environ:
        workers._Nursery._begin = _begin  # type: ignore[method-assign]


@contextmanager
def from_nothing() -> Iterator[None]:
    """Here they are begun as those of a desk in service are."""
    workers._Nursery._begin, before = _BEGIN, workers._Nursery._begin  # type: ignore[method-assign]
    try:
        yield
    finally:
        workers._Nursery._begin = before  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def nurseries() -> Iterator[None]:
    """Nurseries are forked as long as the tests run, also those of desks in processes of their own."""
    if sys.platform != "linux":
        yield
        return
    address = f"mailbot-tests-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0{address}")
        listening.listen(100)
        command = [sys.executable, "-m", "tests.servers.nurseries", str(listening.fileno())]
        with subprocess.Popen(command, cwd=ROOT, pass_fds=[listening.fileno()], stdin=subprocess.PIPE):
            os.environ[ADDRESS] = address
            with from_nothing():
                use_them()
                yield
            del os.environ[ADDRESS]


def _main() -> None:
    from mailbot.reading.meaning.classifier import SHIPPED, Classifier

    listening = socket.socket(fileno=int(sys.argv[1]))
    Classifier.load = cache(Classifier.load)  # type: ignore[method-assign]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    loaded = False
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        loaded = loaded or _load(SHIPPED)
        desk, _ = listening.accept()
        with desk:
            _, file = wire.receive(desk)
            assert file is not None
            wire.send(desk, _forked(file, listening, desk))
            os.close(file)


def _load(model: Path) -> bool:
    """What a nursery loads whatever the desk is; True."""
    from mailbot.reading.figures.lexicon import lexicon
    from mailbot.reading.reader import Reader

    for languages in (("en", "et", "sl", "ru", "fa"), ("en",)):
        Reader({}, languages, model)
    lexicon()
    gc.collect()
    gc.freeze()
    return True


def _forked(file: int, listening: socket.socket, desk: socket.socket) -> int:
    from mailbot.reading import nursery

    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            desk.close()
            sys.argv[1] = str(file)
            nursery.main()
        finally:
            os._exit(0)
    return pid


if __name__ == "__main__":
    _main()
