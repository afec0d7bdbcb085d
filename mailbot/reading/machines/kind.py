"""Who or what wrote a mail: named headers first, words in the text last (RFC 3834, 3464, 5230, 2369, 5965)."""

import re
from collections.abc import Callable
from email.message import Message as MimeMessage

from mailbot.core.message import MailKind
from mailbot.reading.machines import headers as machine_headers
from mailbot.reading.machines.absence import automatic_words
from mailbot.reading.machines.delivery_notice import delivery_notice, mail_system
from mailbot.reading.machines.delivery_status import has_status
from mailbot.reading.machines.evidence import Evidence, named_as
from mailbot.reading.machines.form import form_sign
from mailbot.reading.machines.json_notice import json_notice
from mailbot.reading.machines.newsletter import answers_in_person, newsletter_sign, writes_in_person
from mailbot.reading.machines.refusal import refusal
from mailbot.reading.machines.voice import is_a_signed_letter, is_an_office
from mailbot.reading.mime.headers import first
from mailbot.reading.mime.parse import Parsed
from mailbot.reading.mime.parts import subparts
from mailbot.reading.words.telltales import leading, plain, present

Verdict = tuple[MailKind, str]

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_REPORTS = {"disposition-notification": "a read receipt", "feedback-report": "an abuse report"}
_REPORT_PARTS = {
    "message/disposition-notification": "a read receipt",
    "message/global-disposition-notification": "a read receipt",
    "message/feedback-report": "an abuse report",
}
_NAME_BELOW = re.compile(r"reply[._+][^\W\d_]{2,}$")
_PERSONAL = 2
_HUMAN: Verdict = MailKind.HUMAN, "no sign of a machine"


def kind_of(parsed: Parsed, our_addresses: frozenset[str]) -> Verdict:
    """The kind of a mail, and the header or sign that decided it. `our_addresses` are casefolded."""
    evidence = Evidence.of(parsed, our_addresses)
    return next((verdict for judge in _JUDGES if (verdict := judge(evidence))), _HUMAN)


def _our_own(evidence: Evidence) -> Verdict | None:
    """Our mark counts only under our own name: anybody can write a header, and a complaint must not be lost to it."""
    marked = first(evidence.headers, "x-mailbot").strip("<> ").casefold() in evidence.ours
    return (MailKind.LOOP, "X-Mailbot") if marked and evidence.sender in evidence.ours else None


def _report(evidence: Evidence) -> Verdict | None:
    """Reports by their MIME type; a person who passes one on has it as an attached mail, or says so in the subject."""
    root = evidence.root
    types = [root.get_content_type(), *(part.get_content_type() for part in subparts(root)[:20])]
    if types[0] == "message/rfc822":
        types = types[:1]
    if other := next((t for t in types if t in _REPORT_PARTS), None):
        return _receipt_or_rejection(evidence, _REPORT_PARTS[other])
    if (status := next((t for t in types if t in _STATUS), None)) and not _passes_on(evidence, types[0]):
        return MailKind.BOUNCE, f"Content-Type: {status}"
    return _named_report(evidence, root) if types[0] == "multipart/report" else None


def _passes_on(evidence: Evidence, root_type: str) -> bool:
    mixed = root_type != "multipart/report" and not mail_system(evidence)
    return mixed and evidence.says_re and not evidence.auto_submitted


def _named_report(evidence: Evidence, root: MimeMessage) -> Verdict | None:
    report = str(root.get_param("report-type", "")).casefold()
    if report in _REPORTS:
        return _receipt_or_rejection(evidence, f"{_REPORTS[report]} (report-type={report})")
    if report == "delivery-status" or has_status(root):
        return MailKind.BOUNCE, f"multipart/report; report-type={report or 'missing'}"
    if report:
        return MailKind.AUTO_REPLY, f"multipart/report; report-type={report}"
    by_machine = mail_system(evidence) or evidence.returns_nowhere
    return (MailKind.BOUNCE, "multipart/report; report-type=missing") if by_machine else None


def _receipt_or_rejection(evidence: Evidence, name: str) -> Verdict:
    """Some servers refuse a mail with the form of a read receipt."""
    if "receipt" in name and "automatically rejected" in evidence.opening:
        return MailKind.BOUNCE, f"{name} that says: automatically rejected"
    return MailKind.AUTO_REPLY, name


def _json(evidence: Evidence) -> Verdict | None:
    notice = json_notice(evidence.message.text)
    if notice is None:
        return None
    if notice.kind == "complaint":
        return MailKind.AUTO_REPLY, "a complaint notice in JSON"
    return MailKind.BOUNCE, f"a {notice.kind} notice in JSON"


def _delivery_notice(evidence: Evidence) -> Verdict | None:
    if leading(evidence.subject, "command_subjects") and not present(evidence.opening, "undelivered"):
        return None
    if _is_list_moderation(evidence):
        return None
    sign = delivery_notice(evidence)
    return (MailKind.BOUNCE, sign) if sign else None


def _is_list_moderation(evidence: Evidence) -> bool:
    return first(evidence.headers, "x-list-administrivia").casefold() == "yes"


def _web_form(evidence: Evidence) -> Verdict | None:
    if evidence.auto_submitted == "auto-replied" or evidence.headers.get("list-id"):
        return None
    sign = form_sign(evidence)
    return (MailKind.WEB_FORM, sign) if sign else None


def _refusal(evidence: Evidence) -> Verdict | None:
    if _is_list_moderation(evidence):
        return None
    sign = refusal(evidence)
    return (MailKind.BOUNCE, sign) if sign else None


def _from_ourselves(evidence: Evidence) -> Verdict | None:
    if evidence.sender in evidence.ours and evidence.auto_submitted:
        return MailKind.LOOP, f"From: {evidence.sender} with Auto-Submitted: {evidence.auto_submitted}"
    return None


def _marked_automatic(evidence: Evidence) -> Verdict | None:
    if evidence.auto_submitted.startswith("auto-replied"):
        return MailKind.AUTO_REPLY, f"Auto-Submitted: {evidence.auto_submitted}"
    if _is_list_moderation(evidence) and not evidence.list_identity.startswith("mailman."):
        return MailKind.AUTO_REPLY, "X-List-Administrivia"
    sign = machine_headers.proof(evidence.headers)
    return (MailKind.AUTO_REPLY, sign) if sign else None


def _mailing_list(evidence: Evidence) -> Verdict | None:
    if evidence.came_through_our_group:
        return None
    identity = evidence.list_identity
    sign = f"List-Id: {identity}" if identity else machine_headers.list_sign(evidence.headers, evidence.ours)
    return (MailKind.LIST, sign) if sign else None


def _automatic(evidence: Evidence) -> Verdict | None:
    if evidence.auto_submitted:
        return MailKind.AUTO_REPLY, f"Auto-Submitted: {evidence.auto_submitted}"
    sign = automatic_words(evidence)
    return (MailKind.AUTO_REPLY, sign) if sign else None


def _newsletter(evidence: Evidence) -> Verdict | None:
    sign = newsletter_sign(evidence)
    return (MailKind.LIST, sign) if sign else None


def _nobody(evidence: Evidence) -> Verdict | None:
    """Senders whom one cannot answer; a postmaster who answers a mail is a person."""
    robot = (named_as(evidence.local_part, "robots") and not _is_a_persons_pun(evidence)) or (
        named_as(evidence.local_part, "programs")
        and not evidence.is_plainly_an_answer
        and not _signs_as_a_person(evidence)
    )
    system = named_as(evidence.local_part, "machines") or (evidence.returns_nowhere and mail_system(evidence))
    if robot or (system and not evidence.is_plainly_an_answer and not _signs_as_a_person(evidence)):
        return MailKind.AUTO_REPLY, f"From: {evidence.sender}"
    if machine_headers.bulk(evidence.headers) and not answers_in_person(evidence) and not writes_in_person(evidence):
        return MailKind.AUTO_REPLY, f"Precedence: {machine_headers.bulk(evidence.headers)}"
    hint = next(machine_headers.hints(evidence.headers), None)
    if evidence.returns_nowhere and not evidence.quotes and (hint or not _is_spoken(evidence)):
        return MailKind.AUTO_REPLY, f"Return-Path: <> and {hint or 'no words of a person'}"
    return None


def _is_spoken(evidence: Evidence) -> bool:
    """Whether there is any sign of a person in the words, and be it the sender's own name below them."""
    name = plain(evidence.message.from_.name if evidence.message.from_ else "").partition(" ")[0]
    signed = name.isalpha() and not is_an_office(name) and evidence.opening.rstrip(" .!-").endswith(f" {name}")
    return signed or evidence.voice > 0


def _is_a_persons_pun(evidence: Evidence) -> bool:
    """Whether a name follows on the no-reply in an address, and a person speaks."""
    return _NAME_BELOW.search(evidence.local_part) is not None and evidence.voice >= _PERSONAL


def _signs_as_a_person(evidence: Evidence) -> bool:
    """Whether somebody behind an office's address shows himself: by his name, or in a letter, or by what he says."""
    enough = _PERSONAL if evidence.answers else _PERSONAL + 1
    return evidence.bears_a_persons_name or is_a_signed_letter(evidence.message.text) or evidence.voice >= enough


_JUDGES: tuple[Callable[[Evidence], Verdict | None], ...] = (
    _our_own,
    _report,
    _json,
    _delivery_notice,
    _web_form,
    _refusal,
    _from_ourselves,
    _marked_automatic,
    _mailing_list,
    _automatic,
    _newsletter,
    _nobody,
)
