"""Turns a letter into rows of the outbox: tokens, thread and sender filled in, within budget, in words and bytes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from mailbot.core.case import Case, TimelineEntry
from mailbot.core.events import Received
from mailbot.core.letters import TO_CUSTOMERS, Block, Letter, LetterKind, Thread
from mailbot.core.message import Attachment
from mailbot.log import get_logger
from mailbot.mail.compose import is_sendable
from mailbot.mail.merge import Wanted
from mailbot.mail.templates import Rendered
from mailbot.reading.hints import Hints
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.outbox import OutgoingMail
from mailbot.workflows.arrivals import secrets_in
from mailbot.workflows.budgets import used_up, warn
from mailbot.workflows.later import tell_later
from mailbot.workflows.letter_bytes import WITH_COPIES, Envelope, UnsendableError, in_bytes, versions
from mailbot.workflows.letter_values import (
    common_values,
    keys,
    letter_values,
    made_harmless,
    own_words,
    subaddress,
)
from mailbot.workflows.mailing import Mailing
from mailbot.workflows.runtime import Runtime, new_token

log = get_logger(__name__)

# Mailboxes are mended, and domains bought anew; then one mail finds out.
_COMES_BACK_FOR = timedelta(days=30)


def write(
    tx: Transaction,
    runtime: Runtime,
    mailbox: Mailbox,
    case: Case | None,
    letter: Letter,
    *,
    now: datetime,
    cause: Received | None = None,
    held_token: str | None = None,
    queue_as: str | None = None,
) -> bool:
    """Queue the one letter of a decision, as `pack` does."""
    mailing = Mailing(tx, case.id if case else None, now)
    queued = pack(mailing, runtime, mailbox, case, letter, cause=cause, held_token=held_token, queue_as=queue_as)
    mailing.put()
    return queued


def pack(
    mailing: Mailing,
    runtime: Runtime,
    mailbox: Mailbox,
    case: Case | None,
    letter: Letter,
    *,
    cause: Received | None = None,
    held_token: str | None = None,
    queue_as: str | None = None,
) -> bool:
    """Let the letter be queued, one row a recipient, with the mailing; whether it is.

    Over a budget it is withheld, and the timeline says so. `queue_as` names another sender's queue than the mailbox's.
    """
    tx, now = mailing.tx, mailing.now
    if letter.kind in runtime.quiet:
        if letter.kind in TO_CUSTOMERS:
            withheld(tx, case, letter, "may have been sent before the restoring", now)
        return False
    over = _not_to_be_sent(tx, runtime, letter, now) or _over_budget(mailing, runtime, mailbox, case, letter, cause)
    if over:
        withheld(tx, case, letter, over, now)
        return False
    templates, languages = runtime.behaviour.templates, runtime.config.organisation.languages
    if letter.cc:
        letter = replace(letter, cc=tuple(address for address in letter.cc if is_sendable(address)))
    if not templates.has(letter.language):
        letter = replace(letter, language=languages[0])
    try:
        _queue(mailing, runtime, mailbox, case, letter, cause=cause, held_token=held_token, queue_as=queue_as)
    except UnsendableError as error:
        withheld(tx, case, letter, str(error), now)
        return False
    return True


def unthreaded(runtime: Runtime, mailbox: Mailbox, letter: Letter, now: datetime) -> bytes:
    """The bytes of a letter that is about no case and waits for no answer; needs no database."""
    message_id = f"{new_token()}.{new_token()}@{mailbox.address.rpartition('@')[2]}"
    values = letter_values(runtime.config, mailbox, None, letter, None)
    rendered = runtime.behaviour.templates.render(letter.template, letter.language, values)
    return in_bytes(mailbox, letter, rendered, Envelope(None, message_id, None, None, ()), (), now)


def withheld(tx: Transaction, case: Case | None, letter: Letter, reason: str, now: datetime) -> None:
    """Write down that a letter does not leave, and why."""
    log.warning("letter.withheld", kind=letter.kind.value, case=case.number if case else None, reason=reason)
    if case:
        detail = f"{letter.kind}: {reason}"
        tx.cases.record(case.id, [TimelineEntry(event="withheld", by="mailbot", at=now, detail=detail)])


def _queue(
    mailing: Mailing,
    runtime: Runtime,
    mailbox: Mailbox,
    case: Case | None,
    letter: Letter,
    *,
    cause: Received | None,
    held_token: str | None,
    queue_as: str | None,
) -> None:
    now = mailing.now
    envelope = _envelope(mailing, mailbox, case, letter, held_token)
    attachments = _attachments(mailing.tx, runtime, mailbox, letter)
    templates, values = runtime.behaviour.templates, common_values(runtime.config, mailbox, case, letter)
    if letter.draft:
        values["draft"] = Block(templates.draft(letter.draft.language, letter.draft.values))
    if letter.kind in WITH_COPIES:
        attachments, values = made_harmless(runtime.config, attachments, values)

    def in_words(values: Mapping[str, object]) -> Rendered:
        wanted = Wanted(letter.template, letter.language, values)
        return mailing.merge.words(templates, wanted, partial(keys, mailbox, case, letter), envelope.token)

    text, raw, lighter = versions(mailbox, letter, in_words, values, envelope, attachments, now)
    if case:
        mailing.remember(envelope.message_id, letter.member)
        if letter.kind not in TO_CUSTOMERS:
            mailing.keep_inside(text, own_words(values))
    for recipient in (letter.to, *letter.cc):
        mailing.add(
            OutgoingMail(
                mailbox=queue_as or mailbox.name,
                kind=letter.kind,
                case_id=case.id if case else None,
                message_id=envelope.message_id,
                envelope_sender=_envelope_sender(mailbox, envelope.token),
                recipient=recipient.address,
                raw=raw,
                unasked=letter.automatic,
                copy_to_sent=not letter.automatic and recipient is letter.to,
                ledger_id=cause.ledger_id if cause else None,
                lighter=lighter,
            )
        )


def _over_budget(
    mailing: Mailing, runtime: Runtime, mailbox: Mailbox, case: Case | None, letter: Letter, cause: Received | None
) -> str | None:
    """The budget that has no room for the letter, of which the admins hear; the team is told later then."""
    budget = used_up(mailing.tally, runtime, mailbox, case, letter, mailing.now, cause)
    if budget:
        warn(mailing.tx, mailbox, case, budget, mailing.now)
    if budget and case and letter.kind is LetterKind.NOTIFICATION:
        tell_later(mailing.tx, case, letter, cause, mailing.now)
    return budget


def _not_to_be_sent(tx: Transaction, runtime: Runtime, letter: Letter, now: datetime) -> str | None:
    """Why a customer who did not ask for this letter is spared it: blocked, or mail to the address comes back.

    An agent's answer goes out all the same, and so does mail to the team, which would otherwise miss a case.
    """
    if not letter.automatic or letter.kind not in TO_CUSTOMERS:
        return None
    if entry := runtime.config.blocked.entry_for(letter.to):
        return f"blocked: {entry}"
    status = tx.people.unreachable(letter.to.key, now - _COMES_BACK_FOR)
    return None if status is None else f"mail to {letter.to.address} comes back ({status or 'no reason given'})"


def _envelope(
    mailing: Mailing, mailbox: Mailbox, case: Case | None, letter: Letter, held_token: str | None
) -> Envelope:
    thread = _without_secrets(mailing.tx, letter.thread) if letter.kind in TO_CUSTOMERS else letter.thread
    token, first = _token(mailing, case, letter, held_token)
    domain = mailbox.address.rpartition("@")[2]
    root = f"{token}@{domain}" if token else None
    message_id = root if first and root else f"{token or new_token()}.{new_token()}@{domain}"
    reply_to = subaddress(mailbox, token) if token and mailbox.subaddressing else None
    if letter.member is None or thread.in_reply_to or first or root is None:
        return Envelope(token, message_id, reply_to, thread.in_reply_to, thread.references)
    return Envelope(token, message_id, reply_to, root, (root,))


def _without_secrets(tx: Transaction, thread: Thread) -> Thread:
    """The thread without Message-IDs of the team's: a customer who was shown one refers to it, and others read that."""
    ids = (*thread.references, *filter(None, [thread.in_reply_to]))
    inside = {known.message_id for known in tx.message_ids.known(ids) if known.member}
    clean = [id for id in ids if id not in inside and not secrets_in(tx, id)]
    in_reply_to = thread.in_reply_to if thread.in_reply_to in clean else None
    return Thread(in_reply_to, tuple(id for id in thread.references if id in clean))


def _token(mailing: Mailing, case: Case | None, letter: Letter, held_token: str | None) -> tuple[str | None, bool]:
    """The id that answers to this letter carry, and whether it is new: the first mail of an agent's thread."""
    if letter.held_id is not None:
        return held_token, True
    if case is None:
        return None, False
    if letter.member is None:
        return (case.token if letter.kind in TO_CUSTOMERS else None), False
    issued = mailing.token_for(letter.member, letter.purpose, letter.about)
    if issued:
        return issued, False
    token = new_token()
    mailing.issue(token, case.id, letter.member, letter.purpose, letter.about)
    return token, True


def _attachments(tx: Transaction, runtime: Runtime, mailbox: Mailbox, letter: Letter) -> tuple[Attachment, ...]:
    if letter.attachments_from is None:
        return letter.attachments
    raw = tx.ledger.raw(letter.attachments_from)
    return runtime.behaviour.readers.read(raw, Hints(default_language=mailbox.language)).message.attachments


def _envelope_sender(mailbox: Mailbox, token: str | None) -> str:
    """The address that reports about the letter come back to: it names the case, or an agent's thread in it."""
    if token and mailbox.subaddressing:
        return subaddress(mailbox, token).address
    return mailbox.address
