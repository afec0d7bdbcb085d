"""Saves what was decided, outgoing mail included: the one function that writes a case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mailbot.core.actions import BY_ITSELF, BeAway, Surveyed
from mailbot.core.answer_promise import not_promised
from mailbot.core.case import Case
from mailbot.core.changes import Changes, apply
from mailbot.core.clocks import next_alarm
from mailbot.core.events import Received
from mailbot.core.letters import LetterKind
from mailbot.core.message import Address, MailKind
from mailbot.core.policy import ALARM
from mailbot.core.timekeeping import not_acknowledged
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.due import DueWork
from mailbot.workflows.budgets import foresee
from mailbot.workflows.hook_call import plan_call
from mailbot.workflows.mailing import Mailing
from mailbot.workflows.post import pack
from mailbot.workflows.problem_rows import keep_problem
from mailbot.workflows.runtime import Runtime, new_token

_MOST_ANSWERED = 20
"""So many mails that one answers, directly or not, are remembered if they have not come."""


def settle(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    changes: Changes,
    *,
    now: datetime,
    mail: Received | None = None,
) -> None:
    """Write all changes inside the caller's transaction; `mail` is the one that caused them, if one did."""
    held = _hold(tx, changes, mail, now)
    case = changes.case
    for absence in changes.absences:
        _note_absence(tx, absence)
    if case is not None:
        _save(tx, runtime, case, changes, now)
    mailing = Mailing(tx, case.id if case else None, now)
    if mail:
        _remember_thread(mailing, runtime, mail)
    foresee(mailing.tally, runtime, mailbox, case, changes.letters, now, mail)
    for letter in changes.letters:
        queued = pack(mailing, runtime, mailbox, case, letter, cause=mail, held_token=held)
        told = queued or letter.kind in runtime.quiet
        if case is not None and not told and letter.kind in (LetterKind.ACKNOWLEDGEMENT, LetterKind.DELAY):
            case = _not_told(tx, runtime, case, now)
    mailing.put()
    if case is not None:
        tx.due.add_all([*_scheduled(case, changes, now), *_alarm(runtime, case, now)], now)


def _remember_thread(mailing: Mailing, runtime: Runtime, mail: Received) -> None:
    """Note by which Message-IDs other mail of this thread is known to belong to the case."""
    message = mail.reading.message
    if message.message_id:
        mailing.remember_received(message.message_id, mail.sender.key or None)
    by_the_team = message.from_ is not None and runtime.config.team.by_address(message.from_.address) is not None
    if message.references and mail.reading.kind is MailKind.HUMAN and not by_the_team:
        found = {message.message_id, *(sign.value for sign in mail.match.signs)}
        others = [id for id in message.references[-_MOST_ANSWERED:] if id not in found]
        known = {one.message_id for one in mailing.tx.message_ids.known(others)}
        mailing.remember_answered(id for id in others if id not in known)


def _not_told(tx: Transaction, runtime: Runtime, case: Case, now: datetime) -> Case:
    """The case, in which a mail that was withheld has met no deadline and made no promise."""
    rule_book = runtime.behaviour.rule_book.version
    undone = (*not_acknowledged(case, runtime.desk, now), *not_promised(case))
    changes = apply(case, undone, now=now, rule_book=rule_book)
    tx.cases.save(changes.case or case)
    tx.cases.record(case.id, changes.timeline)
    return changes.case or case


def _scheduled(case: Case, changes: Changes, now: datetime) -> Iterator[DueWork]:
    for work in changes.due:
        # Resolved twice on a weekend, a case has two follow-ups at one moment, of which the first is cancelled.
        number = f" {work.data['number']}" if "number" in work.data else ""
        key = f"{work.kind} {case.number}{number} {work.due_at.isoformat()} {now.isoformat()}"
        yield DueWork(key=key, kind=work.kind, case_id=case.id, due_at=work.due_at, data=work.data)


def _alarm(runtime: Runtime, case: Case, now: datetime) -> Iterator[DueWork]:
    """The look at the clocks of the case when the next of them has something to say.

    An alarm that has become needless is left alone: when it goes off, the case knows that nobody has to be told.
    """
    moment = next_alarm(case, runtime.desk.slas, runtime.desk.calendar)
    if moment is not None:
        due_at = max(moment, now)
        key = f"{ALARM} {case.number} {due_at.isoformat()}"
        yield DueWork(key=key, kind=ALARM, case_id=case.id, due_at=due_at)


def _save(tx: Transaction, runtime: Runtime, case: Case, changes: Changes, now: datetime) -> None:
    tx.cases.save(case)
    for kept in changes.messages:
        tx.cases.add_message(case.id, kept.message)
    for joined in changes.parties:
        tx.cases.add_party(case.id, joined.address, joined.role, joined=joined.by != BY_ITSELF)
        tx.people.remember(joined.address, case.language, now)
    for link in changes.links:
        tx.cases.link(case.id, link.case_id, link.kind)
    for kind in changes.cancelled:
        tx.due.cancel(case.id, kind, now)
    for stopped in changes.undeliverable:
        tx.people.not_reached(Address("", stopped.address).key, stopped.status, now)
    for one in changes.offers:
        step = tx.offers.move(case, one.offer, one.step, by=one.by, reason=one.reason, book=changes.rule_book, now=now)
        plan_call(tx, runtime.config.offer_hook, case, one, step, now)
    for preferred in changes.channels:
        known = tx.presence.preference(preferred.customer.key)
        phone = preferred.phone or known.phone
        tx.presence.prefer(preferred.customer.key, replace(known, channel=preferred.channel, phone=phone))
    for surveyed in changes.surveys:
        _note_survey(tx, surveyed, now)
    for shared in changes.problems:
        keep_problem(tx, runtime, shared, now)
    for revoked in changes.revoked:
        tx.people.revoke_all(case.id, revoked.member)
    tx.cases.record(case.id, changes.timeline)


def _note_survey(tx: Transaction, surveyed: Surveyed, now: datetime) -> None:
    key = surveyed.customer.key
    if key:
        tx.presence.prefer(key, tx.presence.preference(key).after(surveyed.step, now))


def _note_absence(tx: Transaction, absence: BeAway) -> None:
    if absence.until is None:
        tx.presence.come_back(absence.member)
    else:
        tx.presence.leave(absence.member, absence.until)


def _hold(tx: Transaction, changes: Changes, mail: Received | None, now: datetime) -> str | None:
    """The token that releases the mail, if it is held."""
    for hold in changes.holds:
        if mail is None or mail.ledger_id is None:
            raise AssertionError("only a mail can be held")
        token = new_token()
        case_id = changes.case.id if changes.case else None
        tx.people.hold(
            token=token, ledger_id=mail.ledger_id, case_id=case_id, member=hold.member, reason=hold.reason, now=now
        )
        return token
    return None
