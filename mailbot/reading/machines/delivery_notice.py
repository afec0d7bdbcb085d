"""Delivery reports that follow no RFC: a mail system's name, the subject and the words, weighed together."""

import re

from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.failed_addresses import ADDRESS
from mailbot.reading.machines.report_text import said
from mailbot.reading.machines.voice import is_an_office
from mailbot.reading.mime.headers import first
from mailbot.reading.words.telltales import leading, plain, present, titles

_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -]|(?<![\d.])#?[45]\.[0-7]\.\d{1,2}(?![\d.])|smtp; ?[45]\d\d", re.IGNORECASE)
_ENHANCED = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,2}(?![\d.])")
_REPORTER = re.compile(rb"^from:.{0,200}(?:mailer-daemon|postmaster|mail delivery)", re.IGNORECASE | re.MULTILINE)
_OPENING = 3000
# Receipts of Italian certified mail (DPCM 2 November 2005) that say that it was refused or not delivered.
_CERTIFIED_FAILURES = frozenset(
    {"errore-consegna", "preavviso-errore-consegna", "non-accettazione", "rilevazione-virus"}
)
_MARKS = ("x-failed-recipients", "x-dsncontext", "x-ms-exchange-message-is-ndr")


def delivery_notice(evidence: Evidence) -> str | None:
    """Why the mail is a delivery report, or None: a person who writes about one is no mail system."""
    if marked := _marked(evidence):
        return marked
    system = mail_system(evidence)
    if not system and (evidence.says_re or (evidence.quotes and evidence.answers) or not _may_tell(evidence)):
        return None
    words = plain(said(evidence.message.text)[:_OPENING])
    told = present(words, *_sentences(evidence, system))
    titled = leading(evidence.subject, "undelivered_subjects")
    if system and not _is_a_persons_answer(evidence):
        return _from_a_system(evidence, system, words, titled, told)
    if told and not _talks_as_a_person(evidence, words):
        return _from_a_stranger(evidence, words, titled, told) or _from_an_office(evidence, words, told)
    return None


def _may_tell(evidence: Evidence) -> bool:
    """Whether the phrases of a report stand near the beginning at all."""
    return bool(present(plain(evidence.message.text[: _OPENING + 500]), *_sentences(evidence, None)))


def _sentences(evidence: Evidence, system: str | None) -> tuple[str, ...]:
    """The sections with a report's sentences: of those that customers write of parcels only under an office's name."""
    sure = ("undelivered", "delayed")
    return (*sure, "not_received", "not_yet_received") if system or _is_an_office(evidence) else sure


def _is_an_office(evidence: Evidence) -> bool:
    name = plain(evidence.message.from_.name if evidence.message.from_ else "")
    by_name = is_an_office(f"{evidence.local_part} {name}") or named_as(evidence.local_part, "robots") is not None
    return by_name or evidence.returns_nowhere


def _marked(evidence: Evidence) -> str | None:
    """The header that only reports have."""
    if "urn:content-classes:dsn" in first(evidence.headers, "content-class").casefold():
        return "Content-Class: dsn"
    if first(evidence.headers, "x-ricevuta").casefold() in _CERTIFIED_FAILURES:
        return f"X-Ricevuta: {first(evidence.headers, 'x-ricevuta')}"
    return next((name.title() for name in _MARKS if name in evidence.headers), None)


def _from_a_stranger(evidence: Evidence, words: str, titled: str | None, told: tuple[str, ...]) -> str | None:
    """A server that writes under a name like any other has to say more."""
    technical = (
        bool(_ENHANCED.search(words)) or ("@" in words and bool(_CODE.search(words))) or _gives_mail_back(evidence)
    )
    sure = len(told) > 1 or evidence.returns_nowhere or evidence.auto_submitted or _gives_mail_back(evidence)
    if sure and technical and titles(evidence.subject, "undelivered_subjects") and _begins_with(words, told):
        return f"Subject: {titled}, and in the text: {told[0]}"
    if evidence.returns_nowhere and (titled or (technical and len(told) > 1)):
        return f"Return-Path: <>, and in the text: {told[0]}"
    return None


def _from_an_office(evidence: Evidence, words: str, told: tuple[str, ...]) -> str | None:
    """A gateway, a list server or a filter, that says in the subject and in the text that somebody was not reached."""
    titled = present(evidence.subject, "undelivered_subjects")
    others = [address for address in ADDRESS.findall(words) if address != evidence.sender]
    gone = others or evidence.returns_nowhere or _gives_mail_back(evidence)
    if _is_an_office(evidence) and titled and gone and _begins_with(words, told):
        return f"From: {evidence.sender}, Subject: {titled[0]}, and in the text: {told[0]}"
    return None


def mail_system(evidence: Evidence) -> str | None:
    """The name or address in From that is that of a mail system; None if it may be a person's."""
    name = plain(evidence.message.from_.name if evidence.message.from_ else first(evidence.headers, "from")[:200])
    if named_as(evidence.local_part, "machines"):
        return f"From: {evidence.sender}"
    if titles(name, "machine_names") or (not evidence.sender and leading(name, "machine_names", "machines")):
        return f"From: {name}"
    return None


def _from_a_system(
    evidence: Evidence, system: str, words: str, titled: str | None, told: tuple[str, ...]
) -> str | None:
    for sign in (titled and f"Subject: {titled}", told and f"in the text: {told[0]}"):
        if sign:
            return f"{system}, {sign}"
    if _is_a_daemon(evidence) and (evidence.returns_nowhere or evidence.auto_submitted):
        return f"{system} with {'Return-Path: <>' if evidence.returns_nowhere else 'Auto-Submitted'}"
    commanded = present(words, "commands")
    if _is_a_daemon(evidence) and present(words, "troubles") and not commanded:
        return f"{system}, who tells of a trouble"
    if (_CODE.search(words) or _gives_mail_back(evidence)) and not commanded:
        return f"{system}, who gives a mail back or a code"
    return None


def _is_a_daemon(evidence: Evidence) -> bool:
    """Whether it writes under the name that is used for reports and hardly for anything else."""
    return evidence.local_part.startswith(("mailer", "mail-daemon", "maildaemon"))


def _is_a_persons_answer(evidence: Evidence) -> bool:
    """A postmaster may be a person who answers."""
    return evidence.says_re and evidence.quotes and not evidence.returns_nowhere and not evidence.auto_submitted


def _begins_with(words: str, told: tuple[str, ...]) -> bool:
    return any(0 <= words.find(phrase) < 400 for phrase in told)


def _talks_as_a_person(evidence: Evidence, words: str) -> bool:
    """Servers ask nothing, forward nothing, and are not called like people."""
    person = "?" in words[:600] or (evidence.bears_a_persons_name and not evidence.auto_submitted)
    return evidence.forwards or (person and not evidence.returns_nowhere)


def _gives_mail_back(evidence: Evidence) -> bool:
    attached = [a for a in evidence.message.attachments if a.content_type in ("message/rfc822", "text/rfc822-headers")]
    return any(not _is_passed_on(a.content, evidence.sender) for a in attached) or len(
        said(evidence.message.text)
    ) < len(evidence.message.text[:60_000])


def _is_passed_on(attached: bytes, sender: str) -> bool:
    """A person may attach a report, or a mail of their own; a server attaches what somebody else had sent."""
    head = attached[:5000]
    own = re.search(rb"^from:[^\n]{0,300}", head, re.IGNORECASE | re.MULTILINE)
    return bool(_REPORTER.search(head)) or bool(own and sender.encode() in own[0].lower())
