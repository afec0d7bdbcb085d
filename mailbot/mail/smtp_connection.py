"""One SMTP connection that knows, whatever happens, whether the server can have taken a mail over."""

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import aiosmtplib
from aiosmtplib.email import parse_address
from aiosmtplib.protocol import SMTPProtocol

from mailbot.core.errors import MailbotError
from mailbot.core.server import Server
from mailbot.faults import Point, here
from mailbot.mail.delivery import Delivery, Envelope, Outcome, Stage, judge_answer
from mailbot.mail.network import explain

_GOOD_BYE_SECONDS = 2.0
_SLOWEST = 20_000  # bytes a second; a slower line counts as broken
_CHUNK = 1 << 16
# RFC 5321 section 4.3.2: the second is for a mail that the server will pass on.
_RECIPIENT_TAKEN = frozenset({aiosmtplib.SMTPStatus.completed, aiosmtplib.SMTPStatus.will_forward})
# Nothing in it ends the address or begins another command; others are looked at more closely, which takes longer.
_PLAIN = re.compile(r"[\w.+=-]+@[a-z\d-]+(\.[a-z\d-]+)+", re.ASCII | re.IGNORECASE)
_OUR_NAME = "[127.0.0.1]"  # a client without a public name gives an address (RFC 5321 section 4.1.4)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for an answer: to a command, and to a whole mail."""

    command: float
    final: float


class SmtpConnection:
    """A logged-in connection. `max_size` is the largest mail in bytes that the server takes, None if it did not say."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, timeouts: Timeouts) -> None:
        self._server = server
        self._timeouts = timeouts
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=context,
            timeout=timeouts.command,
            local_hostname=_OUR_NAME,
        )
        self.max_size: int | None = None

    async def open(self, token: Callable[[], str] | None) -> None:
        """Connect, begin TLS and log in; raises what `why_not_open` explains."""
        await self._client.connect()
        try:
            await self._client.ehlo()
            await self._log_in(token)
        except BaseException:
            self._hang_up()
            raise
        size = self._client.esmtp_extensions.get("size", "")
        self.max_size = int(size) or None if size.isdecimal() else None  # 0: no limit (RFC 1870)

    @property
    def usable(self) -> bool:
        """Whether another mail can be sent."""
        return self._client.is_connected

    async def noop(self) -> None:
        """Ask for nothing; raises when the line is dead."""
        await self._client.noop()

    async def close(self) -> None:
        """Say good-bye if the server still listens; never raises."""
        transport = self._client.transport
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.quit(timeout=_GOOD_BYE_SECONDS)
        _abort(transport)  # TLS would wait for the server's own good-bye

    async def transfer(self, mail: Envelope) -> Delivery | None:
        """Send one mail; None when the line turned out to be dead before anything of it was said."""
        if self.max_size is not None and len(mail.raw) > self.max_size:
            text = f"the mail has {len(mail.raw)} bytes, the server takes {self.max_size} at most"
            return Delivery(outcome=Outcome.REFUSED, text=text, too_large=True)
        stage = Stage.SENDER
        try:
            sender, recipient = _path(mail.sender), _path(mail.recipient)
            options = self._options(mail, ascii_only=sender.isascii() and recipient.isascii())
            answer = await self._client.execute_command(b"MAIL", b"FROM:" + sender, *options)
            if answer.code == aiosmtplib.SMTPStatus.completed:
                stage = Stage.RECIPIENT
                answer = await self._client.execute_command(b"RCPT", b"TO:" + recipient)
            if stage is Stage.SENDER or answer.code not in _RECIPIENT_TAKEN:
                delivery = self._judge(stage, answer.code, answer.message)
            elif mail.may_leave is None or await asyncio.to_thread(mail.may_leave):
                delivery = await self._send_content(mail.raw)
            else:
                text = "it may be another daemon's to send by now"
                delivery = Delivery(outcome=Outcome.LATER, text=text, kept_back=True)
        except aiosmtplib.SMTPResponseException as garbled:
            delivery = self._judge(stage, garbled.code, garbled.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._hang_up()
            if stage is Stage.SENDER and isinstance(error, ConnectionError):
                return None
            return Delivery(outcome=Outcome.LATER, text=explain(error, self._server), ours=True)
        except ValueError as error:  # an address that cannot be written on the line
            delivery = Delivery(outcome=Outcome.REFUSED, text=str(error))
        await self._be_ready_again(delivery)
        return delivery

    async def _log_in(self, token: Callable[[], str] | None) -> None:
        if token is not None:
            access = await asyncio.to_thread(token)
            await self._client.auth_xoauth2(self._server.username, access)
        elif self._server.password is not None:
            await self._client.login(self._server.username, self._server.password.reveal())

    def _options(self, mail: Envelope, *, ascii_only: bool) -> list[bytes]:
        """The parameters of MAIL (RFC 1870, 6152, 6531)."""
        options = [b"SIZE=%d" % len(mail.raw)] if self._client.supports_extension("size") else []
        if not mail.raw.isascii() and self._client.supports_extension("8bitmime"):
            options.append(b"BODY=8BITMIME")
        if ascii_only:
            return options
        if not self._client.supports_extension("smtputf8"):
            raise ValueError(f"the server cannot send to addresses such as {mail.recipient!r} (no SMTPUTF8)")
        return [*options, b"SMTPUTF8"]

    async def _send_content(self, raw: bytes) -> Delivery:
        """DATA in two steps, since what matters is whether the line broke before or after the final dot."""
        here(Point.SMTP_BEFORE_DATA)
        answer = await self._client.execute_command(b"DATA")
        protocol = self._client.protocol
        if answer.code != aiosmtplib.SMTPStatus.start_input or protocol is None:
            return self._judge(Stage.RECIPIENT, answer.code, answer.message)
        async with asyncio.timeout(self._timeouts.command + len(raw) / _SLOWEST):
            await _write(protocol, _on_the_line(raw))
        if not raw.endswith((b"\r", b"\n")):
            protocol.write(b"\r\n")
        here(Point.SMTP_BEFORE_DOT)
        protocol.write(b".\r\n")
        here(Point.SMTP_AFTER_DOT)
        try:
            answer = await protocol.read_response(timeout=self._timeouts.final)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._hang_up()
            text = f"no answer after the whole mail was sent: {explain(error, self._server)}"
            return Delivery(outcome=Outcome.UNCERTAIN, text=text)
        here(Point.SMTP_ANSWERED)
        return self._judge(Stage.CONTENT, answer.code, answer.message)

    def _judge(self, stage: Stage, code: int, text: str) -> Delivery:
        if 400 <= code < 600:
            return judge_answer(stage, code, text)
        if stage is Stage.CONTENT and 200 <= code < 300:
            return Delivery(outcome=Outcome.SENT, code=code, text=text)
        self._hang_up()
        outcome = Outcome.UNCERTAIN if stage is Stage.CONTENT else Outcome.LATER
        return Delivery(outcome=outcome, code=code, text=f"an answer that is not SMTP: {text}", ours=True)

    async def _be_ready_again(self, delivery: Delivery) -> None:
        """After a refusal MAIL is still in force; a server that cannot even reset is left."""
        if delivery.outcome is not Outcome.SENT and self._client.is_connected:
            try:
                await self._client.rset()
            except (aiosmtplib.SMTPException, OSError):
                self._hang_up()

    def _hang_up(self) -> None:
        """Leave at once: what is still to be written must not reach the server any more."""
        transport = self._client.transport
        self._client.close()
        _abort(transport)


def why_not_open(error: Exception, server: Server) -> Delivery:
    """What an error of `SmtpConnection.open` means for the mails that were to be sent: nothing, they can wait."""
    where = f"{server.host}:{server.port}"
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            text = f"{where}: logging in was refused: {error.message}; check `username` and `password`"
        case aiosmtplib.SMTPResponseException():
            text = f"{where}: the server takes no mail from us now: {error.message}"
        case MailbotError():
            text = str(error)
        case _:
            text = explain(error, server)
    return Delivery(outcome=Outcome.LATER, code=code, text=text, ours=True)


def needs_a_person(error: Exception) -> bool:
    """Whether opening the connection will fail again until somebody changes the configuration."""
    return isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


async def _write(protocol: SMTPProtocol, content: bytes) -> None:
    """Hand `content` to the network; raises when the peer is gone before all of it has left this process."""
    for start in range(0, len(content), _CHUNK):
        protocol.write(content[start : start + _CHUNK])
        await asyncio.sleep(0)  # lets the loop notice that the peer has hung up
        while isinstance(protocol.transport, asyncio.WriteTransport) and protocol.transport.get_write_buffer_size():
            await asyncio.sleep(0.01)


def _on_the_line(raw: bytes) -> bytes:
    """`raw` with every line ended by CRLF, and a second dot before a leading one (RFC 5321 sections 2.3.8, 4.5.2)."""
    ends = raw.count(b"\r\n")
    if raw.count(b"\r") != ends or raw.count(b"\n") != ends:  # else it need not be copied, which may be large
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    lines = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + lines if lines.startswith(b".") else lines


@lru_cache(maxsize=1_000)
def _path(address: str) -> bytes:
    """The address for the line, which it cannot break out of. A domain that alone is not ASCII has a form that is."""
    if not _PLAIN.fullmatch(address) and parse_address(address) != address:
        raise ValueError(f"{address!r} is not an address that mail can be sent to")
    local, _, domain = address.rpartition("@")
    if local.isascii() and not domain.isascii():
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    return b"<%b>" % address.encode()
