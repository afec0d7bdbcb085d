"""`mailbot init`: a configuration, rules and templates to start from."""

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from mailbot.core.errors import ConfigurationError

_SHIPPED = ("config.yaml", "rules", "templates")


def init(directory: Annotated[Path, typer.Argument(help="Where to write them.")] = Path()) -> None:
    """Write a commented config.yaml, rules/ and templates/ to start from; what is there already stays as it is."""
    source = shipped("")
    try:
        for name in _SHIPPED:
            for path in _files_of(source / name):
                _copy(path, directory / path.relative_to(source))
    except OSError as error:
        raise ConfigurationError(f"{error.filename} cannot be written: {error.strerror}") from error
    typer.echo(
        f"\nNext:\n  1. edit {directory / 'config.yaml'}: your organisation, mailboxes and team\n"
        "  2. set the passwords that it names, for example: export IMAP_PASSWORD=… SMTP_PASSWORD=…\n"
        f"  3. mailbot check --config {directory / 'config.yaml'}\n"
        f"  4. mailbot run --config {directory / 'config.yaml'}"
    )


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        typer.echo(f"kept   {target}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    typer.echo(f"wrote  {target}")


def _files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(inner for inner in path.rglob("*") if inner.is_file())


def shipped(name: str) -> Path:
    """Where a shipped file or folder is: in the package once it is installed, beside it in the source tree."""
    package = Path(str(files("mailbot")))
    installed = package / "shipped"
    return (installed if installed.is_dir() else package.parent) / name
