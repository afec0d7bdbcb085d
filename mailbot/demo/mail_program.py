"""The mail program of one person: sends by SMTP and reads the inbox by IMAP, as any other program does."""

import socket
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Self

from mailbot.core.errors import TemporaryError
from mailbot.core.server import Server
from mailbot.demo.script import Person
from mailbot.mail.imap import ImapSession
from mailbot.mail.smtp import Outcome, SmtpSender


class MailProgram:
    """One person's, logged in to IMAP from the beginning. `unread` is the mail that nobody has asked for yet."""

    def __init__(self, person: Person, imap: Server, smtp: Server) -> None:
        self.person = person
        self.unread: list[EmailMessage] = []
        self._smtp = smtp
        self._session = ImapSession.connect(imap)
        self._session.select("INBOX")
        self._last_uid = 0
        self._nobody, self._wakes = socket.socketpair()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.logout()
        self._nobody.close()
        self._wakes.close()

    def send(self, mail: EmailMessage) -> None:
        """Send a mail to the address in its To; TemporaryError when the server does not take it."""
        with SmtpSender(self._smtp) as sender:
            to = mail["to"].addresses[0].addr_spec
            delivery = sender.send(sender=self.person.address, recipient=to, raw=mail.as_bytes(policy=SMTP))
        if delivery.outcome is not Outcome.SENT:
            raise TemporaryError(f"the mail of {self.person.address} to {to} was not taken: {delivery.text}")

    def wait_for(self, wanted: Callable[[EmailMessage], bool], seconds: float) -> EmailMessage | None:
        """The oldest unread mail that is wanted, as soon as it is there; None when it does not come in time."""
        ends = time.monotonic() + seconds
        self._fetch()
        while (found := next(filter(wanted, self.unread), None)) is None:
            left = ends - time.monotonic()
            if left <= 0:
                return None
            self._session.idle(left, self._nobody)
            self._fetch()
        self.unread.remove(found)
        return found

    def _fetch(self) -> None:
        for mail in self._session.fetch(self._session.uids_after(self._last_uid)):
            self._last_uid = max(self._last_uid, mail.uid)
            self.unread.append(message_from_bytes(mail.raw, policy=default))
