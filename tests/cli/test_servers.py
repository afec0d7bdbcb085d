"""Servers and disks that do not do their part: one clear message, and nothing lost. All servers are real."""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.server import Server
from tests.cli.conftest import SMALL, Mailbot
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink
from tests.servers.warm import Warm
from tests.workflows.test_daemon import COMMAND, acknowledged, complaint, deliver, wait_until, watched

pytestmark = pytest.mark.dovecot


def as_yaml(server: Server) -> str:
    given = {"host": server.host, "port": server.port, "security": server.security, "username": server.username}
    if server.password:
        given["password"] = server.password.reveal()
    if server.ca_file:
        given["ca_file"] = str(server.ca_file)
    return json.dumps(given)


def connect(desk: Path, imap: Server, smtp: Server, *, folders: str = "", more: str = "") -> None:
    text = SMALL.replace('{host: imap.acme.example, password: "${IMAP_PASSWORD}"}', as_yaml(imap) + folders)
    text = text.replace('{host: smtp.acme.example, password: "${SMTP_PASSWORD}"}', as_yaml(smtp))
    (desk / "config.yaml").write_text(text + more)
    (desk / "config.yaml").chmod(0o600)


Fault = Callable[[Dovecot, SmtpSink], Server]
FAULTS: dict[str, tuple[str, Fault, str]] = {
    "a wrong password": ("imap", lambda imap, _: imap.server(password="nope"), "check `username` and `password`"),
    "an unknown authority": (
        "imap",
        lambda imap, _: imap.server(security="tls", trusted=False),
        "name the authority that signed it in `ca_file`",
    ),
    "a refused port": ("imap", lambda imap, _: replace(imap.server(), port=free_port()), "check `port`"),
    "an unknown host": (
        "imap",
        lambda imap, _: replace(imap.server(security="tls"), host="no.invalid"),
        "check `host`",
    ),
    "no TLS where it is tried": ("imap", lambda imap, _: replace(imap.server(), security="tls"), "`security`"),
    "a wrong password to SMTP": (
        "smtp",
        lambda _, smtp: smtp.server("starttls", password="nope"),
        "check `username` and `password`",
    ),
    "an unknown authority of SMTP": ("smtp", lambda _, smtp: smtp.server("tls", trusted=False), "`ca_file`"),
    "a refused port of SMTP": ("smtp", lambda _, smtp: replace(smtp.server("tls"), port=free_port()), "check `port`"),
    "STARTTLS where none is offered": (
        "smtp",
        lambda _, smtp: replace(smtp.server("starttls"), port=smtp.ports["none"]),
        "STARTTLS",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_check_says_what_is_wrong_with_a_server_and_what_to_do(
    small_desk: Path, mailbot: Mailbot, dovecot: Dovecot, smtp_sink: SmtpSink, fault: str
) -> None:
    which, server, advice = FAULTS[fault]
    broken = server(dovecot, smtp_sink)
    good = {"imap": dovecot.server(), "smtp": smtp_sink.server("starttls")}
    connect(small_desk, **{**good, which: broken})
    answer = mailbot("check", "--json")
    [failed] = [finding for finding in answer.json if finding["level"] == "FAIL"]
    assert (answer.code, failed["what"]) == (1, f"support {which.upper()}")
    assert advice in failed["detail"]
    assert len(failed["detail"].splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_named(
    small_desk: Path, mailbot: Mailbot, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    folders = "\n    folders: {processed: ../Processed}"
    connect(small_desk, dovecot.server(), smtp_sink.server("starttls"), folders=folders)
    for command in (["check", "--no-probe"], ["once"]):
        answer = mailbot(*command)
        assert (answer.code, '"../Processed"' in answer.out + answer.err) == (1, True)


def test_mail_waits_for_a_server_that_is_down_and_once_says_so(
    small_desk: Path, mailbot: Mailbot, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    connect(small_desk, imap, replace(smtp_sink.server("starttls"), port=free_port()))
    assert mailbot("once").code == 0
    deliver(imap, complaint(1))
    answer = mailbot("once")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[-1].startswith("support: 127.0.0.1:")
    rows = mailbot("outbox", "list", "--json").lines
    assert {row["state"] for row in rows} == {"pending"}
    assert "kate1@mail.example" in {row["recipient"] for row in rows}


def test_a_database_that_another_program_keeps_is_named_and_left_alone(small_desk: Path, mailbot: Mailbot) -> None:
    assert mailbot("db", "upgrade").code == 0
    config = small_desk / "config.yaml"
    config.write_text(config.read_text().replace("mailbot.db", "mailbot.db?timeout=0.1"))
    other = sqlite3.connect(small_desk / "data" / "mailbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = mailbot("outbox", "cancel", "1")
    assert (answer.code, answer.out) == (1, "")
    assert "another program keeps it locked" in answer.err
    assert mailbot("status").code == 0, "reading needs no lock"
    other.close()


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql+psycopg://desk@127.0.0.1:1/desk", 1, "Connection refused"),
        ("sqlite:///config.yaml", 2, "not a SQLite database"),
        ("sqlite:///config.yaml/mailbot.db", 2, "cannot be opened"),
        ("sqlite:////proc/nowhere/mailbot.db", 2, "cannot be opened"),
    ],
)
def test_a_database_that_is_not_there_is_one_message(
    small_desk: Path, mailbot: Mailbot, url: str, code: int, said: str
) -> None:
    config = small_desk / "config.yaml"
    config.write_text(config.read_text().replace("sqlite:///data/mailbot.db", url))
    answer = mailbot("status", "--json")
    assert (answer.code, answer.out, said in answer.err) == (code, "", True)


@pytest.mark.parametrize("after", [0.2, 1.0])
def test_interrupted_while_it_starts_it_ends_without_a_word(
    small_desk: Path, dovecot: Dovecot, smtp_sink: SmtpSink, after: float
) -> None:
    connect(small_desk, dovecot.server(), smtp_sink.server("starttls"))
    with subprocess.Popen([*COMMAND, "run"], stderr=subprocess.PIPE, text=True) as process:
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode in {0, 1, 130, -signal.SIGINT}
    assert "Error" not in said


def test_alerts_go_by_their_own_server_and_to_the_command(
    warm: Warm, small_desk: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    command = "cat > alert; echo $MAILBOT_ALERT >> alert"
    alerts = {"to": ["ops@acme.example"], "smtp": json.loads(as_yaml(smtp_sink.server())), "command": command}
    broken = dovecot.server(password="nope")
    connect(
        small_desk, broken, replace(smtp_sink.server("tls"), port=free_port()), more=f"alerts: {json.dumps(alerts)}"
    )
    with warm.running("run", "--config", small_desk / "config.yaml"):
        wait_until(lambda: [m.recipients for m in smtp_sink.mails()] == [("ops@acme.example",)])
    assert "check `username`" in (small_desk / "alert").read_text()
    assert (small_desk / "alert").read_text().endswith("imap_login\n")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the disk of a running program is filled by prlimit")
def test_a_full_disk_stops_nothing_for_good(
    warm: Warm, small_desk: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    connect(small_desk, imap, smtp_sink.server("starttls"))
    with warm.running("run", "--config", small_desk / "config.yaml") as process:
        watched(process.stderr)
        time.sleep(1)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        deliver(imap, complaint(1))
        failed = next(line for line in process.stderr if "failed" in line)
        assert "Traceback" not in failed
        assert acknowledged(smtp_sink) == set()
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_until(lambda: acknowledged(smtp_sink) == {"kate1@mail.example"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(35) == 0


def test_odd_terminals_get_text_too(small_desk: Path) -> None:
    (small_desk / "a.eml").write_bytes("From: a@mail.example\nSubject: شکایت\n\nبسته دیر رسید\n".encode())
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run([*COMMAND, "inspect", "--json", "a.eml"], capture_output=True, env=environment, check=True)
    assert json.loads(shown.stdout)["reply_text"] == "بسته دیر رسید"
