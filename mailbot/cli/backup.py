"""`mailbot backup` and `mailbot restore`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load
from mailbot.cli.output import print_json


def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Write a consistent copy of the desk, which may run meanwhile: database, rules, templates, configuration."""
    from mailbot.workflows.backup import back_up

    manifest = back_up(load(config), directory, datetime.now(UTC))
    if json:
        print_json(manifest)
        return
    typer.echo(f"backup of {manifest.at}: {manifest.rows.get('cases', 0)} cases, {len(manifest.files)} files")
    _say_what_is_left_out(manifest.left_out.items())


def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `mailbot backup` has written.")],
    lost_at: Annotated[
        datetime | None,
        typer.Option(help="When the lost desk worked last, in UTC: mail that came later is answered as usual."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Set a database aside that holds cases.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Put a backup in place; at its next start the desk takes up from its mailboxes what has happened since."""
    from mailbot.workflows.backup import read_manifest
    from mailbot.workflows.restore import put_files
    from mailbot.workflows.restore import restore as put_in_place

    manifest = read_manifest(directory)
    for name in put_files(directory, manifest, config):
        typer.echo(f"wrote  {name}", err=True)
        if name == "config.yaml":
            _say_what_is_left_out(manifest.left_out.items())
    moment = lost_at.replace(tzinfo=UTC) if lost_at else None
    done = put_in_place(load(config), directory, manifest, datetime.now(UTC), lost_at=moment, force=force)
    if json:
        print_json(done)
        return
    typer.echo(f"restored the backup of {manifest.at}; mails of the outbox that are uncertain now: {done.doubted}")
    if done.set_aside:
        typer.echo(f"the old database is now {done.set_aside}")
    typer.echo("start the desk (`mailbot run`): before it sends anything it reads again what has come and gone since")


def _say_what_is_left_out(left_out: Iterable[tuple[str, str]]) -> None:
    for where, variable in left_out:
        typer.echo(f"config.yaml: the secret at {where} is not in the backup: ${{{variable}}} stands for it", err=True)
