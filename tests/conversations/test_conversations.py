"""Each folder here is a story: numbered mails as they arrive, and expect.yaml with what the desk makes of each.

How to write one stands in CONTRIBUTING.md.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, Sent, close_own, own_behaviour, write_config
from tests.placeholders import REFERENCE, body, filled

STORIES = sorted(folder for folder in Path(__file__).parent.iterdir() if (folder / "expect.yaml").exists())
_STEP = {"after", "waited", "mailbox", "disposition", "detail", "sent", "count", "cases"}
_MAIL = {"kind", "to", "subject", "language", "text", "html", "not", "headers", "attachments"}
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


@dataclass(slots=True)
class Story:
    """A story as it is played: every mail that the desk has sent so far can be answered."""

    folder: Path
    desk: DeskDriver
    sent: list[Sent] = field(default_factory=list)

    def play(self, name: str, expected: Mapping[str, Any]) -> None:
        assert expected.keys() <= _STEP, f"{name}: {expected.keys() - _STEP} means nothing"
        if "after" in expected:
            self.desk.wait(timedelta(**expected["after"]))
        if name.endswith(".eml"):
            self._arrive(name, expected)
        fresh = self.desk.sent()
        self.sent += fresh
        self._check_sent(name, fresh, expected.get("sent", []))
        if "count" in expected:
            assert len(self.desk.cases()) == expected["count"], f"{name}: how many cases there are"
        for wanted in expected.get("cases", []):
            self._check_case(name, wanted)

    def _arrive(self, name: str, expected: Mapping[str, Any]) -> None:
        raw = filled((self.folder / name).read_bytes(), self.desk, self.sent)
        received_at = self.desk.now - timedelta(**expected.get("waited", {}))
        row = self.desk.arrive(raw, mailbox=expected.get("mailbox", "support"), received_at=received_at)
        assert row.error == "", f"{name}: {row.error}"
        assert row.disposition.value == expected["disposition"], f"{name}: {row.detail}"
        assert expected.get("detail", "") in row.detail, name

    def _check_sent(self, name: str, fresh: Sequence[Sent], expected: Sequence[Mapping[str, Any]]) -> None:
        got = sorted((mail.row.kind.value, mail.row.recipient) for mail in fresh)
        assert got == sorted((wanted["kind"], wanted["to"]) for wanted in expected), f"{name}: what was sent"
        for mail in fresh:
            self._check_what_always_holds(f"{name}: {mail.row.kind} to {mail.row.recipient}", mail)
        for wanted in expected:
            mail = next(m for m in fresh if (m.row.kind.value, m.row.recipient) == (wanted["kind"], wanted["to"]))
            _check_mail(f"{name}: {wanted['kind']} to {wanted['to']}", mail, wanted)

    def _check_what_always_holds(self, where: str, sent: Sent) -> None:
        """What no mail of ours may ever break, whatever the story is about."""
        mail, kind = sent.mail, sent.row.kind
        if kind in TO_CUSTOMERS:
            secrets = {token for mail in self.sent for token in REFERENCE.findall(mail.text)}
            members = {key for member in self.desk.runtime.config.team.members for key in member.keys}
            everything = f"{mail.items()} {sent.text} {sent.html}".lower()
            # Whole addresses: a random id of ours may well end like a member's name.
            leaks = [*(members & set(_ADDRESS.findall(everything))), *(x for x in secrets if x in everything)]
            assert not leaks, f"{where}: {leaks} is not for customers"
        if kind is LetterKind.NOTIFICATION:
            addresses = _ADDRESS.findall(" ".join(str(mail[name]) for name in ("From", "To", "Cc", "Reply-To")))
            assert all(x.endswith("@acme.example") for x in addresses), f"{where}: {addresses}"
        by_a_person = kind in (LetterKind.ANSWER, LetterKind.RESOLUTION)
        assert (mail["Auto-Submitted"] is None) is by_a_person, f"{where}: Auto-Submitted"

    def _check_case(self, name: str, wanted: Mapping[str, Any]) -> None:
        got = self.desk.record(self.desk.cases()[wanted["case"] - 1])
        happened = [f"{entry['event']} {entry['detail']}" for entry in got["timeline"]]
        for key, value in wanted.items():
            where = f"{name}: {key} of case {wanted['case']}"
            if key == "timeline":
                for event in value:
                    assert any(line.startswith(event) for line in happened), f"{where}: {event}: {happened}"
            elif key == "messages":
                heads = [f"{message['direction']} {message['role']}" for message in got["messages"]]
                assert heads == value, where
            elif key != "case":
                assert got[key] == value, where


def _check_mail(where: str, sent: Sent, wanted: Mapping[str, Any]) -> None:
    assert wanted.keys() <= _MAIL, f"{where}: {wanted.keys() - _MAIL} means nothing"
    mail, text = sent.mail, " ".join(sent.text.split())
    for words in wanted.get("text", []):
        assert words in text, f"{where}: {words!r} is not in\n{sent.text}"
    for words in wanted.get("html", []):
        assert words in sent.html, f"{where}: {words!r} is not in the HTML\n{sent.html}"
    for words in wanted.get("not", []):
        assert words not in text, f"{where}: {words!r} is in\n{sent.text}"
        assert words not in body(sent), f"{where}: {words!r} is in the HTML\n{sent.html}"
    headers = {**wanted.get("headers", {})}
    headers |= {name: wanted[key] for key, name in _SHORT_FOR.items() if key in wanted}
    for name, value in headers.items():
        assert mail[name] == value, f"{where}: {name}"
    if "attachments" in wanted:
        names = [part.get_filename() for part in mail.walk() if part.get_filename()]
        assert names == wanted["attachments"], f"{where}: attachments"


_SHORT_FOR = {"subject": "Subject", "language": "Content-Language"}


def _read(folder: Path) -> Mapping[str, Any]:
    expected: Mapping[str, Any] = yaml.load(
        (folder / "expect.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    assert {file.name for file in folder.glob("*.eml")} == {x for x in expected["steps"] if x.endswith(".eml")}
    return expected


@contextmanager
def opened(folder: Path, database: Database, rules: str = "", **config: Any) -> Iterator[DeskDriver]:
    """The desk of a story; `rules` is a folder of the project whose files are laid over the shipped rules."""
    if not rules:
        yield DeskDriver.open(folder, database, **config)
        return
    for own in (ROOT / "rules", ROOT / rules):
        shutil.copytree(own, folder / "rules", dirs_exist_ok=True)
    written = write_config(folder, **config)
    written.write_text(written.read_text().replace(f"{ROOT}/rules", "rules"))
    loaded = load_config(written, environ={})
    desk = DeskDriver(Runtime(loaded, database, own_behaviour(loaded)))
    try:
        yield desk
    finally:
        close_own(desk.runtime)


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_story(folder: Path, tmp_path: Path, database: Database) -> None:
    expected = _read(folder)
    with opened(tmp_path, database, **expected.get("config", {})) as desk:
        story = Story(folder, desk)
        for name, step in expected["steps"].items():
            story.play(name, step)
