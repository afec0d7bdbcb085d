"""One IMAP connection below the commands: its socket, its deadlines, and IDLE without a blind spot.

The standard library hides what it has read ahead in a buffer that no `select` sees, and its time-outs count from
the last byte, so that a server that trickles holds a thread for ever. Both are settled here, by reading the socket
ourselves.
"""

import imaplib
import selectors
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

from mailbot.core.server import Server
from mailbot.mail.network import tls_context

_CHUNK = 1 << 16
_RECORD = 1 << 14  # the most that TLS sends in one piece (RFC 8446 section 5.1)
_LONGEST_LINE = 1 << 26  # the answer to SEARCH in a folder of a million mails is one line

imaplib.Commands.setdefault("IDLE", ("SELECTED",))


class ImapConnection(imaplib.IMAP4):
    """`imaplib`'s connection with deadlines for whole commands, and a buffer that can be asked whether it is empty."""

    def __init__(self, server: Server, timeout: float) -> None:
        self._server = server
        self._timeout = timeout
        self._buffer = bytearray()
        with self.deadline():
            super().__init__(server.host, server.port)
            if server.security == "starttls":
                try:
                    self._begin_tls()
                except BaseException:
                    self.shutdown()
                    raise

    @contextmanager
    def deadline(self, extra: float = 0.0) -> Iterator[None]:
        """All that is sent and read inside must be done within `timeout` + `extra` seconds, else TimeoutError."""
        self._ends = time.monotonic() + self._timeout + extra
        yield

    @property
    def announced(self) -> bool:
        """Whether the server has spoken of mail in the folder (EXISTS) since `forget_announcements`."""
        return "EXISTS" in self.untagged_responses

    def forget_announcements(self) -> None:
        """Call just before SEARCH: its answer covers everything that was announced until now."""
        self.untagged_responses.pop("EXISTS", None)

    def idle_until_announced(self, timeout: float, wake: socket.socket) -> bool:
        """IDLE (RFC 2177) until mail is announced, `timeout` seconds passed, or `wake` is readable: True for `wake`."""
        with self.deadline():
            tag = self._command("IDLE")
            while self._get_response() is not None:  # None is the "+"; other lines may come before it
                if self.tagged_commands[tag]:
                    raise self.error(f"IDLE: {self.tagged_commands.pop(tag)}")
        woken = self._watch(time.monotonic() + timeout, wake)
        with self.deadline():
            self.send(b"DONE\r\n")
            while not self.tagged_commands[tag]:
                self._get_response()
        del self.tagged_commands[tag]
        return woken

    def _begin_tls(self) -> None:
        """STARTTLS (RFC 9051 section 6.2.1); what came before TLS is never taken for the server's words inside it."""
        if "STARTTLS" not in self.capabilities:
            raise self.error("the server does not offer STARTTLS")
        kind, _ = self._simple_command("STARTTLS")
        if kind != "OK" or self._buffer:
            raise self.error("the server did not begin TLS after STARTTLS")
        self.sock = tls_context(self._server).wrap_socket(self.sock, server_hostname=self.host)
        self._get_capabilities()

    def _watch(self, until: float, wake: socket.socket) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while not self.announced:
                if not self._has_unread():
                    ready = {key.fileobj for key, _ in selector.select(max(0.0, until - time.monotonic()))}
                    if wake in ready or not ready:
                        return wake in ready
                with self.deadline():
                    self._get_response()
        return False

    def _has_unread(self) -> bool:
        """Whether bytes are here that no selector can see: read ahead by us, or decrypted ahead by TLS."""
        return bool(self._buffer) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    # The five methods that imaplib documents as replaceable.

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, by TLS at once if so configured; the deadline in force is the time-out."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), self._remaining())
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # imaplib sends a mail in three small writes
        if self._server.security == "tls":
            self.sock = tls_context(self._server).wrap_socket(self.sock, server_hostname=host)

    def readline(self) -> bytes:
        """One line with its end; a part of it if the peer is gone."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _LONGEST_LINE:
                raise self.abort(f"a line of more than {_LONGEST_LINE} bytes")
            if not self._receive():
                return self._take(searched)
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """`size` bytes; fewer if the peer is gone. A large mail is in memory once, and nowhere beside it."""
        whole = BytesIO()
        whole.write(self._take(size))
        while whole.tell() < size and self._receive():
            whole.write(self._take(size - whole.tell()))
        return whole.getvalue()

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Write all of `data`. Under TLS a time-out holds for each record, so each is given what is left."""
        for start in range(0, len(data), _RECORD):
            self.sock.settimeout(self._remaining())
            self.sock.sendall(data[start : start + _RECORD])

    def shutdown(self) -> None:
        """Close the socket, whatever state it is in."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def _receive(self) -> bool:
        self.sock.settimeout(self._remaining())
        chunk = self.sock.recv(_CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as whole:
            taken = bytes(whole[:size])
        del self._buffer[:size]
        return taken

    def _remaining(self) -> float:
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining
