"""A whole desk between a real IMAP server and a real SMTP server, and desks with rules of their own."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from mailbot.core.server import Server
from mailbot.mail.imap import ImapSession
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.once import once
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, close_own, own_behaviour, shipped_behaviour, write_config
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import AcceptedMail, SmtpSink
from tests.workflows.edited import Edited, folder_with_rules

DeskWith: TypeAlias = Callable[..., DeskDriver]


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """A desk whose servers are real; the test is everybody else."""

    runtime: Runtime
    imap: Server
    smtp: SmtpSink

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Mail arrives at the desk's server."""
        with self.session() as session:
            session.append(folder, raw, seen=False)

    def once(self) -> None:
        """`mailbot once`."""
        assert once(self.runtime) == ()

    @contextmanager
    def session(self) -> Iterator[ImapSession]:
        with ImapSession.connect(self.imap) as session:
            yield session

    def folder(self, name: str) -> list[int]:
        with self.session() as session:
            session.select(name)
            return session.uids_after(0)

    def accepted(self, recipient: str) -> list[AcceptedMail]:
        return [mail for mail in self.smtp.mails() if mail.recipients == (recipient,)]

    def dispositions(self) -> dict[str, int]:
        with self.runtime.database.read() as tx:
            return tx.ledger.counts()


def as_yaml(server: Server) -> str:
    assert server.password is not None
    return (
        f"{{host: {server.host}, port: {server.port}, security: {server.security}, ca_file: {server.ca_file}, "
        f'username: "{server.username}", password: "{server.password.reveal()}"}}'
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The config.yaml of a desk with rules and templates of its own."""
    return folder_with_rules(tmp_path)


@pytest.fixture
def desk(path: Path, database: Database) -> Iterator[Edited]:
    """That desk, at work."""
    desk = Edited.begin(path, database)
    yield desk
    desk.close()


MakeDesk = Callable[..., LiveDesk]


@pytest.fixture
def live_desk(tmp_path: Path, database: Database, smtp_sink: SmtpSink) -> MakeDesk:
    """Makes a desk on the mailbox of an IMAP server, which is empty and looked at once, so that all mail is new."""

    def make(dovecot: Dovecot, *, seen_before: bool = True) -> LiveDesk:
        imap = dovecot.server()
        config = load_config(
            write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls"))),
            environ={},
        )
        desk = LiveDesk(Runtime(config, database, shipped_behaviour(config)), imap, smtp_sink)
        if seen_before:
            desk.once()
        return desk

    return make


def reply(to: EmailMessage, text: str, *, by: str, message_id: str) -> bytes:
    """An answer as a mail client writes it."""
    answer = EmailMessage()
    answer["From"] = by
    answer["To"] = to["Reply-To"] or to["From"]
    answer["Subject"] = f"Re: {to['Subject']}"
    answer["Message-ID"] = f"<{message_id}>"
    answer["In-Reply-To"] = to["Message-ID"]
    answer["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
    answer.set_content(text)
    return answer.as_bytes()


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[DeskWith]:
    """Opens desks with rules of their own: texts by file name, beside the shipped vocabularies and the folders `also`.

    They are on SQLite: what differs between the two databases is tried by the stories and the tests of the store.
    """
    running: list[Runtime] = []

    def opened(rules: Mapping[str, str], *, also: Sequence[str] = (), **config: Any) -> DeskDriver:
        folder = tmp_path / f"desk{len(running)}"
        for name in ("vocabulary", *also):
            shutil.copytree(ROOT / "rules" / name, folder / "rules" / name)
        for name, text in rules.items():
            (folder / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
        path = write_config(folder, **config)
        path.write_text(path.read_text().replace(f"{ROOT}/rules", "rules"))
        loaded = load_config(path, environ={})
        database = Database.open(f"sqlite:///{folder}/mailbot.db")
        running.append(Runtime(loaded, database, own_behaviour(loaded)))
        return DeskDriver(running[-1])

    yield opened
    for runtime in running:
        close_own(runtime)
