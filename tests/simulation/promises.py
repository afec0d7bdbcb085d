"""What must hold of all mail of a quarter: once, in order, within its window."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from mailbot.core.case import Case
from mailbot.core.deadlines import Calendar
from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.store.outbox import OutboxRow

_IN_HOURS = ("follow_up", "stage", "delay", "reminder", "closing", "review", "improvement")
_STAGES = {"stage", "delay", "reminder"}
_PERSONAL = (LetterKind.ANSWER, LetterKind.RESOLUTION)
_SURVEY = timedelta(days=30)


def broken(cases: Sequence[Case], sent: Sequence[OutboxRow], calendar: Calendar) -> Iterator[str]:
    """Every promise that was broken, in words; none is what one wants."""
    mails: dict[int, list[OutboxRow]] = defaultdict(list)
    for row in sent:
        if row.case_id is not None and row.kind in TO_CUSTOMERS:
            mails[row.case_id].append(row)
    for case in cases:
        yield from (f"{case.number}: {what}" for what in _of_case(mails[case.id], calendar))
    yield from _surveys(row for row in sent if row.kind is LetterKind.FOLLOW_UP)


def _of_case(mails: Sequence[OutboxRow], calendar: Calendar) -> Iterator[str]:
    times: Mapping[str, int] = Counter(row.kind.value for row in mails)
    if times.get("acknowledgement", 0) > 1:
        yield f"acknowledged {times['acknowledgement']} times"
    if mails and any(row.kind is LetterKind.ACKNOWLEDGEMENT for row in mails[1:]):
        yield "acknowledged after something else"
    for row in mails:
        if row.kind.value in _IN_HOURS and not calendar.is_open(row.queued_at):
            yield f"{row.kind} outside business hours: {row.queued_at}"
    for earlier, later in pairwise(mails):
        apart = later.queued_at - earlier.queued_at
        if {earlier.kind.value, later.kind.value} <= _STAGES and apart < timedelta(hours=8):
            yield f"{later.kind} {apart} after {earlier.kind}"
        same_day = later.queued_at.date() == earlier.queued_at.date()
        if later.kind.value in _STAGES and earlier.kind in _PERSONAL and same_day:
            yield f"{later.kind} on top of an answer"


def _surveys(rows: Iterable[OutboxRow]) -> Iterator[str]:
    """A question and its one reminder, and then nothing for thirty days."""
    asked: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        asked[row.recipient].append(row.queued_at)
    for customer, times in asked.items():
        within = [sum(1 for at in times if start <= at < start + _SURVEY) for start in times]
        if max(within) > 2:
            yield f"{customer} was asked {max(within)} times within thirty days"
