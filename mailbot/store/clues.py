"""By what cases are found again: order, phone, product and wording, and whether leads heard of their like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from mailbot.store import case_rows
from mailbot.store.session import Session
from mailbot.store.tables import clues, sketches

_MOST_FOUND = 50
_MOST_FORGOTTEN = 20
_WORDING = "wording "
_OLDEST = (
    sa.select(sketches.c.case_id)
    .where(sketches.c.at < sa.bindparam("before"))
    .order_by(sketches.c.at)
    .limit(_MOST_FORGOTTEN)
)
_PAIRS = sa.select(sketches.c.case_id, sketches.c.pairs).where(
    sketches.c.case_id.in_(sa.bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Found:
    """A case that a clue leads to: since when, and when leads heard of its like."""

    case_id: int
    at: datetime
    told_at: datetime | None


class Clues:
    """The clues within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, found: Mapping[str, datetime | None], at: datetime) -> None:
        """Keep clues to a case, each with when leads heard of what it stands for; one that is kept stays as it is."""
        rows = [{"case_id": case_id, "clue": clue, "at": at, "told_at": told} for clue, told in found.items()]
        if rows:
            self._session.put_new(clues, rows)

    def add_wording(
        self, case_id: int, pairs: frozenset[int], bands: Iterable[str], at: datetime, *, told_at: datetime | None
    ) -> None:
        """Keep what a case says, to be found by any of these bands."""
        self._session.put_new(sketches, {"case_id": case_id, "at": at, "pairs": case_rows.packed(sorted(pairs))})
        self.add(case_id, {f"{_WORDING}{band}": told_at for band in bands}, at)

    def find(self, clue: str, since: datetime) -> tuple[Found, ...]:
        """The latest cases that a clue leads to, newest first; fifty at most."""
        return self._latest([clue], since)

    def find_wording(self, bands: Sequence[str], since: datetime) -> Mapping[Found, frozenset[int]]:
        """The latest cases that share a band, newest first, with their pairs of words; fifty at most."""
        found = self._latest([f"{_WORDING}{band}" for band in bands], since) if bands else ()
        pairs = self._pairs([one.case_id for one in found])
        return {one: pairs[one.case_id] for one in found if one.case_id in pairs}

    def forget_wording(self, before: datetime) -> None:
        """Let go of the oldest wordings from before then, a few at a time."""
        ids = [row.case_id for row in self._session.execute(_OLDEST, {"before": before})]
        if ids:
            bands = sa.delete(clues).where(clues.c.case_id.in_(ids), clues.c.clue.startswith(_WORDING))
            self._session.execute(bands)
            self._session.execute(sa.delete(sketches).where(sketches.c.case_id.in_(ids)))

    def _latest(self, wanted: Sequence[str], since: datetime) -> tuple[Found, ...]:
        values = {f"clue_{n}": clue for n, clue in enumerate(wanted)} | {"since": since}
        rows = self._session.execute(_newest(len(wanted)), values)
        return tuple(Found(row.case_id, row.at, row.told_at) for row in rows)

    def _pairs(self, ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        if not ids:
            return {}
        rows = self._session.execute(_PAIRS, {"ids": ids})
        return {row.case_id: frozenset(case_rows.unpacked(row.pairs)) for row in rows}


@cache
def _newest(clues_wanted: int) -> sa.Executable:
    """Each clue is one look into an index, which ends after fifty rows however many there are."""
    one_clue = (
        sa.select(clues.c.case_id, clues.c.at, clues.c.told_at)
        .where(clues.c.clue == sa.bindparam(f"clue_{n}"), clues.c.at >= sa.bindparam("since"))
        .order_by(clues.c.at.desc())
        .limit(_MOST_FOUND)
        .subquery()
        for n in range(clues_wanted)
    )
    every = sa.union_all(*(sa.select(rows) for rows in one_clue)).subquery()
    at, told = sa.func.max(every.c.at), sa.func.max(every.c.told_at)
    query = sa.select(every.c.case_id, at.label("at"), told.label("told_at")).group_by(every.c.case_id)
    return query.order_by(at.desc(), every.c.case_id.desc()).limit(_MOST_FOUND)
