"""How far each folder has been received: UIDVALIDITY and UID are the only cursor."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mailbot.store.prepared import Prepared
from mailbot.store.session import Session, equal
from mailbot.store.tables import cursors

_ADVANCE = Prepared(
    sa.update(cursors)
    .where(
        cursors.c.mailbox == sa.bindparam("in_mailbox"),
        cursors.c.folder == sa.bindparam("in_folder"),
        cursors.c.last_uid < sa.bindparam("uid"),
    )
    .values(last_uid=sa.bindparam("uid"))
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been received (RFC 9051 section 2.3.1.1), since when, and when that was last complete."""

    uid_validity: int
    last_uid: int
    started_at: datetime
    checked_at: datetime | None


class Cursors:
    """The cursors within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, mailbox: str, folder: str) -> Cursor | None:
        """How far this folder has been received; none before its first start."""
        query = equal(cursors, "mailbox", "folder")
        row = self._session.execute(query, {"mailbox": mailbox, "folder": folder}).first()
        return Cursor(row.uid_validity, row.last_uid, row.started_at, row.checked_at) if row else None

    def start(self, mailbox: str, folder: str, *, uid_validity: int, started_at: datetime) -> None:
        """Begin with a folder; a folder that was begun earlier stays as it is."""
        row = {"mailbox": mailbox, "folder": folder, "uid_validity": uid_validity, "last_uid": 0}
        self._session.put_new(cursors, row | {"started_at": started_at})

    def renumber(self, mailbox: str, folder: str, uid_validity: int) -> None:
        """The server has numbered the folder anew: all its UIDs are to be looked at again."""
        where = _of(mailbox, folder)
        self._session.execute(sa.update(cursors).where(*where).values(uid_validity=uid_validity, last_uid=0))

    def advance(self, mailbox: str, folder: str, uid: int) -> None:
        """Everything up to `uid` is in the ledger; never goes back."""
        self._session.execute(_ADVANCE, {"in_mailbox": mailbox, "in_folder": folder, "uid": uid})

    def checked(self, mailbox: str, folder: str, now: datetime) -> None:
        """Everything that stood in the folder by now has been taken care of."""
        where = _of(mailbox, folder)
        self._session.execute(sa.update(cursors).where(*where).values(checked_at=now))


def _of(mailbox: str, folder: str) -> tuple[sa.ColumnElement[bool], ...]:
    return cursors.c.mailbox == mailbox, cursors.c.folder == folder
