"""A real SMTP server, as a process of its own, that keeps what it accepts and misbehaves on request.

The local part of a recipient says how (any subaddress after "+" is ignored):

    defer         451 to RCPT, always             toolarge        552 5.3.4 to the content
    defer-once    451 the first time              refuse-content  554 5.7.1 to the content
    refuse        550 to RCPT                     slow            takes it after a second
    norelay       554 5.7.1 to RCPT               hang            takes it and never answers
    cut-before-dot  hangs up before the content is complete; nothing is kept
    cut-after-dot   keeps the mail and hangs up instead of answering
    cut-once-before-dot, cut-once-after-dot   the same, the first time
    late            takes it, and answers after a third of a second

The sender `stranger@…` is refused at MAIL. Three ports: plain and open; TLS with log-in; STARTTLS with log-in.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailbot.core.server import Secret, Security, Server

USER, PASSWORD = "desk", "correct-horse"


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """What the server took over: the envelope as it was said, and the content."""

    sender: str
    recipients: tuple[str, ...]
    user: str | None
    options: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(frozen=True, slots=True)
class SmtpSink:
    """The running server. `port` is the plain one; `ports` has all, by security."""

    ports: dict[str, int]
    folder: Path
    ca_file: Path

    @property
    def port(self) -> int:
        return self.ports["none"]

    def server(self, security: Security = "none", *, password: str = PASSWORD, trusted: bool = True) -> Server:
        """How a client reaches it; the plain port wants no log-in."""
        return Server(
            host="127.0.0.1",
            port=self.ports[security],
            security=security,
            username="" if security == "none" else USER,
            password=None if security == "none" else Secret(password),
            ca_file=self.ca_file if trusted else None,
        )

    def mails(self) -> list[AcceptedMail]:
        """Everything that was accepted since the test began, in that order."""
        return [_accepted(path) for path in sorted(self.folder.glob("*.json"))]

    def clear(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()


@pytest.fixture(scope="session")
def running_smtp_sink() -> Iterator[SmtpSink]:
    with running_sink() as sink:
        yield sink


@contextlib.contextmanager
def running_sink() -> Iterator[SmtpSink]:
    """The SMTP server, as long as the block lasts."""
    root = Path(tempfile.mkdtemp(prefix="smtp-sink-"))
    (root / "mails").mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(root / "ca.pem")
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(root / "server.pem")
    command = [sys.executable, "-m", "tests.servers.smtp_sink", root / "mails", root / "server.pem"]
    where = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=where) as process:
        assert process.stdout is not None
        yield SmtpSink(json.loads(process.stdout.readline()), root / "mails", root / "ca.pem")
        process.terminate()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def smtp_sink(running_smtp_sink: SmtpSink) -> SmtpSink:
    """The SMTP server, with nothing accepted yet."""
    running_smtp_sink.clear()
    return running_smtp_sink


def _accepted(path: Path) -> AcceptedMail:
    envelope = json.loads(path.read_text())
    return AcceptedMail(
        sender=envelope["sender"],
        recipients=tuple(envelope["recipients"]),
        user=envelope["user"],
        options=tuple(envelope["options"]),
        raw=path.with_suffix(".eml").read_bytes(),
    )


# Seconds before the answer to a whole mail.
_PAUSES = {"late": 0.3, "slow": 1.0, "hang": 3600.0}


class _Refusals:
    """aiosmtpd's handler: what is answered to each command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.met: set[str] = set()

    def first_time(self, address: str) -> bool:
        """Whether this was not asked about this address before."""
        first = address not in self.met
        self.met.add(address)
        return first

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address.startswith("stranger@"):
            return f"550 5.7.60 Client does not have permissions to send as {address}"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender ok"

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        answer = {
            "defer": "451 4.7.1 Try again later",
            "refuse": "550 5.1.1 No such user here",
            "norelay": "554 5.7.1 Relay access denied",
        }.get(behaviour(address))
        if behaviour(address) == "defer-once" and self.first_time(address):
            answer = "451 4.7.1 Greylisted"
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        wanted = behaviour(envelope.rcpt_tos[0])
        if wanted == "toolarge":
            return "552 5.3.4 Message size exceeds fixed limit"
        if wanted == "refuse-content":
            return "554 5.7.1 Message content rejected"
        self.keep(session, envelope)
        if wanted in _PAUSES:
            await asyncio.sleep(_PAUSES[wanted])
        if wanted == "cut-after-dot" or (wanted == "cut-once-after-dot" and self.first_time(envelope.rcpt_tos[0])):
            server.transport.abort()
        return "250 2.0.0 Taken"

    def keep(self, session: Session, envelope: Envelope) -> None:
        self.count += 1
        path = self.folder / f"{self.count:06}"
        path.with_suffix(".eml").write_bytes(envelope.original_content)
        data = {
            "sender": envelope.mail_from.removeprefix("<>"),
            "recipients": envelope.rcpt_tos,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "options": envelope.mail_options,
        }
        path.with_suffix(".part").write_text(json.dumps(data))
        path.with_suffix(".part").rename(path.with_suffix(".json"))


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope.rcpt_tos and self._cuts_before_dot(self.envelope.rcpt_tos[0]):
            connection = self.transport.get_extra_info("socket")
            if hasattr(socket, "TCP_CORK"):  # answer and end in one packet: no mail is short enough to slip between
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            self.transport.write_eof()
            self.transport.close()
        else:
            await super().smtp_DATA(arg)

    def _cuts_before_dot(self, address: str) -> bool:
        wanted = behaviour(address)
        return wanted == "cut-before-dot" or (
            wanted == "cut-once-before-dot" and self.event_handler.first_time(address)
        )


def behaviour(address: str) -> str:
    return address.rpartition("@")[0].partition("+")[0]


def _authenticate(_: SMTP, __: Session, ___: Envelope, ____: str, credentials: object) -> AuthResult:
    right = (
        isinstance(credentials, LoginPassword)
        and credentials.login == USER.encode()
        and credentials.password == PASSWORD.encode()
    )
    return AuthResult(success=right, handled=False, auth_data=credentials)


async def _serve(folder: Path, certificate: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    handler = _Refusals(folder)
    log_in = {"authenticator": _authenticate, "auth_required": True}
    kinds = {
        "none": ({"auth_require_tls": False}, None),
        "tls": ({**log_in, "auth_require_tls": False}, tls),
        "starttls": ({**log_in, "require_starttls": True, "tls_context": tls}, None),
    }
    loop = asyncio.get_running_loop()
    ports = {}
    for security, (options, context) in kinds.items():
        server = await loop.create_server(
            lambda options=options: _Server(handler, enable_SMTPUTF8=True, hostname="sink.example", **options),
            "127.0.0.1",
            0,
            ssl=context,
        )
        ports[security] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # ends with the tests, even when they are killed
        await asyncio.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("certificate", type=Path)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.folder, arguments.certificate))
