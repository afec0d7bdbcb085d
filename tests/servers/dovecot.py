"""A real Dovecot as an ordinary process: a mailbox for every user name that is tried, gone when the tests are done."""

import getpass
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mailbot.core.server import Secret, Security, Server
from tests.servers.ports import free_port, wait_for

PASSWORD = "correct-horse"
_COUNT = itertools.count(1)

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/certificate.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
login_greeting = ready
mail_location = maildir:{root}/mail/%u
mail_fsync = never
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
protocol imap {{
  {protocol_options}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    port: int
    tls_port: int
    ca_file: Path

    def server(
        self, user: str | None = None, *, security: Security = "none", password: str = PASSWORD, trusted: bool = True
    ) -> Server:
        """How a client reaches one user's mailbox here; without a name a user whom nobody has used before."""
        return Server(
            host="127.0.0.1",
            port=self.tls_port if security == "tls" else self.port,
            security=security,
            username=user or f"user{os.getpid()}x{next(_COUNT)}",
            password=Secret(password),
            ca_file=self.ca_file if trusted else None,
        )


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Dovecot with everything it can do; its folders are divided by "/"."""
    yield from _for_tests()


@pytest.fixture(scope="session")
def plain_dovecot() -> Iterator[Dovecot]:
    """Dovecot that offers neither MOVE nor UIDPLUS nor IDLE, and keeps its folders below "INBOX." divided by "."."""
    yield from _for_tests(
        separator=".", prefix="INBOX.", protocol_options="imap_capability = IMAP4rev1 SASL-IR LITERAL+ NAMESPACE"
    )


@pytest.fixture(scope="session")
def copying_dovecot() -> Iterator[Dovecot]:
    """Dovecot with UIDPLUS and IDLE, but without MOVE."""
    yield from _for_tests(protocol_options="imap_capability = IMAP4rev1 LITERAL+ NAMESPACE IDLE UIDPLUS")


@pytest.fixture
def imap_server(dovecot: Dovecot) -> Server:
    """A fresh, empty mailbox on the complete Dovecot."""
    return dovecot.server()


class DovecotMissingError(Exception):
    """There is no Dovecot here that could be started."""


@contextmanager
def running_dovecot(*, separator: str = "/", prefix: str = "", protocol_options: str = "") -> Iterator[Dovecot]:
    """Dovecot, as long as the block lasts; DovecotMissingError where it is not installed."""
    binary = _dovecot()
    root = Path(tempfile.mkdtemp(prefix="dovecot-"))
    root.chmod(0o755)
    port, tls_port = free_port(), free_port()
    options = {"separator": separator, "prefix": prefix, "protocol_options": protocol_options}
    _write_files(root, port, tls_port, options)
    process = subprocess.Popen([binary, "-F", "-c", root / "dovecot.conf"], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield Dovecot(port, tls_port, root / "ca.pem")
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def _write_files(root: Path, port: int, tls_port: int, options: dict[str, str]) -> None:
    user, group = ("nobody", "nogroup") if os.geteuid() == 0 else (getpass.getuser(), str(os.getegid()))
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(root / "ca.pem")
    certificate.cert_chain_pems[0].write_to_path(root / "certificate.pem")
    certificate.private_key_pem.write_to_path(root / "key.pem")
    mail = root / "mail"
    mail.mkdir()
    mail.chmod(0o777)
    settings = {"root": root, "user": user, "group": group, "password": PASSWORD, "port": port, "tls_port": tls_port}
    (root / "dovecot.conf").write_text(_CONFIG.format(**settings, **options))


def _for_tests(**options: str) -> Iterator[Dovecot]:
    """Dovecot, or a skip that nobody can overlook."""
    try:
        with running_dovecot(**options) as dovecot:
            yield dovecot
    except DovecotMissingError as missing:
        pytest.skip(str(missing))


def _dovecot() -> str:
    binary = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise DovecotMissingError("DOVECOT MISSING: there is no real IMAP server (apt-get install dovecot-imapd)")
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3."):
        raise DovecotMissingError(
            f"DOVECOT MISSING: a real IMAP server is needed, version 2.3 and not {version.strip()}"
        )
    return binary
