"""What can be wrong with the servers that a well-formed config.yaml names: database, IMAP, SMTP, and their secrets."""

import ipaddress
import re
import ssl
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mailbot.settings.findings import Finding, Written
from mailbot.yaml_file import At, described, shown

_HOST = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?\Z")
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]+)?")
_SECRETS = frozenset({"password", "client_secret", "refresh_token"})


def _database(written: Written) -> Iterator[Finding]:
    scheme, _, rest = written.model.database.partition("://")
    if ("database",) in written.resolved.unresolved:
        return
    if scheme == "sqlite":
        if not rest.lstrip("/") or ":memory:" in rest:
            yield Finding(("database",), "expected a file, as in sqlite:///data/mailbot.db: memory forgets every case")
    elif scheme == "postgresql+psycopg":
        if not _AUTHORITY.fullmatch(rest.partition("/")[0].rpartition("@")[2]):
            yield Finding(
                ("database",), "expected a number as the port, like postgresql+psycopg://db.example:5432/desk"
            )
    else:
        hint = ', did you mean "postgresql+psycopg://…"?' if scheme.startswith("postgres") else ""
        yield Finding(("database",), f"expected sqlite:///… or postgresql+psycopg://…{hint}")


def _hosts(written: Written) -> Iterator[Finding]:
    for at, server in written.servers:
        if (*at, "host") not in written.resolved.unresolved and not (_is_ip(server.host) or _HOST.match(server.host)):
            expected = f"expected the name of a server like {at[-1]}.acme.example alone; its port stands in `port`"
            yield Finding((*at, "host"), f"found {described(server.host)}, {expected}")


def _logins(written: Written) -> Iterator[Finding]:
    for at, server in written.servers:
        if server.password and server.oauth2:
            yield Finding((*at, "oauth2"), "expected a password or oauth2, not both", key=True)
        if at[-1] == "imap" and not (server.password or server.oauth2):
            yield Finding(at, "expected a password or oauth2: nobody reads a mailbox without logging in")
        if server.ca_file and (problem := _certificates_problem(written.folder / server.ca_file)):
            yield Finding((*at, "ca_file"), problem)


def _certificates_problem(path: Path) -> str | None:
    if not path.is_file():
        return f"there is no file {shown(path)}"
    try:
        ssl.create_default_context(cafile=path)
    except OSError:  # ssl.SSLError is one
        return f"{shown(path)} holds no certificate: expected those of the authority, in PEM form"
    return None


def _open_lines(written: Written) -> Iterator[Finding]:
    for at, server in written.servers:
        if server.security == "none" and not server.insecure and not is_loopback(server.host):
            yield Finding(
                (*at, "security"),
                f"without TLS everybody on the way to {server.host} reads the mail and the password; "
                "expected tls or starttls (or `insecure: true`, on a network of your own)",
            )


def is_loopback(host: str) -> bool:
    """Whether this is a name or an address of this machine."""
    return ipaddress.ip_address(host).is_loopback if _is_ip(host) else host.casefold() == "localhost"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


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


SERVER_CHECKS: tuple[Callable[[Written], Iterator[Finding]], ...] = (
    _database,
    _hosts,
    _logins,
    _open_lines,
    _plain_secrets,
)
