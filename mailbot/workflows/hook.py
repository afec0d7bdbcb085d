"""Tells the shop system of steps of offers: one signed request each, outside any transaction, until it is known there.

A crash between the answer and its record sends the same request again, with the same Idempotency-Key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from mailbot.core.case import Case
from mailbot.core.changes import apply
from mailbot.core.errors import PermanentError
from mailbot.core.hooks import FAILED, HOOK, Hook, Verdict, not_told, verdict
from mailbot.core.retry import backoff
from mailbot.log import get_logger
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.web import NoAnswer, ask, within
from mailbot.workflows import gather
from mailbot.workflows.alert import alert, call
from mailbot.workflows.hook_call import Call, next_call
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

log = get_logger(__name__)

_SECONDS = 10.0
# Much longer than a request can take: nobody else makes the same call in the meantime.
_LEASE = timedelta(minutes=5)
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)
_GIVE_UP = timedelta(days=2)
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a call was made, and why nobody was there, which is no use to try again at once."""

    tried: bool
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict
    said: str
    silent: bool = False


def tell_next(runtime: Runtime, now: datetime) -> Told:
    """Make the call that has been due for longest, if there is one, and write down what came of it."""
    hook = runtime.config.offer_hook
    due = _claimed(runtime, now) if hook else None
    if hook is None or due is None:
        return Told(tried=False)
    answer = _asked(hook, due, now)
    log.info("hook.answer", step=due.line.id, outcome=answer.verdict.name, said=answer.said)
    _record(runtime, due, answer, now)
    return Told(tried=True, fault=answer.said if answer.silent else None)


def _claimed(runtime: Runtime, now: datetime) -> Call | None:
    with runtime.database.begin() as tx:
        for row in tx.due.claim(now, limit=1, lease=_LEASE, kinds=(HOOK,)):
            due = next_call(tx, row)
            if due is None:
                tx.due.fail(row.id, "the ledger does not know the step", now)
            return due
    return None


def _asked(hook: Hook, due: Call, now: datetime) -> _Answer:
    host = urlsplit(hook.url).netloc
    try:
        with within(_SECONDS) as deadline:
            reply = ask(due.request(hook, now), deadline)
    except NoAnswer as error:
        return _Answer(Verdict.AGAIN, f"{host} {error}", silent=True)
    quoted = " ".join(reply.body.decode(errors="replace").split())[:_LONGEST_QUOTE]
    return _Answer(verdict(reply.status), f"{host} {reply.said}{f': {quoted}' if quoted else ''}")


def _record(runtime: Runtime, due: Call, answer: _Answer, now: datetime) -> None:
    row = due.row
    with runtime.database.begin() as tx:
        if not tx.due.still_mine(row):
            return
        if answer.verdict is Verdict.TOLD:
            tx.due.done(row.id, now)
            return
        if answer.verdict is Verdict.AGAIN and now - row.added_at < _GIVE_UP:
            pause = backoff(row.attempts, first=_FIRST_RETRY, longest=_LONGEST_RETRY)
            tx.due.postpone(row.id, now + pause, answer.said)
            return
        tx.due.fail(row.id, answer.said, now)
        mailbox = _give_up(tx, runtime.as_it_is(), due, answer.said, now)
    call(runtime, FAILED, mailbox, _detail(due, answer.said))


def _give_up(tx: Transaction, runtime: Runtime, due: Call, why: str, now: datetime) -> Mailbox:
    """Tell the admins and the agents of the case; the mailbox of the case, from which that is told."""
    case = tx.cases.lock(due.row.case_id) if due.row.case_id is not None else None
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    alert(tx, runtime, mailbox, FAILED, _detail(due, why), since=due.row.added_at, now=now)
    if case:
        try:
            with tx.savepoint():
                _tell_agents(tx, runtime, mailbox, case, due, why, now)
        except PermanentError as failure:
            log.error("notice.failed", step=due.line.id, mailbox=mailbox.name, error=str(failure))
    return mailbox


def _tell_agents(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, case: Case, due: Call, why: str, now: datetime
) -> None:
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
    # In a case that this one was merged into, the offer has another number.
    numbered = situation.offers if case.number == due.line.case_number else ()
    offer = next((one for one in numbered if one.number == due.number), None)
    decided = tuple(not_told(case, offer, due.line.step, why, situation))
    changes = apply(case, decided, now=now, rule_book=runtime.behaviour.rule_book.version)
    settle(tx, runtime, mailbox, changes, now=now)


def _detail(due: Call, why: str) -> str:
    line = due.line
    return f"mailbot offers --case {line.case_number}\n{line.id} {line.step} {line.remedy} {line.amount or ''}\n{why}"
