"""Sends what stands in the outbox: claimed and committed as `sending` first, so that a crash leaves no doubt unseen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from mailbot.core.changes import apply
from mailbot.core.errors import MailbotError, PermanentError
from mailbot.core.events import SendFailed
from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.core.message import FailedRecipient
from mailbot.core.policy import decide
from mailbot.core.retry import backoff
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession, Refused
from mailbot.mail.providers import provider_of
from mailbot.mail.smtp import Delivery, Envelope, Outcome, SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database, Transaction
from mailbot.store.outbox import OutboxRow
from mailbot.workflows import gather
from mailbot.workflows.allowance import Allowance
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle
from mailbot.workflows.share import Hold

log = get_logger(__name__)

# So many mails are claimed and sent at a time, or twice as many as there are connections.
_BATCH = 10
# Longer than a batch can take on a server that answers every mail at the last moment.
_LEASE_ALONE = timedelta(minutes=45)
# Among several daemons, renewed while the batch is being sent.
_LEASE = timedelta(seconds=45)
_RENEW_SECONDS = 10.0
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)
# What is wrong between us and our server is soon mended, and then nobody should wait.
_LONGEST_RETRY_OF_OURS = timedelta(minutes=5)
# RFC 5321 section 4.5.4.1 asks for four to five days between servers; a customer should not wait that long unseen.
_GIVE_UP = timedelta(days=2)
# RFC 4954 section 6.
_LOG_IN_REFUSED = frozenset({530, 534, 535, 538})
_ABOUT_CASES = TO_CUSTOMERS | {LetterKind.NOTIFICATION}


@dataclass(frozen=True, slots=True)
class Batch:
    """How many mails were tried, and what kept them here if that was neither the mails' nor their readers' fault.

    `log_in`: the server does not accept ours, which only a person can mend. `taken`: so many the server has taken.
    `put_off`: to whom it would not send now, with its words.
    """

    tried: int
    fault: str | None = None
    log_in: bool = False
    taken: int = 0
    put_off: Mapping[str, str] = field(default_factory=dict)

    def and_then(self, later: "Batch") -> "Batch":
        """Both in one."""
        return Batch(
            self.tried + later.tried,
            self.fault or later.fault,
            self.log_in or later.log_in,
            self.taken + later.taken,
            {**self.put_off, **later.put_off},
        )


Answered = tuple[OutboxRow, Delivery]


def deliver(
    runtime: Runtime,
    mailbox: Mailbox,
    sender: SmtpSender,
    now: datetime,
    *,
    queue: str | None = None,
    most: int | None = None,
    kept: list[Answered] | None = None,
    allowance: Allowance | None = None,
) -> Batch:
    """Send one batch of what is due within the mailbox's sending limits.

    Each answer is written down as it comes, together with those that follow at once.

    `queue` is another name than the mailbox's under which the mail stands in the outbox. `kept` are answers that could
    not be written down the last time, which is made up for first: nobody else knows them. `allowance` is what is left
    of the sending limits, where it is known from the batch before.
    """
    kept = [] if kept is None else kept
    answers = iter([()]) if kept else send(runtime, mailbox, sender, now, queue=queue, most=most, allowance=allowance)
    batch = Batch(0)
    try:
        for group in answers:
            kept.extend(group)
            batch = batch.and_then(write_down(runtime, mailbox, kept, now))
            kept.clear()
    finally:
        kept.extend(answer for group in answers for answer in group)
    return batch


def send(
    runtime: Runtime,
    mailbox: Mailbox,
    sender: SmtpSender,
    now: datetime,
    *,
    queue: str | None = None,
    most: int | None = None,
    allowance: Allowance | None = None,
) -> Iterator[Sequence[Answered]]:
    """Claim and send a batch of `most` mails; what the server says to each has to be written down as it comes."""
    queue, database = queue or mailbox.name, runtime.database
    most = most or max(_BATCH, 2 * mailbox.smtp.connections)
    allowance = allowance or Allowance(mailbox, queue, alone=database.exclusive)
    with database.begin() as tx:
        allowed = allowance.take(tx, most, now)
        lease = _LEASE_ALONE if database.exclusive else _LEASE
        rows = tx.outbox.claim(queue, now, limit=allowed, lease=lease) if allowed else ()
        raws = tx.outbox.raws(rows)
        mails = [Envelope(row.envelope_sender, row.recipient, raws[row.id], _asking(database, row)) for row in rows]
        if rows:
            here(Point.DELIVER_BEFORE_CLAIM_COMMIT)
    if not rows:
        return
    here(Point.DELIVER_CLAIMED)
    waiting, began, renewed_at = dict(enumerate(rows)), monotonic(), monotonic()
    for group in sender.send_each(mails, at_least_every=None if database.exclusive else _RENEW_SECONDS):
        if group:
            yield [(waiting.pop(place), delivery) for place, delivery in group]
        if waiting and not database.exclusive and monotonic() - renewed_at >= _RENEW_SECONDS:
            renewed_at = monotonic()
            _hold_on(database, [*waiting.values()], now + timedelta(seconds=renewed_at - began))


def _asking(database: Database, row: OutboxRow) -> Callable[[], bool] | None:
    """Asks whether the mail is still ours to send; a daemon that cannot ask sends nothing, for another one may be."""

    def may_leave() -> bool:
        try:
            with database.read() as tx:
                return tx.outbox.still_mine(row)
        except MailbotError as error:
            log.warning("mail.kept_back", outbox=row.id, error=str(error))
            return False

    return None if database.exclusive else may_leave


def _hold_on(database: Database, rows: Sequence[OutboxRow], now: datetime) -> None:
    """Keep what is still on its way; where that fails, it counts as uncertain until its answer comes."""
    try:
        with database.begin() as tx:
            tx.outbox.hold_on(rows, now + _LEASE)
    except MailbotError as error:
        log.warning("mail.not_held", mails=len(rows), error=str(error))


def write_down(runtime: Runtime, mailbox: Mailbox, answered: Sequence[Answered], now: datetime) -> Batch:
    """Keep what became of mails. After StorageError, try again: else sent mail counts as uncertain."""
    with runtime.database.begin() as tx:
        taken = {row.id: _answer(delivery) for row, delivery in answered if delivery.outcome is Outcome.SENT}
        tx.outbox.all_sent(taken, now)
        for row, delivery in answered:
            outcome = delivery.outcome
            log.info("mail.delivery", outbox=row.id, mailbox=mailbox.name, outcome=outcome.name, code=delivery.code)
            if outcome is not Outcome.SENT:
                _record(tx, runtime, mailbox, row, delivery, now)
        here(Point.DELIVER_BEFORE_COMMIT)
    here(Point.DELIVER_COMMITTED)
    ours = [delivery for _, delivery in answered if delivery.ours]
    return Batch(
        len(answered),
        fault=ours[0].text if ours else None,
        log_in=any(delivery.code in _LOG_IN_REFUSED for delivery in ours),
        taken=sum(delivery.outcome is Outcome.SENT for _, delivery in answered),
        put_off={
            row.recipient: delivery.text
            for row, delivery in answered
            if delivery.outcome is Outcome.LATER and not delivery.kept_back
        },
    )


def _answer(delivery: Delivery) -> str:
    return f"{delivery.code or ''} {delivery.text}".strip()


def _record(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: OutboxRow, delivery: Delivery, now: datetime
) -> None:
    """Write down what became of one mail that the server has not taken; tell the agents if it will not arrive."""
    answer = _answer(delivery)
    if delivery.kept_back:
        tx.outbox.later(row.id, now, answer, attempt=row.attempts)
    elif delivery.outcome is Outcome.UNCERTAIN:
        tx.outbox.uncertain(row.id, now, answer, attempt=row.attempts)
    elif (delivery.too_large or delivery.content) and row.lighter_sha256 is not None:
        tx.outbox.make_lighter(row.id)
        tell(tx, runtime, mailbox, row, "attachments_left_out", answer, now)
    elif delivery.outcome is Outcome.REFUSED or (not delivery.ours and now - row.queued_at > _GIVE_UP):
        if tx.outbox.failed(row.id, now, answer, attempt=row.attempts):
            tell(tx, runtime, mailbox, row, "send_failed", answer, now, status=delivery.status)
    else:
        longest = _LONGEST_RETRY_OF_OURS if delivery.ours else _LONGEST_RETRY
        pause = backoff(row.attempts, first=_FIRST_RETRY, longest=longest)
        tx.outbox.later(row.id, now + pause, answer, attempt=row.attempts)


def lapse(runtime: Runtime, now: datetime, *, alone: bool = False) -> int:
    """What was being sent when its sender died may have arrived: it becomes uncertain. How many mails that are.

    `alone`: nobody else can be sending now, so there is no lease to wait for.
    """
    with runtime.database.begin() as tx:
        lapsed = len(tx.outbox.lapsed(now, at_once=alone))
        here(Point.LAPSE_BEFORE_COMMIT)
    here(Point.LAPSE_COMMITTED)
    return lapsed


def resolve_uncertain(runtime: Runtime, mailbox: Mailbox, session: ImapSession, now: datetime) -> int:
    """Decision 10: look in Sent for mail that may have arrived; unknown, send it once more; then give it up."""
    with runtime.database.read() as tx:
        rows = tx.outbox.unresolved(mailbox.name, now)
    for row in rows:
        arrived = session.has_message_id(mailbox.folders.sent, row.message_id)
        here(Point.UNCERTAIN_LOOKED)
        with runtime.database.begin() as tx:
            if arrived:
                tx.outbox.sent(row.id, now, f"found in {mailbox.folders.sent}")
            elif not row.resent:
                tx.outbox.resend(row.id)
            else:
                tx.outbox.failed(row.id, now, row.error or "")
                tell(tx, runtime, mailbox, row, "uncertain", row.error or "", now)
            here(Point.UNCERTAIN_BEFORE_COMMIT)
        here(Point.UNCERTAIN_COMMITTED)
    return len(rows)


def file_copies(runtime: Runtime, mailbox: Mailbox, session: ImapSession, hold: Hold | None = None) -> int:
    """File agents' answers in Sent, unless the provider has done so; how many copies are settled with that.

    Raises Refused, after all else is filed, when the server will not take some; TakenError when the mailbox that was in
    this `hold` is in another daemon's hands.
    """
    hold = hold or Hold(mailbox.name)
    with runtime.database.read() as tx:
        rows = tx.outbox.copies_due(mailbox.name, limit=_BATCH)
    settled, refused, filed_for_us = 0, None, mailbox.files_sent_copies
    if filed_for_us is None:
        filed_for_us = provider_of(mailbox.smtp.host).files_sent_copies
    for row in rows:
        try:
            if not filed_for_us and not session.has_message_id(mailbox.folders.sent, row.message_id):
                here(Point.COPY_BEFORE_APPEND)
                session.append(mailbox.folders.sent, _raw(runtime, row), seen=True)
                here(Point.COPY_APPENDED)
        except Refused as error:
            log.warning("copy.refused", outbox=row.id, mailbox=mailbox.name, error=str(error))
            refused = error
            continue
        with runtime.database.begin() as tx:
            hold.require(tx)
            tx.outbox.copied(row.id)
            here(Point.COPY_BEFORE_COMMIT)
        here(Point.COPY_COMMITTED)
        settled += 1
    if refused:
        raise refused
    return settled


def _raw(runtime: Runtime, row: OutboxRow) -> bytes:
    with runtime.database.read() as tx:
        return tx.outbox.raw(row)


def tell(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    row: OutboxRow,
    what: str,
    error: str,
    now: datetime,
    *,
    status: str = "",
) -> None:
    """Tell the agents of the case; nobody is told about a failed notice, or one notice would breed another.

    What goes wrong here is logged and undone by itself: the fate of the other mails of a batch is written down with it.
    """
    case = tx.cases.lock(row.case_id) if row.case_id is not None and row.kind in _ABOUT_CASES else None
    if case is None:
        log.warning("mail.undelivered", outbox=row.id, mailbox=mailbox.name, kind=row.kind.value, error=error)
        return
    runtime = runtime.as_it_is()
    lasting = bool(status) and FailedRecipient(row.recipient, "failed", status, True).is_lasting
    event = SendFailed(case=case, what=what, kind=row.kind, recipient=row.recipient, error=error, lasting=lasting)
    try:
        with tx.savepoint():
            situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)
            changes = apply(case, decide(event, situation), now=now, rule_book=runtime.behaviour.rule_book.version)
            settle(tx, runtime, mailbox, changes, now=now)
    except PermanentError as failure:
        log.error("notice.failed", outbox=row.id, mailbox=mailbox.name, error=str(failure))
