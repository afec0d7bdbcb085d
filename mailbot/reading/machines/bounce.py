"""Delivery reports: who was not reached, and by which of our mails (RFC 3464; words and flufl.bounce for the rest)."""

import logging
from dataclasses import replace
from email.message import Message as MimeMessage
from email.utils import parseaddr

from flufl.bounce import all_failures

from mailbot.core.message import Bounce, FailedRecipient
from mailbot.reading.machines.delivery_status import reported, walk
from mailbot.reading.machines.evidence import named_as
from mailbot.reading.machines.failed_addresses import ADDRESS, failed_in, is_office, told_of
from mailbot.reading.machines.json_notice import JsonNotice, json_notice
from mailbot.reading.machines.report_text import said
from mailbot.reading.machines.returned_mail import original_id, original_recipients
from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.headers import Headers, decoded, field, first
from mailbot.reading.mime.parts import payload, subparts

_MOST_LINES = 250
_LONGEST_LINE = 200
# It logs whatever makes one of its detectors fail, which is not our concern.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def read_bounce(root: MimeMessage, headers: Headers, text: str) -> Bounce:
    """What the report `root` says; without recipients when nobody understands it. Never raises."""
    notice = json_notice(text)
    if notice:
        return _from_json(notice)
    report = next(iter(subparts(root)), root) if root.get_content_type() == "message/rfc822" else root
    if (inner := _passed_on(report)) and not _named(report, headers, text):
        return read_bounce(inner, _headers_of(inner), _text_of(inner))
    original = original_id(report, headers, text)
    recipients = _recipients(report, headers, text)
    others = tuple(recipient for recipient in recipients if recipient.address != original)
    return Bounce(others, original)  # an id reads like an address


def _from_json(notice: JsonNotice) -> Bounce:
    return Bounce(notice.recipients, notice.original_message_id)


def _passed_on(root: MimeMessage) -> MimeMessage | None:
    """The report of another server that a list's program has attached to its own words, or None."""
    if root.get_content_type() != "multipart/mixed":
        return None
    attached = [part for part in subparts(root)[:5] if part.get_content_type() == "message/rfc822"]
    inner = next((mail for part in attached[:1] for mail in subparts(part)[:1]), None)
    sender = parseaddr(field(inner, "from"))[1].casefold() if inner is not None else ""
    return inner if named_as(sender.partition("@")[0], "machines") else None


def _headers_of(mail: MimeMessage) -> Headers:
    return {name: (field(mail, name),) for name in ("from", "to", "subject") if field(mail, name)}


def _text_of(mail: MimeMessage) -> str:
    texts = (part for part in walk(mail) if part.get_content_type() == "text/plain")
    return next((decode(payload(part), part.get_content_charset())[0] for part in texts), "")


def _recipients(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    return _named(root, headers, text) or _guessed(root, headers, text)


def _named(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    sent_to = original_recipients(root, text)
    named = tuple(_completed(recipient, sent_to) for recipient in reported(root))
    return named or _in_header(headers, text) or _detected(root, headers, text) or _in_words(headers, text, sent_to)


def _completed(recipient: FailedRecipient, sent_to: tuple[str, ...]) -> FailedRecipient:
    """With the domain that a server leaves out where the mailbox is its own."""
    if "@" in recipient.address:
        return recipient
    whole = next((a for a in sent_to if a.casefold().partition("@")[0] == recipient.address.casefold()), None)
    return replace(recipient, address=whole) if whole else recipient


def _in_header(headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """Exim names them in a header."""
    named = dict.fromkeys(a for value in headers.get("x-failed-recipients", ()) for a in ADDRESS.findall(value))
    return told_of(text, named)


def _in_words(headers: Headers, text: str, sent_to: tuple[str, ...]) -> tuple[FailedRecipient, ...]:
    keys = frozenset(address.casefold() for address in sent_to)
    return failed_in(text, not_these=_parties(headers), sent_to=keys)


def _guessed(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """The only one that the old mail had gone to, or the one in the subject."""
    sent_to, parties = original_recipients(root, text), _parties(headers)
    titled = [
        address for address in ADDRESS.findall(decoded(first(headers, "subject"))) if address.casefold() not in parties
    ]
    return told_of(text, sent_to if len(sent_to) == 1 else titled[:1])


def _detected(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """What flufl.bounce finds, if it stands in the server's own words and is not one of the two parties."""
    try:
        temporary, permanent = all_failures(root if _is_small(root) else _excerpt(headers, text))
    except Exception:  # its detectors are heuristics over text that anybody may write
        return ()
    names = (_as_text(address) for address in sorted(temporary | permanent))
    found = [name for name in names if ADDRESS.fullmatch(name) and _is_named(name, headers, text)]
    return told_of(text, [name for name in found if not is_office(name)])


def _is_named(address: str, headers: Headers, text: str) -> bool:
    """Whether the server itself names the mailbox, if only without the domain that they share."""
    key, own = address.casefold(), said(text).casefold()
    local, _, domain = key.partition("@")
    shared = parseaddr(first(headers, "from"))[1].casefold().endswith(f"@{domain}") and local in own.split()
    return key not in _parties(headers) and (key in own or shared)


def _is_small(root: MimeMessage) -> bool:
    """Whether a report may be given as it is to detectors that read every line, some in the square of its length."""
    lines = [line for part in root.walk() if not part.is_multipart() for line in str(part.get_payload()).split("\n")]
    return len(lines) <= _MOST_LINES and all(len(line) <= _LONGEST_LINE for line in lines)


def _excerpt(headers: Headers, text: str) -> MimeMessage:
    short = MimeMessage()
    for name in ("from", "subject"):
        short[name] = first(headers, name)[:_LONGEST_LINE]
    short.set_payload("\n".join(line[:_LONGEST_LINE] for line in said(text).split("\n")[:_MOST_LINES]))
    return short


def _parties(headers: Headers) -> frozenset[str]:
    """Who writes the report and who gets it."""
    names = ("from", "to", "sender", "reply-to", "return-path", "delivered-to", "x-original-to")
    values = (first(headers, name) for name in names)
    return frozenset(
        address.casefold() for value in values for address in (parseaddr(value)[1], *ADDRESS.findall(value))
    )


def _as_text(address: bytes | str) -> str:
    return decoded(address.decode("utf-8", "replace") if isinstance(address, bytes) else address).strip("<>'\" ")
