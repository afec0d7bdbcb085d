"""An answer in JSON from a web service: bounded in time and size, and from no other server than the one named."""

import contextlib
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from mailbot.core.lookup import HttpSource
from mailbot.lookups.source import Deadline, LookupFailed, Row, Tried, no_column

_LARGEST = 1_000_000
_MOST_REDIRECTS = 3
_PIECE = 64 * 1024
_NOT_THERE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})


class HttpAnswer:
    """One address, asked anew for each key over a connection of its own. No proxy is used."""

    def __init__(self, source: HttpSource, placeholder: str, wanted: tuple[str, ...]) -> None:
        self._source, self._placeholder, self._wanted = source, f"{{{placeholder}}}", wanted
        self.label = urlsplit(source.url).netloc.rpartition("@")[2]

    def begin(self) -> None:
        """There is nothing to prepare."""

    def find(self, key: str, deadline: Deadline) -> Row | None:
        """What the service answers for this key; None where it says that there is nothing."""
        if key in (".", ".."):  # would be another address
            return None
        url = self._source.url.replace(self._placeholder, quote(key, safe=""))
        for _ in range(_MOST_REDIRECTS):
            body, moved = self._asked(url, deadline)
            if moved is None:
                return None if body is None else self._row(_parsed(body))
            url = self._allowed(url, moved)
        raise LookupFailed(f"redirects more than {_MOST_REDIRECTS} times")

    def sample(self, deadline: Deadline) -> Tried:
        """That the service can be asked is shown by a key that nobody has."""
        found = self.find("MAILBOT-CHECK", deadline)
        return Tried("the service answers", found or {})

    def close(self) -> None:
        """Nothing is kept open."""

    def _asked(self, url: str, deadline: Deadline) -> tuple[bytes | None, str | None]:
        """The body (None: nothing there), or where it is said to be."""
        connection = _connection(url, deadline.left)
        try:
            connection.connect()
            line = connection.sock  # the connection forgets it when the answer begins
            deadline.cut(lambda: _shut(line))
            parts = urlsplit(url)
            target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
            connection.request("GET", target, headers=self._headers())
            response = connection.getresponse()
            if response.status in _MOVED:
                return None, response.headers.get("Location") or ""
            if response.status in _NOT_THERE:
                return None, None
            if response.status != http.client.OK:
                raise LookupFailed(f"answers {response.status} {response.reason}".strip())
            return _body(response, deadline), None
        except (OSError, http.client.HTTPException, ValueError) as error:
            deadline.left  # noqa: B018  # what was cut off is told as such
            raise LookupFailed(_said(error)) from None
        finally:
            connection.close()

    def _headers(self) -> Mapping[str, str]:
        own = {name: value.reveal() for name, value in self._source.headers.items()}
        return {"Accept": "application/json", "User-Agent": "mailbot", "Connection": "close", **own}

    def _allowed(self, url: str, moved: str) -> str:
        new, old = urlsplit(urljoin(url, moved)), urlsplit(url)
        if (new.scheme, new.netloc) != (old.scheme, old.netloc):
            raise LookupFailed(f"redirects to {new.scheme}://{new.netloc}: if that is right, name it in config.yaml")
        return new.geturl()

    def _row(self, answer: Any) -> Row | None:
        """The wanted values; `totals.gross` is `gross` inside `totals`. Of a list, the first entry counts."""
        found = answer[0] if isinstance(answer, list) and answer else answer
        if not found:
            return None
        if not isinstance(found, dict):
            raise LookupFailed(f"answers with {type(found).__name__}, expected an object of names and values")
        return {name: _inside(found, name, self.label) for name in self._wanted}


def _inside(answer: Mapping[str, Any], path: str, at: str) -> Any:
    if path in answer:
        return answer[path]
    name, dot, rest = path.partition(".")
    inner = answer.get(name)
    if dot and inner is None and name in answer:
        return None
    if dot and isinstance(inner, dict):
        return _inside(inner, rest, f"{at}: {name}")
    raise LookupFailed(no_column(path, answer, f"the answer of {at}"))


def _connection(url: str, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.netloc, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(parts.netloc, timeout=seconds)


def _body(response: http.client.HTTPResponse, deadline: Deadline) -> bytes:
    """All of it, unless it is too large or takes too long: a server may send a byte now and then."""
    body = bytearray()
    while deadline.left and (piece := response.read1(_PIECE)):
        body += piece
        if len(body) > _LARGEST:
            raise LookupFailed(f"its answer is larger than {_LARGEST // 1000:,} kB")
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        begins = body[:40].decode(errors="replace").strip()
        raise LookupFailed(f'answers with something that is no JSON: "{begins}"') from None


def _refused(name: str) -> None:
    raise ValueError(name)


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
