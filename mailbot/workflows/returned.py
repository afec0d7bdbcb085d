"""Whom a mail of ours did not reach: a report counts for what it is tied to, or anybody could be told anything."""

from collections.abc import Iterator

from mailbot.core.events import Returned
from mailbot.core.message import Address, Reading
from mailbot.core.threads import Clue, Sign
from mailbot.store.database import Transaction
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.runtime import TOKEN_IN_ADDRESS


def returned(tx: Transaction, reading: Reading) -> tuple[Returned, ...]:
    """The recipients of the mails that a report is about, as far as it says that they never get it.

    A report may name the address behind the one that we know, or none: then it is our only recipient.
    """
    sent = _reported(tx, reading)
    if reading.bounce is None or not sent:
        return ()
    failed = [r for r in reading.bounce.recipients if r.permanent]
    by_key = {Address("", row.recipient).key: row.recipient for row in sent}
    known = [Returned(by_key[r.key], r.status, r.is_lasting) for r in failed if r.key in by_key]
    if known or len(by_key) > 1 or not (failed or not reading.bounce.recipients):
        return tuple(known)
    only = next(iter(by_key.values()))
    return (Returned(only, failed[0].status, failed[0].is_lasting) if failed else Returned(only, "", False),)


def signs_of(tx: Transaction, reading: Reading) -> Iterator[Sign]:
    """The cases of the mails that a report is about."""
    for row in _reported(tx, reading):
        if row.case_id is not None:
            yield Sign(Clue.OUR_MESSAGE_ID, row.case_id, row.message_id)


def _reported(tx: Transaction, reading: Reading) -> tuple[OutboxRow, ...]:
    """By the Message-ID that the report names, else by the envelope sender to which it came back."""
    if reading.bounce is None:
        return ()
    message_id = reading.bounce.original_message_id
    named = tx.outbox.by_message_id(message_id) if message_id else ()
    return named or tuple(_from_these_addresses(tx, reading))


def _from_these_addresses(tx: Transaction, reading: Reading) -> Iterator[OutboxRow]:
    message = reading.message
    addresses = {address.casefold() for address in (*message.delivered_to, *(a.address for a in message.to))}
    for token in {found[1].lower() for address in addresses if (found := TOKEN_IN_ADDRESS.search(address))}:
        case, issued = tx.cases.by_token(token), tx.people.bearer(token)
        case_id = case.id if case else issued.case_id if issued else None
        if case_id is not None:
            yield from (row for row in tx.outbox.of_case(case_id) if row.envelope_sender.casefold() in addresses)
