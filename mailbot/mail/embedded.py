"""A complete mail server in memory, for the demo: IMAP with IDLE, and SMTP that delivers into its mailboxes.

Needs the extra `demo` (pymap, aiosmtpd); import this module only where it is used.
"""

import asyncio
import logging
import re
import threading
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import Cleartext

AUTHSERV_ID = "mx.embedded.example"
_LARGEST = 50_000_000
# aiosmtpd warns at every log-in of an attribute that it sets itself.
logging.getLogger("mail.log").setLevel(logging.ERROR)
_HEADER_END = re.compile(rb"\n(?=\r?\n)")
_FIELD = re.compile(rb".*(?:\n|$)(?:[ \t].*(?:\n|$))*")
_OWN_RESULTS = re.compile(rb"authentication-results\s*:\s*" + re.escape(AUTHSERV_ID.encode()), re.IGNORECASE)


class EmbeddedServer:
    """Mailboxes for `users` (address → password) on one host, from `start` to `stop`; port 0 means any free one.

    Mail to a user, with or without a subaddress, is delivered; every other recipient is refused. `folders` exist
    beside the inbox from the beginning. `clock` says when a mail arrives.
    """

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        imap_port: int = 0,
        smtp_port: int = 0,
        folders: Sequence[str] = ("Sent", "Drafts", "Trash", "Junk"),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.host, self.imap_port, self.smtp_port = host, imap_port, smtp_port
        self._users = {address.casefold(): password for address, password in users.items()}
        self._folders = folders
        self.clock = clock
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mail server", daemon=True)

    def start(self) -> None:
        """Return when both ports accept connections; raises OSError when one is taken."""
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own past at every log-in
        self._thread.start()
        self._ready.result()

    def stop(self) -> None:
        """Hang up on everybody and forget all mail."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def user_of(self, address: str) -> str | None:
        """The user whose mailbox an address belongs to, whatever stands after a "+"."""
        local, _, domain = address.casefold().rpartition("@")
        user = f"{local.partition('+')[0]}@{domain}"
        return user if user in self._users else None

    def authenticate(self, user: str, password: str) -> bool:
        """Whether this user may log in with this password."""
        return self._users.get(user.casefold()) == password

    async def deliver(self, user: str, raw: bytes) -> None:
        """Put a mail into a user's inbox; whoever waits there in IDLE is told."""
        mailboxes, _ = self._config.set_cache[user]
        inbox = await mailboxes.get_mailbox("INBOX")
        await inbox.append(AppendMessage(raw, self.clock(), frozenset()), recent=True)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            servers = [await self._serve_imap(), await self._serve_smtp()]
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self.imap_port, self.smtp_port = (server.sockets[0].getsockname()[1] for server in servers)
        self._ready.set_result(None)
        await self._stopping.wait()
        for server in servers:
            server.close()

    async def _serve_imap(self) -> asyncio.Server:
        self._config = _configuration(self.host, self.imap_port)
        self._config.apply_context()
        login = Login(self._config)
        for user, password in self._users.items():
            hashed = await Passwords(self._config).hash_password(password)
            login.users_dict[user] = UserMetadata(self._config, user, password=hashed)
            self._config.set_cache[user] = (await _mailboxes(self._folders), FilterSet())
        imap = IMAPServer(login, self._config)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await imap(reader, writer, SocketInfo.get(writer, None))

        return await asyncio.start_server(talk, self.host, self.imap_port)

    async def _serve_smtp(self) -> asyncio.Server:
        connection = partial(
            SMTP,
            _Postman(self),
            hostname=AUTHSERV_ID,
            enable_SMTPUTF8=True,
            data_size_limit=_LARGEST,
            auth_require_tls=False,
            authenticator=self._smtp_authenticator,
        )
        return await asyncio.get_running_loop().create_server(connection, self.host, self.smtp_port)

    def _smtp_authenticator(self, _: SMTP, __: Session, ___: Envelope, ____: str, credentials: object) -> AuthResult:
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = credentials.login.decode(errors="replace")
        right = self.authenticate(user, credentials.password.decode(errors="replace"))
        return AuthResult(success=right, handled=False, auth_data=user.casefold() if right else None)


class _Postman:
    """What aiosmtpd asks: may this recipient have mail, and here is one."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if self._server.user_of(address) is None:
            return f"550 5.1.1 {address}: no such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        now = self._server.clock()
        for recipient in envelope.rcpt_tos:
            user = self._server.user_of(recipient)
            if user is not None:
                trace = trace_fields(envelope.mail_from, recipient, session.auth_data, content, now)
                await self._server.deliver(user, trace + without_forged_results(content))
        return "250 2.0.0 Delivered"


def trace_fields(sender: str | None, recipient: str, user: str | None, content: bytes, now: datetime) -> bytes:
    """What the server of the recipient adds (RFC 5321 section 4.4, RFC 8601); `user` is who logged in to send.

    In this small world a domain's owner is the server itself: a mail passes DMARC when its author logged in.
    """
    reverse_path = "" if sender in {None, "<>"} else sender
    author = _author(content)
    own = user is not None and re.sub(r"\+[^@]*@", "@", author.casefold()) == user
    results = f"auth=pass smtp.auth={user}; " if user else ""
    domain = author.rpartition("@")[2] or "unknown"
    lines = [
        f"Return-Path: <{reverse_path}>",
        f"Delivered-To: {recipient}",
        f"Received: by {AUTHSERV_ID} with ESMTP{'A' if user else ''} for <{recipient}>; {format_datetime(now)}",
        f"Authentication-Results: {AUTHSERV_ID}; {results}dmarc={'pass' if own else 'fail'} header.from={domain}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def without_forged_results(content: bytes) -> bytes:
    """The mail without Authentication-Results in this server's name, which only it may add (RFC 8601 section 5)."""
    end = _HEADER_END.search(content)
    header, body = (content[: end.end()], content[end.end() :]) if end else (content, b"")
    return b"".join(field for field in _FIELD.findall(header) if not _OWN_RESULTS.search(field)) + body


def _author(content: bytes) -> str:
    """The address in From; empty when there is not exactly one such header."""
    found = BytesHeaderParser().parsebytes(content).get_all("from", [])
    return parseaddr(str(found[0]))[1] if len(found) == 1 else ""


def _configuration(host: str, port: int) -> Any:
    """pymap without its command line; passwords stay as they are, since all of it lives in this process alone."""
    nothing = Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None)
    return Config(
        nothing,
        host=host,
        port=port,
        tls_enabled=False,
        secure_auth=False,
        reject_dnsbl=False,
        max_append_len=_LARGEST,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
        demo_data=False,
        demo_user="",
        demo_password="",
    )


class _Inbox(MailboxData):  # type: ignore[misc, unused-ignore]
    """pymap's, except that IDLE also reports at once what came between the last command and itself (RFC 2177)."""

    async def update_selected(self, selected: Any, *, wait_on: Any = None) -> Any:
        behind = selected.mod_sequence is not None and selected.mod_sequence < self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=None if behind else wait_on)


class _Mailboxes(MailboxSet):  # type: ignore[misc, unused-ignore]
    """pymap's folders of one user, with that inbox."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = _Inbox(self._content_cache, self._thread_cache)


async def _mailboxes(folders: Sequence[str]) -> Any:
    mailboxes = _Mailboxes()
    for folder in folders:
        await mailboxes.add_mailbox(folder)
        await mailboxes.set_subscribed(folder, True)
    return mailboxes
