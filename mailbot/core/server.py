"""A mail server as the configuration describes it, and the folders of a mailbox on it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or the like: it shows in no log and no traceback, only where it is asked for by name."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself."""
        return self._value


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2:
    """Log-in by token instead of by password (RFC 6749). `tenant` is Microsoft's directory of the organisation."""

    provider: Literal["microsoft", "google"]
    client_id: str
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    tenant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How to reach one IMAP or SMTP server and who logs in; without `password` and `oauth2` nobody does.

    A secret that was not to be resolved, or is not set, is None too. `ca_file` adds a private authority. Mail is sent
    over at most so many `connections` at once.
    """

    host: str
    port: int
    security: Security
    username: str = ""
    password: Secret | None = None
    oauth2: OAuth2 | None = None
    ca_file: Path | None = None
    connections: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Folders of one mailbox, with `/` between levels whatever the server uses. `junk: null` leaves it unwatched."""

    inbox: str = "INBOX"
    processed: str = "mailbot/Processed"
    quarantine: str = "mailbot/Quarantine"
    sent: str = "Sent"
    junk: str | None = "Junk"
