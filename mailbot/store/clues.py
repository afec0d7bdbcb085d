"""By what cases are found again: order, phone, product and wording, and whether leads heard of their like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from mailbot.core.resemblance import Sketch
from mailbot.store.columns import key
from mailbot.store.prepared import Prepared
from mailbot.store.session import Session
from mailbot.store.tables import clues, sketches

_MOST_FOUND = 50
_MOST_FORGOTTEN = 20
WORDING = "wording"
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

    def find(
        self, wanted: Mapping[str, datetime], bands: Sequence[str], since: datetime
    ) -> Mapping[str, tuple[Found, ...]]:
        """The latest cases that each of these clues leads to since a moment of its own, newest first; fifty at most.

        Under WORDING those that have any of these bands, as `add` kept them by `of_wording`, since `since`.
        """
        if not wanted and not bands:
            return {WORDING: ()}
        values: dict[str, object] = {"since": since}
        for n, (clue, at) in enumerate(wanted.items()):
            values |= zip(_names(n), (clue, at), strict=True)
        values |= {_band(n): clue for n, clue in enumerate(of_wording(bands))}
        found: dict[str, list[Found]] = {key(clue): [] for clue in (*wanted, WORDING)}
        for clue, *facts in self._session.execute(_newest(len(wanted), len(bands)), values):
            found[clue].append(Found(*facts))
        return {clue: tuple(sorted(found[key(clue)], key=_newest_first, reverse=True)) for clue in (*wanted, WORDING)}

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
            bands = sa.delete(clues).where(clues.c.case_id.in_(ids), clues.c.clue.startswith(f"{WORDING} "))
            self._session.execute(bands)
            self._session.execute(sa.delete(sketches).where(sketches.c.case_id.in_(ids)))


def of_wording(bands: Iterable[str]) -> tuple[str, ...]:
    """The clues by which cases are found that say much the same."""
    return tuple(f"{WORDING} {band}" for band in bands)


def _newest_first(one: Found) -> tuple[datetime, int]:
    return one.at, one.case_id


def _names(n: int) -> tuple[str, str]:
    return f"clue_{n}", f"since_{n}"


def _band(n: int) -> str:
    return f"band_{n}"


@cache
def _newest(clues_wanted: int, bands: int) -> Prepared:
    """Each clue and band is one look into an index, which ends after fifty rows however many there are."""
    by_clue = [_look(clue, since) for clue, since in map(_names, range(clues_wanted))]
    return Prepared(sa.union_all(*by_clue, *([_alike(bands)] if bands else ())))


def _look(clue: str, since: str) -> sa.Select[Any]:
    rows = (
        sa.select(clues.c.clue, clues.c.case_id, clues.c.at, clues.c.told_at)
        .where(clues.c.clue == sa.bindparam(clue), clues.c.at >= sa.bindparam(since))
        .order_by(clues.c.at.desc(), clues.c.case_id.desc())
        .limit(_MOST_FOUND)
        .subquery()
    )
    return sa.select(rows)


def _alike(bands: int) -> sa.Select[Any]:
    """A case that many of the bands lead to is one row here, and not one for each that would have to be fetched."""
    rows = sa.union_all(*(_look(_band(n), "since") for n in range(bands))).subquery()
    at, told_at = sa.func.max(rows.c.at).label("at"), sa.func.max(rows.c.told_at).label("told_at")
    cases = (
        sa.select(sa.literal(WORDING, clues.c.clue.type).label("clue"), rows.c.case_id, at, told_at)
        .group_by(rows.c.case_id)
        .order_by(at.desc(), rows.c.case_id.desc())
        .limit(_MOST_FOUND)
        .subquery()
    )
    return sa.select(cases)
