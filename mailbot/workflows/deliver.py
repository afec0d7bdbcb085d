"""Sends what stands in the outbox: claimed and committed as `sending` first, so that a crash leaves no doubt unseen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

from mailbot.core.errors import MailbotError, PermanentError
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import Delivery, Envelope, Outcome, SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.allowance import Allowance
from mailbot.workflows.answered import Answered, Batch, tell, write_down, writing_down
from mailbot.workflows.pace import Pace
from mailbot.workflows.runtime import Runtime

log = get_logger(__name__)

# Of a batch, so that few large mails lie in memory together; one alone may have more.
_BATCH_BYTES = 10_000_000
# Longer than a mail takes on a server that answers every command at the last moment; each connection sends several.
_LEASE_ALONE = timedelta(minutes=15)
# Among several daemons, renewed while the batch is being sent.
_LEASE = timedelta(seconds=45)
_RENEW_SECONDS = 10.0


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
    pace: Pace | None = None,
) -> Batch:
    """Send one batch of what is due within the mailbox's sending limits.

    Each answer is written down as it comes, together with those that follow at once.

    `queue` is another name than the mailbox's under which the mail stands in the outbox; `most` is how many a batch may
    have. Whoever goes on until there is nothing more to send gives the same three each time: `allowance`, what is left
    of the sending limits; `pace`, how large the next batch is; and `kept`, the answers that are not written down yet.
    These are what could not be written the last time, and the last answers of a batch, which wait for the next claim;
    nobody else knows them.
    """
    pace = pace or Pace(mailbox.smtp.connections)
    rows = claim(
        runtime, mailbox, now, most=most or pace.letters, queue=queue, allowance=allowance, answered=kept or ()
    )
    own: list[Answered] = [] if kept is None else kept
    own.clear()
    batch, began = Batch(0), monotonic()
    answers = send(runtime, sender, rows, now)
    try:
        for group in answers:
            own.extend(group)
            batch = batch.and_then(Batch.of(group))
            if kept is None or batch.tried < len(rows) or batch.taken < batch.tried:
                write_down(runtime, mailbox, own, now)
                own.clear()
    finally:
        own.extend(answer for group in answers for answer in group)
    pace.note(batch.tried, monotonic() - began)
    return batch


def claim(
    runtime: Runtime,
    mailbox: Mailbox,
    now: datetime,
    *,
    most: int,
    queue: str | None = None,
    allowance: Allowance | None = None,
    answered: Sequence[Answered] = (),
) -> Sequence[OutboxRow]:
    """Take the next batch, which may be sent from now on; with the same commit, write down what was `answered`."""
    queue, database = queue or mailbox.name, runtime.database
    allowance = allowance or Allowance(mailbox, queue, alone=database.exclusive)
    rounds = -(-most // mailbox.smtp.connections)
    lease = rounds * _LEASE_ALONE if database.exclusive else _LEASE
    with writing_down(runtime, mailbox, answered, now) as tx:
        allowed = allowance.take(tx, most, now)
        rows = tx.outbox.claim(queue, now, limit=allowed, lease=lease, most_bytes=_BATCH_BYTES) if allowed else ()
        if rows:
            here(Point.DELIVER_BEFORE_CLAIM_COMMIT)
    if rows:
        here(Point.DELIVER_CLAIMED)
    return rows


def send(
    runtime: Runtime, sender: SmtpSender, rows: Sequence[OutboxRow], now: datetime
) -> Iterator[Sequence[Answered]]:
    """Send what was claimed; what the server says to each has to be written down as it comes."""
    database, raws = runtime.database, _bytes_of(runtime.database, rows)
    lost = [(row, _not_to_be_had(why)) for row in rows if isinstance(why := raws[row.id], MailbotError)]
    if lost:
        yield lost
    waiting, mails = list[OutboxRow](), list[Envelope]()
    for row in rows:
        if isinstance(raw := raws[row.id], bytes):
            waiting.append(row)
            mails.append(Envelope(row.envelope_sender, row.recipient, raw, _asking(database, row)))
    if mails:
        yield from _answers(database, sender, mails, waiting, now)


def _bytes_of(database: Database, rows: Sequence[OutboxRow]) -> Mapping[int, bytes | MailbotError]:
    if not rows:
        return {}
    try:
        with database.read() as tx:
            return tx.outbox.raws(rows)
    except MailbotError as error:
        return {row.id: error for row in rows}


def _not_to_be_had(why: MailbotError) -> Delivery:
    """What becomes of a mail of which the bytes cannot be had: no other waits for it."""
    lasting = isinstance(why, PermanentError)
    return Delivery(outcome=Outcome.REFUSED if lasting else Outcome.LATER, text=str(why), ours=not lasting)


def _answers(
    database: Database, sender: SmtpSender, mails: Sequence[Envelope], rows: Sequence[OutboxRow], now: datetime
) -> Iterator[Sequence[Answered]]:
    """What the server says; meanwhile, among several daemons, the mails that are still on their way stay ours."""
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
