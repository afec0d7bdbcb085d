"""A proxy before a PostgreSQL that can fall silent: nothing passes any more, and nobody hangs up. A process of its own.

Run as `python -m tests.servers.silent_proxy SERVER`, it prints its port and does what lines of its standard input say.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

_SILENT, _OPEN = "silent", "open"


@dataclass(frozen=True, slots=True)
class SilentProxy:
    """The running proxy, as whoever started it sees it."""

    port: int
    process: subprocess.Popen[str]

    def to(self, url: sa.URL) -> sa.URL:
        """The URL of the same database by this way."""
        return url.difference_update_query(["host", "port"]).set(host="127.0.0.1", port=self.port)

    def fall_silent(self) -> None:
        """From now on, what is sent either way is swallowed, on new connections too."""
        self._say(_SILENT)

    def open(self) -> None:
        """The connections of the silence break, and new ones pass."""
        self._say(_OPEN)

    def _say(self, word: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


@contextmanager
def silent_proxy(url: sa.URL) -> Iterator[SilentProxy]:
    """A proxy before the server of this database, with nothing wrong yet."""
    host, port = url.query.get("host") or url.host or "127.0.0.1", url.query.get("port") or url.port or 5432
    upstream = f"{host}/.s.PGSQL.{port}" if str(host).startswith("/") else f"{host}:{port}"
    command = [sys.executable, "-m", "tests.servers.silent_proxy", upstream]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield SilentProxy(int(process.stdout.readline()), process)
        finally:
            process.kill()


@dataclass(slots=True)
class _Proxy:
    upstream: str
    is_silent: bool = False
    lines: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def serve(self) -> None:
        while True:
            desk, _ = self.listener.accept()
            server = _connected(self.upstream)
            self.lines.append((desk, server))
            for ends in ((desk, server), (server, desk)):
                threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def cut(self) -> None:
        for ends in self.lines:
            for end in ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self.lines.clear()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self.is_silent:
                    target.sendall(data)
        if not self.is_silent:
            with suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)


def _connected(upstream: str) -> socket.socket:
    if not upstream.startswith("/"):
        host, _, port = upstream.rpartition(":")
        return socket.create_connection((host, int(port)))
    server = socket.socket(socket.AF_UNIX)
    server.connect(upstream)
    return server


def _main() -> None:
    proxy = _Proxy(sys.argv[1])
    threading.Thread(target=proxy.serve, daemon=True).start()
    print(proxy.listener.getsockname()[1], flush=True)
    for line in sys.stdin:
        proxy.is_silent = line.strip() == _SILENT
        if not proxy.is_silent:
            proxy.cut()
        print(line, end="", flush=True)


if __name__ == "__main__":
    _main()
