"""Options that several commands share, and how they become a configuration, a database or a whole desk."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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

    return load_config(path, environ=os.environ, resolve_secrets=secrets)


def open_database(config: "Config") -> "Database":
    """The desk's database, for looking; it must exist."""
    from mailbot.store.database import Database

    return Database.open(config.database)


def open_desk(path: Path, *, secrets: bool) -> "Runtime":
    """Everything a workflow needs, checked as a whole before anything begins."""
    from mailbot.workflows.runtime import Runtime, load_behaviour

    config = load(path, secrets=secrets)
    behaviour = load_behaviour(config)
    return Runtime(config, open_database(config), behaviour)
