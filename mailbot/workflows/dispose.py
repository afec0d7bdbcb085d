"""What becomes of one received mail that has been read: gather, decide, save, inside the caller's transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from mailbot.core.case import Case
from mailbot.core.changes import apply
from mailbot.core.classify import Arrival, classify, correspondent
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
from mailbot.core.situation import Situation
from mailbot.core.surveys import answers_survey
from mailbot.log import get_logger
from mailbot.settings.config import Mailbox
from mailbot.store.ahead import Coming
from mailbot.store.database import Transaction
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.outbox import OutboxState
from mailbot.workflows import arrivals, gather
from mailbot.workflows.challenges import answered_challenge
from mailbot.workflows.junk import plan_junk_list
from mailbot.workflows.look_up import LookedUp
from mailbot.workflows.recurring import keep_marks, keep_numbers, recurrence
from mailbot.workflows.repair import repaired
from mailbot.workflows.ruling import ruled
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

log = get_logger(__name__)

Reserve = Callable[[Transaction, Runtime, Mailbox, Received, datetime], Case]
CarryOut = Callable[
    [Transaction, Runtime, Mailbox, Arrival, MailEvent, LookedUp, datetime], tuple[Disposition, int | None]
]


def coming(row: LedgerRow, reading: Reading) -> Coming:
    """What settling this mail is going to ask the database about."""
    message = reading.message
    ids = [message.message_id, *message.references, reading.bounce and reading.bounce.original_message_id]
    writers = {one.key for one in (message.from_, correspondent(reading)) if one}
    return Coming(message.content_hash, row.raw_sha256, writers, [id for id in ids if id])


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
        return not_again(tx, row, now)
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


def not_again(tx: Transaction, row: LedgerRow, now: datetime) -> None:
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
    changes = apply(case, decide(event, situation).then(notes), now=now, rule_book=rule_book)
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
