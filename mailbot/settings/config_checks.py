"""What can be wrong with a config.yaml whose every value is well-formed: values that do not fit each other or the disk.

Each check is one generator of findings; `CHECKS` lists them.
"""

import ipaddress
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mailbot.core.agent_commands import COMMANDS
from mailbot.core.errors import Problem
from mailbot.core.message import Remedy
from mailbot.core.money import Money
from mailbot.core.spelling import did_you_mean
from mailbot.settings.calendars import country_problem, region_problem, weekdays, windows
from mailbot.settings.config_schema import ConfigModel, ServerModel
from mailbot.settings.references import Resolved
from mailbot.settings.yaml_model import path_of
from mailbot.yaml_file import At, described, shown

OFFERS = ("any", *(str(r) for r in Remedy if r is not Remedy.NONE), "voucher", "free_delivery", "upgrade", "gift")
_SECRETS = frozenset({"password", "client_secret", "refresh_token"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at a value, or at its key."""

    at: At
    message: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The config as it was written: well-formed, and not yet believed."""

    model: ConfigModel
    resolved: Resolved
    path: Path

    @property
    def folder(self) -> Path:
        """What relative paths in the config are relative to."""
        return self.path.parent

    @property
    def servers(self) -> Iterator[tuple[At, ServerModel]]:
        """Every server, with its place."""
        for number, mailbox in enumerate(self.model.mailboxes):
            yield ("mailboxes", number, "imap"), mailbox.imap
            yield ("mailboxes", number, "smtp"), mailbox.smtp
        if self.model.alerts and self.model.alerts.smtp:
            yield ("alerts", "smtp"), self.model.alerts.smtp


def problems(written: Written) -> list[Problem]:
    """Every finding of every check, at its place in the file."""
    file = written.resolved.file
    return [
        file.problem(finding.at, f"{path_of(finding.at)}: {finding.message}", key=finding.key)
        for check in CHECKS
        for finding in check(written)
    ]


def _country(written: Written) -> Iterator[Finding]:
    organisation = written.model.organisation
    if message := country_problem(organisation.country):
        yield Finding(("organisation", "country"), message)
    elif organisation.region and (message := region_problem(organisation.country, organisation.region)):
        yield Finding(("organisation", "region"), message)


def _business_hours(written: Written) -> Iterator[Finding]:
    at: At = ("organisation", "business_hours")
    taken: dict[int, str] = {}
    for key, hours in written.model.organisation.business_hours.items():
        try:
            days = weekdays(key)
        except ValueError as error:
            yield Finding((*at, key), str(error), key=True)
            continue
        try:
            windows(hours)
        except ValueError as error:
            yield Finding((*at, key), f"found {described(', '.join(hours))}, {error}")
        for earlier in {taken[day] for day in days if day in taken}:
            yield Finding((*at, key), f'has a day of "{earlier}" again; list all hours of a day at one key', key=True)
        taken.update(dict.fromkeys(days, key))


def _folders(written: Written) -> Iterator[Finding]:
    for key, path in (("rules", written.model.rules), ("templates", written.model.templates)):
        if not (written.folder / path).is_dir():
            yield Finding(
                (key,), f"there is no folder {shown(written.folder / path)}: `mailbot init` writes one to start from"
            )


def _languages(written: Written) -> Iterator[Finding]:
    languages = written.model.organisation.languages
    templates = written.folder / written.model.templates
    shipped = sorted(path.name for path in templates.iterdir() if path.is_dir()) if templates.is_dir() else []
    yield from _twice(((("organisation", "languages", n), code) for n, code in enumerate(languages)), "language")
    for number, code in enumerate(languages):
        if shipped and code not in shipped:
            hint = did_you_mean(code, shipped) or f", expected one of {', '.join(shipped)}"
            yield Finding(("organisation", "languages", number), f"there is no folder {shown(templates / code)}{hint}")
    for number, mailbox in enumerate(written.model.mailboxes):
        if mailbox.language is not None and mailbox.language not in languages:
            hint = did_you_mean(mailbox.language, languages)
            message = f"found {described(mailbox.language)}, expected one of {', '.join(languages)}{hint}"
            yield Finding(("mailboxes", number, "language"), message)


def _database(written: Written) -> Iterator[Finding]:
    scheme, _, rest = written.model.database.partition("://")
    if ("database",) in written.resolved.unresolved:
        return
    if scheme == "sqlite":
        if not rest.lstrip("/") or ":memory:" in rest:
            yield Finding(("database",), "expected a file, as in sqlite:///data/mailbot.db: memory forgets every case")
    elif scheme != "postgresql+psycopg":
        hint = ', did you mean "postgresql+psycopg://…"?' if scheme.startswith("postgres") else ""
        yield Finding(("database",), f"expected sqlite:///… or postgresql+psycopg://…{hint}")


def _logins(written: Written) -> Iterator[Finding]:
    for at, server in written.servers:
        if server.password and server.oauth2:
            yield Finding((*at, "oauth2"), "expected a password or oauth2, not both", key=True)
        if at[-1] == "imap" and not (server.password or server.oauth2):
            yield Finding(at, "expected a password or oauth2: nobody reads a mailbox without logging in")
        if server.ca_file and not (written.folder / server.ca_file).is_file():
            yield Finding((*at, "ca_file"), f"there is no file {shown(written.folder / server.ca_file)}")


def _open_lines(written: Written) -> Iterator[Finding]:
    for at, server in written.servers:
        if server.security == "none" and not server.insecure and not _is_loopback(server.host):
            yield Finding(
                (*at, "security"),
                f"without TLS everybody on the way to {server.host} reads the mail and the password; "
                "expected tls or starttls (or `insecure: true`, on a network of your own)",
            )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _plain_secrets(written: Written) -> Iterator[Finding]:
    if not stat.S_IMODE(written.path.stat().st_mode) & 0o077:
        return
    for at in _secrets(written.resolved.file.data, ()):
        if at not in written.resolved.references:
            advice = f"chmod 600 {written.resolved.file.name}, or take it from elsewhere: ${{NAME}}, ${{file:PATH}}"
            yield Finding(at, f"a plain password in a file that others can read: {advice}")


def _secrets(data: object, at: At) -> Iterator[At]:
    for key, value in data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(value, str):
            in_url = at == () and key == "database" and re.search(r"://[^/@]*:[^/@]+@", value)
            if key in _SECRETS or in_url:
                yield (*at, key)
        else:
            yield from _secrets(value, (*at, key))


def _desks(written: Written) -> Iterator[Finding]:
    boxes = list(enumerate(written.model.mailboxes))
    yield from _twice(((("mailboxes", n, "name"), box.name) for n, box in boxes), "mailbox")
    yield from _twice(_desk_addresses(written), "address")


def _team(written: Written) -> Iterator[Finding]:
    members = list(enumerate(written.model.team))
    yield from _twice(((("team", n, "name"), member.name) for n, member in members), "name")
    yield from _twice(_member_addresses(written), "address")
    desks = {address.casefold() for _, address in _desk_addresses(written)}
    for at, address in _member_addresses(written):
        if address.casefold() in desks:
            yield Finding(at, f"{address} is a desk's own address: a member there would write to themselves for ever")


def _authority(written: Written) -> Iterator[Finding]:
    for number, member in enumerate(written.model.team):
        for remedy, limit in member.authority.items():
            at: At = ("team", number, "authority", remedy)
            if remedy not in OFFERS:
                hint = did_you_mean(remedy, OFFERS) or f", expected one of {', '.join(OFFERS)}"
                yield Finding(at, f"not a remedy{hint}", key=True)
            try:
                Money.parse(limit)
            except ValueError as error:
                yield Finding(at, f"found {described(limit)}, {error}")


def _alerts(written: Written) -> Iterator[Finding]:
    alerts = written.model.alerts
    if alerts and not alerts.to and not alerts.command:
        yield Finding(("alerts",), 'expected addresses in "to", a "command", or both')


def _commands(written: Written) -> Iterator[Finding]:
    aliases: list[tuple[At, str]] = []
    for name, words in written.model.commands.items():
        if name not in COMMANDS:
            hint = did_you_mean(name, COMMANDS) or f", expected one of {', '.join(COMMANDS)}"
            yield Finding(("commands", name), f"not a command{hint}", key=True)
        for number, word in enumerate(words):
            at: At = ("commands", name, number)
            aliases.append((at, word))
            if not re.fullmatch(r"[^\W\d_][\w-]*", word):
                yield Finding(at, f"found {described(word)}, expected one word without #")
            elif word in COMMANDS and word != name:
                yield Finding(at, f'"{word}" is a command of its own')
    yield from _twice(aliases, "word")


def _desk_addresses(written: Written) -> Iterator[tuple[At, str]]:
    for number, mailbox in enumerate(written.model.mailboxes):
        yield ("mailboxes", number, "address"), mailbox.address
        for index, alias in enumerate(mailbox.aliases):
            yield ("mailboxes", number, "aliases", index), alias


def _member_addresses(written: Written) -> Iterator[tuple[At, str]]:
    for number, member in enumerate(written.model.team):
        yield ("team", number, "address"), member.address
        for index, alias in enumerate(member.aliases):
            yield ("team", number, "aliases", index), alias


def _twice(named: Iterable[tuple[At, str]], what: str) -> Iterator[Finding]:
    first: dict[str, At] = {}
    for at, name in named:
        if (earlier := first.setdefault(name.casefold(), at)) != at:
            yield Finding(at, f'the {what} "{name}" is at {path_of(earlier)} already')


CHECKS: tuple[Callable[[Written], Iterator[Finding]], ...] = (
    _country,
    _business_hours,
    _folders,
    _languages,
    _database,
    _logins,
    _open_lines,
    _plain_secrets,
    _desks,
    _team,
    _authority,
    _alerts,
    _commands,
)
