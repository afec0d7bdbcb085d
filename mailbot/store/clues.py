"""By what cases are found again: order, phone, product and wording, and whether leads heard of their like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from mailbot.core.resemblance import Sketch
from mailbot.store.columns import key
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import clues, sketches

_MOST_FOUND = 50
_MOST_FORGOTTEN = 20
_WORDING = "wording "
_OLDEST = Prepared(
    sa.select(sketches.c.case_id)
    .where(sketches.c.at < sa.bindparam("before"))
    .order_by(sketches.c.at)
    .limit(_MOST_FORGOTTEN)
)
_PAIRS = Prepared(
    sa.select(sketches.c.case_id, sketches.c.pairs).where(sketches.c.case_id.in_(sa.bindparam("ids", expanding=True)))
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
        self._none_before: datetime | None = None

    def add(self, case_id: int, found: Mapping[str, datetime | None], at: datetime) -> None:
        """Keep clues to a case, each with when leads heard of what it stands for; one that is kept stays as it is."""
        rows = [{"case_id": case_id, "clue": clue, "at": at, "told_at": told} for clue, told in found.items()]
        if rows:
            self._session.put_new(clues, rows)

    def add_wording(self, case_id: int, wording: Sketch, at: datetime) -> None:
        """Keep what a case says, which is found by the clues that `of_wording` gives."""
        self._session.put_new(sketches, {"case_id": case_id, "at": at, "pairs": wording.packed})

    def find(self, wanted: Mapping[str, datetime]) -> Mapping[str, tuple[Found, ...]]:
        """The latest cases that each of these clues leads to since a moment of its own, newest first; fifty at most."""
        values = {
            name: value for n, one in enumerate(wanted.items()) for name, value in zip(_names(n), one, strict=True)
        }
        found: dict[str, list[Found]] = {key(clue): [] for clue in wanted}
        for clue, *facts in self._session.execute(_newest(len(wanted)), values) if wanted else ():
            found[clue].append(Found(*facts))
        return {clue: latest(found[key(clue)]) for clue in wanted}

    def wordings(self, found: Iterable[Found]) -> Mapping[Found, frozenset[int]]:
        """The pairs of words of those of these cases that have been kept."""
        ids = {one.case_id: one for one in found}
        rows = self._session.execute(_PAIRS, {"ids": tuple(ids)}) if ids else ()
        pairs = {row.case_id: Sketch(row.pairs).pairs for row in rows}
        return {one: pairs[case_id] for case_id, one in ids.items() if case_id in pairs}

    def forget_wording(self, before: datetime) -> None:
        """Let go of the oldest wordings from before then, a few at a time."""
        if self._none_before is not None and before <= self._none_before:
            return
        ids = [row.case_id for row in self._session.execute(_OLDEST, {"before": before})]
        if len(ids) < _MOST_FORGOTTEN:
            self._none_before = before
        if ids:
            bands = sa.delete(clues).where(clues.c.case_id.in_(ids), clues.c.clue.startswith(_WORDING))
            self._session.execute(bands)
            self._session.execute(sa.delete(sketches).where(sketches.c.case_id.in_(ids)))


def of_wording(bands: Iterable[str]) -> tuple[str, ...]:
    """The clues by which cases are found that say much the same."""
    return tuple(f"{_WORDING}{band}" for band in bands)


def latest(found: Iterable[Found]) -> tuple[Found, ...]:
    """The latest of these cases, each once, newest first; fifty at most."""
    each: dict[int, Found] = {}
    for one in found:
        known = each.setdefault(one.case_id, one)
        if (known.at, known.told_at) != (one.at, one.told_at):
            told = max((at for at in (known.told_at, one.told_at) if at), default=None)
            each[one.case_id] = Found(one.case_id, max(known.at, one.at), told)
    return tuple(sorted(each.values(), key=_newest_first, reverse=True)[:_MOST_FOUND])


def _newest_first(one: Found) -> tuple[datetime, int]:
    return one.at, one.case_id


def _names(n: int) -> tuple[str, str]:
    return f"clue_{n}", f"since_{n}"


@cache
def _newest(clues_wanted: int) -> Prepared:
    """Each clue is one look into an index, which ends after fifty rows however many there are."""
    one_clue = (
        sa.select(clues.c.clue, clues.c.case_id, clues.c.at, clues.c.told_at)
        .where(clues.c.clue == sa.bindparam(clue), clues.c.at >= sa.bindparam(since))
        .order_by(clues.c.at.desc(), clues.c.case_id.desc())
        .limit(_MOST_FOUND)
        .subquery()
        for clue, since in map(_names, range(clues_wanted))
    )
    return Prepared(sa.union_all(*(sa.select(rows) for rows in one_clue)))
