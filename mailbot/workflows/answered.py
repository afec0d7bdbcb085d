"""Writes down what a mail server has said to our mails; the agents hear of those that will not arrive."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailbot.core.changes import apply
from mailbot.core.errors import PermanentError
from mailbot.core.events import SendFailed
from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.core.message import FailedRecipient
from mailbot.core.policy import decide
from mailbot.core.retry import backoff
from mailbot.faults import Point, here
from mailbot.log import get_logger
from mailbot.mail.smtp import Delivery, Outcome
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.outbox import OutboxRow
from mailbot.workflows import gather
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

log = get_logger(__name__)

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

    @classmethod
    def of(cls, answered: Sequence["Answered"]) -> "Batch":
        """The mails to which the server has given these answers."""
        ours = [delivery for _, delivery in answered if delivery.ours]
        return cls(
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


def write_down(runtime: Runtime, mailbox: Mailbox, answered: Sequence[Answered], now: datetime) -> None:
    """Keep what became of mails. After StorageError, try again: else sent mail counts as uncertain."""
    with writing_down(runtime, mailbox, answered, now):
        pass


@contextmanager
def writing_down(
    runtime: Runtime, mailbox: Mailbox, answered: Sequence[Answered], now: datetime
) -> Iterator[Transaction]:
    """A transaction that keeps what became of mails, and all that is done inside."""
    with runtime.database.begin() as tx:
        taken = {row.id: _answer(delivery) for row, delivery in answered if delivery.outcome is Outcome.SENT}
        tx.outbox.all_sent(taken, now)
        for row, delivery in answered:
            outcome = delivery.outcome
            log.info("mail.delivery", outbox=row.id, mailbox=mailbox.name, outcome=outcome.name, code=delivery.code)
            if outcome is not Outcome.SENT:
                _record(tx, runtime, mailbox, row, delivery, now)
        yield tx
        if answered:
            here(Point.DELIVER_BEFORE_COMMIT)
    if answered:
        here(Point.DELIVER_COMMITTED)


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
