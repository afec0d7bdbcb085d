"""A small desk on disk, to be spoilt in one place at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
organisation:
  name: Acme Parcels
  timezone: Europe/Tallinn
  country: EE
  currency: EUR
  business_hours: {mon-fri: "09:00-17:00"}
  languages: [en, et]
mailboxes:
  - name: support
    address: support@acme.example
    imap: {host: imap.acme.example, password: "${IMAP_PASSWORD}"}
    smtp: {host: smtp.acme.example, password: "${SMTP_PASSWORD}"}
team:
  - {name: Mari Tamm, address: mari@acme.example, teams: [logistics]}
"""

Desk = Callable[..., Path]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Writes the good config with some words replaced; the current folder is the desk's."""
    monkeypatch.chdir(tmp_path)
    for folder in ("rules", "templates/en", "templates/et"):
        (tmp_path / folder).mkdir(parents=True)

    def write(*replacements: tuple[str, str], more: str = "", mode: int = 0o644) -> Path:
        text = GOOD
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "config.yaml"
        path.write_text(text + more)
        path.chmod(mode)
        return path

    return write
