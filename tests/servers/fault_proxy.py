"""A proxy between a desk and a real IMAP server that cuts, falls silent or trickles at the n-th command."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

_COMMAND = re.compile(rb"([A-P]+\d+) (?:UID )?([A-Z]+)")


class How(Enum):
    """What happens to the command at which a fault strikes."""

    CUT_BEFORE = auto()  # the server never hears of it
    CUT_AFTER = auto()  # the server does it, and its answer is lost
    CUT_WITHIN = auto()  # the same, but half of the answer comes
    SILENCE = auto()  # from then on nothing passes, and nobody hangs up
    TRICKLE = auto()  # from then on the server's bytes come one by one


@dataclass(frozen=True, slots=True)
class Fault:
    """Strikes once, at the command `at` since `arm`: its number (from 1), or its name."""

    how: How
    at: int | str


@dataclass(slots=True)
class _Line:
    """One connection through the proxy, and what is wrong with it."""

    desk: socket.socket
    server: socket.socket
    how: How | None = None
    tag: bytes = b""
    held: bytes = b""

    def cut(self) -> None:
        for end in (self.desk, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def pass_on(self, line: bytes, pause: float) -> None:
        """A line of the server's answer."""
        match self.how:
            case How.SILENCE:
                return
            case How.TRICKLE:
                for byte in line:
                    self.desk.sendall(bytes([byte]))
                    time.sleep(pause)
            case How.CUT_AFTER | How.CUT_WITHIN if not line.startswith(b"+"):
                self._hold(line)
            case _:
                self.desk.sendall(line)

    def _hold(self, line: bytes) -> None:
        self.held += line
        if line.startswith(self.tag + b" "):
            if self.how is How.CUT_WITHIN:
                self.desk.sendall(self.held[: len(self.held) // 2])
            self.cut()


@dataclass(slots=True)
class FaultProxy:
    """Listens on `port`; `commands` are those that came since `arm`. `pause` (seconds) is between trickled bytes."""

    upstream: int
    pause: float = 1.0
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    _fault: Fault | None = None
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _lines: list[_Line] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def struck(self) -> bool:
        """Whether the fault that was armed has come about."""
        return self._fault is None

    def arm(self, fault: Fault | None = None) -> None:
        """Count anew, and let this happen."""
        self._fault = fault
        self.commands.clear()

    def cut_all(self) -> None:
        """Every connection breaks now."""
        for line in self._lines:
            line.cut()

    def fall_silent(self) -> None:
        """Nothing passes any more on the connections that there are, and nobody hangs up."""
        for line in self._lines:
            line.how = How.SILENCE

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listener.accept()
                self.connections += 1
                line = _Line(desk, socket.create_connection(("127.0.0.1", self.upstream)))
                self._lines.append(line)
                for pump in (self._from_desk, self._from_server):
                    threading.Thread(target=pump, args=(line,), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()

    def _from_desk(self, line: _Line) -> None:
        with suppress(OSError, ValueError), line.desk.makefile("rb") as words:
            for said in words:
                if (command := _COMMAND.match(said)) and not self._goes_on(line, command):
                    break
                if line.how is not How.SILENCE:
                    line.server.sendall(said)
        line.cut()
        line.desk.close()

    def _from_server(self, line: _Line) -> None:
        with suppress(OSError, ValueError), line.server.makefile("rb") as words:
            for said in words:
                line.pass_on(said, self.pause)
        if line.how is not How.SILENCE:
            line.cut()
        line.server.close()

    def _goes_on(self, line: _Line, command: re.Match[bytes]) -> bool:
        self.commands.append(command[2].decode())
        if self._fault and self._fault.at in (len(self.commands), self.commands[-1]):
            line.how, line.tag, self._fault = self._fault.how, command[1], None
        return line.how is not How.CUT_BEFORE


@contextmanager
def fault_proxy(upstream: int) -> Iterator[FaultProxy]:
    """A proxy before this port of 127.0.0.1, with nothing wrong yet."""
    proxy = FaultProxy(upstream)
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.close()
