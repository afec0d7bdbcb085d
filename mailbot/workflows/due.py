"""Does what has fallen due: each row its own error boundary, so that one that fails never holds up the next."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from mailbot.core.approvals import APPROVAL
from mailbot.core.asking import GIVE_UP, REMIND
from mailbot.core.case import Case
from mailbot.core.changes import apply
from mailbot.core.corrective import IMPROVEMENT, PREVIEW, PROBLEM, PROBLEM_CHECK
from mailbot.core.events import (
    AlarmDue,
    ApprovalDue,
    CallDue,
    DetailsDue,
    Event,
    FollowUpDue,
    PromiseDue,
    ReviewDue,
    SilenceDue,
    StageDue,
    WaitOver,
)
from mailbot.core.policy import ALARM, CALL, WAIT, decide
from mailbot.core.promises import PROMISE
from mailbot.core.retry import backoff
from mailbot.core.silence import SILENCE
from mailbot.core.stages import DELAY, LOOKING_INTO
from mailbot.core.surveys import FOLLOW_UP, REVIEW
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow
from mailbot.store.old_mail import OLD_MAIL_ERASED
from mailbot.workflows import gather
from mailbot.workflows.budgets import USED_UP
from mailbot.workflows.catch_up import call_for_admins, tell_after_all, warn_admins
from mailbot.workflows.daily_list import DAILY_LIST, send_daily_lists
from mailbot.workflows.fetched import LOOK_AGAIN, waits_for_mail
from mailbot.workflows.junk import JUNK_LIST, send_junk_list
from mailbot.workflows.later import TELL, wait_for_room
from mailbot.workflows.old_mail import OLD_MAIL, move_old_mail, remove_erased, write_old_mail
from mailbot.workflows.problem_work import check_problem, remind_of_problem, show_preview, tell_improvement
from mailbot.workflows.retention import RETENTION, erase_what_is_old
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

log = get_logger(__name__)

_BATCH = 50
_LEASE_ALONE = timedelta(minutes=5)
# Among several daemons; what takes longer may be begun by another one, and is done by whoever commits first.
_LEASE = timedelta(seconds=50)
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=6)
_MOST_ATTEMPTS = 10


def do_due_work(runtime: Runtime, now: datetime, *, began_at: datetime | None = None) -> int:
    """Do the rows that were due when the pass began; how many there were.

    `began_at`: when the desk began to work. Until a mailbox was looked into since then, its customers hear nothing.
    """
    with runtime.database.begin() as tx:
        lease = _LEASE_ALONE if runtime.database.exclusive else _LEASE
        rows = tx.due.claim(now, limit=_BATCH, lease=lease, kinds=_WORK)
        if rows:
            here(Point.DUE_BEFORE_CLAIM_COMMIT)
    for row in rows:
        here(Point.DUE_CLAIMED)
        try:
            if before := _BEFOREHAND.get(row.kind):
                before(runtime, row)
            with runtime.database.begin() as tx:
                if tx.due.still_mine(row) and not _held(tx, runtime, row, now, began_at):
                    _do(tx, runtime.as_it_is(), row, now)
                    tx.due.done(row.id, now)
                here(Point.DUE_BEFORE_COMMIT)
            here(Point.DUE_COMMITTED)
            if outside := _AFTERWARDS.get(row.kind):
                outside(runtime, row)
        except Exception as error:
            log.exception("due.failed", key=row.key)
            _again(runtime, row, error, now)
    return len(rows)


def _held(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime, began_at: datetime | None) -> bool:
    """Whether the row is left for later, because mail has to be fetched first."""
    mailbox = waits_for_mail(tx, runtime, row, now, began_at=began_at)
    if mailbox:
        tx.due.hold(row.id, now + LOOK_AGAIN, f"waits until {mailbox} has been looked into")
    return mailbox is not None


def _do(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    _WORK[row.kind](tx, runtime, row, now)


def _follow_up(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        resolved_at, again = datetime.fromisoformat(str(row.data["resolved_at"])), row.data.get("again") is True
        _carry_out(tx, runtime, case, FollowUpDue(case, resolved_at, again, row.due_at if again else None), now)


def _review(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        _carry_out(tx, runtime, case, ReviewDue(case, row.due_at), now)


def _wait(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        _carry_out(tx, runtime, case, WaitOver(case), now)


def _call(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        _carry_out(tx, runtime, case, CallDue(case), now)


def _stage(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        made_at, promised_at = (
            datetime.fromisoformat(str(row.data[key])) if key in row.data else None
            for key in ("made_at", "promised_at")
        )
        event = StageDue(
            case=case,
            stage=row.kind,
            due_at=row.due_at,
            made_at=made_at or case.opened_at,
            promised_at=promised_at,
            known=row.data.get("known") is True,
        )
        _carry_out(tx, runtime, case, event, now, row)


def _approval(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        number, asked = int(str(row.data["number"])), int(str(row.data["asked"]))
        _carry_out(tx, runtime, case, ApprovalDue(case, number, asked), now)


def _promise(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        _carry_out(tx, runtime, case, PromiseDue(case, int(str(row.data["number"])), row.data["passed"] is True), now)


def _alarm(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        _carry_out(tx, runtime, case, AlarmDue(case), now)


def _details(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if (case := _case_of(tx, row)) and case.id == row.case_id:  # of a case that was merged nothing more is asked
        event = DetailsDue(
            case=case,
            asked_at=datetime.fromisoformat(str(row.data["asked_at"])),
            due_at=row.due_at,
            messages=int(str(row.data["messages"])),
            known=row.data["known"] is True,
            closes=row.kind == GIVE_UP,
        )
        _carry_out(tx, runtime, case, event, now, row)


def _silence(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    if case := _case_of(tx, row):
        resolved_at = datetime.fromisoformat(str(row.data["resolved_at"]))
        _carry_out(tx, runtime, case, SilenceDue(case=case, resolved_at=resolved_at, due_at=row.due_at), now)


def _case_of(tx: Transaction, row: DueRow) -> Case | None:
    return tx.cases.lock(row.case_id) if row.case_id is not None else None


def _carry_out(
    tx: Transaction, runtime: Runtime, case: Case, event: Event, now: datetime, row: DueRow | None = None
) -> None:
    """Decide and settle; the work of `row` waits if a letter of it must not be lost and no budget has room for it."""
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
    situation = gather.with_what_was_granted(tx, situation, case, None)
    if isinstance(event, StageDue | FollowUpDue):
        situation = gather.with_what_was_told(tx, situation, case)
    rule_book = runtime.behaviour.rule_book.version
    changes = apply(case, decide(event, situation), now=now, rule_book=rule_book)
    if row is None or not wait_for_room(tx, runtime, mailbox, row, case, changes, now):
        settle(tx, runtime, mailbox, changes, now=now)


_WORK: Mapping[str, Callable[[Transaction, Runtime, DueRow, datetime], None]] = {
    ALARM: _alarm,
    APPROVAL: _approval,
    CALL: _call,
    DAILY_LIST: send_daily_lists,
    DELAY: _stage,
    FOLLOW_UP: _follow_up,
    IMPROVEMENT: tell_improvement,
    GIVE_UP: _details,
    JUNK_LIST: send_junk_list,
    LOOKING_INTO: _stage,
    OLD_MAIL: move_old_mail,
    OLD_MAIL_ERASED: remove_erased,
    PREVIEW: show_preview,
    PROBLEM: remind_of_problem,
    PROBLEM_CHECK: check_problem,
    PROMISE: _promise,
    REMIND: _details,
    RETENTION: erase_what_is_old,
    REVIEW: _review,
    SILENCE: _silence,
    TELL: tell_after_all,
    USED_UP: warn_admins,
    WAIT: _wait,
}

# Each of these plans the next, and would never be done again.
_NEVER_GIVEN_UP = frozenset({DAILY_LIST, OLD_MAIL, RETENTION})

# What is done before the transaction begins, since it would be long in it; it may be done again.
_BEFOREHAND: Mapping[str, Callable[[Runtime, DueRow], None]] = {OLD_MAIL: write_old_mail}
# What is done once the transaction is over.
_AFTERWARDS: Mapping[str, Callable[[Runtime, DueRow], None]] = {USED_UP: call_for_admins}


def _again(runtime: Runtime, row: DueRow, error: Exception, now: datetime) -> None:
    with runtime.database.begin() as tx:
        if not tx.due.still_mine(row):
            return
        if row.attempts >= _MOST_ATTEMPTS and row.kind not in _NEVER_GIVEN_UP:
            tx.due.fail(row.id, str(error), now)
        else:
            pause = backoff(row.attempts, first=_FIRST_RETRY, longest=_LONGEST_RETRY)
            tx.due.postpone(row.id, now + pause, str(error))
