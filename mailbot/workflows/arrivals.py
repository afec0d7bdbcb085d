"""A mail that has come, put beside what the desk knows: whose it is, which case it belongs to, what it says anew."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

from mailbot.core.case import Author, Case, CaseMessage, Direction
from mailbot.core.classify import AgentWords, Arrival, Bearer, correspondent
from mailbot.core.events import Received
from mailbot.core.internal_lines import customers_lines_only, fingerprints, survivors
from mailbot.core.message import Consent, MailKind, Reading, Survey
from mailbot.core.offers import Step
from mailbot.core.spam import spam_mark
from mailbot.core.surveys import NO_ANSWER, can_be_answered
from mailbot.core.team import Member
from mailbot.core.threads import Clue, Sign, match
from mailbot.mail.authentication import judge
from mailbot.mail.providers import trusted_authserv
from mailbot.reading.commands import parse_commands, strip_commands_html
from mailbot.reading.consent.answer import read_consent
from mailbot.reading.html import html_to_text
from mailbot.reading.replies.reply_text import is_attribution
from mailbot.reading.survey.answer import read_answer
from mailbot.reading.survey.thanks import is_thanks_only
from mailbot.reading.vocabulary import Vocabulary
from mailbot.settings.config import Mailbox
from mailbot.store.database import Transaction
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.behalf import audience, on_behalf
from mailbot.workflows.returned import returned, signs_of
from mailbot.workflows.runtime import RANDOM_ID, TOKEN_IN_ADDRESS, Runtime

_LONGEST_SURVEY_ANSWER = 20_000
_IN_MESSAGE_ID = re.compile(rf"^({RANDOM_ID})[.@]", re.IGNORECASE)
_ALONE = re.compile(rf"(?<![a-z2-7]){RANDOM_ID}(?![a-z2-7])")
_SECRET = re.compile(RANDOM_ID, re.IGNORECASE)
_NO_WORDS = AgentWords(commands=(), text="", html=None)
_IN_TEXT = re.compile(rf"\[ref:\s*({RANDOM_ID})\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The random ids of ours that a mail carries, by where they stood, nearest to the reply last."""

    in_references: tuple[str, ...]
    in_text: tuple[str, ...]
    in_addresses: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.in_references, *self.in_text, *self.in_addresses)))


def arrival(tx: Transaction, runtime: Runtime, mailbox: Mailbox, row: LedgerRow, reading: Reading) -> Arrival:
    """The mail of this ledger row with everything known about its sender, its tokens and its case."""
    message = reading.message
    sender = correspondent(reading)
    tokens = _tokens(reading)
    signs = _signs(tx, runtime, reading, tokens)
    member = runtime.config.team.by_address(message.from_.address) if message.from_ else None
    writer = message.from_.key if message.from_ else sender.key
    parties = {sign.case_id: {writer: Author.AGENT} if member else tx.cases.parties(sign.case_id) for sign in signs}
    found = match(signs, parties, writer)
    bearer = _bearer(tx, runtime, tokens)
    case = tx.cases.lock(found.case_id) if found.case_id is not None else None
    trusted = trusted_authserv(mailbox.trusted_authserv, mailbox.imap.host)
    verdict = judge(message.authentication_results, trusted, message.from_.domain if message.from_ else "")
    mail = Received(
        reading=reading,
        sender=sender,
        mailbox=mailbox.name,
        received_at=row.arrived_at,
        authenticated=verdict.dmarc == "pass" and verdict.aligned,
        denied=verdict.dmarc == "fail",
        match=found,
        from_junk=row.folder == mailbox.folders.junk,
        spam_mark=spam_mark(mailbox.spam, message.headers),
        ledger_id=row.id,
        raw_sha256=row.raw_sha256,
    )
    of_the_team = member is not None or bearer is not None
    about = bearer.case if bearer else case
    words = _agent_words(tx, runtime, reading, about, row.arrived_at) if of_the_team else _NO_WORDS
    spoken = _spoken(runtime, case, reading)
    said = reading.reply_text[:_LONGEST_SURVEY_ANSWER] if case else ""  # who begins a case answers no question
    return Arrival(
        mail=mail,
        case=case,
        suspected=tx.cases.get(found.suspected_id) if found.suspected_id is not None else None,
        sender=member,
        bearer=bearer,
        words=words,
        survey=_answer(runtime, case, said, spoken),
        returned=returned(tx, reading),
        only_thanks=bool(said) and is_thanks_only(said, _vocabulary(runtime, spoken)),
        # Held mail comes again only once it is put back in line, for a time of its own.
        confirmed=row.retry_at is not None and tx.people.confirmed(row.id),
        consent=_consent(tx, case, said, reading.language) if case and not member else Consent.UNCLEAR,
        to=audience(tx, runtime, reading, bearer.case if bearer else case, member),
        behalf=on_behalf(tx, runtime, mail, member, words.commands, alone=bearer is None and case is None),
        **(_answered_notification(tx, reading, bearer) if member else {}),
    )


def _consent(tx: Transaction, case: Case, said: str, language: str) -> Consent:
    """What the answer says to an offer, for which it is read only where one waits for it."""
    if not any(offer.state is Step.OFFERED for offer in tx.offers.of_case(case.id)):
        return Consent.UNCLEAR
    return read_consent(said, language)


def _answer(runtime: Runtime, case: Case | None, said: str, spoken: str) -> Survey:
    if not can_be_answered(case):
        return NO_ANSWER
    return read_answer(said, spoken, _vocabulary(runtime, spoken), runtime.behaviour.classifier)


def _vocabulary(runtime: Runtime, language: str) -> Vocabulary:
    """To be asked for where it is needed: the desk holds none before."""
    return runtime.behaviour.rule_book.vocabularies[language]


def _answered_notification(tx: Transaction, reading: Reading, bearer: Bearer | None) -> dict[str, Any]:
    """When the mail of ours left that this one answers, and the mail that it was about; nothing where none is known.

    A mail that a command's link has begun refers to none: it answers the last one that its writer got in the case.
    """
    found = [row for id in reversed(reading.message.references) for row in tx.outbox.by_message_id(id)]
    if not found and bearer:
        rows = tx.outbox.of_case(bearer.case.id)
        found = [row for row in reversed(rows) if row.recipient == bearer.member.address]
    if not found:
        return {}
    about = tx.ledger.get(found[0].ledger_id) if found[0].ledger_id else None
    return {"seen_at": found[0].queued_at, "answered": about.message_id if about else None}


def held_token(tx: Transaction, reading: Reading, sender: Member | None) -> str | None:
    """The token of a held mail that this mail confirms, if its sender is the member who was asked.

    An absence note comes from the member's address and carries the token too; it confirms nothing.
    """
    if reading.kind is not MailKind.HUMAN:
        return None
    for token in _tokens(reading).all():
        held = tx.people.held(token)
        if held and sender and held.member == sender.address:
            return token
    return None


def belongs_to(tx: Transaction, runtime: Runtime, reading: Reading) -> tuple[Case | None, bool]:
    """The case that a mail will be found to belong to, without locking it, and whether a member of the team wrote."""
    from_, tokens = reading.message.from_, _tokens(reading)
    member = runtime.config.team.by_address(from_.address) if from_ else None
    writer = from_.key if from_ else correspondent(reading).key
    signs = _signs(tx, runtime, reading, tokens)
    parties = {sign.case_id: {writer: Author.AGENT} if member else tx.cases.parties(sign.case_id) for sign in signs}
    issued = (tx.people.bearer(token) for token in reversed(tokens.all())) if member else ()
    case_id = next((one.case_id for one in issued if one), match(signs, parties, writer).case_id)
    return (tx.cases.get(case_id) if case_id is not None else None), member is not None


def with_what_we_know(tx: Transaction, runtime: Runtime, mailbox: Mailbox, reading: Reading) -> Reading:
    """The reading, corrected by what only the desk knows.

    Where the text does not tell its language, or tells one that we do not write, it is the customer's last one; where
    it tells none, the mailbox's. One of our case numbers, or of our random ids, is no order number.
    """
    if not reading.language_certain or reading.language not in runtime.config.organisation.languages:
        known = tx.people.language(correspondent(reading).key)
        ours = mailbox.language if not reading.language_certain else reading.language
        reading = replace(reading, language=known or ours)
    number = reading.assessment.order_number
    if number and (_case_number(runtime).fullmatch(number) or _SECRET.search(number)):
        reading = replace(reading, assessment=replace(reading.assessment, order_number=None))
    return reading


def _tokens(reading: Reading) -> _Tokens:
    message = reading.message
    addresses = (*message.delivered_to, *(a.address for a in (*message.cc, *message.to)))
    references = [found[1].lower() for ref in message.references if (found := _IN_MESSAGE_ID.match(ref))]
    if reading.bounce and reading.bounce.original_message_id:
        references += [
            found[1].lower() for found in [_IN_MESSAGE_ID.match(reading.bounce.original_message_id)] if found
        ]
    return _Tokens(
        in_references=tuple(references),
        in_text=tuple(token.lower() for token in _IN_TEXT.findall(f"{message.text}\n{message.subject}")),
        in_addresses=tuple(found[1].lower() for address in addresses if (found := TOKEN_IN_ADDRESS.search(address))),
    )


def _signs(tx: Transaction, runtime: Runtime, reading: Reading, tokens: _Tokens) -> tuple[Sign, ...]:
    message = reading.message
    signs = [*_numbers(tx, runtime, message.subject), *_known_ids(tx, reading)]
    for clue, found in ((Clue.OUR_MESSAGE_ID, tokens.in_references), (Clue.REPLY_ADDRESS, tokens.in_addresses)):
        cases = ((token, tx.cases.by_token(token)) for token in dict.fromkeys(found))
        signs += [Sign(clue, case.id, token) for token, case in cases if case]
    return tuple(dict.fromkeys(signs))


def _numbers(tx: Transaction, runtime: Runtime, subject: str) -> Iterable[Sign]:
    for number in _case_number(runtime).findall(subject):
        if case := tx.cases.by_number(number.upper()):
            yield Sign(Clue.CASE_NUMBER, case.id, number)


def _case_number(runtime: Runtime) -> re.Pattern[str]:
    prefix = re.escape(runtime.config.organisation.case_prefix)
    return re.compile(rf"\b{prefix}-\d{{1,12}}\b", re.IGNORECASE)


def _known_ids(tx: Transaction, reading: Reading) -> Iterable[Sign]:
    wanted = list(reading.message.references)
    if reading.bounce and reading.bounce.original_message_id:
        wanted.append(reading.bounce.original_message_id)
    own = reading.message.message_id
    if own and own not in wanted:
        wanted.insert(0, own)  # an answer to this mail may have come before it
    position = {message_id: n for n, message_id in enumerate(wanted)}
    for known in sorted(tx.message_ids.known(wanted), key=lambda known: position[known.message_id]):
        if known.member is None and (known.message_id != own or known.is_awaited):
            clue = Clue.OUR_MESSAGE_ID if known.issued else Clue.THEIR_MESSAGE_ID
            yield Sign(clue, known.case_id, known.message_id)
    yield from signs_of(tx, reading)


def _bearer(tx: Transaction, runtime: Runtime, tokens: _Tokens) -> Bearer | None:
    for token in reversed(tokens.all()):
        issued = tx.people.bearer(token)
        if issued and not issued.revoked:
            member = runtime.config.team.by_address(issued.member)
            case = tx.cases.lock(issued.case_id)
            if member and case:
                about = runtime.config.team.by_address(issued.about) if issued.about else None
                return Bearer(member, case, issued.purpose, about)
    return None


def _spoken(runtime: Runtime, case: Case | None, reading: Reading) -> str:
    vocabularies = runtime.behaviour.rule_book.vocabularies
    languages = (reading.language, case.language if case else "", runtime.config.organisation.languages[0])
    return next(language for language in languages if language in vocabularies)


def _agent_words(
    tx: Transaction, runtime: Runtime, reading: Reading, case: Case | None, arrived_at: datetime
) -> AgentWords:
    organisation = runtime.config.organisation
    today = arrived_at.astimezone(organisation.calendar.zone).date()
    commands, rest = parse_commands(
        reading.reply_text, runtime.config.commands, today=today, currency=organisation.currency
    )
    if case is None:
        return AgentWords(commands=commands, text=rest, html=None)
    known_to_customer = "\n".join(message.text for message in _seen_by_customer(tx.cases.messages(case.id)))
    internal = tx.cases.internal_lines(case.id) - fingerprints(known_to_customer, "")
    answer = _without_frame(rest)
    text = customers_lines_only(answer, known_to_customer)
    html = reading.reply_html
    if html is not None and commands:
        html = strip_commands_html(html)
    # Interleaved answers live in the text part: there each quoted line was judged by itself.
    if html is not None and (text != answer.strip() or any(line.startswith(">") for line in text.splitlines())):
        html = None
    if html is not None and (survivors(html_to_text(html), internal) or secrets_in(tx, html)):
        html = None
    surviving = (*survivors(text, internal), *(line for line in text.splitlines() if secrets_in(tx, line)))
    words_in = runtime.behaviour.readers.words_in
    attached = (file.filename for file in reading.message.attachments if _shows(tx, words_in(file), internal))
    return AgentWords(commands=commands, text=text, html=html, survivors=tuple(dict.fromkeys((*surviving, *attached))))


def secrets_in(tx: Transaction, text: str) -> frozenset[str]:
    """The random ids in a text that prove a member of the team or release a held mail: for no customer's eyes."""
    found = frozenset(_ALONE.findall(unquote(unescape(text)).lower()))
    return frozenset(token for token in found if tx.people.bearer(token) or tx.people.held(token))


def _shows(tx: Transaction, words: str, internal: frozenset[int]) -> bool:
    return bool(survivors(words, internal) or secrets_in(tx, words))


def _without_frame(rest: str) -> str:
    """An answer without the lines that a mail program puts above a quote, and without a signature that stands alone."""
    lines = rest.splitlines()
    if lines and lines[0].rstrip() == "--":
        return ""
    quoted = [line.lstrip().startswith(">") for line in lines]
    above_quote = [is_attribution(line) and any(quoted[n + 1 : n + 3]) for n, line in enumerate(lines)]
    return "\n".join(line for line, dropped in zip(lines, above_quote, strict=True) if not dropped)


def _seen_by_customer(messages: tuple[CaseMessage, ...]) -> Iterable[CaseMessage]:
    return (m for m in messages if m.role is Author.CUSTOMER or m.direction is Direction.OUT)
