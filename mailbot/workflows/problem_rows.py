"""Keeps a problem as it was decided and, once its mail to customers is approved, plans one piece of work for each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from mailbot.core.actions import KeepProblem
from mailbot.core.corrective import IMPROVEMENT
from mailbot.store.database import Transaction
from mailbot.store.due import DueWork
from mailbot.workflows.runtime import Runtime

_BATCH = 20
_PAUSE = timedelta(minutes=5)


def keep_problem(tx: Transaction, runtime: Runtime, kept: KeepProblem, now: datetime) -> None:
    """Write the problem; what an approval sets off follows in business hours, some mails at a time."""
    if kept.step == "opened":
        tx.problems.begin(kept.problem)
        return
    tx.problems.keep(kept.problem)
    if kept.step != "approved":
        return
    readers = tx.problems.waiting(kept.problem.name)
    if not readers:
        tx.problems.keep(replace(kept.problem, told_at=now))
    for (key, case_id), due_at in zip(readers.items(), _moments(runtime, now), strict=False):
        tx.due.add(telling(kept.problem.name, key, case_id, due_at), now)


def telling(problem: str, customer_key: str, case_id: int, due_at: datetime, again: str = "") -> DueWork:
    """The work of telling one customer; `again` tells a later attempt from the first."""
    return DueWork(
        key=f"{IMPROVEMENT} {problem} {customer_key}{again}",
        kind=IMPROVEMENT,
        case_id=case_id,
        due_at=due_at,
        data={"problem": problem, "customer": customer_key},
    )


def _moments(runtime: Runtime, now: datetime) -> Iterator[datetime]:
    calendar = runtime.desk.calendar
    at = calendar.next_open(now)
    while True:
        yield from [at] * _BATCH
        at = calendar.add_business_time(at, _PAUSE)
