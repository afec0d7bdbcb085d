"""An SMTP server in a process of its own that accepts everything at once and notes when, for whom and what."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_GREETING = b"220 sink.example ESMTP\r\n"
_EHLO = b"250-sink.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 100000000\r\n"
_END = b"\r\n.\r\n"
_ACKNOWLEDGEMENT = b"\r\nAuto-Submitted: auto-replied\r\n"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mail the server took: the moment (`time.monotonic`), the recipient, and whether it acknowledges another."""

    at: float
    recipient: str
    acknowledgement: bool


@dataclass(frozen=True, slots=True)
class Sink:
    """The running server."""

    port: int
    log: Path

    def accepted(self) -> list[Accepted]:
        """All it took so far, in that order."""
        lines = (line.split() for line in self.log.read_text("utf-8").splitlines())
        return [Accepted(float(at), recipient, kind == "acknowledgement") for at, recipient, kind in lines]


@contextmanager
def running_sink() -> Iterator[Sink]:
    """The server, as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="bench-sink-") as folder:
        log = Path(folder, "accepted")
        log.touch()
        command = [sys.executable, "-m", "bench.sink", str(log)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield Sink(int(process.stdout.readline()), log)
            finally:
                process.terminate()


class _Connection(asyncio.Protocol):
    """One client. Commands are read a line at a time, content up to the line with the single dot."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._buffer = bytearray()
        self._recipient = ""
        self._in_content = False
        self._looked_at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while answer := self._content() if self._in_content else self._command():
            self._transport.write(answer)

    def _command(self) -> bytes:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return b""
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        match line[:4].upper():
            case b"EHLO":
                return _EHLO
            case b"RCPT":
                self._recipient = line.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace")
            case b"DATA":
                self._in_content, self._looked_at = True, 0
                return b"354 Go on\r\n"
            case b"QUIT":
                self._transport.write(b"221 Bye\r\n")
                self._transport.close()
                return b""
        return b"250 Fine\r\n"

    def _content(self) -> bytes:
        end = self._buffer.find(_END, max(0, self._looked_at - len(_END)))
        self._looked_at = len(self._buffer)
        if end < 0:
            return b""
        kind = "acknowledgement" if _ACKNOWLEDGEMENT in self._buffer[:end] else "other"
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{time.monotonic():.6f} {self._recipient} {kind}\n")
        del self._buffer[: end + len(_END)]
        self._in_content = False
        return b"250 Taken\r\n"


async def _serve(log: Path) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(log), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # ends with the benchmark, even when that is killed
        await asyncio.sleep(1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Path(sys.argv[1])))
