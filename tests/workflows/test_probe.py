"""The probe against the embedded server, which delivers what it accepts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.mail.embedded import EmbeddedServer
from mailbot.settings.config import Mailbox
from mailbot.settings.config_file import load_config
from mailbot.workflows.probe import probe
from tests.desk import write_config

USERS = {"support@acme.example": "secret"}


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(USERS) as server:
        yield server


def mailbox(folder: Path, server: EmbeddedServer, **changes: str) -> Mailbox:
    login = "security: none, username: support@acme.example, password: secret"
    config = write_config(
        folder,
        imap=f"{{host: 127.0.0.1, port: {server.imap_port}, {login}}}",
        smtp=f"{{host: 127.0.0.1, port: {server.smtp_port}, {login}}}",
    )
    for old, new in changes.items():
        config.write_text(config.read_text().replace(old, new))
    return load_config(config, environ={}).mailboxes[0]


def test_a_server_that_keeps_mail_as_it_is_passes(tmp_path: Path, server: EmbeddedServer) -> None:
    found = probe(mailbox(tmp_path, server), datetime.now(UTC))
    assert {o.what: o.well for o in found} == {
        "subaddressing": True,
        "Message-ID": True,
        "Reply-To": True,
        "envelope sender": True,
        "Authentication-Results": True,
    }


def test_a_probe_that_does_not_come_back_says_what_to_try(tmp_path: Path, server: EmbeddedServer) -> None:
    box = mailbox(tmp_path, server, **{"address: support@acme.example": "address: nobody@acme.example"})
    [found] = probe(box, datetime.now(UTC), patience=1)
    assert not found.well
    assert "550" in found.detail
