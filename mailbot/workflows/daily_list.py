"""Each morning every agent gets a list of the own open cases, and every lead one of the teams'."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.daily_lists import SHOWN, daily_list, next_list
from mailbot.core.letters import Letter
from mailbot.core.situation import Situation
from mailbot.core.team import Role
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.workflows import gather
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime

DAILY_LIST = "daily_list"


def plan_daily_list(tx: Transaction, runtime: Runtime, now: datetime) -> None:
    """Have the lists fall due at the opening of the next business day; once a day, however often it is planned."""
    if not runtime.config.daily_list:
        return
    calendar = runtime.desk.calendar
    due_at = next_list(now, calendar)
    key = f"{DAILY_LIST} {due_at.astimezone(calendar.zone).date().isoformat()}"
    tx.due.add(DueWork(key=key, kind=DAILY_LIST, case_id=None, due_at=due_at), now)


def send_daily_lists(tx: Transaction, runtime: Runtime, _row: DueRow, now: datetime) -> None:
    """Write the lists of this morning, and plan those of the next; a list without cases is not sent."""
    plan_daily_list(tx, runtime, now)
    if not runtime.config.daily_list:
        return
    situation = gather.situation(tx, runtime, None, customer_key="", now=now)
    for letter in _lists(tx, situation):
        write(tx, runtime, runtime.config.mailboxes[0], None, letter, now=now)


def _lists(tx: Transaction, situation: Situation) -> Iterable[Letter]:
    now = situation.now
    window = (now, next_list(now, situation.desk.calendar))
    for member in situation.team.members:
        own, count = tx.cases.pressing(member=member.address, window=window, limit=SHOWN)
        if own:
            yield daily_list(member, own, situation, in_all=count, whole_team=False)
        if member.role is Role.LEAD:
            teams, count = tx.cases.pressing(teams=member.teams, window=window, limit=SHOWN)
            if teams:
                yield daily_list(member, teams, situation, in_all=count, whole_team=True)
