"""After a restoring, and before anything else: what has come and gone since the backup is taken up from the mailboxes.

A crash at any moment leaves what was taken up, and the next start goes on from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

from mailbot.core.actions import BY_ITSELF
from mailbot.core.case import Case, TimelineEntry
from mailbot.core.changes import apply
from mailbot.core.classify import Arrival
from mailbot.core.commands.order import is_for_colleagues
from mailbot.core.errors import MailbotError, TemporaryError
from mailbot.core.events import AgentAlone, AgentUnproven, AgentWrote, MailEvent, Received
from mailbot.core.identities import Identity, Sighting, Writer, identities, numbers_from
from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.core.restored import RESTORED, filed
from mailbot.core.retry import backoff
from mailbot.log import get_logger
from mailbot.mail.imap import ImapSession
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.outbox import OutboxState
from mailbot.store.restores import Restored
from mailbot.workflows import gather
from mailbot.workflows.alert import call
from mailbot.workflows.dispose import carry_out, settle_mail
from mailbot.workflows.due import do_due_work
from mailbot.workflows.found_answers import settle_sent
from mailbot.workflows.found_mail import take_over
from mailbot.workflows.gather import FIRST_NUMBER
from mailbot.workflows.handle import read, set_aside
from mailbot.workflows.look_up import LookedUp, look_up
from mailbot.workflows.reread_end import end
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle
from mailbot.workflows.sightings import seen_in

log = get_logger(__name__)

Clock = Callable[[], datetime]
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)
_TELL_AT = 8
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_EVERY_LETTER = frozenset(LetterKind)
# What these do, no customer can have noticed.
_HARMLESS = frozenset(
    {"note", "assign", "take", "priority", "type", "tag", "cause", "corrective", "channel", "away", "status", "help"}
)


def take_up(runtime: Runtime, clock: Clock, stopping: Event) -> bool:
    """`reread` until it has worked; False when told to stop before. An alert can leave by the command alone."""
    failures = 0
    while not stopping.is_set():
        failure = reread(runtime, clock)
        if failure is None:
            return True
        failures += 1
        if failures == _TELL_AT:
            mailboxes = runtime.config.mailboxes
            concerned = next((mailbox for mailbox in mailboxes if mailbox.name == failure[0]), mailboxes[0])
            call(runtime, "imap_connection", concerned, failure[1])
        stopping.wait(backoff(failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE).total_seconds())
    return False


def reread(runtime: Runtime, clock: Clock) -> tuple[str, str] | None:
    """Take up what has happened since the backup, if this database comes from one; what kept us from it, if anything.

    While it does, nothing may be sent and no due work done: (mailbox, error) means that it has to be tried again.
    """
    with runtime.database.read() as tx:
        if tx.restores.unfinished() is None:
            return None
    with runtime.database.alone():
        with runtime.database.read() as tx:
            restored = tx.restores.unfinished()
        return _take_up(runtime, restored, clock) if restored else None


def _take_up(runtime: Runtime, restored: Restored, clock: Clock) -> tuple[str, str] | None:
    where = ""
    try:
        for mailbox in runtime.config.mailboxes:
            where = mailbox.name
            with ImapSession.connect(mailbox.imap) as session:
                take_over(runtime.database, session, mailbox, restored, clock())
        where = "restore"
        _settle_all(runtime, restored, clock)
        _do_what_fell_due(runtime, restored)
        end(runtime, restored, clock())
    except MailbotError as error:
        log.error("restore.waiting", name=where, error=str(error))
        return where, str(error)
    log.info("restore.done", backup_at=restored.backup_at.isoformat())
    return None


def _do_what_fell_due(runtime: Runtime, restored: Restored) -> None:
    """Each piece at its own time, as the lost desk did it; the customers who would have heard of it may have done so.

    At a later moment, mail would be put off to the next opening, and sent a second time then.
    """
    quiet, moment = replace(runtime.as_it_is(), quiet=TO_CUSTOMERS), _BEGINNING
    while True:
        with runtime.database.read() as tx:
            following = tx.restores.next_due(moment, restored.until)
        if following is None:
            return
        moment = following
        while do_due_work(quiet, moment):
            pass


def _settle_all(runtime: Runtime, restored: Restored, clock: Clock) -> None:
    """All mail of all mailboxes, in the order in which it was written."""
    known = {mailbox.name: mailbox for mailbox in runtime.config.mailboxes}
    with runtime.database.read() as tx:
        rows = sorted(
            (row for row in tx.ledger.unfinished() if row.mailbox in known), key=lambda row: (row.arrived_at, row.id)
        )
    quiet = replace(runtime.as_it_is(), quiet=_EVERY_LETTER)
    seen = dict(seen_in(quiet, rows))
    again = _Again(quiet, restored, _names(quiet, restored, tuple(seen.values()), len(rows)))
    for row in _in_order(rows, seen):
        again.settle(known[row.mailbox], row, clock())


def _in_order(rows: Sequence[LedgerRow], seen: Mapping[int, Sighting]) -> list[LedgerRow]:
    """By time, which servers count in seconds; within one, an answer behind its question and before what follows it."""
    ours = {one.message_id for one in seen.values() if one.writer is Writer.DESK}

    def turn(row: LedgerRow) -> int:
        one = seen.get(row.id)
        if one is None or one.writer is Writer.DESK:
            return 1
        return 2 if ours & set(one.references) else 0

    return sorted(rows, key=lambda row: (row.arrived_at, turn(row), row.id))


def _names(runtime: Runtime, restored: Restored, sightings: Sequence[Sighting], missing: int) -> Mapping[str, Identity]:
    """What the lost cases were called; from now on, new ones get numbers that no customer can have seen."""
    with runtime.database.begin() as tx:
        if restored.numbers_from is None:
            last = tx.restores.last_number()
            above = numbers_from(sightings, last=FIRST_NUMBER + last, missing=missing) - FIRST_NUMBER
            tx.restores.number_from(restored.id, above)
        prefix = runtime.config.organisation.case_prefix
        known = {one.number for one in sightings if one.number and tx.cases.by_number(f"{prefix}-{one.number}")}
    return identities([replace(one, number=None) if one.number in known else one for one in sightings])


def _is_sent(mailbox: Mailbox, row: LedgerRow) -> bool:
    return row.folder == mailbox.folders.sent


class _Again:
    """One restoring's mail being settled, each in a transaction of its own; `names` by the first mail of a case."""

    def __init__(self, runtime: Runtime, restored: Restored, names: Mapping[str, Identity]) -> None:
        self._runtime, self._restored, self._names = runtime, restored, names

    def settle(self, mailbox: Mailbox, row: LedgerRow, now: datetime) -> None:
        """Settle one mail; TemporaryError where that has to wait."""
        runtime = self._runtime
        try:
            reading = read(runtime, mailbox, row)
            known = LookedUp() if _is_sent(mailbox, row) else look_up(runtime, mailbox, reading, now)
            with runtime.database.begin() as tx:
                _prove_arrival(tx, reading.message.references, now)
                if _is_sent(mailbox, row):
                    settle_sent(tx, runtime, mailbox, row, reading, now)
                else:
                    settle_mail(tx, runtime, mailbox, row, reading, known, now, carry_out_as=self._carry_out)
        except TemporaryError:
            raise
        except Exception as error:
            log.error("mail.quarantined", ledger=row.id, mailbox=row.mailbox, uid=row.uid, error=str(error))
            set_aside(replace(runtime, quiet=frozenset()), mailbox, row, error, now)

    def _carry_out(
        self,
        tx: Transaction,
        runtime: Runtime,
        mailbox: Mailbox,
        arrival: Arrival,
        event: MailEvent,
        known: LookedUp,
        now: datetime,
    ) -> tuple[Disposition, int | None]:
        """As the lost desk did, at the time at which it did; what it has said to customers is not said again."""
        then = min(event.mail.received_at, now)
        if isinstance(event, AgentWrote | AgentAlone | AgentUnproven) and not _is_harmless(event):
            return self._file(tx, mailbox, arrival, event, now)
        disposition, case_id = carry_out(tx, runtime, mailbox, arrival, event, known, then, self._reserve)
        if case_id is not None:
            entry = TimelineEntry(event=RESTORED, by=BY_ITSELF, at=now, detail=f"came {then:%Y-%m-%d %H:%M} UTC")
            tx.cases.record(case_id, [entry])
        return disposition, case_id

    def _file(
        self, tx: Transaction, mailbox: Mailbox, arrival: Arrival, event: MailEvent, now: datetime
    ) -> tuple[Disposition, int | None]:
        case = (arrival.bearer.case if arrival.bearer else None) or arrival.case
        if event.mail.ledger_id is not None:
            tx.restores.be_unsure(self._restored.id, event.mail.ledger_id)
        if case is not None:
            proven = isinstance(event, AgentWrote)
            rule_book = self._runtime.behaviour.rule_book.version
            changes = apply(case, filed(event.mail, proven=proven), now=now, rule_book=rule_book)
            settle(tx, self._runtime, mailbox, changes, now=now, mail=event.mail)
        return Disposition.FILED, case.id if case else None

    def _reserve(self, tx: Transaction, runtime: Runtime, mailbox: Mailbox, mail: Received, now: datetime) -> Case:
        """A new case under the name that it had, where that is known and free."""
        fresh = gather.reserve(tx, runtime, mailbox, mail, now)
        name = self._names.get(mail.reading.message.message_id or "")
        if name is None:
            return fresh
        id, number = name.number - FIRST_NUMBER, f"{runtime.config.organisation.case_prefix}-{name.number}"
        if not 0 < id < fresh.id or tx.cases.get(id) or tx.cases.by_number(number):
            return fresh
        free = name.token is not None and not tx.cases.by_token(name.token) and not tx.people.bearer(name.token)
        return replace(fresh, id=id, number=number, token=name.token if name.token and free else fresh.token)


def _is_harmless(event: MailEvent) -> bool:
    """Whether a member's mail can be carried out a second time: it told a customer nothing."""
    if not isinstance(event, AgentWrote) or not event.commands:
        return False
    names = {command.name for command in event.commands}
    return names <= _HARMLESS and (not event.text or is_for_colleagues(event))


def _prove_arrival(tx: Transaction, ids: Sequence[str], now: datetime) -> None:
    """Who refers to a mail of ours has got it."""
    for id in ids:
        for row in tx.outbox.by_message_id(id):
            if row.state is OutboxState.UNCERTAIN:
                tx.outbox.sent(row.id, now, "a mail refers to it")
