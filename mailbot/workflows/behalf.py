"""Whom an agent's mail has reached besides the desk, and the complaint that it brings on a customer's behalf."""

from dataclasses import replace
from email.utils import parseaddr
from hashlib import sha256

from mailbot.core.case import Author, Case
from mailbot.core.channels import Channel
from mailbot.core.classify import Behalf
from mailbot.core.events import Audience, OnBehalf, Received
from mailbot.core.message import Address, Command, Message, Reading
from mailbot.core.team import Member
from mailbot.reading.assessment import assess
from mailbot.reading.commands import parse_commands
from mailbot.reading.language import Languages
from mailbot.reading.sketch import sketch_of
from mailbot.store.database import Transaction
from mailbot.workflows.runtime import TOKEN_IN_ADDRESS, Runtime


def audience(tx: Transaction, runtime: Runtime, reading: Reading, case: Case | None, member: Member | None) -> Audience:
    """Whom the mail of a member has reached: the customer directly, colleagues with the desk in copy, or the desk."""
    if case is None or member is None:
        return Audience.DESK
    message, team = reading.message, runtime.config.team
    others = [one.key for one in (*message.to, *message.cc) if not _is_ours(runtime, one)]
    customers = {key for key, role in tx.cases.parties(case.id).items() if role is Author.CUSTOMER}
    if customers & set(others):
        return Audience.CUSTOMER
    in_copy_only = any(_is_ours(runtime, one) for one in message.cc) and not any(
        _is_ours(runtime, one) for one in message.to
    )
    colleagues = [key for key in others if team.by_address(key)]
    return Audience.COLLEAGUES if in_copy_only and colleagues and len(colleagues) == len(others) else Audience.DESK


def _is_ours(runtime: Runtime, one: Address) -> bool:
    plain = TOKEN_IN_ADDRESS.sub("@", one.key)
    return plain in runtime.config.our_addresses


def on_behalf(
    tx: Transaction,
    runtime: Runtime,
    mail: Received,
    member: Member | None,
    commands: tuple[Command, ...],
    *,
    alone: bool,
) -> Behalf | None:
    """The complaint that a member logs with `#log` or, in a mail about no case of ours, passes on."""
    if member is None:
        return None
    log = commands[0] if len(commands) == 1 and commands[0].name == "log" and not commands[0].error else None
    if log and log.arguments[0] in set(Channel):
        return _logged(tx, runtime, mail, member, log)
    passed_on = mail.reading.forwarded
    if alone and passed_on and passed_on.from_ and not _is_inside(runtime, passed_on.from_):
        note = parse_commands(mail.reading.reply_text, runtime.config.commands)[1]
        customers = _as_from(runtime, mail, passed_on.from_, passed_on.subject, passed_on.text)
        return Behalf(customers, OnBehalf(member, Channel.MAIL, mail, note=note))
    return None


def _is_inside(runtime: Runtime, one: Address) -> bool:
    return _is_ours(runtime, one) or runtime.config.team.by_address(one.address) is not None


def _logged(tx: Transaction, runtime: Runtime, mail: Received, member: Member, log: Command) -> Behalf:
    text = parse_commands(mail.reading.reply_text, runtime.config.commands)[1]
    name, address = parseaddr(log.rest)
    is_mail = "@" in address
    customer = Address(name, address) if is_mail else Address("", "")
    phone = None if is_mail else log.rest
    known = tx.people.language(customer.key) if is_mail else None
    # What the member has put into the subject was not meant for the customer, who would read it in every answer.
    customers = _as_from(runtime, mail, customer, "", text, known_language=known)
    return Behalf(customers, OnBehalf(member, Channel(log.arguments[0]), mail, phone=phone))


def _as_from(
    runtime: Runtime, mail: Received, customer: Address, subject: str, text: str, *, known_language: str | None = None
) -> Received:
    """The mail as if the customer had written these words; its files go along, its ids and addresses do not."""
    reading = mail.reading
    message: Message = replace(
        reading.message,
        from_=customer,
        reply_to=(),
        to=(),
        cc=(),
        subject=subject,
        text=text,
        html=None,
        message_id=None,
        references=(),
        content_hash=sha256(f"{reading.message.content_hash} {customer.key}".encode()).hexdigest(),
    )
    ours = Languages(runtime.config.organisation.languages, runtime.behaviour.classifier)
    language, certain = ours.of(text or subject, known=known_language, default=reading.language)
    # What a member notes down is in the member's own language as often as in the customer's.
    language = known_language or language
    vocabulary = runtime.behaviour.rule_book.vocabularies.get(language)
    assessment = (
        assess(text, subject, vocabulary, runtime.behaviour.classifier, quoted=text)
        if vocabulary
        else reading.assessment
    )
    as_read = replace(
        reading,
        message=message,
        reply_text=text,
        reply_html=None,
        spans=(),
        language=language,
        language_certain=certain,
        assessment=assessment,
        forwarded=None,
        wording=sketch_of(text),
    )
    return replace(mail, reading=as_read, sender=customer, authenticated=False)
