"""The desk's mailbox from outside: mail arrives there at any time of our choosing, and is counted."""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from mailbot.core.server import Server

FOLDERS = ("INBOX", "mailbot/Processed", "mailbot/Quarantine", "Sent")


@contextmanager
def _session(server: Server) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(server.host, server.port) as session:
        assert server.password is not None
        session.login(server.username, server.password.reveal())
        yield session


def deliver(server: Server, raws: list[bytes], at: datetime) -> None:
    """Mail arrives in the inbox."""
    with _session(server) as session:
        for raw in raws:
            answer, said = session.append("INBOX", "", imaplib.Time2Internaldate(at), raw)
            assert answer == "OK", said


def count(server: Server) -> dict[str, int]:
    """How many mails each folder holds that is there."""
    with _session(server) as session:
        found = {name: session.status(name, "(MESSAGES)") for name in FOLDERS}
    return {name: int(re.findall(rb"MESSAGES (\d+)", said[0])[0]) for name, (ok, said) in found.items() if ok == "OK"}
