"""A complete desk on loopback: mail server, configuration in a temporary folder, and the real daemon."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from urllib.parse import quote

from mailbot.core.case import Case
from mailbot.core.errors import ConfigurationError
from mailbot.core.server import Secret, Server
from mailbot.daemon import Daemon
from mailbot.demo.clock import Clock
from mailbot.demo.mail_program import MailProgram
from mailbot.demo.script import Cast, Person, shipped
from mailbot.mail.embedded import EmbeddedServer
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.runtime import Runtime, load_behaviour
from mailbot.workflows.start import start

IMAP_PORT, SMTP_PORT = 10143, 10025


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDesk:
    """A desk that runs. `folder` holds its configuration and database until it is closed."""

    runtime: Runtime
    clock: Clock
    cast: Cast
    folder: Path
    imap_port: int
    smtp_port: int

    def wall_clock(self) -> datetime:
        """The desk's time in its own zone."""
        return self.clock().astimezone(self.runtime.desk.calendar.zone)

    def mail_program(self, person: Person) -> MailProgram:
        """A new connection of this person's."""
        return MailProgram(person, self._server(self.imap_port, person), self._server(self.smtp_port, person))

    def case_of(self, person: Person) -> Case | None:
        """The newest case of this customer."""
        with self.runtime.database.read() as tx:
            return next(iter(tx.cases.find(customer=person.address, limit=1)), None)

    def sent(self, message_id: str) -> tuple[OutboxRow, Case | None] | None:
        """What the desk knows of a mail that it sent, and the case this was about."""
        with self.runtime.database.read() as tx:
            row = next(iter(tx.outbox.by_message_id(message_id.strip("<>"))), None)
            return (row, tx.cases.get(row.case_id) if row.case_id is not None else None) if row else None

    def muttrc(self, person: Person) -> Path:
        """A configuration with which mutt is this person's mail program."""
        path = self.folder / f"muttrc-{person.address.partition('@')[0]}"
        values = {**self._ports(), "password": self.cast.password, "user": quote(person.address, safe="")}
        template = Template(shipped("muttrc").read_text(encoding="utf-8"))
        path.write_text(template.substitute(values, name=person.name, address=person.address), encoding="utf-8")
        return path

    def welcome(self) -> str:
        """How to connect a mail program."""
        people = list(self.cast.people.values())
        customer = next(person for person in people if person.writes_to_the_desk)
        agent = next(person for person in people if not person.writes_to_the_desk)
        return Template(shipped("welcome.txt").read_text(encoding="utf-8")).substitute(
            self._ports(),
            desk=self.cast.desk,
            password=self.cast.password,
            mutt_customer=f"mutt -F {self.muttrc(customer)}",
            mutt_agent=f"mutt -F {self.muttrc(agent)}",
            look=f"mailbot cases --config {self.folder / 'config.yaml'}",
        )

    def _ports(self) -> dict[str, object]:
        return {"imap_port": self.imap_port, "smtp_port": self.smtp_port}

    def _server(self, port: int, person: Person) -> Server:
        password = Secret(self.cast.password)
        return Server(host="127.0.0.1", port=port, security="none", username=person.address, password=password)


@contextmanager
def running_desk(cast: Cast, behaviour: tuple[Path, ...], *, port_offset: int) -> Iterator[DemoDesk]:
    """A desk from start to stop; `behaviour` are the folders `rules` and `templates` that it goes by.

    ConfigurationError when a port is taken.
    """
    clock, imap_port, smtp_port = Clock(), IMAP_PORT + port_offset, SMTP_PORT + port_offset
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="mailbot-demo-")))
        _serve(stack, EmbeddedServer(cast.users, imap_port=imap_port, smtp_port=smtp_port, clock=clock))
        for source in behaviour:
            shutil.copytree(source, folder / source.name)
        path = _write_config(folder, imap_port=imap_port, smtp_port=smtp_port)
        config = load_config(path, environ={})
        database = Database.open(config.database)
        stack.callback(database.close)
        stack.enter_context(database.lock())
        runtime = Runtime(config, database, load_behaviour(config))
        stack.callback(runtime.behaviour.readers.close)
        start(runtime, clock())
        daemon = Daemon(runtime, clock)
        daemon.start()
        stack.callback(daemon.stop)
        yield DemoDesk(runtime=runtime, clock=clock, cast=cast, folder=folder, imap_port=imap_port, smtp_port=smtp_port)


def _serve(stack: ExitStack, server: EmbeddedServer) -> None:
    try:
        stack.enter_context(server)
    except OSError as error:
        ports = f"{server.imap_port} (IMAP) and {server.smtp_port} (SMTP)"
        raise ConfigurationError(
            f"the demo needs the ports {ports} on 127.0.0.1, and one is taken: try others, with --port-offset 1 or more"
        ) from error


def _write_config(folder: Path, **ports: int) -> Path:
    path = folder / "config.yaml"
    path.touch(mode=0o600)
    path.write_text(Template(shipped("config.yaml").read_text(encoding="utf-8")).substitute(ports), encoding="utf-8")
    return path
