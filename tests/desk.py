"""A desk for tests: the real workflows on a real database, mail put in as bytes and taken out as bytes."""

import email
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from mailbot.core.case import Case
from mailbot.settings.config import Config
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.ledger import LedgerRow
from mailbot.store.outbox import OutboxRow
from mailbot.workflows.due import do_due_work
from mailbot.workflows.handle import handle_waiting
from mailbot.workflows.record import full
from mailbot.workflows.runtime import Behaviour, Runtime, discard, load_behaviour

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "et", "sl", "ru", "fa")
MONDAY_NOON = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)

_CONFIG = """
organisation: {{name: Acme Parcels, timezone: Europe/Tallinn, country: EE, currency: EUR,
               business_hours: {{mon-fri: "09:00-17:00"}}, languages: [en, et, sl, ru, fa]}}
database: {database}
data_dir: data
rules: {root}/rules
templates: {root}/templates
mailboxes:
  - name: support
    address: support@acme.example
    display_name: Acme Support
    subaddressing: {subaddressing}
    trusted_authserv: mx.acme.example
    aliases: [complaints@acme.example]
    imap: {imap}
    smtp: {smtp}
team:
  - {{name: Mari Tamm, address: mari@acme.example, aliases: [mari.tamm@home.example], role: agent,
     teams: [logistics], languages: [et, en], authority: {{refund: 20 EUR, voucher: 20 EUR, free_delivery: 20 EUR}}}}
  - {{name: Jaan Kask, address: jaan@acme.example, role: agent, teams: [quality], languages: [en]}}
  - {{name: Ana Novak, address: ana@acme.example, role: lead,
     teams: [logistics, quality, billing, service], languages: [sl, en], authority: {{any: 500 EUR}}}}
{colleagues}alerts: {{to: [ops@acme.example]}}
"""
_LOCAL = "{host: 127.0.0.1, port: 1, security: none, username: support, password: secret}"


def write_config(
    folder: Path,
    *,
    database: str = "sqlite:///mailbot.db",
    imap: str = _LOCAL,
    smtp: str = _LOCAL,
    subaddressing: bool = True,
    colleagues: Sequence[Mapping[str, object]] = (),
) -> Path:
    """A config.yaml in `folder` for the desk that the tests know; `colleagues` are more members of its team."""
    path = folder / "config.yaml"
    path.touch(mode=0o600)
    path.write_text(
        _CONFIG.format(
            root=ROOT,
            database=database,
            imap=imap,
            smtp=smtp,
            subaddressing=str(subaddressing).lower(),
            colleagues="".join(f"  - {json.dumps(member)}\n" for member in colleagues),
        )
    )
    return path


_behaviours: dict[Path, Behaviour] = {}


def shipped_behaviour(config: Config) -> Behaviour:
    """The shipped rules and templates; loaded once a process, since that is the slow part."""
    if config.rules not in _behaviours:
        _behaviours[config.rules] = load_behaviour(config)
    return _behaviours[config.rules]


@cache
def shared_behaviour(languages: tuple[str, ...] = LANGUAGES) -> Behaviour:
    """The shipped one, also for desks whose folders are elsewhere: what rests on the same files need not be loaded."""
    with TemporaryDirectory() as folder:
        path = write_config(Path(folder))
        if languages == LANGUAGES:
            return shipped_behaviour(load_config(path, environ={}))
        path.write_text(path.read_text().replace(", ".join(LANGUAGES), ", ".join(languages)))
        return load_behaviour(load_config(path, environ={}))


def own_behaviour(config: Config) -> Behaviour:
    """Rules and templates of a test's own; vocabularies and templates that are the shipped ones are shared.

    To load these takes longest. `close_own` ends a desk with them.
    """
    shared = shared_behaviour(config.organisation.languages)
    like_ours = (config.organisation.timezone, config.columns) == ("Europe/Tallinn", ())
    return load_behaviour(config, like=shared if like_ours else replace(shared, files={}))


def close_own(runtime: Runtime) -> None:
    """As `Runtime.close`, but for what is shared with other tests."""
    discard(runtime.behaviour, like=shared_behaviour(runtime.config.organisation.languages))
    runtime.lookups.close()
    runtime.database.close()


@lru_cache(maxsize=1000)
def _parsed(raw: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(raw, policy=SMTP))


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that the desk has queued."""

    row: OutboxRow
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail as it is read; every call gives the same object, which is for looking at alone."""
        return _parsed(self.raw)

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def reply_address(self) -> str:
        return str(self.mail["Reply-To"] or self.mail["From"])


@dataclass(slots=True)
class DeskDriver:
    """Drives a desk by the clock: mail arrives, work falls due, and what was queued can be read."""

    runtime: Runtime
    now: datetime = MONDAY_NOON
    _uid: int = 0
    _seen: int = field(default=0)

    @classmethod
    def open(cls, folder: Path, database: Database, written: Path | None = None, **config: Any) -> "DeskDriver":
        """A desk with the shipped rules; `written` is a configuration that is there already."""
        loaded = load_config(written or write_config(folder, **config), environ={})
        return cls(Runtime(loaded, database, shipped_behaviour(loaded)))

    def arrive(self, raw: bytes, *, mailbox: str = "support", received_at: datetime | None = None) -> LedgerRow:
        """A mail arrives and is settled; its ledger row."""
        self._uid += 1
        box = self.runtime.config.mailbox(mailbox)
        with self.runtime.database.begin() as tx:
            row_id = tx.ledger.receive(
                mailbox=mailbox,
                folder="INBOX",
                uid_validity=1,
                uid=self._uid,
                raw=raw,
                internal_date=received_at or self.now,
                now=self.now,
            )
        assert row_id is not None
        while handle_waiting(self.runtime, box, self.now):
            pass
        with self.runtime.database.read() as tx:
            row = tx.ledger.get(row_id)
        assert row is not None
        return row

    def wait(self, span: timedelta) -> None:
        """Time passes, and what falls due is done."""
        self.now += span
        while do_due_work(self.runtime, self.now):
            pass

    def sent(self) -> list[Sent]:
        """What was queued since the last call, in the order of queueing."""
        with self.runtime.database.read() as tx:
            rows = [row for row in reversed(tx.outbox.list()) if row.id > self._seen]
            found = [Sent(row, tx.outbox.raw(row)) for row in rows]
        self._seen = max([self._seen, *(row.id for row in rows)])
        return found

    def cases(self) -> list[Case]:
        """All cases, in the order in which they were opened."""
        with self.runtime.database.read() as tx:
            return sorted(tx.cases.find(), key=lambda case: case.id)

    def record(self, case: Case) -> dict[str, Any]:
        """The whole case, as `mailbot case --json` shows it."""
        with self.runtime.database.read() as tx:
            return full(tx, case)

    def timeline(self, case: Case) -> list[Mapping[str, str]]:
        """The events of a case."""
        with self.runtime.database.read() as tx:
            return [{"event": entry.event, "detail": entry.detail} for entry in tx.cases.timeline(case.id)]


def mail(text: str = "", **headers: str) -> bytes:
    """A plain mail; header names with `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        message[name.rstrip("_").replace("_", "-").title()] = value
    message.set_content(text, cte="8bit")
    return message.as_bytes()
