"""Who or what wrote a mail: named headers first, words in the text last (RFC 3834, 3464, 5230, 2369, 5965)."""

import re
from collections.abc import Callable

from mailbot.core.message import MailKind, Message
from mailbot.reading import clients
from mailbot.reading.headers import Headers, first
from mailbot.reading.parse import Parsed

Verdict = tuple[MailKind, str]

_MACHINE = re.compile(r"^(?:mailer-?daemon|mail-?daemon|postmaster)(?:[+@]|$)", re.IGNORECASE)
_NO_REPLY = re.compile(
    r"^(?:no|do-?not|donot|ne|ei|net)[._-]?(?:reply|respond|odgovarjaj|vasta)\w*(?:[+.\w-]*)@", re.IGNORECASE
)
_AUTO_SUBJECT = re.compile(rf"^\s*{clients.any_of('automatic_subjects')}\s*(?:$|[:(\[–—-])", re.IGNORECASE)
_FORM_LINE = re.compile(r"^\s*[^\s:.,!?][^:.!?\n]{0,40}\s*:\s*\S|^\s*\*?[^\n:]{1,40}\*?\s*:\s*$", re.MULTILINE)
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply",
                 "x-ms-exchange-inbox-rules-loop")  # fmt: skip
_REPORTS = {"disposition-notification": "a read receipt", "feedback-report": "an abuse report"}


def kind_of(parsed: Parsed, our_addresses: frozenset[str]) -> Verdict:
    """The kind of a mail, and the header or sign that decided it. `our_addresses` are casefolded."""
    for judge in _JUDGES:
        if verdict := judge(parsed, our_addresses):
            return verdict
    return MailKind.HUMAN, "no sign of a machine"


def _our_own(parsed: Parsed, ours: frozenset[str]) -> Verdict | None:
    """Our mark counts only under our own name: anybody can write a header, and a complaint must not be lost to it."""
    sender = parsed.message.from_
    marked = first(parsed.headers, "x-mailbot").strip("<> ").casefold() in ours
    return (MailKind.LOOP, "X-Mailbot") if marked and sender and sender.key in ours else None


def _report(parsed: Parsed, _: frozenset[str]) -> Verdict | None:
    content_type = parsed.root.get_content_type()
    if content_type in ("message/delivery-status", "message/global-delivery-status"):
        return MailKind.BOUNCE, f"Content-Type: {content_type}"
    if content_type != "multipart/report":
        return None
    report = str(parsed.root.get_param("report-type", "")).casefold()
    if report in _REPORTS:
        return MailKind.AUTO_REPLY, f"{_REPORTS[report]} (report-type={report})"
    return MailKind.BOUNCE, f"multipart/report; report-type={report or 'missing'}"


def _from_a_mail_server(parsed: Parsed, _: frozenset[str]) -> Verdict | None:
    if "x-failed-recipients" in parsed.headers:
        return MailKind.BOUNCE, "X-Failed-Recipients"
    sender = parsed.message.from_
    returned = _null_sender(parsed.headers)
    if sender and _MACHINE.match(sender.key) and (returned or parsed.headers.get("auto-submitted")):
        return MailKind.BOUNCE, f"From: {sender.address} with {'Return-Path: <>' if returned else 'Auto-Submitted'}"
    return None


def _web_form(parsed: Parsed, ours: frozenset[str]) -> Verdict | None:
    message = parsed.message
    if message.from_ is None or not message.reply_to or parsed.headers.get("list-id"):
        return None
    customer = message.reply_to[0]
    if customer.key in ours | {message.from_.key} or _NO_REPLY.match(customer.key):
        return None
    sign = _machine_sign(message, parsed.headers, ours)
    if sign and _auto_submitted(parsed.headers) != "auto-replied" and _looks_like_form(message):
        return MailKind.WEB_FORM, f"{sign}, Reply-To: {customer.address}, form fields in the text"
    return None


def _machine_sign(message: Message, headers: Headers, ours: frozenset[str]) -> str | None:
    if auto := _auto_submitted(headers):
        return f"Auto-Submitted: {auto}"
    if message.from_ and (message.from_.key in ours or _NO_REPLY.match(message.from_.key)):
        return f"From: {message.from_.address}"
    return None


def _looks_like_form(message: Message) -> bool:
    return len(_FORM_LINE.findall(message.text[:10_000])) >= 2


def _from_ourselves(parsed: Parsed, ours: frozenset[str]) -> Verdict | None:
    sender = parsed.message.from_
    if sender and sender.key in ours and (auto := _auto_submitted(parsed.headers)):
        return MailKind.LOOP, f"From: {sender.address} with Auto-Submitted: {auto}"
    return None


def _mailing_list(parsed: Parsed, ours: frozenset[str]) -> Verdict | None:
    headers = parsed.headers
    identity = first(headers, "list-id").rpartition("<")[2].strip("<> ").casefold()
    # A desk whose own address is a group gets every complaint with that group's List-Id.
    if identity in {address.replace("@", ".") for address in ours}:
        return None
    if identity:
        return MailKind.LIST, f"List-Id: {identity}"
    precedence = first(headers, "precedence").casefold()
    if precedence in ("list", "bulk"):
        return MailKind.LIST, f"Precedence: {precedence}"
    if "list-unsubscribe" in headers:
        return MailKind.LIST, "List-Unsubscribe"
    return None


def _automatic(parsed: Parsed, _: frozenset[str]) -> Verdict | None:
    sign = _automatic_header(parsed.headers) or _automatic_sender(parsed.message)
    return (MailKind.AUTO_REPLY, sign) if sign else None


def _automatic_header(headers: Headers) -> str | None:
    if auto := _auto_submitted(headers):
        return f"Auto-Submitted: {auto}"
    for name in _AUTO_HEADERS:
        if first(headers, name).casefold() not in ("", "no", "false"):
            return name.title()
    if (precedence := first(headers, "precedence").casefold()) in ("junk", "auto_reply"):
        return f"Precedence: {precedence}"
    return "Return-Path: <>" if _null_sender(headers) else None


def _automatic_sender(message: Message) -> str | None:
    if _AUTO_SUBJECT.match(message.subject):
        return "the subject of an automatic reply"
    if message.from_ and (_NO_REPLY.match(message.from_.key) or _MACHINE.match(message.from_.key)):
        return f"From: {message.from_.address}"
    return None


def _auto_submitted(headers: Headers) -> str:
    """The keyword of Auto-Submitted without its parameters; empty for `no` (RFC 3834 section 5)."""
    keyword = first(headers, "auto-submitted").partition(";")[0].partition("(")[0].strip().casefold()
    return "" if keyword == "no" else keyword


def _null_sender(headers: Headers) -> bool:
    return first(headers, "return-path").replace(" ", "").casefold() in ("<>", "<mailer-daemon>")


_JUDGES: tuple[Callable[[Parsed, frozenset[str]], Verdict | None], ...] = (
    _our_own,
    _report,
    _from_a_mail_server,
    _web_form,
    _from_ourselves,
    _mailing_list,
    _automatic,
)
