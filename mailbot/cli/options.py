"""Options that several commands share, and how they become a configuration, a database or a whole desk."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.core.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from mailbot.settings.config import Config
    from mailbot.store.database import Database
    from mailbot.workflows.runtime import Runtime

ConfigFile = Annotated[
    Path, typer.Option("--config", envvar="MAILBOT_CONFIG", help="The configuration file.", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output, and nothing else, to stdout.")]
DEFAULT_CONFIG = Path("config.yaml")


def load(path: Path, *, secrets: bool = False) -> "Config":
    """The configuration; `secrets` are resolved only for a command that connects to a server."""
    from mailbot.settings.config_file import load_config
    from mailbot.yaml_file import shown

    if not path.exists():
        advice = "`mailbot init` writes one to start from; --config or MAILBOT_CONFIG name one that is elsewhere"
        raise ConfigurationError([Problem(shown(path), 1, 1, f"there is no such file: {advice}")])
    return load_config(path, environ=os.environ, resolve_secrets=secrets)


def config_or_sample(path: Path) -> "Config":
    """The configuration or, where nobody has written one, the shipped sample: for commands that need no mailbox."""
    from mailbot.cli.init import shipped

    return load(path if path.exists() or path != DEFAULT_CONFIG else shipped("config.yaml"))


def open_database(config: "Config") -> "Database":
    """The desk's database, with the tables of this version; made empty where there is none yet."""
    from mailbot.store.database import Database

    return Database.open(config.database, old_mail=config.old_mail_folder)


def moment_before(now: datetime, span: str) -> datetime:
    """What `--since 90d` names: so many hours (h), days (d) or weeks (w) before now."""
    return now - _length("--since", span, "90d")


def moment_after(now: datetime, span: str) -> datetime:
    """What `--due-within 5d` names: so many hours (h), days (d) or weeks (w) from now on."""
    return now + _length("--due-within", span, "5d")


def _length(option: str, span: str, like: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", span.strip(), re.ASCII)
    if found is None:
        raise typer.BadParameter(f'{option}: found "{span}", expected a number with h, d or w, like {like}')
    unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
    return int(found[1]) * unit


def open_desk(path: Path, *, secrets: bool) -> "Runtime":
    """Everything a workflow needs, checked as a whole before anything begins.

    Where the rules or the templates have mistakes, the last ones that were in force.
    """
    from mailbot.memory import give_back
    from mailbot.workflows.reload import open_runtime

    give_back()
    config = load(path, secrets=secrets)
    return open_runtime(config, open_database(config))
