"""Commands that run a desk: `run`, `once`, `check`, `db upgrade`."""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, open_desk
from mailbot.cli.output import print_json, safe

db = typer.Typer(no_args_is_help=True)


def run(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Run the desk until it is stopped (SIGTERM or Ctrl-C)."""
    with _what_stays():
        from mailbot import daemon, log

        log.configure()
        runtime = open_desk(config, secrets=True)
    with closing(runtime):
        daemon.run(runtime)


def once(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Do everything that is due now, then exit: fetch all, process, send, follow up."""
    with _what_stays():
        from mailbot import log
        from mailbot.workflows.once import once as do_once

        log.configure()
        runtime = open_desk(config, secrets=True)
    with closing(runtime):
        failures = do_once(runtime)
    for mailbox, error in failures:
        typer.echo(f"{mailbox}: {error}", err=True)
    raise typer.Exit(1 if failures else 0)


def check(
    with_probe: Annotated[bool, typer.Option("--probe/--no-probe", help="Let each desk send a mail to itself.")] = True,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Look over configuration, rules, templates, database and servers; say what to do about what is wrong."""
    from mailbot import log
    from mailbot.workflows.check import check_desk, exit_code

    log.configure("error")
    findings = check_desk(lambda secrets: load(config, secrets=secrets), now=datetime.now(UTC), with_probe=with_probe)
    if json:
        print_json(findings)
    else:
        for finding in findings:
            typer.echo(safe(f"{finding.level:<5} {finding.what}: {finding.detail}"))
    raise typer.Exit(exit_code(findings))


@db.command()
def upgrade(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Bring the database's tables to this version of mailbot."""
    from mailbot.store.database import Database

    database = Database.open(load(config).database, upgrade=False)
    database.upgrade()
    database.close()


@contextmanager
def _what_stays() -> Iterator[None]:
    """What is made inside is never looked at for garbage, neither now nor later."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
