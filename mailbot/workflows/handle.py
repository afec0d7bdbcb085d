"""One received mail, from its ledger row to a settled case: read, gather, decide, save, in one transaction.

Each mail is its own error boundary: what may pass later is postponed, everything else is quarantined with its error
and somebody is told; the next mail goes on.
"""

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from mailbot.core.case import Case
from mailbot.core.changes import apply
from mailbot.core.classify import Arrival, classify, correspondent
from mailbot.core.errors import MailbotError, StorageError, TakenError, TemporaryError
from mailbot.core.events import (
    AgentWrote,
    BounceArrived,
    ComplaintArrived,
    CustomerWrote,
    MachineWrote,
    MailEvent,
    Received,
)
from mailbot.core.message import MailKind, Reading
from mailbot.core.policy import decide
from mailbot.core.retry import backoff
from mailbot.core.situation import Situation
from mailbot.core.surveys import answers_survey
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.reading.hints import Hints
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.outbox import OutboxState
from mailbot.workflows import arrivals, gather
from mailbot.workflows.alert import quarantined
from mailbot.workflows.challenges import answered_challenge
from mailbot.workflows.junk import plan_junk_list
from mailbot.workflows.look_up import LookedUp, look_up
from mailbot.workflows.read_ahead import Begun, Patience
from mailbot.workflows.recurring import keep_marks, keep_numbers, recurrence
from mailbot.workflows.repair import repaired
from mailbot.workflows.ruling import ruled
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle
from mailbot.workflows.share import LEASE

log = get_logger(__name__)

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=30)
# So many mails one of several daemons keeps from the others.
_AT_ONE_TIME = 10

Reserve = Callable[[Transaction, Runtime, Mailbox, Received, datetime], Case]
CarryOut = Callable[
    [Transaction, Runtime, Mailbox, Arrival, MailEvent, LookedUp, datetime], tuple[Disposition, int | None]
]


def handle_waiting(
    runtime: Runtime, mailbox: Mailbox, now: datetime, *, limit: int = 50, patience: Patience | None = None
) -> int:
    """Handle what has been received from this mailbox and is waiting; how many mails were looked at.

    With `patience`, those that take long to read are left for another time.
    """
    rows = _to_handle(runtime, mailbox, now, limit)
    looked_at = 0
    for begun in runtime.ahead.through(rows, runtime.as_it_is, partial(_read_of, mailbox), patience):
        handle(begun, mailbox, now)
        looked_at += 1
    return looked_at


def _to_handle(runtime: Runtime, mailbox: Mailbox, now: datetime, limit: int) -> tuple[LedgerRow, ...]:
    """What waits; on a database that several daemons share, what is ours of it."""
    database, name = runtime.database, mailbox.name
    with database.read() as tx:
        rows = tx.ledger.waiting(now, mailbox=name, limit=limit if database.exclusive else 1)
    if database.exclusive or not rows:
        return rows
    with database.begin() as tx:
        return tx.ledger.claim(now, mailbox=name, holder=database.holder, limit=min(limit, _AT_ONE_TIME), lease=LEASE)


def handle(begun: Begun[Runtime], mailbox: Mailbox, now: datetime) -> None:
    """Handle one mail; never raises for what is in it. StorageError, when it is not only this mail that has to wait."""
    runtime, row = begun.desk, begun.row
    try:
        reading = begun.reading()
        known = look_up(runtime, mailbox, reading, now)
        here(Point.HANDLE_READ)
        with runtime.database.begin() as tx:
            settle_mail(tx, runtime, mailbox, row, reading, known, now)
            here(Point.HANDLE_BEFORE_COMMIT)
        here(Point.HANDLE_COMMITTED)
    except TakenError as error:
        log.warning("mail.taken", ledger=row.id, mailbox=row.mailbox, error=str(error))
    except TemporaryError as error:
        _postpone(runtime, row, error, now)
        if isinstance(error, StorageError):
            raise
    except Exception as error:
        log.error("mail.quarantined", ledger=row.id, mailbox=row.mailbox, uid=row.uid, error=str(error))
        set_aside(runtime, mailbox, row, error, now)


def _read_of(mailbox: Mailbox, runtime: Runtime, row: LedgerRow) -> Reading:
    return read(runtime, mailbox, row)


def read(runtime: Runtime, mailbox: Mailbox, row: LedgerRow) -> Reading:
    """What can be read out of a mail of the ledger; UnreadableMail where that is nothing."""
    with runtime.database.read() as tx:
        raw = tx.ledger.raw(row)
    hints = Hints(default_language=mailbox.language, our_addresses=runtime.config.our_addresses)
    reading = runtime.behaviour.readers.read(raw, hints)
    message = reading.message
    if message.message_id is None:
        stamped = f"{message.content_hash} {row.arrived_at.isoformat(timespec='seconds')}"
        message = replace(message, content_hash=sha256(stamped.encode()).hexdigest())
    return replace(reading, message=message)


def settle_mail(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    row: LedgerRow,
    reading: Reading,
    known: LookedUp,
    now: datetime,
    *,
    carry_out_as: CarryOut | None = None,
) -> None:
    """Settle one mail; `carry_out_as` takes the place of `carry_out`, once it is known what the mail is."""
    message = reading.message
    if tx.erasure.is_forgotten(row, message.content_hash):
        return _not_again(tx, row, now)
    disposition, case_id, detail = _dispose(tx, runtime, mailbox, row, reading, known, now, carry_out_as or carry_out)
    tx.ledger.settle(
        row.id,
        disposition=disposition,
        now=now,
        case_id=case_id,
        message_id=message.message_id,
        content_hash=message.content_hash,
        detail=detail,
        claim=row.claim,
    )
    log.info("mail.settled", ledger=row.id, mailbox=row.mailbox, disposition=disposition.value, case=case_id)


def _not_again(tx: Transaction, row: LedgerRow, now: datetime) -> None:
    """Let go of a mail that was erased and still lay on the server."""
    tx.erasure.forget_again(row, now)
    log.info("mail.settled", ledger=row.id, mailbox=row.mailbox, disposition=Disposition.FORGOTTEN.value, case=None)


def _dispose(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    row: LedgerRow,
    reading: Reading,
    known: LookedUp,
    now: datetime,
    do: CarryOut,
) -> tuple[Disposition, int | None, str]:
    message = reading.message
    twin = tx.ledger.twin(message_id=message.message_id, content_hash=message.content_hash, other_than=row.id)
    if twin:
        return Disposition.DUPLICATE, twin.case_id, f"same id and content as mail {twin.id}"
    if ended := _ended(runtime, reading):
        return ended[0], None, ended[1]
    reading = arrivals.with_what_we_know(tx, runtime, mailbox, reading)
    arrival = arrivals.arrival(tx, runtime, mailbox, row, reading)
    answered = arrivals.held_token(tx, reading, arrival.sender)
    if answered:
        return answered_challenge(tx, runtime, mailbox, answered, reading, now)
    if arrival.mail.from_junk and not _is_wanted(tx, arrival):
        plan_junk_list(tx, runtime, mailbox, now)
        return Disposition.JUNK, None, "in the junk folder, from nobody we know"
    if reading.bounce and reading.bounce.original_message_id:
        _settle_uncertain(tx, reading.bounce.original_message_id, now)
    event = classify(arrival, now=now, reopen_window=_reopen_window(runtime, arrival.case))
    if event is None:
        return Disposition.AUTOMATIC, None, reading.kind_reason
    disposition, case_id = do(tx, runtime, mailbox, arrival, event, known, now)
    return disposition, case_id, reading.kind_reason


def _reopen_window(runtime: Runtime, case: Case | None) -> timedelta:
    """How long after its closing the customer's mail opens this case again."""
    desk = runtime.desk
    return desk.closing.reopen_window(case, desk.calendar, desk.reopen_window) if case else desk.reopen_window


def carry_out(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    arrival: Arrival,
    event: MailEvent,
    known: LookedUp,
    now: datetime,
    reserve: Reserve = gather.reserve,
) -> tuple[Disposition, int | None]:
    """Decide what follows from the event and save it; `reserve` gives a new case its number."""
    mail, case = event.mail, None if isinstance(event, ComplaintArrived) else event.case
    desk = gather.desk_of(runtime, case, mailbox)
    if isinstance(event, AgentWrote) and event.case.problem:
        tx.problems.lock(event.case.problem)
    situation = gather.situation(tx, runtime, case, customer_key=_customer_key(event), now=now)
    situation, notes = known.added_to(situation, mail.sender)
    if isinstance(event, ComplaintArrived):
        situation = replace(situation, fresh=reserve(tx, runtime, mailbox, mail, now))
    if isinstance(event, AgentWrote):
        situation = replace(situation, named=gather.named_cases(tx, runtime, event.commands))
    if (about := case or situation.fresh) is not None:
        member = event.member.address if isinstance(event, AgentWrote) else None
        situation = gather.with_what_was_granted(tx, situation, about, member)
    if isinstance(event, ComplaintArrived):
        situation = replace(situation, recurrence=recurrence(tx, event, situation))
    if isinstance(event, CustomerWrote) and answers_survey(event):
        situation = gather.with_what_was_told(tx, situation, event.case)
    if isinstance(event, ComplaintArrived | CustomerWrote):
        situation = replace(situation, trace=ruled(tx, runtime, event, situation))
    rule_book = runtime.behaviour.rule_book.version
    if isinstance(event, ComplaintArrived | CustomerWrote) and mail.sender_is_proven:
        tx.people.reached(mail.sender.key)
    changes = apply(case, (*decide(event, situation), *notes), now=now, rule_book=rule_book)
    settle(tx, runtime, desk, changes, now=now, mail=mail)
    if changes.case is not None:
        _keep_marks(tx, event, changes.case, situation)
    for repair in changes.repairs:
        repaired(tx, runtime, changes.case, repair, now)
    disposition = Disposition.HELD if changes.holds else _disposition(event)
    case = tx.cases.lock(changes.case.id) if changes.repairs and changes.case else changes.case
    return disposition, case.id if case else None


def _keep_marks(tx: Transaction, event: MailEvent, case: Case, situation: Situation) -> None:
    """Keep by what the case is found again, of which a later mail may tell more."""
    if isinstance(event, ComplaintArrived):
        keep_marks(tx, case, situation)
    elif isinstance(event, CustomerWrote | AgentWrote):
        keep_numbers(tx, case, situation.now)


def _settle_uncertain(tx: Transaction, message_id: str, now: datetime) -> None:
    """A report about a mail proves that the server had taken it (decision 10): it is not sent again."""
    for row in tx.outbox.by_message_id(message_id):
        if row.state is OutboxState.UNCERTAIN:
            tx.outbox.sent(row.id, now, "a delivery report came back")


def _is_wanted(tx: Transaction, arrival: Arrival) -> bool:
    """Of what lies in the junk folder: answers to us, and mail of customers whom we know."""
    return bool(arrival.bearer or arrival.case) or tx.cases.count_of(arrival.mail.sender.key) > 0


def _is_ours(runtime: Runtime, reading: Reading) -> bool:
    sender = reading.message.from_
    ours = sender is not None and sender.key in runtime.config.our_addresses
    return reading.kind is MailKind.LOOP or (ours and reading.kind is not MailKind.WEB_FORM)


def _ended(runtime: Runtime, reading: Reading) -> tuple[Disposition, str] | None:
    """What becomes of a mail that says who wrote it, and that nobody has to look into for that; None for others."""
    if _is_ours(runtime, reading):
        return Disposition.OWN, reading.kind_reason
    entry = _blocked(runtime, reading)
    return (Disposition.BLOCKED, f"from a blocked sender: {entry}") if entry else None


def _blocked(runtime: Runtime, reading: Reading) -> str | None:
    """The entry of `blocked` under which the sender falls; mail in a member's name is judged as such."""
    author = reading.message.from_
    if author and runtime.config.team.by_address(author.address):
        return None
    writers = (one for one in (author, correspondent(reading)) if one)
    return next((entry for one in writers if (entry := runtime.config.blocked.entry_for(one))), None)


def _disposition(event: MailEvent) -> Disposition:
    if isinstance(event, ComplaintArrived):
        return Disposition.CASE_OPENED
    return Disposition.AUTOMATIC if isinstance(event, MachineWrote | BounceArrived) else Disposition.FILED


def _customer_key(event: MailEvent) -> str:
    return (
        event.mail.sender.key if isinstance(event, ComplaintArrived) else event.case.customer.key if event.case else ""
    )


def _postpone(runtime: Runtime, row: LedgerRow, error: TemporaryError, now: datetime) -> None:
    pause = backoff(row.attempts + 1, first=_FIRST_RETRY, longest=_LONGEST_RETRY)
    log.warning("mail.postponed", ledger=row.id, seconds=pause.total_seconds(), error=str(error))
    with runtime.database.begin() as tx:
        tx.ledger.postpone(row.id, retry_at=now + pause, error=str(error), claim=row.claim)


def set_aside(runtime: Runtime, mailbox: Mailbox, row: LedgerRow, error: Exception, now: datetime) -> None:
    """Set the mail aside with a sentence for people where we have one, with a traceback for a fault of ours."""
    expected = isinstance(error, MailbotError)
    why = str(error) if expected else "".join(traceback.format_exception(error, limit=-8))
    try:
        with runtime.database.begin() as tx:
            if tx.erasure.is_forgotten(row, None):
                return _not_again(tx, row, now)
            tx.ledger.quarantine(row.id, error=why, now=now, claim=row.claim)
            quarantined(tx, runtime, mailbox, row, why, now)
            here(Point.QUARANTINE_BEFORE_COMMIT)
    except TakenError as taken:
        log.warning("mail.taken", ledger=row.id, mailbox=row.mailbox, error=str(taken))
        return
    here(Point.QUARANTINE_COMMITTED)
