"""Which raw mail is old enough to lie in a folder instead, and the way there: named, written, let go of."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import takewhile

import sqlalchemy as sa

from mailbot.faults import Point, here
from mailbot.store.raw_mail import MOVED, fetch, folder_of, is_moved
from mailbot.store.session import Row, Session, equal
from mailbot.store.tables import ledger, moved_up_to, outbox, raw_mail

OLD_MAIL_ERASED = "old_mail_erased"
"""The kind of due work that removes from the folder what was erased."""
_MANY = 500
_RECEIVED = sa.select(ledger.c.id, ledger.c.seen_at.label("at"), ledger.c.raw_sha256, sa.null().label("lighter"))
_SENT = sa.select(outbox.c.id, outbox.c.queued_at.label("at"), outbox.c.raw_sha256, outbox.c.lighter_sha256)


class OldMail:
    """The moving within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next(self, before: datetime, *, limit: int) -> tuple[str, ...]:
        """The SHA-256 of the next mails from before then, each named once in the life of a desk."""
        received = self._passed(ledger, _RECEIVED, before, limit)
        sent = self._passed(outbox, _SENT, before, limit)
        named = (digest for row in (*received, *sent) for digest in (row[2], row[3]) if digest)
        return tuple(dict.fromkeys(named))

    def write(self, digests: Collection[str]) -> None:
        """Write those to the folder of which the database still has the bytes; a transaction that reads will do."""
        here = sa.select(raw_mail.c.sha256).where(raw_mail.c.sha256.in_(digests), ~is_moved())
        for digest in self._session.execute(here).scalars().all():
            folder_of(self._session).write(digest, fetch(self._session, digest))

    def let_go(self, digests: Collection[str]) -> int:
        """Have what was written lie in the folder alone, and remove from there what was erased meanwhile.

        Returns how many of these lie there now.
        """
        if not digests:
            return 0
        written = [digest for digest in digests if folder_of(self._session).has(digest)]
        emptied = sa.update(raw_mail).where(raw_mail.c.sha256.in_(written)).values(compressed=MOVED)
        moved = self._session.execute(emptied).rowcount
        self.remove(digests)
        here(Point.OLD_MAIL_LET_GO)
        return moved

    def remove(self, digests: Collection[str]) -> None:
        """Remove those from the folder of which the database knows nothing any more."""
        known = sa.select(raw_mail.c.sha256).where(raw_mail.c.sha256.in_(digests))
        for digest in sorted(set(digests) - set(self._session.execute(known).scalars())):
            folder_of(self._session).remove(digest)

    def missing(self) -> Iterator[str]:
        """The SHA-256 of all mail that was moved and is not in the folder."""
        last = ""
        query = sa.select(raw_mail.c.sha256).where(is_moved(), raw_mail.c.sha256 > sa.bindparam("last"))
        while found := self._session.execute(
            query.order_by(raw_mail.c.sha256).limit(_MANY), {"last": last}
        ).scalars().all():  # fmt: skip
            yield from (digest for digest in found if not folder_of(self._session).has(digest))
            last = found[-1]

    def _passed(
        self, table: sa.Table, query: sa.Select[*tuple[object, ...]], before: datetime, limit: int
    ) -> Sequence[Row]:
        """The next rows of a table up to the first that is not old enough; they do not come again."""
        row = self._session.execute(equal(moved_up_to, "source"), {"source": table.name}).first()
        rows = self._session.execute(
            query.where(table.c.id > (row.last_id if row else 0)).order_by(table.c.id).limit(limit)
        )
        passed = list(takewhile(lambda found: found.at < before, rows))
        if passed:
            self._session.put_over(moved_up_to, {"source": table.name, "last_id": passed[-1].id})
        return passed
