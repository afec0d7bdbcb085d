"""Marks of erased mail: keyed hashes of its content, from which nobody learns what it said or who wrote it."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from mailbot.store.session import Session, equal
from mailbot.store.tables import keys, tombstones

_KEY = "tombstones"


class Tombstones:
    """The marks within one transaction. The key stands beside them, so that a restored copy knows them too."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, contents: Iterable[str | None], now: datetime) -> None:
        """Let mail with one of these hashes of its content, or of its bytes, never be taken in again."""
        marks = {_mark(self._key_or_new(), content) for content in contents if content}
        if marks:
            self._session.put_new(tombstones, [{"mark": mark, "at": now} for mark in sorted(marks)])

    def has(self, *contents: str | None) -> bool:
        """Whether mail with one of these hashes was erased."""
        key = self._key()
        if key is None:
            return False
        marks = [_mark(key, content) for content in contents if content]
        query = sa.select(tombstones.c.mark).where(tombstones.c.mark.in_(marks)).limit(1)
        return self._session.execute(query).first() is not None

    def count(self) -> int:
        """How many marks there are."""
        return int(self._session.execute(sa.select(sa.func.count()).select_from(tombstones)).scalar_one())

    def _key(self) -> str | None:
        row = self._session.execute(equal(keys, "name"), {"name": _KEY}).first()
        return str(row.value) if row else None

    def _key_or_new(self) -> str:
        if (key := self._key()) is None:
            self._session.put_new(keys, {"name": _KEY, "value": secrets.token_hex(32)})
            key = self._key()
        if key is None:
            raise AssertionError("the key was just written")
        return key


def _mark(key: str, content: str) -> str:
    return hmac.digest(bytes.fromhex(key), content.encode(), "sha256").hex()
