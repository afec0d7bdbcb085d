"""A mailbox on its server: look, fetch, move, file a copy, wait for more. Synchronous, one connection, one thread."""

import re
import selectors
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any, Self

from imapclient import DELETED, SEEN, IMAPClient

from mailbot.core.errors import MailbotError, PermanentError, TemporaryError
from mailbot.core.server import Server
from mailbot.faults import Point, here
from mailbot.mail.imap_answers import (
    Fetched,
    IdleResult,
    MoveResult,
    Refused,
    Selected,
    UnreadableMailError,
    batches,
)
from mailbot.mail.imap_connection import ImapConnection
from mailbot.mail.network import explain, is_certificate_error

__all__ = ["Fetched", "IdleResult", "ImapSession", "MoveResult", "Refused", "Selected", "UnreadableMailError"]

_SIZES_AT_ONCE = 500
_SLOWEST = 20_000  # bytes a second; a slower line counts as broken
_LONGEST_IDLE = 29 * 60.0  # servers may log a silent client out after 30 minutes (RFC 2177)
_TRY_LOGIN_LATER = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})  # RFC 5530


class _Client(IMAPClient):  # type: ignore[misc, unused-ignore]
    """`imapclient` on a connection of ours."""

    def __init__(self, connection: ImapConnection) -> None:
        self._connection = connection
        super().__init__(connection.host, connection.port, ssl=False)
        self.normalise_times = False
        connection.debug = 0  # imapclient sets 5, which formats every line for a log that nobody reads

    def _create_IMAP4(self) -> ImapConnection:
        return self._connection


class ImapSession:
    """A logged-in connection. Folder names are those of the configuration, with "/" between levels.

    Every method may raise TemporaryError (the line, the server; after it the session is of no more use, except
    after Refused) or PermanentError (a person has to change something); no method blocks beyond its time-out.
    """

    def __init__(self, connection: ImapConnection, server: Server) -> None:
        self._connection = connection
        self._server = server
        self._client = _Client(connection)
        self._selected: tuple[str, Selected] | None = None
        self._prefix, self._delimiter = "", "/"
        self._broken = False
        self.idle_supported = self.move_supported = self.uidplus = False

    @classmethod
    def connect(cls, server: Server, *, timeout: float = 30.0, token: Callable[[], str] | None = None) -> Self:
        """Log in, with an OAuth2 access token where `token` gives one; `timeout` (seconds) holds for each command."""
        session = cls(_connect(server, timeout), server)
        try:
            session._log_in(token)
            session._learn()
        except BaseException:
            session._connection.shutdown()
            raise
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.logout()

    def select(self, folder: str) -> Selected:
        """Open a folder for the commands that follow."""
        self._selected = None
        name = self._server_name(folder)
        with self._command(f'opening the folder "{folder}"'):
            answer = self._client.select_folder(name)
        if b"UIDVALIDITY" not in answer:
            raise PermanentError(f"{self._server.host}: the folder {folder!r} has no lasting UIDs; mailbot needs them")
        selected = Selected(answer[b"UIDVALIDITY"], answer[b"EXISTS"], answer.get(b"UIDNEXT"))
        self._selected = (folder, selected)
        return selected

    def ensure_folders(self, folders: Iterable[str]) -> None:
        """Create and subscribe those that do not exist."""
        for folder in folders:
            name = self._server_name(folder)
            with self._command(f'looking for the folder "{folder}"'):
                found = self._client.list_folders(pattern=name)
            if not any({b"\\noselect", b"\\nonexistent"}.isdisjoint(map(bytes.lower, flags)) for flags, _, _ in found):
                self._create(folder)

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, ascending. (The range `n:*` always holds the last mail, even one below n.)"""
        self._connection.forget_announcements()
        with self._command("looking for new mail"):
            found = self._client.search(["UID", f"{uid + 1}:*"])
        return sorted(each for each in found if each > uid)

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of what came on that day or later, by the server's clock and zone, ascending."""
        with self._command("looking for mail by its date"):
            return sorted(self._client.search(["SINCE", day]))

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails, unseen as they were, in bounded batches; a mail that is gone by now is not among them.

        Raises UnreadableMailError, after all others, for mails that the server will not hand out.
        """
        unreadable: list[int] = []
        for start in range(0, len(uids), _SIZES_AT_ONCE):
            for batch in batches(self._sizes(uids[start : start + _SIZES_AT_ONCE])):
                yield from self._fetch_batch(batch, unreadable)
        if unreadable:
            raise UnreadableMailError(unreadable)

    def move(self, uids: Sequence[int], folder: str) -> MoveResult:
        """Move mails out of the selected folder. Never EXPUNGE without UIDs: others' deleted mail is theirs."""
        if not self.move_supported and not self.uidplus:
            return MoveResult.LEFT
        if uids:
            self._creating(folder, lambda name: self._move(uids, name, folder))
        return MoveResult.MOVED if self.move_supported else MoveResult.COPIED

    def delete(self, uids: Sequence[int]) -> bool:
        """Remove mails from the selected folder for good; False where only a plain EXPUNGE, which takes more, could."""
        if not self.uidplus:
            return False
        if uids:
            with self._command("deleting mail"):
                self._client.add_flags(uids, [DELETED], silent=True)
                self._client.uid_expunge(uids)
        return True

    def append(self, folder: str, raw: bytes, *, seen: bool) -> None:
        """File a mail in a folder, which is created if it is missing."""

        def file_it(name: str) -> None:
            with self._command(f'filing a mail in "{folder}"', transfer=len(raw)):
                self._client.append(name, raw, flags=(SEEN,) if seen else ())

        self._creating(folder, file_it)

    def has_message_id(self, folder: str, message_id: str) -> bool:
        """Whether a mail with this msg-id (without <>) is in the folder; the selected folder stays selected."""
        before, self._selected = self._selected, None
        try:
            with self._command(f'looking into "{folder}"'):
                self._client.select_folder(self._server_name(folder), readonly=True)
                return bool(self._client.search(["HEADER", "Message-ID", f"<{message_id}>"]))
        except Refused:
            if self.exists(folder):
                raise
            return False
        finally:
            self._return_to(before)

    def uids_with_header(self, name: str, value: str) -> list[int]:
        """The mails of the selected folder in which this header holds this text."""
        with self._command(f'looking for mail by "{name}"'):
            return sorted(self._client.search(["HEADER", name, value]))

    def idle(self, timeout: float, wake: socket.socket) -> IdleResult:
        """Wait up to `timeout` seconds for mail, or until `wake` can be read (which is the caller's to do).

        A server without IDLE is not asked: then only `wake` ends the wait early.
        """
        if self._connection.announced:
            return IdleResult.CHANGED
        if not self.idle_supported:
            return IdleResult.WOKEN if _readable(wake, timeout) else IdleResult.TIMEOUT
        with self._command("waiting for mail"):
            woken = self._connection.idle_until_announced(min(timeout, _LONGEST_IDLE), wake)
        if self._connection.announced:
            return IdleResult.CHANGED
        return IdleResult.WOKEN if woken else IdleResult.TIMEOUT

    def noop(self) -> None:
        """Ask for nothing: the connection lives, or this raises."""
        with self._command("a sign of life"):
            self._client.noop()

    def logout(self) -> None:
        """Say good-bye, unless the line is broken, and close; never raises."""
        with suppress(MailbotError), self._command("logging out"):
            self._client.logout()
        self._connection.shutdown()

    def _log_in(self, token: Callable[[], str] | None) -> None:
        user, secret = self._server.username, self._server.password
        access = token() if token is not None else None
        try:
            with self._command("logging in"):
                if access is not None:
                    self._client.oauth2_login(user, access)
                elif (password := secret.reveal() if secret else "").isascii() and user.isascii():
                    self._client.login(user, password)
                else:
                    self._client.plain_login(user, password)  # LOGIN has no character set (RFC 9051 section 6.2.3)
        except Refused as refused:
            if refused.code in _TRY_LOGIN_LATER:
                raise
            what = "the access token" if access is not None else "`username` and `password`"
            raise PermanentError(f"{refused}; check {what}, and whether the account allows IMAP") from refused

    def _learn(self) -> None:
        with self._command("asking what the server can do"):
            self.idle_supported = self._client.has_capability("IDLE")
            self.move_supported = self._client.has_capability("MOVE")
            self.uidplus = self._client.has_capability("UIDPLUS")
            if self._client.has_capability("NAMESPACE") and (personal := self._client.namespace().personal):
                self._prefix, self._delimiter = personal[0]
            elif root := self._client.list_folders("", ""):
                self._delimiter = root[0][1].decode()

    def _server_name(self, folder: str) -> str:
        """The server's own name of a folder (RFC 2342): its delimiter, and below its prefix."""
        if folder.upper() == "INBOX":
            return "INBOX"
        name = folder.replace("/", self._delimiter) if self._delimiter else folder
        return name if name.startswith(self._prefix) else self._prefix + name

    def exists(self, folder: str) -> bool:
        """Whether there is such a folder."""
        with self._command(f'looking for the folder "{folder}"'):
            return bool(self._client.folder_exists(self._server_name(folder)))

    def _create(self, folder: str) -> None:
        name = self._server_name(folder)
        try:
            with self._command(f'creating the folder "{folder}"'):
                self._client.create_folder(name)
        except Refused as refused:
            if refused.code != "ALREADYEXISTS":  # somebody else was faster
                raise
        with suppress(Refused), self._command(f'subscribing the folder "{folder}"'):
            self._client.subscribe_folder(name)

    def _creating(self, folder: str, action: Callable[[str], None]) -> None:
        """Do `action` with the server's name of `folder`; create the folder when that is what is missing."""
        name = self._server_name(folder)
        try:
            action(name)
        except Refused as refused:
            if refused.code != "TRYCREATE" and self.exists(folder):
                raise
            self._create(folder)
            action(name)

    def _move(self, uids: Sequence[int], name: str, folder: str) -> None:
        with self._command(f'moving mail to "{folder}"'):
            if self.move_supported:
                self._client.move(uids, name)
            else:
                self._client.copy(uids, name)
                here(Point.SHELVE_COPIED)
                self._client.add_flags(uids, [DELETED], silent=True)
                here(Point.SHELVE_FLAGGED)
                self._client.uid_expunge(uids)

    def _return_to(self, before: tuple[str, Selected] | None) -> None:
        if before is not None and self.select(before[0]).uid_validity != before[1].uid_validity:
            raise TemporaryError(f"{self._server.host}: the folder {before[0]!r} was renumbered meanwhile")

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        with self._command("asking for sizes"):
            answer = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: item.get(b"RFC822.SIZE", 0) for uid, item in answer.items()}

    def _fetch_batch(self, sizes: Mapping[int, int], unreadable: list[int]) -> Iterator[Fetched]:
        """One refused mail spoils the answer for its whole batch, so then each is asked for alone."""
        try:
            with self._command("fetching mail", transfer=sum(sizes.values())):
                answer = self._client.fetch(list(sizes), ["BODY.PEEK[]", "INTERNALDATE", "RFC822.SIZE", "FLAGS"])
        except Refused:
            if len(sizes) > 1:
                for uid, size in sizes.items():
                    yield from self._fetch_batch({uid: size}, unreadable)
            elif self._is_there(*sizes):
                unreadable.extend(sizes)
            return
        for uid in [*answer]:  # whoever gets a mail holds it, and nobody here: it may be large
            if (item := answer.pop(uid)).get(b"BODY[]") is not None:
                yield _fetched(uid, item)
            elif self._is_there(uid):
                unreadable.append(uid)

    def _is_there(self, uid: int) -> bool:
        with self._command("looking for a mail"):
            self._client.noop()
            return bool(self._client.search(["UID", str(uid)]))

    @contextmanager
    def _command(self, doing: str, transfer: int = 0) -> Iterator[None]:
        """The time-out for what is done inside (longer with `transfer` bytes to move), and our kinds of error."""
        where = self._server.host
        if self._broken:
            raise TemporaryError(f"{where}: the connection broke before {doing}")
        self._broken = True  # until the server has answered
        try:
            with self._connection.deadline(transfer / _SLOWEST):
                yield
            self._broken = False
        except OSError as error:
            raise TemporaryError(f"{explain(error, self._server)} (while {doing})") from error
        except IMAPClient.AbortError as error:
            raise TemporaryError(f"{where}: the connection broke while {doing}: {error}") from error
        except IMAPClient.Error as error:
            self._broken = False
            raise Refused(f"{where}: {doing} was refused: {_words(error)}") from error
        except ValueError as error:
            raise TemporaryError(f"{where}: an answer that cannot be read, while {doing}: {error}") from error


def _connect(server: Server, timeout: float) -> ImapConnection:
    try:
        return ImapConnection(server, timeout)
    except OSError as error:
        kind = PermanentError if is_certificate_error(error) else TemporaryError
        raise kind(explain(error, server)) from error
    except IMAPClient.Error as error:
        raise TemporaryError(f"{server.host}:{server.port}: no IMAP connection: {_words(error)}") from error


def _words(error: Exception) -> str:
    """What the server said, without the marks of Python's bytes that the libraries leave around it."""
    return re.sub(r"""\bb(["'])(.*)\1""", r"\2", str(error))


def _fetched(uid: int, item: dict[bytes, Any]) -> Fetched:
    raw = item.pop(b"BODY[]")
    arrived = item.get(b"INTERNALDATE") or datetime.fromtimestamp(0, UTC)  # unreadable: as old as can be
    flags = frozenset(flag.decode("latin-1") for flag in item.get(b"FLAGS", ()))
    size = item.get(b"RFC822.SIZE", len(raw))
    return Fetched(uid=uid, raw=raw, internal_date=arrived.astimezone(UTC), size=size, flags=flags)


def _readable(wake: socket.socket, timeout: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(wake, selectors.EVENT_READ)
        return bool(selector.select(timeout))
