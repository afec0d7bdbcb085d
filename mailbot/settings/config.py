"""What config.yaml says, as one frozen object that the whole program passes around."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from mailbot.core.blocking import Blocked
from mailbot.core.deadlines import Calendar
from mailbot.core.erasure import Privacy
from mailbot.core.hooks import Hook
from mailbot.core.lookup import Column, Lookup
from mailbot.core.message import Executables
from mailbot.core.money import Money
from mailbot.core.server import Folders, Server
from mailbot.core.spam import SpamHeader
from mailbot.core.team import AssignmentPolicy, Team
from mailbot.reading.limits import Limits as ReadingLimits

Start = Literal["new_only", "everything"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Whose desk it is. `languages` are those that it answers in: the first is the fallback."""

    name: str
    timezone: str
    country: str
    region: str | None
    currency: str
    calendar: Calendar
    languages: tuple[str, ...]
    case_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the provider lets through (None: what is known of it), and what the desk lets out.

    `notification` is a size in bytes. An offer above `confirm_above` is carried out only after a proof of who made it.
    """

    per_minute: int | None = None
    per_day: int | None = None
    notification: int = 10_000_000
    confirm_above: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One desk: the mailbox that customers write to. `language` is assumed where a mail does not tell its own.

    `files_sent_copies` says whether the provider files what is sent through it; None: find out.
    `spam` are the headers by which the server's own filter marks spam that it leaves in the inbox.
    """

    name: str
    address: str
    display_name: str
    imap: Server
    smtp: Server
    language: str
    subaddressing: bool = False
    aliases: tuple[str, ...] = ()
    folders: Folders = field(default_factory=Folders)
    limits: Limits = field(default_factory=Limits)
    start: Start = "new_only"
    trusted_authserv: str | None = None
    poll_seconds: int = 60
    files_sent_copies: bool | None = None
    spam: tuple[SpamHeader, ...] = ()

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that customers reach this desk under, casefolded."""
        return frozenset(address.casefold() for address in (self.address, *self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """The second path, for what is wrong with the desk itself: a mail by another server, a command, or both."""

    to: tuple[str, ...] = ()
    smtp: Server | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How many mails at most leave without anybody having asked for them; over it, none leaves.

    `per_address_day` holds for an address that is not authenticated, and one that is gets ten times as many;
    `per_case_hour` and `per_case_day` hold for one case and all its readers, `per_sender_hour` for what the team hears
    of all cases of one customer, `per_desk_hour` for one mailbox, `per_hour` for all of them; `per_admin_hour` for the
    alerts to one address.
    """

    per_address_day: int = 5
    per_case_hour: int = 20
    per_case_day: int = 100
    per_sender_hour: int = 60
    per_desk_hour: int = 3000
    per_hour: int = 10_000
    per_admin_hour: int = 20


@dataclass(frozen=True, slots=True)
class OldMailPolicy:
    """The folder of raw mail that is older than `after`; None: nothing more goes there, what is there stays."""

    folder: Path
    after: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Config:
    """The whole file. Paths are absolute; `commands` maps another language's word to the command's name,
    `contacts` a name that rules use to an address outside the team.

    With `daily_list` every member gets the own open cases each morning, and a lead those of the teams.
    `executables` is what becomes of attached files that run, on their way to the team.
    A customer's mail reopens a closed case until `reopen_window` after its closing, and begins a new one later.
    """

    path: Path
    organisation: Organisation
    database: str = field(repr=False)
    data_dir: Path
    rules: Path
    templates: Path
    mailboxes: tuple[Mailbox, ...]
    alerts: Alerts | None
    team: Team
    contacts: Mapping[str, str]
    commands: Mapping[str, str]
    budgets: Budgets
    reopen_window: timedelta
    reading: ReadingLimits = field(default_factory=ReadingLimits)
    lookups: tuple[Lookup, ...] = ()
    offer_hook: Hook | None = None
    assignment: AssignmentPolicy = field(default_factory=AssignmentPolicy)
    daily_list: bool = True
    executables: Executables = "rename"
    blocked: Blocked = field(default_factory=Blocked)
    privacy: Privacy = field(default_factory=Privacy)
    old_mail: OldMailPolicy | None = None

    @property
    def old_mail_folder(self) -> Path | None:
        """Where raw mail lies that was moved."""
        return self.old_mail.folder if self.old_mail else None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all look-ups."""
        return tuple(column for lookup in self.lookups for column in lookup.columns)

    def mailbox(self, name: str) -> Mailbox:
        """The mailbox of that name; LookupError when the config has none."""
        found = next((mailbox for mailbox in self.mailboxes if mailbox.name == name), None)
        if found is None:
            raise LookupError(f'no mailbox "{name}" in {self.path}')
        return found

    @cached_property
    def our_addresses(self) -> frozenset[str]:
        """Every address of every desk, casefolded: mail from one of them is our own."""
        return frozenset[str]().union(*(mailbox.addresses for mailbox in self.mailboxes))
