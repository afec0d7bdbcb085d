"""config.yaml read, checked as a whole and made into a `Config`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from mailbot.core.blocking import Blocked
from mailbot.core.deadlines import Calendar, weekdays
from mailbot.core.erasure import Privacy
from mailbot.core.errors import ConfigurationError
from mailbot.core.hooks import Hook
from mailbot.core.money import Sums
from mailbot.core.server import OAuth2, Secret, Security, Server
from mailbot.core.spam import SpamHeader
from mailbot.core.team import AssignmentPolicy, Member, Role, Team
from mailbot.reading.limits import Limits as ReadingLimits
from mailbot.settings.calendars import DaysOff, windows
from mailbot.settings.config import Alerts, Budgets, Config, Limits, Mailbox, OldMailPolicy, Organisation
from mailbot.settings.config_checks import problems
from mailbot.settings.config_schema import (
    AlertsModel,
    ConfigModel,
    MailboxModel,
    MemberModel,
    OAuth2Model,
    OfferHookModel,
    OrganisationModel,
    ServerModel,
    SmtpModel,
)
from mailbot.settings.findings import Written
from mailbot.settings.lookups import lookups_of
from mailbot.settings.references import resolve
from mailbot.settings.yaml_model import sound_part, validate
from mailbot.yaml_file import At, read_yaml

_SECURITY: Mapping[str, Security] = {"imap": "tls", "smtp": "starttls"}
_PORTS = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}


def load_config(path: Path, *, environ: Mapping[str, str], resolve_secrets: bool = True) -> Config:
    """The config in this file; ConfigurationError with every mistake in it, each with its line.

    Without `resolve_secrets` no command is run, no file is read, and variables need not be set: secrets are None then.
    """
    path = path.absolute()
    resolved = resolve(read_yaml(path), path.parent, environ, secrets=resolve_secrets)
    found = list(resolved.problems)
    try:
        model = validate(resolved.file, ConfigModel)
    except ConfigurationError as error:
        found += error.problems
        if part := sound_part(resolved.file, ConfigModel):
            found += problems(Written(part[0], resolved, path), beside=part[1])
        raise ConfigurationError(map(resolved.masked, found)) from None
    found += problems(Written(model, resolved, path))
    if found:
        raise ConfigurationError(map(resolved.masked, found))
    return _Builder(path, resolved.unresolved).config(model)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes the parts of a `Config` out of what was written and found good."""

    path: Path
    unresolved: frozenset[At]

    def config(self, model: ConfigModel) -> Config:
        folder = self.path.parent
        fallback = model.organisation.languages[0]
        return Config(
            path=self.path,
            organisation=_organisation(model.organisation),
            database=_database(model.database, folder),
            data_dir=folder / model.data_dir,
            rules=folder / model.rules,
            templates=folder / model.templates,
            mailboxes=tuple(self.mailbox(box, number, fallback) for number, box in enumerate(model.mailboxes)),
            alerts=self.alerts(model.alerts) if model.alerts else None,
            team=Team(tuple(_member(member, model.authority) for member in model.team)),
            contacts=model.contacts,
            commands={word.casefold(): name for name, words in model.commands.items() for word in words},
            budgets=Budgets(**dict(model.budgets)),
            reopen_window=model.reopen_window,
            reading=ReadingLimits(**dict(model.reading)),
            lookups=lookups_of(model, folder),
            offer_hook=self.hook(model.hooks.offers) if model.hooks.offers else None,
            assignment=AssignmentPolicy(**dict(model.assignment)),
            daily_list=model.daily_list,
            executables=model.attachments.executables,
            privacy=Privacy(**dict(model.privacy) | {"legal_hold": _on_hold(model.privacy.legal_hold)}),
            old_mail=OldMailPolicy(folder / model.old_mail.folder, model.old_mail.after) if model.old_mail else None,
            blocked=Blocked(frozenset(entry.casefold() for entry in model.blocked)),
        )

    def alerts(self, model: AlertsModel) -> Alerts:
        smtp = self.server(model.smtp, ("alerts", "smtp"), "smtp", "") if model.smtp else None
        return Alerts(to=model.to, smtp=smtp, command=model.command)

    def hook(self, model: OfferHookModel) -> Hook:
        secret = self.secret(model.secret, ("hooks", "offers", "secret"))
        return Hook(url=model.url, secret=secret, steps=frozenset(model.steps))

    def mailbox(self, model: MailboxModel, number: int, fallback: str) -> Mailbox:
        at: At = ("mailboxes", number)
        return Mailbox(
            name=model.name,
            address=model.address,
            display_name=model.display_name or model.name,
            imap=self.server(model.imap, (*at, "imap"), "imap", model.address),
            smtp=self.server(model.smtp, (*at, "smtp"), "smtp", model.address),
            language=model.language or fallback,
            subaddressing=model.subaddressing,
            aliases=model.aliases,
            folders=model.folders,
            limits=Limits(**dict(model.limits)),
            start=model.start,
            trusted_authserv=model.trusted_authserv,
            poll_seconds=model.poll_seconds,
            files_sent_copies=model.files_sent_copies,
            spam=tuple(SpamHeader(**dict(one)) for one in model.spam),
        )

    def server(self, model: ServerModel, at: At, protocol: Literal["imap", "smtp"], address: str) -> Server:
        security = model.security or _SECURITY[protocol]
        return Server(
            host=model.host,
            port=model.port or _PORTS[protocol, security],
            security=security,
            username=model.username or address,
            password=self.secret(model.password, (*at, "password")),
            oauth2=self.oauth2(model.oauth2, (*at, "oauth2")) if model.oauth2 else None,
            ca_file=self.path.parent / model.ca_file if model.ca_file else None,
            connections=model.connections if isinstance(model, SmtpModel) else 1,
        )

    def oauth2(self, model: OAuth2Model, at: At) -> OAuth2:
        return OAuth2(
            provider=model.provider,
            client_id=model.client_id,
            client_secret=self.secret(model.client_secret, (*at, "client_secret")),
            refresh_token=self.secret(model.refresh_token, (*at, "refresh_token")),
            tenant=model.tenant,
        )

    def secret(self, value: str | None, at: At) -> Secret | None:
        return None if value is None or at in self.unresolved else Secret(value)


def _on_hold(written: Iterable[str]) -> frozenset[str]:
    """Numbers of cases as they are written on subjects, addresses as they are compared."""
    return frozenset(one.strip().casefold() if "@" in one else one.strip("[] ").upper() for one in written)


def _organisation(model: OrganisationModel) -> Organisation:
    holidays = DaysOff(model.country, model.region, frozenset(model.holidays.add), frozenset(model.holidays.remove))
    hours = {day: windows(written) for key, written in model.business_hours.items() for day in weekdays(key)}
    return Organisation(
        name=model.name,
        timezone=model.timezone,
        country=model.country,
        region=model.region,
        currency=model.currency,
        calendar=Calendar(ZoneInfo(model.timezone), hours, holidays),
        languages=model.languages,
        case_prefix=model.case_prefix or _initials(model.name),
    )


def _initials(name: str) -> str:
    """`AP` for Acme Parcels, `AC` for Acme; `CASE` for a name without two Latin letters."""
    words = re.findall(r"[A-Za-z]+", name)
    initials = "".join(word[0] for word in words)[:4]
    prefix = (initials if len(initials) > 1 else "".join(words)[:2]).upper()
    return prefix if len(prefix) > 1 else "CASE"


def _database(url: str, folder: Path) -> str:
    scheme, _, path = url.partition(":///")
    return f"sqlite:///{folder / path}" if scheme == "sqlite" else url


def _member(model: MemberModel, roles: Mapping[Role, Mapping[str, Sums]]) -> Member:
    """The member, with the authority of the role where nothing else is said of this very one."""
    return Member(**dict(model) | {"authority": {**roles.get(model.role, {}), **model.authority}})
