"""What is to happen in a run: drawn from a seed and a number, so that every run can be had again."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from mailbot.faults import Point

Kind = Literal["sqlite", "postgresql"]
Edit = Literal["none", "good", "bad"]


class Stage(IntEnum):
    """The days of a desk. Mail arrives before BEGIN, COMPLAINTS and ANSWERS; before the others time passes."""

    BEGIN = 0
    COMPLAINTS = 1
    QUARTER = 2
    ANSWERS = 3
    LATER = 4
    DAYS = 5


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL in a stage: when `point` is reached for the `nth` time, or `after` so many seconds.

    `daemon`: it hits a daemon with all its threads, else one that does everything once.
    """

    stage: Stage
    point: Point | None = None
    nth: int = 1
    after: float = 0.0
    daemon: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `customers` and `team` say how the SMTP server treats their addresses (tests/servers/smtp_sink.py).

    `copying`: the IMAP server has no MOVE. `outdated`: the tables are those of the first version.
    """

    seed: int
    number: int
    database: Kind
    kills: tuple[Kill, ...] = ()
    customers: tuple[str, ...] = ("kate", "kate", "kate")
    team: str = "member"
    copying: bool = False
    outdated: bool = False
    edit: Edit = "none"
    of_matrix: bool = False

    @property
    def again(self) -> str:
        """How to have this run once more."""
        matrix = " --matrix" if self.of_matrix else ""
        return f"python -m tests.chaos --seed {self.seed} --only {self.number} --database {self.database}{matrix}"


_GOOD = ("kate",) * 5
_ONCE = ("late", "defer-once", "cut-once-before-dot", "cut-once-after-dot", "cut-once-after-dot")
_ALWAYS = ("cut-after-dot", "hang")


def _family(*names: str) -> tuple[Point, ...]:
    return tuple(point for point in Point if point.value.partition(".")[0] in names)


OLD_MAIL = _family("old_mail")
"""Where a desk comes to after a year alone; `test_old_mail.py` kills it there."""
WITHIN_DAYS = tuple(point for point in Point if point not in OLD_MAIL)


_COPYING = (Point.SHELVE_COPIED, Point.SHELVE_FLAGGED)
_MOVING = tuple(point for point in _family("shelve") if point not in _COPYING)
_MIGRATION, _REFUSAL, _CURSOR = _family("migration"), _family("refusal"), _family("cursor")
_STARTING = _family("lapse", "book", "start")
_RECEIVING, _HANDLING, _QUARANTINE = _family("receive"), _family("handle"), _family("quarantine")
_SENDING, _FILING, _UNCERTAIN, _DUE = _family("deliver", "smtp"), _family("copy"), _family("uncertain"), _family("due")

POINTS: Mapping[Stage, tuple[Point, ...]] = {
    Stage.BEGIN: (*_STARTING, *_CURSOR),
    Stage.COMPLAINTS: (*_STARTING, *_RECEIVING, *_HANDLING, *_QUARANTINE, *_MOVING, *_SENDING),
    Stage.QUARTER: (*_UNCERTAIN, *_SENDING),
    Stage.ANSWERS: (*_RECEIVING, *_HANDLING, *_MOVING, *_SENDING, *_FILING),
    Stage.LATER: (*_UNCERTAIN, *_SENDING),
    Stage.DAYS: (*_DUE, *_SENDING),
}
"""Where what may be reached; what depends on the kind of run is added by `points_of`."""


def points_of(plan: Plan, stage: Stage) -> tuple[Point, ...]:
    """The points that a run of this kind can reach in a stage."""
    more: tuple[Point, ...] = ()
    if stage is Stage.BEGIN and plan.outdated:
        more = _MIGRATION
    elif stage is Stage.BEGIN and plan.edit == "bad":
        more = _REFUSAL
    elif plan.copying and Point.SHELVE_MOVED in POINTS[stage]:
        more = _COPYING
    return POINTS[stage] + more * 3


def drawn(seed: int, number: int, database: Kind) -> Plan:
    """The run of this number."""
    random_ = random.Random(f"{seed} {number} {database}")
    plan = Plan(
        seed,
        number,
        database,
        customers=tuple(random_.choice(_GOOD + _ONCE + _ALWAYS) for _ in range(3)),
        team=random_.choice(("member",) * 5 + _ONCE),
        copying=random_.random() < 0.25,
        outdated=random_.random() < 0.08,
        edit=random_.choices(("none", "good", "bad"), (84, 8, 8))[0],
    )
    special = plan.outdated or plan.edit != "none"
    stages = [Stage.BEGIN] if special else random_.choices([*Stage], (1, 6, 2, 6, 2, 4), k=1)
    while random_.random() < 0.4 and len(stages) < 4:
        stages.append(random_.choice((stages[-1], *Stage)))
    kills = tuple(_kill(random_, plan, stage) for stage in sorted(stages))
    return replace(plan, kills=kills)


def _kill(random_: random.Random, plan: Plan, stage: Stage) -> Kill:
    daemon = random_.random() < 0.15
    if random_.random() < 0.35:
        return Kill(stage, after=random_.uniform(0.0, 0.5), daemon=daemon)
    point = random_.choice(points_of(plan, stage))
    return Kill(stage, point, nth=random_.choice((1, 1, 1, 2, 3, 5)), daemon=daemon)


# Points of one row are reached one after the other, each by the desk that comes after the kill before.
_ROWS: tuple[tuple[Mapping[str, object], Mapping[Stage, tuple[Point, ...]]], ...] = (
    ({"outdated": True}, {Stage.BEGIN: _MIGRATION}),
    ({"edit": "bad"}, {Stage.BEGIN: _REFUSAL}),
    ({"edit": "good"}, {Stage.BEGIN: (Point.BOOK_BEFORE_COMMIT, Point.BOOK_COMMITTED, Point.BOOK_IN_FORCE)}),
    ({}, {Stage.BEGIN: (*_STARTING, *_CURSOR), Stage.DAYS: (Point.DUE_BEFORE_CLAIM_COMMIT, Point.DUE_CLAIMED)}),
    ({}, {Stage.COMPLAINTS: (*_RECEIVING, *_HANDLING, *_QUARANTINE), Stage.DAYS: (Point.DUE_BEFORE_COMMIT,)}),
    ({}, {Stage.COMPLAINTS: _MOVING, Stage.ANSWERS: _FILING, Stage.DAYS: (Point.DUE_COMMITTED,)}),
    ({"copying": True}, {Stage.COMPLAINTS: _COPYING, Stage.ANSWERS: _COPYING}),
    ({}, {Stage.COMPLAINTS: (Point.DELIVER_BEFORE_CLAIM_COMMIT,), Stage.ANSWERS: (Point.DELIVER_CLAIMED,)}),
    ({}, {Stage.COMPLAINTS: (Point.SMTP_BEFORE_DATA,), Stage.ANSWERS: (Point.SMTP_BEFORE_DOT,)}),
    ({}, {Stage.COMPLAINTS: (Point.SMTP_AFTER_DOT,), Stage.ANSWERS: (Point.SMTP_ANSWERED,)}),
    ({}, {Stage.COMPLAINTS: (Point.DELIVER_BEFORE_COMMIT,), Stage.ANSWERS: (Point.DELIVER_COMMITTED,)}),
    ({"customers": ("cut-once-after-dot", "late", "kate")}, {Stage.QUARTER: _UNCERTAIN}),
)


def matrix(seed: int, database: Kind) -> Iterator[Plan]:
    """Few runs, in which every point is certainly reached."""
    for number, (kind, points) in enumerate(_ROWS):
        kills = tuple(Kill(stage, point) for stage, chosen in points.items() for point in chosen)
        yield replace(Plan(seed, number, database, kills, of_matrix=True), **kind)  # type: ignore[arg-type]
