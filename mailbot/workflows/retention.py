"""Each night what has been kept long enough is erased, in small batches, so that mail never waits for it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from mailbot.core.case import Case
from mailbot.core.erasure import Counts, Kind, Privacy, without_person
from mailbot.log import get_logger
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.workflows.runtime import Runtime, new_token

log = get_logger(__name__)

RETENTION = "retention"
_MANY = 20
_ALL = -1  # every case has been looked at this night
_PAUSE = timedelta(seconds=30)
_AT_NIGHT = time(3, 30)
_OF_CASES = (Kind.CASES, Kind.RAW_MAIL, Kind.MESSAGES, Kind.TIMELINE)


def plan_retention(tx: Transaction, runtime: Runtime, now: datetime) -> None:
    """Have the next night's erasing fall due, if anything is to be erased ever; once a night."""
    if not runtime.config.privacy.keep:
        return
    zone = runtime.desk.calendar.zone
    tonight = datetime.combine(now.astimezone(zone).date(), _AT_NIGHT, zone)
    due_at = tonight if tonight > now else datetime.combine(tonight.date() + timedelta(days=1), _AT_NIGHT, zone)
    key = f"{RETENTION} {due_at.date().isoformat()}"
    tx.due.add(DueWork(key=key, kind=RETENTION, case_id=None, due_at=due_at), now)


def erase_what_is_old(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Erase one batch of each kind; where there may be more, go on in half a minute, else plan the next night."""
    privacy = runtime.config.privacy
    begun = row.data.get("after")
    after = {str(kind): int(id) for kind, id in begun.items()} if isinstance(begun, dict) else {}
    further: dict[str, int] = {}
    counts: Counts = sum(_batches(tx, privacy, after, further, now), Counter())
    if counts.total():
        log.info("retention.erased", **{what: count for what, count in counts.items() if count})
    if counts.total() or further:
        key = f"{RETENTION} {(now + _PAUSE).isoformat()}"
        data = {"after": {kind: further.get(kind, _ALL) for kind in _OF_CASES}}
        tx.due.add(DueWork(key=key, kind=RETENTION, case_id=None, due_at=now + _PAUSE, data=data), now)
    plan_retention(tx, runtime, now)


def _batches(
    tx: Transaction, privacy: Privacy, after: Mapping[str, int], further: dict[str, int], now: datetime
) -> Iterator[Counts]:
    """What was erased of each kind; `further` gets from which case on the next batch looks, where there are more."""
    for kind in _OF_CASES:
        if (before := privacy.older_than(kind, now)) and after.get(kind) != _ALL:
            found, last = tx.retention.cases(kind, before, after=after.get(kind, 0), limit=_MANY)
            if last is not None:
                further[kind] = last
            if free := [case for case in found if not privacy.holds(case)]:
                yield _erase(tx, privacy, kind, free, now)
    if before := privacy.older_than(Kind.LOOSE_MAIL, now):
        yield tx.erasure.loose_mail(*tx.retention.loose_mail(before, limit=_MANY), now)
    if before := privacy.older_than(Kind.WORK, now):
        yield tx.erasure.work(before, limit=_MANY)


def _erase(tx: Transaction, privacy: Privacy, kind: Kind, cases: list[Case], now: datetime) -> Counts:
    ids = [case.id for case in cases]
    match kind:
        case Kind.CASES:
            left = [without_person(case, privacy.cases, token=new_token(), now=now) for case in cases]
            return tx.erasure.cases(left, now)
        case Kind.RAW_MAIL:
            return tx.erasure.raw_mail(ids, now)
        case Kind.MESSAGES:
            return tx.erasure.messages(ids)
        case _:
            return tx.erasure.timeline(ids)
