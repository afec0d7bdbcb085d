"""Delivery reports: who was not reached, and by which of our mails (RFC 3464; words and flufl.bounce for the rest)."""

import logging
from email.message import Message as MimeMessage
from email.utils import parseaddr

from flufl.bounce import all_failures

from mailbot.core.message import Bounce, FailedRecipient
from mailbot.reading.delivery_status import reported
from mailbot.reading.failed_addresses import ADDRESS, failed_in, is_office, recipient_of
from mailbot.reading.headers import Headers, decoded, first
from mailbot.reading.json_notice import JsonNotice, json_notice
from mailbot.reading.report_text import said
from mailbot.reading.returned_mail import original_id, original_recipients

_LIMIT = 60_000
# It logs whatever makes one of its detectors fail, which is not our concern.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def read_bounce(root: MimeMessage, headers: Headers, text: str) -> Bounce:
    """What the report `root` says; without recipients when nobody understands it. Never raises."""
    notice = json_notice(text)
    if notice:
        return _from_json(notice)
    return Bounce(_recipients(root, headers, text), original_id(root, headers, text))


def _from_json(notice: JsonNotice) -> Bounce:
    return Bounce(notice.recipients, notice.original_message_id)


def _recipients(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    sent_to = original_recipients(root, text)
    return (
        reported(root)
        or _in_header(headers, text)
        or _detected(root, headers, text)
        or _in_words(headers, text, sent_to)
    )


def _in_header(headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """Exim names them in a header."""
    named = dict.fromkeys(a for value in headers.get("x-failed-recipients", ()) for a in ADDRESS.findall(value))
    return tuple(recipient_of(text, address) for address in named)


def _in_words(headers: Headers, text: str, sent_to: tuple[str, ...]) -> tuple[FailedRecipient, ...]:
    keys = frozenset(address.casefold() for address in sent_to)
    found = failed_in(text, not_these=_parties(headers), sent_to=keys)
    return found or tuple(recipient_of(text, address) for address in (sent_to if len(sent_to) == 1 else ()))


def _detected(root: MimeMessage, headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    """What flufl.bounce finds, if it stands in the server's own words and is not one of the two parties."""
    if len(text) > _LIMIT or _is_large(root):
        return ()
    try:
        temporary, permanent = all_failures(root)
    except Exception:  # its detectors are heuristics over text that anybody may write
        return ()
    own, parties = said(text).casefold(), _parties(headers)
    names = (_as_text(address) for address in sorted(temporary | permanent))
    found = [
        name for name in names if name.casefold() in own and name.casefold() not in parties and ADDRESS.fullmatch(name)
    ]
    return tuple(recipient_of(text, address) for address in found if not is_office(address))


def _is_large(root: MimeMessage) -> bool:
    """Whether a report has more text than its detectors, each of which reads every line, should be given."""
    return sum(len(part.get_payload()) for part in root.walk() if not part.is_multipart()) > _LIMIT


def _parties(headers: Headers) -> frozenset[str]:
    """Who writes the report and who gets it."""
    names = ("from", "to", "sender", "reply-to", "return-path", "delivered-to", "x-original-to")
    values = (first(headers, name) for name in names)
    return frozenset(
        address.casefold() for value in values for address in (parseaddr(value)[1], *ADDRESS.findall(value))
    )


def _as_text(address: bytes | str) -> str:
    return decoded(address.decode("utf-8", "replace") if isinstance(address, bytes) else address).strip("<>'\" ")
