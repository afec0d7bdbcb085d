"""What lies in the Sent folder after a restoring: the desk's own mail, which must not be sent again."""

import re
from datetime import datetime
from itertools import islice

from mailbot.core.actions import BY_ITSELF
from mailbot.core.case import Case, TimelineEntry
from mailbot.core.changes import apply
from mailbot.core.events import AgentWrote, Audience, Received
from mailbot.core.letters import LetterKind
from mailbot.core.message import Address, Message, Reading
from mailbot.core.restored import RESTORED, answer_found
from mailbot.core.team import Member, Role
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import Disposition, LedgerRow
from mailbot.store.message_ids import KnownId
from mailbot.store.outbox import OutboxState, OutgoingMail
from mailbot.workflows import gather
from mailbot.workflows.runtime import RANDOM_ID, Runtime
from mailbot.workflows.settle import settle
from mailbot.workflows.sightings import number_in, token_in

_FOUND = "found in the folder of sent mail"
_IN_MESSAGE_ID = re.compile(rf"({RANDOM_ID})[.@]", re.IGNORECASE)


def settle_sent(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow, reading: Reading, now: datetime
) -> None:
    """File what the desk has sent with its case, unless it was erased; mail that the outbox was unsure of has left."""
    message = reading.message
    if tx.erasure.is_forgotten(row, message.content_hash):
        return tx.erasure.forget_again(row, now)
    case_id = _known(tx, message, now)
    if case_id is None and _is_ours(mailbox, message):
        case_id = _file(tx, runtime, mailbox, row, reading)
    tx.ledger.settle(
        row.id,
        disposition=Disposition.OWN,
        now=now,
        case_id=case_id,
        message_id=message.message_id,
        content_hash=message.content_hash,
        detail=_FOUND,
    )


def _known(tx: Transaction, message: Message, now: datetime) -> int | None:
    """The case of a mail that the outbox has; it is not sent any more."""
    rows = tx.outbox.by_message_id(message.message_id) if message.message_id else ()
    for row in rows:
        if row.state in (OutboxState.UNCERTAIN, OutboxState.PENDING):
            tx.outbox.sent(row.id, now, _FOUND)
    return next((row.case_id for row in rows), None)


def _is_ours(mailbox: Mailbox, message: Message) -> bool:
    """Whether the desk wrote it, and not somebody who uses its mailbox as well."""
    named = message.message_id is not None and _IN_MESSAGE_ID.match(message.message_id) is not None
    from_ = message.from_
    return from_ is not None and from_.key in mailbox.addresses and (named or token_in(message, sent=True) is not None)


def _file(tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow, reading: Reading) -> int | None:
    message, team = reading.message, runtime.config.team
    case = _case_of(tx, runtime, message)
    if case is None or any(team.by_address(reader.address) for reader in message.to):
        return case.id if case else None
    if message.message_id:
        tx.message_ids.remember([KnownId(message.message_id, case.id, issued=True)])
    if message.headers.get("auto-submitted", ("no",))[0].strip().casefold() == "no":
        _keep_answer(tx, runtime, mailbox, case, row, reading)
    else:
        detail = f"sent by itself: {message.subject}"
        tx.cases.record(case.id, [TimelineEntry(event=RESTORED, by=BY_ITSELF, at=row.arrived_at, detail=detail)])
    return case.id


def _case_of(tx: Transaction, runtime: Runtime, message: Message) -> Case | None:
    """By our random id; else by the number or what is answered, if it went to somebody of that case."""
    named = _IN_MESSAGE_ID.match(message.message_id or "")
    for token in filter(None, (token_in(message, sent=True), named and named[1].lower())):
        if case := tx.cases.by_token(token):
            return tx.cases.lock(case.id)
    readers = {address.key for address in (*message.to, *message.cc)}
    for case_id in _suspected(tx, runtime, message):
        if readers & set(tx.cases.parties(case_id)):
            return tx.cases.lock(case_id)
    return None


def _suspected(tx: Transaction, runtime: Runtime, message: Message) -> tuple[int, ...]:
    number = number_in(runtime.config, message.subject)
    named = tx.cases.by_number(f"{runtime.config.organisation.case_prefix}-{number}") if number else None
    answered = (known.case_id for known in tx.message_ids.known(message.references))
    return (*((named.id,) if named else ()), *answered)


def _keep_answer(
    tx: Transaction, runtime: Runtime, mailbox: Mailbox, case: Case, row: LedgerRow, reading: Reading
) -> None:
    at, member = row.arrived_at, _author(runtime, mailbox, reading.message)
    mail = Received(
        reading=reading,
        sender=member.mailbox,
        mailbox=mailbox.name,
        received_at=at,
        authenticated=True,
        ledger_id=row.id,
        raw_sha256=row.raw_sha256,
    )
    words = reading.reply_text or reading.message.text
    event = AgentWrote(
        mail=mail, case=case, member=member, proven=True, commands=(), text=words, html=None, to=Audience.CUSTOMER
    )
    situation = gather.situation(tx, runtime, case, customer_key=case.customer.key, now=at)
    rule_book = runtime.behaviour.rule_book.version
    settle(tx, runtime, mailbox, apply(case, answer_found(event, situation), now=at, rule_book=rule_book), now=at)
    _note_sent(tx, mailbox, case, row, reading.message)


def _author(runtime: Runtime, mailbox: Mailbox, message: Message) -> Member:
    """Who stands in From as its author: `Mari Tamm | Acme Support`; one who has left the team is still named."""
    name = (message.from_.name if message.from_ else "").partition(" | ")[0].strip()
    known = (member for member in runtime.config.team.members if member.name == name)
    return next(known, Member(name=name, address=mailbox.address, role=Role.AGENT))


def _note_sent(tx: Transaction, mailbox: Mailbox, case: Case, row: LedgerRow, message: Message) -> None:
    """The outbox remembers it as well: reports about it find it, and copies are not filed twice."""
    raw = tx.ledger.raw(row)
    readers: tuple[Address, ...] = (*message.to, *message.cc)
    for reader in islice(readers, 20) if message.message_id else ():
        mail = OutgoingMail(
            mailbox=mailbox.name,
            kind=LetterKind.ANSWER,
            case_id=case.id,
            message_id=message.message_id or "",
            envelope_sender=mailbox.address,
            recipient=reader.address,
            raw=raw,
            unasked=False,
            copy_to_sent=False,
        )
        tx.outbox.sent(tx.outbox.queue(mail, row.arrived_at), row.arrived_at, _FOUND)
