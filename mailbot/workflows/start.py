"""What is done once, before a desk begins to work: what the last one left is taken up, and its rule book is kept."""

from datetime import datetime

from mailbot.faults import Point, here
from mailbot.workflows.daily_list import plan_daily_list
from mailbot.workflows.deliver import lapse
from mailbot.workflows.old_mail import plan_moving
from mailbot.workflows.reload import begin_with
from mailbot.workflows.retention import plan_retention
from mailbot.workflows.runtime import Runtime


def start(runtime: Runtime, now: datetime) -> None:
    """Call it under `Database.lock`: mail that was being sent is nobody's any more, so it becomes uncertain at once."""
    runtime.behaviour.readers.begin()
    runtime.lookups.begin()
    lapse(runtime, now, alone=runtime.database.exclusive)
    begin_with(runtime, now)
    with runtime.database.begin() as tx:
        plan_daily_list(tx, runtime, now)
        plan_retention(tx, runtime, now)
        plan_moving(tx, runtime, now)
        here(Point.START_BEFORE_COMMIT)
    here(Point.START_COMMITTED)
