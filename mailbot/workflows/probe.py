"""A mail that the desk sends to itself, to see what its servers do to mail: ids, addresses, forged headers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from mailbot.mail.imap import ImapSession
from mailbot.mail.providers import trusted_authserv
from mailbot.mail.smtp import Envelope, Outcome, SmtpSender
from mailbot.settings.config import Mailbox
from mailbot.workflows.runtime import new_token

_HEADER = "X-Mailbot-Probe"
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at: whether it is well, and what that means."""

    what: str
    well: bool
    detail: str


def probe(mailbox: Mailbox, now: datetime, *, patience: float = 30.0) -> tuple[Observation, ...]:
    """Send the probe and wait for it, at most `patience` seconds; it is moved to the processed folder afterwards."""
    token = new_token()
    sent = _probe(mailbox, token, now)
    with SmtpSender(mailbox.smtp, connections=1) as sender:
        [delivery] = sender.send_many([Envelope(mailbox.address, str(sent["To"]), sent.as_bytes())])
    if delivery.outcome is not Outcome.SENT:
        return (Observation("probe", False, f"not accepted: {delivery.code or ''} {delivery.text}".strip()),)
    with ImapSession.connect(mailbox.imap) as session:
        raw = _arrived(session, mailbox, token, patience)
    if raw is None:
        hint = "; set `subaddressing: false` if mail to such addresses does not arrive" if mailbox.subaddressing else ""
        return (Observation("probe", False, f"sent to {sent['To']}, not in the mailbox after {patience:.0f} s{hint}"),)
    return tuple(_observed(mailbox, sent, message_from_bytes(raw, policy=SMTP)))


def _probe(mailbox: Mailbox, token: str, now: datetime) -> EmailMessage:
    local, _, domain = mailbox.address.rpartition("@")
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = f"{_authserv(mailbox) or domain}; dmarc=pass header.from={domain}; x-probe={token}"
    mail["From"] = mailbox.address
    mail["To"] = f"{local}+{token}@{domain}" if mailbox.subaddressing else mailbox.address
    mail["Reply-To"] = f"{local}+{token}@{domain}"
    mail["Subject"] = f"mailbot check {token}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{token}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Mailbot"] = mailbox.address
    mail[_HEADER] = token
    mail.set_content(token)
    return mail


def _arrived(session: ImapSession, mailbox: Mailbox, token: str, patience: float) -> bytes | None:
    """The probe as it arrived, wherever it lies by now: a running desk takes it for its own and files it."""
    folders = mailbox.folders
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for folder in (folders.inbox, folders.processed, folders.junk):
            if folder and session.exists(folder):
                session.select(folder)
                uids = session.uids_with_header(_HEADER, token)
                for mail in session.fetch(uids):
                    if folder == folders.inbox:
                        session.move(uids, folders.processed)
                    return mail.raw
        time.sleep(_POLL_SECONDS)
    return None


def _observed(mailbox: Mailbox, sent: EmailMessage, came: EmailMessage) -> Iterator[Observation]:
    if mailbox.subaddressing:
        yield Observation("subaddressing", True, f"mail to {sent['To']} arrives")
    same_id = came["Message-ID"] == sent["Message-ID"]
    yield Observation(
        "Message-ID", same_id, "survives" if same_id else "is replaced: answers find their case by the reply address"
    )
    same_reply = parseaddr(str(came["Reply-To"] or ""))[1] == sent["Reply-To"]
    yield Observation(
        "Reply-To", same_reply, "survives" if same_reply else "does not survive: set `subaddressing: false`"
    )
    envelope = parseaddr(str(came["Return-Path"] or ""))[1]
    same_sender = envelope == mailbox.address
    yield Observation(
        "envelope sender", same_sender, "survives" if same_sender else f"arrives as {envelope or 'nothing'}"
    )
    if trusted := _authserv(mailbox):
        forged = any(str(sent[_HEADER]) in str(value) for value in came.get_all("Authentication-Results", []))
        believed = forged and str(sent[_HEADER]) in str(came.get_all("Authentication-Results", [])[0])
        detail = f"a forged one of {trusted} is {'believed: remove `trusted_authserv`' if believed else 'not believed'}"
        yield Observation("Authentication-Results", not believed, detail)


def _authserv(mailbox: Mailbox) -> str | None:
    return trusted_authserv(mailbox.trusted_authserv, mailbox.imap.host)
