"""What a check of a well-formed config.yaml is given, and what it gives back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailbot.settings.config_schema import ConfigModel, ServerModel
from mailbot.settings.references import Resolved
from mailbot.yaml_file import At


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at a value, or at its key."""

    at: At
    message: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The config as it was written: well-formed, and not yet believed."""

    model: ConfigModel
    resolved: Resolved
    path: Path

    @property
    def folder(self) -> Path:
        """What relative paths in the config are relative to."""
        return self.path.parent

    @property
    def servers(self) -> Iterator[tuple[At, ServerModel]]:
        """Every server, with its place."""
        for number, mailbox in enumerate(self.model.mailboxes):
            yield ("mailboxes", number, "imap"), mailbox.imap
            yield ("mailboxes", number, "smtp"), mailbox.smtp
        if self.model.alerts and self.model.alerts.smtp:
            yield ("alerts", "smtp"), self.model.alerts.smtp
