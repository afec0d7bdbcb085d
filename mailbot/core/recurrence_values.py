"""Values of that which comes again for the template of a notification."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.letters import Ltr
from mailbot.core.money import Money
from mailbot.core.recurrence import Past, Sign, begin, shown, sums_of
from mailbot.core.situation import Situation

_LONGEST_HISTORY = 10
_MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class PastLine:
    """One earlier case of a customer; `sign` says by what it is known to be theirs, if not by the address."""

    number: Ltr
    state: str
    type: str
    opened_at: datetime
    subject: str
    sign: str | None


@dataclass(frozen=True, slots=True)
class AgainLine:
    """How many complaints of the customer there were before since then, and what was granted in all."""

    count: int
    since: datetime
    granted: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """How many other customers have complained of the like since then, and the latest of their cases."""

    kind: str
    count: int
    since: datetime
    numbers: tuple[Ltr, ...]


def recurrence_values(case: Case, situation: Situation) -> Mapping[str, object]:
    """The template values `history`, `again` and `clusters`."""
    past = situation.recurrence.past or tuple(_known(case, one) for one in situation.history)
    return {
        "history": tuple(map(_past_line, past[:_LONGEST_HISTORY])),
        "again": _again(case, situation),
        "clusters": _clusters(situation),
    }


def _known(case: Case, past: Case) -> Past:
    return Past(past, Sign.ADDRESS if past.customer.key == case.customer.key else Sign.JOINED)


def _past_line(past: Past) -> PastLine:
    case, sign = past.case, past.sign
    return PastLine(
        Ltr(case.number),
        case.state.value,
        case.type.value,
        case.opened_at,
        case.subject,
        None if sign is Sign.ADDRESS else sign.value,
    )


def _again(case: Case, situation: Situation) -> AgainLine | None:
    within = situation.desk.clusters.repeat
    if within is None or not case.is_complaint:
        return None
    since = begin(within, situation.now, situation.desk.calendar.zone)
    recent = [past.opened_at for past in _before(case, situation) if past.is_complaint and past.opened_at >= since]
    return AgainLine(len(recent), min(recent), _granted(situation)) if recent else None


def _before(case: Case, situation: Situation) -> tuple[Case, ...]:
    """The customer's cases before this one: as looked up with the mail that began it, later on by the address alone."""
    if situation.recurrence.past:
        return tuple(past.case for past in situation.recurrence.past)
    return tuple(past for past in situation.history if past.opened_at < case.opened_at)


def _granted(situation: Situation) -> tuple[Money, ...]:
    later = (grant.amount for grant in situation.grants.shown if grant.amount)
    return situation.recurrence.granted or sums_of(later)


def _clusters(situation: Situation) -> tuple[ClusterLine, ...]:
    zone = situation.desk.calendar.zone
    found = shown(situation.recurrence, situation.desk.clusters, situation.now, zone)
    return tuple(
        ClusterLine(
            kind=kind.value,
            count=len(likes),
            since=min(like.at for like in likes),
            numbers=tuple(Ltr(like.case.number) for like in likes[:_MOST_NUMBERS]),
        )
        for kind, likes in found.items()
        if likes
    )
