"""Makes up for letters that a budget withheld: the team is told after all, once there is room; the admins hear why."""

from dataclasses import replace
from datetime import datetime

from mailbot.core.case import Author, Case, CaseMessage, Direction, State, TimelineEntry
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.letters import Block, Letter
from mailbot.core.notifications import ALARMS, agents_of, deadlines_of, news_again, notifications_to
from mailbot.core.situation import Situation
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow
from mailbot.workflows import gather
from mailbot.workflows.alert import alert, call
from mailbot.workflows.budgets import USED_UP, Tally, used_up
from mailbot.workflows.later import GIVE_UP, TELL, short_since, tell_again
from mailbot.workflows.post import write
from mailbot.workflows.runtime import Runtime

_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
_WRITERS = {"third_party": Author.THIRD_PARTY, "bounce": Author.SYSTEM}
_LONGEST = 50_000


def tell_after_all(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Tell a member what was withheld, if it is still news; put it off while there is no room, for three days."""
    case = tx.cases.lock(row.case_id) if row.case_id is not None else None
    if case is None:
        return
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
    situation = gather.with_what_was_granted(tx, situation, case, None)
    letter = _letter(row, case, situation)
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    budget = used_up(Tally(tx), runtime, mailbox, case, letter, now) if letter else None
    if budget and now - short_since(row) < GIVE_UP:
        tell_again(tx, row, case, now)
    elif letter is None or budget:
        why = budget or "no news any more"
        entry = TimelineEntry(event=TELL, by="mailbot", at=now, detail=f"{row.data['member']} not told: {why}")
        tx.cases.record(case.id, [entry])
    else:
        write(tx, runtime, mailbox, case, letter, now=now)


def warn_admins(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Write to the admins which budget is used up, and at which case that began to show."""
    alert(tx, runtime, _mailbox(runtime, row), USED_UP, _detail(row), since=_since(row), now=now)


def call_for_admins(runtime: Runtime, row: DueRow) -> None:
    """The same by `alerts.command`; not inside a transaction, which others would have to wait for."""
    call(runtime, USED_UP, _mailbox(runtime, row), _detail(row))


def _letter(row: DueRow, case: Case, situation: Situation) -> Letter | None:
    """The notification; None where nobody has to hear of it any more."""
    member, code = situation.member(str(row.data["member"])), str(row.data["news"])
    of_others = case.assignee is not None and member not in agents_of(case, situation)
    if member is None or of_others or case.state in _AT_REST or case.merged_into is not None:
        return None
    if code in ALARMS and not deadlines_of(case, situation.now):
        return None
    messages = _missed(row, situation, code)
    if not messages:
        return None
    words = "\n\n".join(message.text for message in messages)[:_LONGEST]
    note = row.data.get("note")
    news = replace(
        news_again(messages[-1], code),
        words=Block(words),
        note=Block(str(note)) if note else None,
        note_by=str(row.data["note_by"]) if note else None,
    )
    return notifications_to([member], case, news, situation)[0]


def _missed(row: DueRow, situation: Situation, code: str) -> tuple[CaseMessage, ...]:
    """The mail that the member was not told of, and what the same kind of writer has written since."""
    role, number = _WRITERS.get(code, Author.CUSTOMER), row.data.get("ledger_id")
    theirs = tuple(m for m in situation.messages if m.direction is Direction.IN and m.role is role)
    first = next((n for n, message in enumerate(theirs) if message.ledger_id == number), None)
    if number is not None and first is not None:
        return theirs[first:]
    latest = latest_from_customer(situation.messages)
    return (latest,) if latest else ()


def _mailbox(runtime: Runtime, row: DueRow) -> Mailbox:
    named = (box for box in runtime.config.mailboxes if box.name == row.data["mailbox"])
    return next(named, runtime.config.mailboxes[0])


def _detail(row: DueRow) -> str:
    case = row.data.get("case")
    return f"{row.data['budget']}\nmailbot case {case}" if case else str(row.data["budget"])


def _since(row: DueRow) -> datetime:
    return datetime.fromisoformat(str(row.data["since"]))
