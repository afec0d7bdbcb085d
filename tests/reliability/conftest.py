"""A whole desk between real servers, with a proxy on the way to its mailbox that can do what networks do."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from mailbot.core.server import Server
from mailbot.mail.imap import ImapSession
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.once import Failure, once
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.verify import verify
from tests.desk import mail, shipped_behaviour, write_config
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.servers.smtp_sink import SmtpSink
from tests.workflows.conftest import as_yaml


@pytest.fixture
def kind() -> str:
    """One database, where a test is not about databases."""
    return "sqlite"


@dataclass(slots=True)
class ShakyDesk:
    """A desk whose way to its mailbox can be disturbed; `mailbox` is the undisturbed way, for everybody else."""

    runtime: Runtime
    mailbox: Server
    proxy: FaultProxy
    smtp: SmtpSink
    # Behind the mail server's clock: time passes faster here, and no mail shall seem older than the desk.
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=8))

    def deliver(self, *raws: bytes, folder: str = "INBOX") -> None:
        """Mail arrives at the desk's server."""
        with ImapSession.connect(self.mailbox) as session:
            for raw in raws:
                session.append(folder, raw, seen=False)

    def round(self, fault: Fault | None = None) -> tuple[Failure, ...]:
        """`mailbot once`, two minutes later, with something that goes wrong."""
        self.proxy.arm(fault)
        self.now += timedelta(minutes=2)
        return once(self.runtime, lambda: self.now)

    def folder(self, name: str) -> list[int]:
        with ImapSession.connect(self.mailbox) as session:
            if not session.exists(name):
                return []
            session.select(name)
            return session.uids_after(0)

    def acknowledged(self) -> list[str]:
        """Who was told that the complaint has come, once for each such mail."""
        return [m.recipients[0] for m in self.smtp.mails() if m.message["Auto-Submitted"] == "auto-replied"]

    def alerts(self) -> list[str]:
        """The subjects of what the admins were told."""
        return [str(m.message["Subject"]) for m in self.smtp.mails() if m.recipients == ("ops@acme.example",)]

    def dispositions(self) -> dict[str, int]:
        with self.runtime.database.read() as tx:
            return tx.ledger.counts()

    def gaps(self) -> list[str]:
        return verify(self.runtime, self.now).gaps


class MakeShaky(Protocol):
    """Opens a desk on a new mailbox of a Dovecot; texts of its config.yaml can be replaced."""

    def __call__(self, dovecot: Dovecot, *, edits: dict[str, str] | None = None) -> ShakyDesk: ...


_NO_LIMIT = {"    trusted_authserv": "    limits: {per_minute: 100000}\n    trusted_authserv"}


@pytest.fixture
def shaky(tmp_path: Path, database: Database, smtp_sink: SmtpSink) -> Iterator[MakeShaky]:
    with ExitStack() as stack:

        def make(dovecot: Dovecot, *, edits: dict[str, str] | None = None) -> ShakyDesk:
            proxy = stack.enter_context(fault_proxy(dovecot.port))
            mailbox = dovecot.server()
            through = replace(mailbox, port=proxy.port)
            path = write_config(tmp_path, imap=as_yaml(through), smtp=as_yaml(smtp_sink.server("starttls")))
            for old, new in (_NO_LIMIT | (edits or {})).items():
                assert old in path.read_text()
                path.write_text(path.read_text().replace(old, new))
            config = load_config(path, environ={})
            return ShakyDesk(Runtime(config, database, shipped_behaviour(config)), mailbox, proxy, smtp_sink)

        yield make


def complaint(name: str) -> bytes:
    """A complaint by a customer of this name."""
    return mail(
        "My order A-10293 came five days late. Please refund the delivery fee.",
        from_=f"{name}@mail.example",
        to="support@acme.example",
        subject=f"Late parcel of {name}",
        message_id=f"<{name}@mail.example>",
    )
