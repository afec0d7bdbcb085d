"""What finds no room in a budget and must not be lost: it becomes due work, tried again each hour and done once."""

from datetime import datetime, timedelta

from mailbot.core.case import Case, TimelineEntry
from mailbot.core.changes import Changes
from mailbot.core.events import Received
from mailbot.core.letters import Block, Letter, LetterKind
from mailbot.core.notifications import ALARMS
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow, DueWork
from mailbot.workflows.budgets import Tally, used_up, warn
from mailbot.workflows.runtime import Runtime

TELL = "tell_later"
"""The due work by which a member hears of a case after all."""

UNTIL_ROOM = timedelta(hours=1)
GIVE_UP = timedelta(days=3)
"""For so long there was no room: now it would be old news."""

# News that are not the customer's words, and do not go along with them.
_BY_THEMSELVES = frozenset({"third_party", "bounce", *ALARMS})
_SHORT_SINCE = "short_since"
# A customer waits for these, or has been told that they will come.
_KEPT = frozenset({LetterKind.REMINDER, LetterKind.CLOSING, LetterKind.DELAY})


def tell_later(tx: Transaction, case: Case, letter: Letter, cause: Received | None, now: datetime) -> None:
    """Have a member told later; what else is withheld from the same member within the hour goes along with it."""
    note = letter.values.get("note")
    data = {
        "member": letter.member,
        "news": letter.values.get("news"),
        "ledger_id": cause.ledger_id if cause else None,
        "note": note.text if isinstance(note, Block) else None,
        "note_by": letter.values.get("note_by"),
        _SHORT_SINCE: now.isoformat(),
    }
    tx.due.add(_telling(case, data, now), now)


def tell_again(tx: Transaction, row: DueRow, case: Case, now: datetime) -> None:
    """Put the telling off once more."""
    tx.due.add(_telling(case, dict(row.data), now), now)


def short_since(row: DueRow) -> datetime:
    """Since when it finds no room."""
    return datetime.fromisoformat(str(row.data[_SHORT_SINCE]))


def wait_for_room(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: DueRow, case: Case, changes: Changes, now: datetime
) -> bool:
    """Whether work is put off for an hour, whole, because a letter of it finds no room that must not be lost.

    By then it is decided anew, and what has become needless is left out. After three days it is done without the
    letter, and the timeline says so.
    """
    tally = Tally(tx)
    short = ((x, used_up(tally, runtime, mailbox, case, x, now)) for x in changes.letters if x.kind in _KEPT)
    letter, budget = next(((x, budget) for x, budget in short if budget), (None, None))
    if letter is None or budget is None:
        return False
    begun = _first_short(tx, row, case) or now
    if now - begun >= GIVE_UP:
        return False
    again = now + UNTIL_ROOM
    data = {**row.data, _SHORT_SINCE: begun.isoformat()}
    key = f"{row.kind} {case.number} {row.id} again"
    tx.due.add(DueWork(key=key, kind=row.kind, case_id=row.case_id, due_at=again, data=data), now)
    if begun == now:
        warn(tx, mailbox, case, budget, now)
        detail = f"{letter.kind}: {budget}, tried again"
        tx.cases.record(case.id, [TimelineEntry(event="withheld", by="mailbot", at=now, detail=detail)])
    return True


def _telling(case: Case, data: dict[str, object], now: datetime) -> DueWork:
    due_at = now + UNTIL_ROOM
    about = data["news"] if data["news"] in _BY_THEMSELVES else "customer"
    key = f"{TELL} {case.number} {data['member']} {about} {due_at:%Y-%m-%dT%H}"
    return DueWork(key=key, kind=TELL, case_id=case.id, due_at=due_at, data=data)


def _first_short(tx: Transaction, row: DueRow, case: Case) -> datetime | None:
    """Since when the same work finds no room, however often it was planned anew in between."""
    same = (one for one in tx.due.of_case(case.id) if one.kind == row.kind and _SHORT_SINCE in one.data)
    return min((short_since(one) for one in same if _plain(one) == _plain(row)), default=None)


def _plain(row: DueRow) -> dict[str, object]:
    return {name: value for name, value in row.data.items() if name != _SHORT_SINCE}
