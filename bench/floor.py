"""The second contestant: the least that any program would have to do with the same mails, written without any care.

Fetch and move by IMAP, parse with the standard library (every header and body decoded), commit three rows a mail to
the kind of database that the desk has, as durably, and have one fixed mail accepted over a kept SMTP connection.
"""

import argparse
import email
import smtplib
import sqlite3
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

from imapclient import IMAPClient

from bench.meter import serve

_BATCH = 50
_PROCESSED = "Processed"
_DURABLE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
_TABLES = (
    "CREATE TABLE raw (id {id} PRIMARY KEY, bytes {bytes} NOT NULL)",
    "CREATE TABLE cases (id {id} PRIMARY KEY, message_id TEXT, sender TEXT, subject TEXT, text TEXT)",
    "CREATE TABLE outbox (id {id} PRIMARY KEY, recipient TEXT, raw {bytes} NOT NULL)",
    "CREATE INDEX by_message_id ON cases (message_id)",
)
_INSERTS = (
    "INSERT INTO raw (bytes) VALUES (?)",
    "INSERT INTO cases (message_id, sender, subject, text) VALUES (?, ?, ?, ?)",
    "INSERT INTO outbox (recipient, raw) VALUES (?, ?)",
)
_ANSWER = (
    b"From: Acme Support <support@acme.example>\r\nTo: customer@mail.example\r\nSubject: We have your mail\r\n"
    b"Message-ID: <fixed@acme.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b"Thank you for writing; we will answer soon.\r\n" * 40
)


class Floor:
    """One mailbox, one database and one SMTP connection, all kept open."""

    def __init__(self, imap_port: int, user: str, password: str, smtp_port: int, database: str) -> None:
        self._imap = IMAPClient("127.0.0.1", imap_port, ssl=False)
        self._imap.login(user, password)
        self._imap.create_folder(_PROCESSED)
        self._smtp = smtplib.SMTP("127.0.0.1", smtp_port, local_hostname="localhost")
        self._smtp.ehlo()
        self._database, self._inserts = _sqlite(database) if database.startswith("sqlite") else _postgresql(database)

    def work(self) -> None:
        """Empty the inbox."""
        self._imap.select_folder("INBOX")
        uids = self._imap.search()
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            for item in self._imap.fetch(batch, ["BODY.PEEK[]"]).values():
                self._handle(item[b"BODY[]"])
            self._imap.move(batch, _PROCESSED)

    def close(self) -> None:
        self._imap.logout()
        self._smtp.quit()
        self._database.close()

    def _handle(self, raw: bytes) -> None:
        message = email.message_from_bytes(raw, policy=policy.default)
        headers = {name: str(value) for name, value in message.items()}
        text = "\n".join(_texts(message))
        row = (headers.get("Message-ID"), headers.get("From"), headers.get("Subject"), text)
        self._database.execute("BEGIN")
        for insert, values in zip(self._inserts, ((raw,), row, ("customer@mail.example", _ANSWER)), strict=True):
            self._database.execute(insert, values)
        self._database.execute("COMMIT")
        self._smtp.sendmail("support@acme.example", ["customer@mail.example"], _ANSWER)


def _sqlite(url: str) -> tuple[Any, tuple[str, ...]]:
    """A connection with its tables, and the statements for the rows of a mail."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for statement in (*_DURABLE, *(table.format(id="INTEGER", bytes="BLOB") for table in _TABLES)):
        connection.execute(statement)
    return connection, _INSERTS


def _postgresql(url: str) -> tuple[Any, tuple[str, ...]]:
    import psycopg  # noqa: PLC0415  (its memory is no part of the floor on SQLite)

    connection = psycopg.connect(url, autocommit=True)
    for table in _TABLES:
        connection.execute(table.format(id="SERIAL", bytes="BYTEA"))
    return connection, tuple(insert.replace("?", "%s") for insert in _INSERTS)


def _texts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield part.get_content()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("imap_port", type=int)
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("database", help="the URL of an empty one")
    floor = Floor(**vars(parser.parse_args()))
    serve(floor.work)
    floor.close()


if __name__ == "__main__":
    main()
