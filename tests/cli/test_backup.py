"""`mailbot backup` and `mailbot restore` as an admin meets them."""

import json
import stat
from pathlib import Path

import pytest

from mailbot.settings.redaction import redacted
from mailbot.store.database import Database
from mailbot.workflows import backup as backups
from tests.cli.conftest import SMALL, Mailbot
from tests.store.samples import a_case


@pytest.fixture
def filled(small_desk: Path) -> Path:
    """The small desk, with one case."""
    (small_desk / "config.yaml").chmod(0o600)
    database = Database.open(f"sqlite:///{small_desk}/data/mailbot.db")
    with database.begin() as tx:
        a_case(tx)
    database.close()
    return small_desk


def test_a_backup_comes_back_in_an_empty_folder(filled: Path, mailbot: Mailbot, tmp_path: Path) -> None:
    assert mailbot("backup", "copy").code == 0
    elsewhere = tmp_path / "elsewhere"
    answer = mailbot("restore", "copy", "--config", elsewhere / "config.yaml", "--json")
    assert (answer.code, answer.json["set_aside"]) == (0, None)
    assert [case["number"] for case in mailbot("cases", "--json", "--config", elsewhere / "config.yaml").lines] == [
        "AP-10001"
    ]
    assert (elsewhere / "rules" / "routing.yaml").read_bytes() == (filled / "rules" / "routing.yaml").read_bytes()


def test_only_its_owner_can_read_a_backup(filled: Path, mailbot: Mailbot) -> None:
    mailbot("backup", "copy")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [filled / "copy", *(filled / "copy").rglob("*")]}
    assert modes == {0o700, 0o600}


def test_a_folder_with_something_in_it_is_left_alone(filled: Path, mailbot: Mailbot) -> None:
    (filled / "copy").mkdir()
    assert mailbot("backup", "copy").code == 0
    again = mailbot("backup", "copy")
    assert (again.code, "new folder for each backup" in again.err) == (2, True)


def test_a_crash_leaves_nothing_that_looks_like_a_backup(
    filled: Path, mailbot: Mailbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(backups, "_keep", full)
    assert mailbot("backup", "copy").code == 1
    assert not list(filled.glob("*copy*")) + list(filled.glob(".copy*"))


def test_a_restoring_over_cases_wants_to_be_told_so(filled: Path, mailbot: Mailbot) -> None:
    mailbot("backup", "copy")
    refused = mailbot("restore", "copy")
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert mailbot("restore", "copy", "--force").code == 0
    assert list((filled / "data").glob("mailbot.db.before-*"))


@pytest.mark.parametrize("name", ["database/cases.jsonl.gz", "config.yaml"])
def test_a_damaged_backup_is_refused_before_anything_is_done(filled: Path, mailbot: Mailbot, name: str) -> None:
    mailbot("backup", "copy")
    damaged = filled / "copy" / name
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    answer = mailbot("restore", "copy", "--force")
    assert (answer.code, "is damaged" in answer.err) == (1, True)
    assert not list((filled / "data").glob("mailbot.db.before-*"))


def test_a_missing_file_is_told_from_a_damaged_one(filled: Path, mailbot: Mailbot) -> None:
    mailbot("backup", "copy")
    (filled / "copy" / "database" / "cases.jsonl.gz").unlink()
    assert "is missing" in mailbot("restore", "copy", "--force").err


def test_a_backup_of_a_newer_mailbot_is_refused(filled: Path, mailbot: Mailbot) -> None:
    mailbot("backup", "copy")
    manifest = filled / "copy" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"revision": "9999", "mailbot": "7.0"}))
    answer = mailbot("restore", "copy", "--force")
    assert (answer.code, "mailbot 7.0" in answer.err) == (2, True)


def test_a_folder_without_a_backup_is_named(filled: Path, mailbot: Mailbot) -> None:
    answer = mailbot("restore", "rules")
    assert (answer.code, "rules holds no backup" in answer.err) == (2, True)


def test_secrets_that_are_written_out_stay_behind_and_are_named(filled: Path, mailbot: Mailbot) -> None:
    config = filled / "config.yaml"
    config.write_text(SMALL.replace('"${IMAP_PASSWORD}"', "'hunter ''2'"))
    answer = mailbot("backup", "copy")
    assert "mailboxes.0.imap.password" in answer.err
    copy = (filled / "copy" / "config.yaml").read_text()
    assert "hunter" not in copy
    written = SMALL.replace("IMAP_PASSWORD", "MAILBOXES_0_IMAP_PASSWORD")
    assert copy == written


def test_passwords_in_urls_headers_and_blocks_are_secrets_too() -> None:
    text = (
        "database: postgresql+psycopg://desk:geheim@db.example/mail\n"
        "hooks:\n  offers:\n    secret: |\n      geheim\n    url: https://shop.example/\n"
        "lookups:\n  orders: {http: {url: 'https://u:geheim@x.example', headers: {Authorization: Bearer geheim}}}\n"
    )
    clean = redacted("config.yaml", text.encode())
    assert "geheim" not in clean.text
    assert sorted(clean.replaced) == [
        "database",
        "hooks.offers.secret",
        "lookups.orders.http.headers.Authorization",
        "lookups.orders.http.url",
    ]
    assert "postgresql+psycopg://desk:${DATABASE}@db.example/mail" in clean.text
