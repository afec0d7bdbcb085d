"""Puts right what belongs together: cases that are one, messages that belong elsewhere. No customer hears of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.core import actions as a
from mailbot.core.approvals import APPROVAL
from mailbot.core.case import Author, Case, CaseMessage, Direction, State, TimelineEntry
from mailbot.core.changes import Course, apply
from mailbot.core.classify import correspondent
from mailbot.core.commands.order import Refused
from mailbot.core.commands.repair import to_move, to_split
from mailbot.core.events import AlarmDue, ComplaintArrived, CustomerWrote, Event, Received
from mailbot.core.inheritance import inherited
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.message import Reading
from mailbot.core.notifications import news_again, notifications
from mailbot.core.policy import ALARM, CALL, WAIT, decide
from mailbot.core.promises import PROMISE
from mailbot.core.surveys import FOLLOW_UP, NO_ANSWER
from mailbot.core.timekeeping import time_kept
from mailbot.mail.authentication import judge
from mailbot.mail.providers import trusted_authserv
from mailbot.reading.hints import Hints
from mailbot.reading.sketch import sketch_of
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.workflows import arrivals, gather
from mailbot.workflows.recurring import keep_marks, recurrence
from mailbot.workflows.ruling import ruled
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

Repair = a.Merge | a.Split | a.MoveMessage
_GO_ALONG = frozenset({APPROVAL, CALL, PROMISE, WAIT})
_AT_REST = frozenset({State.RESOLVED, State.CLOSED})


def repaired(tx: Transaction, runtime: Runtime, case: Case | None, repair: Repair, now: datetime) -> Case | None:
    """Carry out what was ordered, inside the caller's transaction; the case in which what it is about is now.

    None where it cannot be done, or no longer: then a line of the timeline says why.
    """
    # A command before it in the same mail may have merged the case.
    case = tx.cases.lock(case.id) if case else None
    if case is None:
        return None
    try:
        return _carried_out(tx, runtime, case, repair, now)
    except Refused as refused:
        _note(tx, case, repair, f"nothing was done: {refused.problem}", now)
        return None


def repaired_by_hand(tx: Transaction, runtime: Runtime, case: Case, repair: Repair, now: datetime) -> Case:
    """Carry out what an admin has ordered; the case in which what it is about is now.

    Refused, with `same_case`, `waits_for_approval`, `no_message` or `only_message`: nothing was done.
    """
    if isinstance(repair, a.Merge) and any(offer.waits for offer in tx.offers.of_case(case.id)):
        raise Refused("waits_for_approval")
    rule_book = runtime.behaviour.rule_book.version
    settle(tx, runtime, _mailbox(runtime, case), apply(case, (repair,), now=now, rule_book=rule_book), now=now)
    return _carried_out(tx, runtime, case, repair, now)


def case_named(tx: Transaction, runtime: Runtime, written: str) -> Case | None:
    """The case that somebody means who writes its number, with its letters or without; it is locked."""
    number = written.strip("[] ").upper()
    prefix = runtime.config.organisation.case_prefix
    found = tx.cases.by_number(number) or tx.cases.by_number(f"{prefix}-{number}")
    return tx.cases.lock(found.id) if found else None


def _carried_out(tx: Transaction, runtime: Runtime, case: Case, repair: Repair, now: datetime) -> Case:
    if isinstance(repair, a.Split):
        return _split(tx, runtime, case, repair, now)
    into = tx.cases.lock(repair.into.id)
    if into is None or into.id == case.id:
        raise Refused("same_case")
    if isinstance(repair, a.Merge):
        return _merge(tx, runtime, case, into, repair, now)
    return _move(tx, runtime, case, into, repair, now)


def _merge(tx: Transaction, runtime: Runtime, source: Case, target: Case, repair: a.Merge, now: datetime) -> Case:
    target = _inheriting(tx, runtime, source, target, repair, now)
    messages = tx.cases.messages(source.id)
    latest = latest_from_customer(messages)
    waits = source.state in (State.NEW, State.OPEN) and not _was_answered(messages)
    _copy_links(tx, source, target)
    tx.cases.repairs.hand_over(source.id, target.id, work=_GO_ALONG, now=now)
    _close(tx, runtime, source, target, repair, now)
    came = a.Note(event="merged", detail=source.number, reason=repair.reason, by=repair.by)
    return _arrived(tx, runtime, target, came, latest, waits=waits, now=now)


def _inheriting(tx: Transaction, runtime: Runtime, source: Case, target: Case, repair: a.Merge, now: datetime) -> Case:
    """The case in which another one goes on, with what that one leaves to it."""
    left = list(inherited(source, target, runtime.desk.slas, by=repair.by))
    if source.problem and target.problem is None:
        left.append(a.LinkProblem(problem=source.problem, reason=repair.reason, by=repair.by))
    if not left:
        return target
    changes = apply(target, left, now=now, rule_book=runtime.behaviour.rule_book.version)
    settle(tx, runtime, _mailbox(runtime, target), changes, now=now)
    return changes.case or target


def _copy_links(tx: Transaction, source: Case, target: Case) -> None:
    for link in tx.cases.links(source.id):
        one, other = (target.id if end == source.id else end for end in (link.case_id, link.other_id))
        if one != other:
            tx.cases.link(one, other, link.kind)


def _was_answered(messages: Sequence[CaseMessage]) -> bool:
    """Whether the customer's latest words have been answered, or there are none."""
    spoken = [m for m in messages if m.role is Author.CUSTOMER or _is_answer(m)]
    return not spoken or _is_answer(spoken[-1])


def _is_answer(message: CaseMessage) -> bool:
    return message.direction is Direction.OUT and message.role is Author.AGENT


def _close(tx: Transaction, runtime: Runtime, source: Case, target: Case, repair: a.Merge, now: datetime) -> None:
    """Let the case rest for ever: nothing falls due in it any more, and whoever means it gets to the other one."""
    decided: tuple[a.Action, ...] = (
        a.SetState(state=State.CLOSED, reason=f"goes on in {target.number}", by=repair.by),
        *(a.DropDeadline(kind=deadline.kind, reason="merged") for deadline in source.deadlines if deadline.is_running),
        a.Cancel(kind=FOLLOW_UP, reason="merged", by=repair.by),
        a.Cancel(kind=ALARM, reason="merged", by=repair.by),
        a.Relate(case_id=target.id, kind="merged", by=repair.by),
    )
    changes = apply(source, decided, now=now, rule_book=runtime.behaviour.rule_book.version)
    closed = replace(changes.case or source, merged_into=target.id)
    settle(tx, runtime, _mailbox(runtime, source), replace(changes, case=closed), now=now)


def _move(tx: Transaction, runtime: Runtime, source: Case, target: Case, repair: a.MoveMessage, now: datetime) -> Case:
    messages = tx.cases.repairs.messages(source.id)
    meant = to_move(tuple(messages.values()), repair.message)
    tx.cases.repairs.move_message(_id_of(messages, meant), source.id, target.id)
    is_person = meant.role is not Author.SYSTEM and meant.author.address
    if is_person and meant.author.key not in tx.cases.parties(target.id):
        tx.cases.add_party(target.id, meant.author, meant.role, joined=True)
    tx.cases.link(source.id, target.id, "moved")
    _note(tx, source, repair, f"to {target.number}", now)
    came = a.Note(event="moved", detail=f"{meant.author.address} from {source.number}", by=repair.by)
    return _arrived(tx, runtime, target, came, meant, waits=meant.role is Author.CUSTOMER, now=now)


def _split(tx: Transaction, runtime: Runtime, source: Case, repair: a.Split, now: datetime) -> Case:
    messages = tx.cases.repairs.messages(source.id)
    meant = to_split(tuple(messages.values()), repair.message)
    mailbox = _mailbox(runtime, source)
    mail = _read_again(tx, runtime, mailbox, meant)
    event = ComplaintArrived(mail, split_from=source)
    fresh = gather.reserve(tx, runtime, mailbox, mail, now)
    situation = gather.situation(tx, runtime, None, customer_key=mail.sender.key, now=now)
    situation = gather.with_what_was_granted(tx, replace(situation, fresh=fresh), fresh, None)
    situation = replace(situation, recurrence=recurrence(tx, event, situation))
    situation = replace(situation, trace=ruled(tx, runtime, event, situation))
    changes = apply(None, decide(event, situation), now=now, rule_book=runtime.behaviour.rule_book.version)
    settle(tx, runtime, mailbox, changes, now=now, mail=mail)
    keep_marks(tx, fresh, situation)
    tx.cases.repairs.drop_message(_id_of(messages, meant), source.id, fresh.id)
    _note(tx, source, repair, f"into {fresh.number}", now)
    return changes.case or fresh


def _id_of(messages: Mapping[int, CaseMessage], meant: CaseMessage) -> int:
    return next(id for id, message in messages.items() if message is meant)


def _arrived(
    tx: Transaction,
    runtime: Runtime,
    case: Case,
    came: a.Note,
    message: CaseMessage | None,
    *,
    waits: bool,
    now: datetime,
) -> Case:
    """The case after something has come to it: open again if a customer `waits` for an answer, its agents told."""
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
    situation = gather.with_what_was_granted(tx, situation, case, None)
    decided = [came, *(_reopened(case, came.by) if waits else ())]
    # The clocks go by what was decided; only of a customer's mail they have to know that it is one.
    event: Event = AlarmDue(case)
    if waits and message and message.raw_sha256:
        mail = _read_again(tx, runtime, _mailbox(runtime, case), message)
        event = CustomerWrote(mail, case, NO_ANSWER, only_thanks=False)
    course = Course.of(case, decided, now)
    course = course.then(time_kept(event, course, situation))
    case = course.case or case
    letters = notifications(case, news_again(message, came.event), situation) if message else ()
    course = course.then(a.Send(letter=letter, by=came.by) for letter in letters if letter.member != came.by)
    rule_book = runtime.behaviour.rule_book.version
    settle(tx, runtime, _mailbox(runtime, case), apply(case, course, now=now, rule_book=rule_book), now=now)
    return case


def _reopened(case: Case, by: str) -> Iterable[a.Action]:
    if case.state in _AT_REST:
        yield a.Cancel(kind=FOLLOW_UP, reason="reopened", by=by)
    elif case.state is State.WAITING:
        yield a.Cancel(kind=WAIT, reason="the customer has written", by=by)
    else:
        return
    yield a.SetState(state=State.OPEN, reason="the customer waits for an answer", by=by)


def _read_again(tx: Transaction, runtime: Runtime, mailbox: Mailbox, kept: CaseMessage) -> Received:
    """The mail of a kept message, as if it had just arrived and belonged to no case."""
    hints = Hints(default_language=mailbox.language, our_addresses=runtime.config.our_addresses)
    reading = runtime.behaviour.readers.read(tx.ledger.raw(kept.raw_sha256 or ""), hints)
    author = reading.message.from_
    trusted = trusted_authserv(mailbox.trusted_authserv, mailbox.imap.host)
    verdict = judge(reading.message.authentication_results, trusted, author.domain if author else "")
    return Received(
        reading=arrivals.with_what_we_know(tx, runtime, mailbox, _as_kept(reading, kept)),
        sender=kept.author,
        mailbox=mailbox.name,
        received_at=kept.at,
        authenticated=verdict.dmarc == "pass" and verdict.aligned,
        ledger_id=kept.ledger_id,
        raw_sha256=kept.raw_sha256,
    )


def _as_kept(reading: Reading, kept: CaseMessage) -> Reading:
    """The reading with the words that were kept, which may be fewer, or those that a member wrote down for a customer.

    It names no earlier mail: an answer to it would name that too, and its own answer lead back to the old case.
    """
    message = replace(reading.message, references=())
    theirs = correspondent(reading).key == kept.author.key
    if not theirs:
        message = replace(message, from_=kept.author, reply_to=(), to=(), cc=(), message_id=kept.message_id)
    if theirs and message.text == kept.text:
        return replace(reading, message=message)
    message = replace(message, subject=kept.subject, text=kept.text, html=None)
    html = reading.reply_html if theirs else None
    return replace(
        reading, message=message, reply_text=kept.text, reply_html=html, spans=(), wording=sketch_of(kept.text)
    )


def _note(tx: Transaction, case: Case, repair: Repair, detail: str, now: datetime) -> None:
    name = {a.Merge: "merged", a.Split: "split", a.MoveMessage: "moved"}[type(repair)]
    tx.cases.record(case.id, [TimelineEntry(event=name, by=repair.by, at=now, detail=detail)])


def _mailbox(runtime: Runtime, case: Case) -> Mailbox:
    return gather.desk_of(runtime, case, runtime.config.mailboxes[0])
