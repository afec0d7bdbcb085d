"""`mailbot run` and `mailbot once` as processes, between real servers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from mailbot.core.server import Server
from mailbot.mail.imap import ImapSession
from mailbot.store.database import Database
from mailbot.store.outbox import OutboxState
from tests.desk import ROOT, mail, write_config
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink
from tests.servers.warm import Warm
from tests.workflows.conftest import as_yaml
from tests.workflows.edited import BROKEN, LOW, URGENT, folder_with_rules

pytestmark = pytest.mark.dovecot

COMMAND = [sys.executable, "-m", "mailbot"]


def complaint(number: int) -> bytes:
    return mail(
        f"My parcel A-{10000 + number} is five days late.",
        from_=f"kate{number}@mail.example",
        to="support@acme.example",
        subject="Late",
        message_id=f"<k{number}@mail.example>",
    )


def deliver(server: Server, *raws: bytes) -> None:
    with ImapSession.connect(server) as session:
        for raw in raws:
            session.append("INBOX", raw, seen=False)


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


def watched(stderr: IO[str], mailbox: str = "support") -> None:
    """Wait until the daemon that writes these lines watches the mailbox."""
    for line in stderr:
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") == "mailbox.watched" and event["mailbox"] == mailbox:
            return
    raise AssertionError("the daemon ended")


def acknowledged(sink: SmtpSink) -> set[str]:
    return {m.recipients[0] for m in sink.mails() if m.message["Auto-Submitted"] == "auto-replied"}


def test_a_complaint_is_acknowledged_within_seconds_and_the_daemon_stops_cleanly(
    tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    with subprocess.Popen([*COMMAND, "run", "--config", config], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            watched(process.stderr)
            two_are_acknowledged(imap, smtp_sink)
            process.send_signal(signal.SIGTERM)
            assert process.wait(35) == 0
        finally:
            process.kill()


def test_ctrl_c_stops_it_as_cleanly(warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink) -> None:
    imap = dovecot.server()
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    with warm.running("run", "--config", config) as process:
        watched(process.stderr)
        two_are_acknowledged(imap, smtp_sink)
        process.send_signal(signal.SIGINT)
        assert process.wait(35) == 0


def two_are_acknowledged(imap: Server, sink: SmtpSink) -> None:
    time.sleep(1)  # it has entered IDLE
    for number in (1, 2):
        deliver(imap, complaint(number))
        address = f"kate{number}@mail.example"
        assert wait_until(lambda address=address: address in acknowledged(sink)) < 5


def test_killed_at_any_moment_it_goes_on_where_it_was(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    assert warm.run("once", "--config", config).returncode == 0
    deliver(imap, *(complaint(number) for number in range(12)))
    for pause in (0.2, 0.5, 0.8):
        with warm.running("run", "--config", config) as process:
            watched(process.stderr)
            time.sleep(pause)
    with warm.running("run", "--config", config) as process:
        wait_until(lambda: acknowledged_or_uncertain(config, smtp_sink) == 12)
        process.send_signal(signal.SIGTERM)
        process.wait(35)
    addresses = [m.recipients[0] for m in smtp_sink.mails() if m.message["Auto-Submitted"] == "auto-replied"]
    assert len(addresses) == len(set(addresses)), "no acknowledgement twice"
    cases = warm.run("cases", "--json", "--config", config)
    assert len(cases.stdout.splitlines()) == 12


def acknowledged_or_uncertain(config: Path, sink: SmtpSink) -> int:
    """Mail that was being sent at a kill waits a quarter of an hour before anything is done about it."""
    database = Database.open(f"sqlite:///{config.parent}/mailbot.db")
    with database.read() as tx:
        uncertain = {row.recipient for row in tx.outbox.list(OutboxState.UNCERTAIN)}
    database.close()
    return len(acknowledged(sink) | {a for a in uncertain if a.startswith("kate")})


def test_an_edit_is_in_force_within_two_seconds_and_a_bad_one_is_told(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap, path = dovecot.server(), folder_with_rules(tmp_path)
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    config.write_text(config.read_text().replace(f"{ROOT}/rules", "rules").replace(f"{ROOT}/templates", "templates"))
    assert config == path
    with warm.running("run", "--config", config) as process:
        watched(process.stderr)
        took = []
        for text in (URGENT, LOW, URGENT):
            (tmp_path / "rules/zz.yaml").write_text(text)
            took.append(wait_until(lambda text=text: in_force(config) == text, 10))
        assert sorted(took)[1] < 2, took
        (tmp_path / "rules/zz.yaml").write_text(BROKEN)
        wait_until(lambda: any(m.recipients == ("ops@acme.example",) for m in smtp_sink.mails()), 20)
        assert in_force(config) == URGENT
        deliver(imap, complaint(1))
        wait_until(lambda: "kate1@mail.example" in acknowledged(smtp_sink))
        process.send_signal(signal.SIGTERM)
        assert process.wait(35) == 0
    done = warm.run("once", "--config", config)
    assert done.returncode == 0, done.stderr


def in_force(config: Path) -> str | None:
    """The text of the edited file in the book that the database says is in force."""
    database = Database.open(f"sqlite:///{config.parent}/mailbot.db")
    with database.read() as tx:
        term = tx.books.in_force()
        files = (tx.books.files(term.version) if term else None) or {}
    database.close()
    return files.get("rules/zz.yaml")


def test_one_mailbox_that_fails_delays_no_other(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    broken = f"{{host: 127.0.0.1, port: {free_port()}, security: none, username: x, password: x}}"
    text = config.read_text()
    second = f"""  - name: broken
    address: broken@acme.example
    display_name: Broken
    imap: {broken}
    smtp: {broken}
team:"""
    config.write_text(text.replace("team:", second, 1))
    with warm.running("run", "--config", config) as process:
        watched(process.stderr)
        deliver(imap, complaint(1))
        assert wait_until(lambda: "kate1@mail.example" in acknowledged(smtp_sink)) < 10


def test_once_does_it_all_and_says_what_failed(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = dovecot.server()
    config = write_config(tmp_path, imap=as_yaml(imap), smtp=as_yaml(smtp_sink.server("starttls")))
    assert warm.run("once", "--config", config).returncode == 0
    deliver(imap, complaint(1))
    assert warm.run("once", "--config", config).returncode == 0
    assert acknowledged(smtp_sink) == {"kate1@mail.example"}
    found = json.loads(warm.run("verify", "--json", "--config", config).stdout)
    assert (found["ledger"], found["gaps"]) == ({"case_opened": 1}, [])

    deliver(imap, complaint(2))
    [gap] = json.loads(warm.run("verify", "--json", "--config", config).stdout)["gaps"]
    assert "not in the ledger" in gap

    config.write_text(config.read_text().replace(str(imap.port), str(free_port())))
    failed = warm.run("once", "--config", config)
    assert failed.returncode == 1
    assert "support:" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_second_daemon_on_the_same_file_is_refused(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    config = write_config(tmp_path, imap=as_yaml(dovecot.server()), smtp=as_yaml(smtp_sink.server("starttls")))
    with warm.running("run", "--config", config) as process:
        watched(process.stderr)
        second = warm.run("run", "--config", config)
    assert second.returncode == 2
    assert str(process.pid) in second.stderr
    assert "Traceback" not in second.stderr


def test_a_wrong_password_is_one_clear_message(
    warm: Warm, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    imap = as_yaml(dovecot.server()).replace('password: "', 'password: "not ')
    config = write_config(tmp_path, imap=imap, smtp=as_yaml(smtp_sink.server("starttls")))
    check = warm.run("check", "--config", config)
    assert check.returncode == 1
    [line] = [line for line in check.stdout.splitlines() if line.startswith("FAIL")]
    assert "password" in line
    assert "Traceback" not in check.stderr + check.stdout


def test_python_m_mailbot_starts_quickly() -> None:
    spent = []
    for _ in range(3):
        before = os.times()
        subprocess.run([*COMMAND, "--help"], capture_output=True, check=True)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent) < 1.0, "no command's heavy imports are needed for --help"
