"""A web service on loopback that answers as a test wants: well, badly, slowly, or not at all."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Request(BaseHTTPRequestHandler):
    """One request; `answer` of the server decides what becomes of it."""

    server: "_Server"

    def do_GET(self) -> None:
        self.server.web.paths.append(self.path)
        self.server.web.headers.append(dict(self.headers))
        try:
            self.server.web.answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_POST(self) -> None:
        self.server.web.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def give(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        """A whole answer."""
        raw = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def drip(self, body: bytes, pause: float) -> None:
        """Headers, and then one byte after another."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.web.closing.wait(pause):
                return

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def nothing(request: Request) -> None:
    """There is no such thing."""
    request.give("{}", 404)


def hang(request: Request) -> None:
    """No answer, until the test is over."""
    request.server.web.closing.wait(60)


@dataclass
class Web:
    """The service; `answer` may be changed at any time."""

    answer: Callable[[Request], None] = nothing
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        """From now on, this is the answer."""
        self.answer = lambda request: request.give(body, status, **headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: Web


@pytest.fixture
def web() -> Iterator[Web]:
    """A web service of one's own."""
    server = _Server(("127.0.0.1", 0), Request)
    server.web = Web(port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.web
    server.web.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()
