"""An answer in JSON from a web service: bounded in time and size, and from no other server than the one named."""

import json
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from mailbot.core.lookup import HttpSource
from mailbot.lookups.source import LookupFailed, Row, Tried, no_column
from mailbot.web import Deadline, Request, ask

_MOST_REDIRECTS = 3
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
        reply = ask(Request(url=url, headers=self._headers()), deadline, unread=lambda status: status != HTTPStatus.OK)
        if reply.status in _MOVED:
            return None, reply.location
        if reply.status in _NOT_THERE:
            return None, None
        if reply.status != HTTPStatus.OK:
            raise LookupFailed(reply.said)
        return reply.body, None

    def _headers(self) -> Mapping[str, str]:
        own = {name: value.reveal() for name, value in self._source.headers.items()}
        return {"Accept": "application/json", **own}

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


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        begins = body[:40].decode(errors="replace").strip()
        raise LookupFailed(f'answers with something that is no JSON: "{begins}"') from None


def _refused(name: str) -> None:
    raise ValueError(name)
