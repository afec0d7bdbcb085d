"""By which Message-IDs a mail is known to belong to a case."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

import sqlalchemy as sa

from mailbot.store.columns import key
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session, batches, dialect_insert
from mailbot.store.tables import message_ids

_KNOWN = Prepared(
    sa.select(message_ids)
    .where(message_ids.c.message_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(message_ids.c.case_id)
)


@dataclass(frozen=True, slots=True)
class KnownId:
    """A Message-ID that belongs to a case.

    `issued`: made by us, and `member` is the agent whom a notification with it was sent to. `written_by` is the
    casefolded sender of a mail that somebody else's program gave the id; nobody where only answers to it have come.
    """

    message_id: str
    case_id: int
    issued: bool = False
    member: str | None = None
    written_by: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether the mail itself has not come, but one that answers it."""
        return not self.issued and self.written_by is None


_FACTS = tuple(field.name for field in fields(KnownId))


class MessageIds:
    """The Message-IDs of cases within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, ids: Sequence[KnownId]) -> None:
        """Note Message-IDs that belong to cases. An id that we issued stays ours, whoever else mentions it."""
        each = {(known.message_id, known.case_id): known for known in reversed(ids)}
        rows = [{name: getattr(known, name) for name in _FACTS} for known in reversed(each.values())]
        if rows:
            self._session.put_by(message_ids, _remember(self._session.dialect), rows)

    def known(self, ids: Sequence[str]) -> tuple[KnownId, ...]:
        """Those of `ids` that belong to cases, in the order of `ids`."""
        absent = self._session.absent
        asked = {key(id): id for id in ids if not absent.has(message_ids.c.message_id, id)}
        found: dict[str, list[KnownId]] = {}
        for batch in batches(tuple(asked)):
            for stored, *facts in self._session.execute(_KNOWN, {"ids": batch}):
                found.setdefault(stored, []).append(KnownId(asked[stored], *facts))
        return tuple(known for stored in asked for known in found.get(stored, ()))


@cache
def _remember(dialect: str) -> Prepared:
    insert = dialect_insert(dialect, message_ids).inline()
    new = insert.excluded
    over = insert.on_conflict_do_update(
        index_elements=[message_ids.c.message_id, message_ids.c.case_id],
        set_={"issued": new.issued, "member": new.member, "written_by": new.written_by},
        where=~message_ids.c.issued & (new.issued | (message_ids.c.written_by.is_(None) & new.written_by.is_not(None))),
    )
    return Prepared(over, of_rows=True)
