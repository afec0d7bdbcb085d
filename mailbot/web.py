"""The one way out over HTTP: a request over a connection of its own, bounded in time and size.

No proxy is used, and no redirect is followed.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PIECE = 64 * 1024


class NoAnswer(Exception):
    """The other side gave no answer that can be used; the text says why in a sentence for people."""


_BROKEN = (NoAnswer, OSError, http.client.HTTPException, ValueError)


@dataclass(slots=True)
class Deadline:
    """Until when somebody waits for an answer. `on_end` are called when they wait no longer: they free what hangs."""

    seconds: float
    on_end: list[Callable[[], None]] = field(default_factory=list)
    _until: float = field(init=False)
    _ended: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds

    @property
    def left(self) -> float:
        """The seconds left; NoAnswer when there is none."""
        left = self._until - time.monotonic()
        if left <= 0 or self._ended:
            raise NoAnswer(self.missed)
        return left

    @property
    def missed(self) -> str:
        """What is said when it has passed."""
        return f"no answer within {self.seconds:g} s"

    def cut(self, free: Callable[[], None]) -> None:
        """Call `free` at the end; at once if that has come."""
        with self._lock:
            if not self._ended:
                self.on_end.append(free)
                return
        free()

    def end(self) -> None:
        """Nobody waits any longer."""
        with self._lock:
            self._ended = True
            freeing, self.on_end = self.on_end, []
        for free in freeing:
            free()


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """A deadline that ends by itself, so that nothing hangs inside for longer."""
    deadline = Deadline(seconds)
    waiting = threading.Timer(seconds, deadline.end)
    waiting.daemon = True
    waiting.start()
    try:
        yield deadline
    finally:
        waiting.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. Of the answer at most `largest` bytes are read; more are an error, or with `excerpt` left out."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    largest: int = 1_000_000
    excerpt: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said; `location` is where it says that the thing is."""

    status: int
    reason: str
    location: str
    body: bytes

    @property
    def said(self) -> str:
        """The status as people read it: `answers 404 Not Found`."""
        return f"answers {self.status} {self.reason}".strip()


def ask(request: Request, deadline: Deadline, *, unread: Callable[[int], bool] = lambda status: False) -> Reply:
    """The answer; NoAnswer when there is none in time. The body stays `unread` where the status says enough."""
    connection = _connection(request.url, deadline.left)
    try:
        _connect(connection, deadline)
        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        headers = {"User-Agent": "mailbot", "Connection": "close", **request.headers}
        connection.request(request.method, target, body=request.body, headers=headers)
        response = connection.getresponse()
        body = b"" if unread(response.status) else _body(response, request, deadline)
        return Reply(response.status, response.reason, response.headers.get("Location") or "", body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        deadline.left  # noqa: B018  # what was cut off is told as such
        raise NoAnswer(_said(error)) from None
    finally:
        connection.close()


def reach(url: str, deadline: Deadline) -> None:
    """Find out whether somebody is there, without asking for anything; NoAnswer if not."""
    connection = _connection(url, deadline.left)
    try:
        _connect(connection, deadline)
    except (OSError, ValueError) as error:
        raise NoAnswer(_said(error)) from None
    finally:
        connection.close()


def _connection(url: str, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.netloc, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(parts.netloc, timeout=seconds)


def _connect(connection: http.client.HTTPConnection, deadline: Deadline) -> None:
    connection.connect()
    line = connection.sock  # the connection forgets it when the answer begins
    deadline.cut(lambda: _shut(line))


def _body(response: http.client.HTTPResponse, request: Request, deadline: Deadline) -> bytes:
    """All of it, unless it is too large or takes too long: a server may send a byte now and then.

    Whoever wants an excerpt lives with less.
    """
    body = bytearray()
    with contextlib.suppress(*(_BROKEN if request.excerpt else ())):
        while deadline.left and (piece := response.read1(_PIECE)):
            body += piece
            if len(body) > request.largest:
                raise NoAnswer(f"its answer is larger than {request.largest // 1000:,} kB")
    return bytes(body[: request.largest])


def _shut(line: socket.socket) -> None:
    """End what waits on the line, from another thread."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "does not answer"
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"cannot be asked: {said}"
