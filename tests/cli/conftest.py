"""The command line as its user meets it: arguments in; exit code, standard output and standard error out."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from mailbot.cli import main
from tests.desk import ROOT

SMALL = """\
organisation:
  name: Acme Parcels
  timezone: Europe/Tallinn
  country: EE
  currency: EUR
  business_hours: {mon-fri: "09:00-17:00"}
  languages: [en]
database: sqlite:///data/mailbot.db
mailboxes:
  - name: support
    address: support@acme.example
    imap: {host: imap.acme.example, password: "${IMAP_PASSWORD}"}
    smtp: {host: smtp.acme.example, password: "${SMTP_PASSWORD}"}
team:
  - {name: Mari Tamm, address: mari@acme.example, teams: [logistics, quality, billing, service]}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Mailbot = Callable[..., Answer]


@pytest.fixture
def mailbot(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbot]:
    """Runs one command in this process, as `python -m mailbot` would; anything but an exit code fails the test."""
    for name in ("MAILBOT_CONFIG", "IMAP_PASSWORD", "SMTP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["mailbot", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(int(ended.value.code or 0), said.out, said.err)

    yield run
    structlog.reset_defaults()  # the command's logger writes to a stream that is gone with the test


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small_desk(here: Path) -> Path:
    """A desk in the current folder that speaks English only, which is quick to load."""
    (here / "config.yaml").write_text(SMALL)
    (here / "rules" / "vocabulary").mkdir(parents=True)
    (here / "templates").mkdir()
    for name in ("rules/routing.yaml", "rules/follow_up.yaml", "rules/compensation.yaml", "rules/vocabulary/en.yaml"):
        shutil.copy(ROOT / name, here / name)
    shutil.copytree(ROOT / "templates" / "en", here / "templates" / "en")
    shutil.copy(ROOT / "templates" / "layout.html", here / "templates")
    return here
