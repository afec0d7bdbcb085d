"""Secrets show in nothing that the program says, whatever goes wrong; all servers are real."""

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core.server import Server
from tests.cli.conftest import Answer, Mailbot
from tests.desk import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.servers.web import Request, Web

SECRETS = {
    name: f"{name.lower()}-7h!s+is/secret"
    for name in (
        "IMAP",
        "SMTP",
        "ALERTS",
        "CLIENT",
        "REFRESH",
        "HOOK",
        "LOOKUP",
        "QUERY",
        "DATABASE",
        "FILE",
        "COMMAND",
    )
}
pytestmark = pytest.mark.dovecot

COMPLAINT = mail("Order A-10293 came five days late.", from_="kate@mail.example", message_id="<s1@mail.example>")
COMMANDS = (
    ("inspect", "mail.eml", "--json"),
    ("check", "--no-probe"),
    ("check", "--no-probe", "--json"),
    ("status",),
    ("status", "--json"),
    ("cases", "--json"),
    ("once",),
    ("rules", "check"),
    ("verify", "--json"),
    ("outbox", "list", "--json"),
)


def forms(secret: str) -> set[str]:
    """What a secret looks like as itself, and in the encodings that protocols and programs give it."""
    encoded = {base64.b64encode(text.encode()).decode().rstrip("=") for text in (secret, f"\0desk\0{secret}")}
    return {secret, repr(secret)[1:-1], urllib.parse.quote(secret), urllib.parse.quote_plus(secret), *encoded}


def shown(text: str) -> list[str]:
    return [secret for secret in SECRETS.values() if any(form in text for form in forms(secret))]


def said(answer: Answer) -> str:
    return answer.out + answer.err


def echo(request: Request) -> None:
    """A server that says back all that it was told."""
    request.give(f"{dict(request.headers)} {request.path}", 500)


def server(reached: Server, password: str) -> dict[str, object]:
    given = {"host": reached.host, "port": reached.port, "security": reached.security, "username": "desk"}
    return {**given, "password": password, **({"ca_file": str(reached.ca_file)} if reached.ca_file else {})}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"{name}_SECRET", value)


@pytest.fixture
def desk(small_desk: Path, environment: None, dovecot: Dovecot, smtp_sink: SmtpSink, web: Web) -> Path:
    """A desk all of whose servers refuse what they are told, one of them with the secret in its answer."""
    web.answer = echo
    (small_desk / "mail.eml").write_bytes(COMPLAINT)
    (small_desk / "token").write_text(SECRETS["FILE"] + "\n")
    config = yaml.load((small_desk / "config.yaml").read_text(), Loader=yaml.CSafeLoader)
    mailbox = config["mailboxes"][0]
    mailbox["imap"] = server(dovecot.server(security="starttls"), "${IMAP_SECRET}")
    mailbox["smtp"] = server(smtp_sink.server("starttls"), "${SMTP_SECRET}")
    config["alerts"] = {"to": ["ops@acme.example"], "smtp": server(smtp_sink.server("tls"), "${ALERTS_SECRET}")}
    config["hooks"] = {"offers": {"url": f"{web.url}/hook", "secret": "${HOOK_SECRET}"}}
    config["lookups"] = {
        "orders": {
            "http": {
                "url": f"{web.url}/{{order_number}}?key=${{QUERY_SECRET}}",
                "headers": {"Authorization": "Bearer ${LOOKUP_SECRET}"},
            },
            "by": "order_number",
            "columns": {"status": "text"},
        }
    }
    write(small_desk, config)
    return small_desk


def write(folder: Path, config: object) -> None:
    (folder / "config.yaml").write_text(json.dumps(config))
    (folder / "config.yaml").chmod(0o600)


def test_no_command_shows_a_secret_while_every_log_in_is_refused(desk: Path, mailbot: Mailbot) -> None:
    for command in COMMANDS:
        answer = mailbot(*command)
        assert not shown(said(answer)), (command, shown(said(answer)), said(answer))
    refused = said(mailbot("check", "--no-probe"))
    assert refused.count("FAIL") >= 3, refused
    assert "check `username` and `password`" in refused


def in_mailbox(part: str, **changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["mailboxes"][0][part].update(changes)


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "as the host": in_mailbox("imap", host="${IMAP_SECRET}"),
    "in the host": in_mailbox("smtp", host="x@${SMTP_SECRET}"),
    "as the port": in_mailbox("imap", port="${IMAP_SECRET}"),
    "as the security": in_mailbox("imap", security="${IMAP_SECRET}"),
    "as a file of authorities": in_mailbox("imap", ca_file="${IMAP_SECRET}"),
    "in a list": in_mailbox("imap", password=["${IMAP_SECRET}"]),
    "in an object": in_mailbox("smtp", password={"value": "${SMTP_SECRET}"}),
    "beside oauth2": in_mailbox(
        "imap", oauth2={"provider": "google", "client_id": "desk", "client_secret": "${CLIENT_SECRET}"}
    ),
    "with an unknown provider": in_mailbox(
        "imap", oauth2={"provider": "${REFRESH_SECRET}", "client_id": "desk", "refresh_token": "${REFRESH_SECRET}"}
    ),
    "as an address": lambda config: config["mailboxes"][0].update(address="${IMAP_SECRET}"),
    "as the database": lambda config: config.update(database="${DATABASE_SECRET}"),
    "in the URL of another database": lambda config: config.update(database="mysql://desk:${DATABASE_SECRET}@db/desk"),
    "in a database that is down": lambda config: config.update(
        database="postgresql+psycopg://desk:" + urllib.parse.quote(SECRETS["DATABASE"], safe="") + "@127.0.0.1:1/desk"
    ),
    "as the URL of the hook": lambda config: config["hooks"]["offers"].update(url="${HOOK_SECRET}"),
    "as a step of the hook": lambda config: config["hooks"]["offers"].update(steps=["${HOOK_SECRET}"]),
    "as the URL of a look-up": lambda config: config["lookups"]["orders"]["http"].update(url="${LOOKUP_SECRET}"),
    "as the key of a look-up": lambda config: config["lookups"]["orders"].update(by="${LOOKUP_SECRET}"),
    "as a time zone": lambda config: config["organisation"].update(timezone="${IMAP_SECRET}"),
    "from a command that fails": in_mailbox("imap", password="${command:echo " + SECRETS["COMMAND"] + " >&2; false}"),
    "from a file with two lines": in_mailbox("imap", password="${file:token}", hostt="${file:token}"),
}


@pytest.mark.parametrize("where", WRONG)
def test_no_mistake_is_reported_with_the_secret_that_stands_in_the_wrong_place(
    desk: Path, mailbot: Mailbot, where: str
) -> None:
    config = yaml.load((desk / "config.yaml").read_text(), Loader=yaml.CSafeLoader)
    WRONG[where](config)
    write(desk, config)
    for command in (("check", "--no-probe"), ("once",), ("status", "--json"), ("inspect", "mail.eml")):
        answer = mailbot(*command)
        assert not shown(said(answer)), (command, shown(said(answer)), said(answer))
