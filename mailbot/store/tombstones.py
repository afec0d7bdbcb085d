"""Marks of erased mail: keyed hashes of its content, from which nobody learns what it said or who wrote it."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import keys, tombstones

_KEY = "tombstones"
_AMONG = Prepared(
    sa.select(tombstones.c.mark).where(tombstones.c.mark.in_(sa.bindparam("marks", expanding=True))).limit(1)
)


class Tombstones:
    """The marks within one transaction. The key stands beside them, so that a restored copy knows them too."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, contents: Iterable[str | None], now: datetime) -> None:
        """Let mail with one of these hashes of its content, or of its bytes, never be taken in again."""
        marks = {_mark(self._key_or_new(), content) for content in contents if content}
        if marks:
            self._session.put_new(tombstones, [{"mark": mark, "at": now} for mark in sorted(marks)])

    def marks(self, contents: Iterable[str | None]) -> tuple[str, ...]:
        """The marks that mail with one of these hashes has, if it was erased; none where nothing ever was."""
        key = self._key()
        return () if key is None else tuple(_mark(key, content) for content in contents if content)

    def has(self, *contents: str | None) -> bool:
        """Whether mail with one of these hashes was erased."""
        absent = self._session.absent
        marks = [mark for mark in self.marks(contents) if not absent.has(tombstones.c.mark, mark)]
        return bool(marks) and self._session.execute(_AMONG, {"marks": marks}).first() is not None

    def count(self) -> int:
        """How many marks there are."""
        return int(self._session.execute(sa.select(sa.func.count()).select_from(tombstones)).scalar_one())

    def _key(self) -> str | None:
        return next((str(row.value) for row in self._session.whole(keys) if row.name == _KEY), None)

    def _key_or_new(self) -> str:
        if (key := self._key()) is None:
            self._session.put_new(keys, {"name": _KEY, "value": secrets.token_hex(32)})
            key = self._key()
        if key is None:
            raise AssertionError("the key was just written")
        return key


def _mark(key: str, content: str) -> str:
    return hmac.digest(bytes.fromhex(key), content.encode(), "sha256").hex()
