"""Turns a letter into rows of the outbox: tokens, thread and sender filled in, rendered, composed, within budget."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from mailbot.core.case import Case, TimelineEntry
from mailbot.core.errors import PermanentError
from mailbot.core.events import Received
from mailbot.core.letters import TO_CUSTOMERS, Block, CommandAddress, Letter, LetterKind, Ltr, Thread
from mailbot.core.message import Address, Attachment
from mailbot.log import get_logger
from mailbot.mail.compose import AutoSubmitted, compose, is_sendable
from mailbot.mail.passed_on import passed_on
from mailbot.mail.templates import Rendered
from mailbot.reading.hints import Hints
from mailbot.settings.config import Config, Mailbox
from mailbot.store.database import Transaction
from mailbot.store.outbox import OutgoingMail
from mailbot.workflows.arrivals import secrets_in
from mailbot.workflows.budgets import used_up, warn
from mailbot.workflows.later import tell_later
from mailbot.workflows.mailing import Mailing
from mailbot.workflows.runtime import Runtime, new_token

log = get_logger(__name__)

_REPLIES = frozenset({LetterKind.ACKNOWLEDGEMENT, LetterKind.APOLOGY, LetterKind.THANKS})
# They carry the customer's attachments as far as `limits.notification` lets them.
_WITH_COPIES = frozenset({LetterKind.NOTIFICATION, LetterKind.REFERRAL})


# Mailboxes are mended, and domains bought anew; then one mail finds out.
_COMES_BACK_FOR = timedelta(days=30)


class _UnsendableError(Exception):
    """The letter's reader has no address that mail can be sent to."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What a letter's headers need besides its words."""

    token: str | None
    message_id: str
    reply_to: Address | None
    in_reply_to: str | None
    references: tuple[str, ...]


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
    letter = replace(
        letter,
        cc=tuple(address for address in letter.cc if is_sendable(address)),
        language=letter.language if templates.has(letter.language) else languages[0],
    )
    try:
        _queue(mailing, runtime, mailbox, case, letter, cause=cause, held_token=held_token, queue_as=queue_as)
    except _UnsendableError as error:
        withheld(tx, case, letter, str(error), now)
        return False
    return True


def unthreaded(runtime: Runtime, mailbox: Mailbox, letter: Letter, now: datetime) -> bytes:
    """The bytes of a letter that is about no case and waits for no answer; needs no database."""
    message_id = f"{new_token()}.{new_token()}@{mailbox.address.rpartition('@')[2]}"
    values = letter_values(runtime.config, mailbox, None, letter, None)
    rendered = runtime.behaviour.templates.render(letter.template, letter.language, values)
    return _bytes(mailbox, letter, rendered, _Envelope(None, message_id, None, None, ()), (), now)


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
    values = letter_values(runtime.config, mailbox, case, letter, envelope.token)
    if letter.draft:
        values["draft"] = Block(runtime.behaviour.templates.draft(letter.draft.language, letter.draft.values))
    if letter.kind in _WITH_COPIES:
        attachments, values = _made_harmless(runtime, attachments, values)
    rendered = runtime.behaviour.templates.render(letter.template, letter.language, values)
    raw, lighter = _versions(runtime, mailbox, letter, rendered, values, envelope, attachments, now)
    if case:
        mailing.remember(envelope.message_id, letter.member)
        if letter.kind not in TO_CUSTOMERS:
            mailing.keep_inside(rendered.text, _own_words(values))
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
) -> _Envelope:
    thread = _without_secrets(mailing.tx, letter.thread) if letter.kind in TO_CUSTOMERS else letter.thread
    token, first = _token(mailing, case, letter, held_token)
    domain = mailbox.address.rpartition("@")[2]
    root = f"{token}@{domain}" if token else None
    message_id = root if first and root else f"{token or new_token()}.{new_token()}@{domain}"
    reply_to = _subaddress(mailbox, token) if token and mailbox.subaddressing else None
    if letter.member is None or thread.in_reply_to or first or root is None:
        return _Envelope(token, message_id, reply_to, thread.in_reply_to, thread.references)
    return _Envelope(token, message_id, reply_to, root, (root,))


def _without_secrets(tx: Transaction, thread: Thread) -> Thread:
    """The thread without Message-IDs of the team's: a customer who was shown one refers to it, and others read that."""
    ids = (*thread.references, *filter(None, [thread.in_reply_to]))
    inside = {known.message_id for known in tx.cases.known_ids(ids) if known.member}
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


def _made_harmless(
    runtime: Runtime, attachments: tuple[Attachment, ...], values: dict[str, object]
) -> tuple[tuple[Attachment, ...], dict[str, object]]:
    """The customer's files as the config lets them pass, and the values of a letter that lists them so."""
    policy, listed = runtime.config.executables, cast("tuple[Attachment, ...]", values["attachments"])
    shown, left_out = passed_on(listed, policy)
    return passed_on(attachments, policy)[0], {**values, "attachments": shown, "left_out": left_out}


def letter_values(
    config: Config, mailbox: Mailbox, case: Case | None, letter: Letter, token: str | None
) -> dict[str, object]:
    """All that the template of a letter may print; `token` is what its reader's answer is known by."""
    values = {
        **letter.values,
        "organisation": config.organisation.name,
        "desk": mailbox.display_name,
        "case_number": Ltr(case.number) if case else None,
    }
    if letter.kind is LetterKind.FOLLOW_UP:
        values["answer_to"] = _answer_to(mailbox, case, token) if case else None
    if letter.kind not in TO_CUSTOMERS:
        values["ref"] = Ltr(f"[ref:{token}]") if token else None
        values["mail_to"] = mail_to(mailbox, token) if token else None
    return values


def _answer_to(mailbox: Mailbox, case: Case, token: str | None) -> CommandAddress:
    """Where a customer's ready-made answer goes: the token is in the address, where it can be; the number always."""
    address = _subaddress(mailbox, token).address if token and mailbox.subaddressing else mailbox.address
    return CommandAddress(Ltr(address), Ltr(f"[{case.number}]"))


def mail_to(mailbox: Mailbox, token: str) -> CommandAddress:
    """Where a ready-made command goes: the token is in the address, or else in the subject."""
    if mailbox.subaddressing:
        return CommandAddress(Ltr(_subaddress(mailbox, token).address), Ltr(""))
    return CommandAddress(Ltr(mailbox.address), Ltr(f"[ref:{token}]"))


def _versions(
    runtime: Runtime,
    mailbox: Mailbox,
    letter: Letter,
    rendered: Rendered,
    values: dict[str, object],
    envelope: _Envelope,
    attachments: tuple[Attachment, ...],
    now: datetime,
) -> tuple[bytes, bytes | None]:
    """The mail, and the same for a server that finds it too large; agents get none above `limits.notification`."""
    lighter = _without_attachments(runtime, mailbox, letter, values, envelope, attachments, now)
    largest = mailbox.limits.notification if letter.kind in _WITH_COPIES else math.inf
    in_base64 = sum(len(attachment.content) for attachment in attachments) * 4 // 3
    if lighter and in_base64 > largest:  # to find that out, the mail need not be made
        return lighter, None
    raw = _bytes(mailbox, letter, rendered, envelope, attachments, now)
    return (lighter, None) if lighter and len(raw) > largest else (raw, lighter)


def _without_attachments(
    runtime: Runtime,
    mailbox: Mailbox,
    letter: Letter,
    values: dict[str, object],
    envelope: _Envelope,
    attachments: tuple[Attachment, ...],
    now: datetime,
) -> bytes | None:
    """The same mail for a server that finds it too large; a notification lists what was left out."""
    if not attachments:
        return None
    if "left_out" in values:
        left_out = cast("tuple[Attachment, ...]", values["left_out"])
        values = {**values, "left_out": (*attachments, *left_out), "attachments": ()}
    rendered = runtime.behaviour.templates.render(letter.template, letter.language, values)
    return _bytes(mailbox, letter, rendered, envelope, (), now)


def _bytes(
    mailbox: Mailbox,
    letter: Letter,
    rendered: Rendered,
    envelope: _Envelope,
    attachments: Iterable[Attachment],
    now: datetime,
) -> bytes:
    automatic: AutoSubmitted | None = None
    if letter.automatic:
        automatic = "auto-replied" if letter.kind in _REPLIES else "auto-generated"
    try:
        return compose(
            rendered=rendered,
            from_=Address(_from_name(mailbox, letter), mailbox.address),
            to=letter.to,
            cc=letter.cc,
            reply_to=envelope.reply_to,
            message_id=envelope.message_id,
            date=now,
            in_reply_to=envelope.in_reply_to,
            references=envelope.references,
            auto_submitted=automatic,
            attachments=tuple(attachments),
            desk_address=mailbox.address,
            language=letter.language,
        )
    except PermanentError as error:
        raise _UnsendableError(str(error)) from error


def _from_name(mailbox: Mailbox, letter: Letter) -> str:
    if letter.author is None:
        return mailbox.display_name
    return f"{letter.author} {'via' if letter.kind is LetterKind.NOTIFICATION else '|'} {mailbox.display_name}"


def _own_words(values: Mapping[str, object]) -> str:
    """What a letter to members shows of the words that customers may read."""
    # A third party's words are no less internal than ours.
    theirs = () if values.get("news") == "third_party" else ("complaint",)
    named = ("excerpt", "draft", "answer", *theirs)
    return "\n".join(block.text for name in named if isinstance(block := values.get(name), Block))


def _subaddress(mailbox: Mailbox, token: str) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    return Address(mailbox.display_name, f"{local}+{token}@{domain}")


def _envelope_sender(mailbox: Mailbox, token: str | None) -> str:
    """The address that reports about the letter come back to: it names the case, or an agent's thread in it."""
    if token and mailbox.subaddressing:
        return _subaddress(mailbox, token).address
    return mailbox.address
