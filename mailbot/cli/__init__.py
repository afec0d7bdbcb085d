"""The commands: thin; they parse arguments, call a workflow and print.

Heavy rooms are imported when a command needs them, so that `--help` is quick.
"""

import io
import signal
import sys
from typing import Annotated, TextIO

import typer

from mailbot.cli import backup, demo, desk, init, learn, look, offers, preview, privacy, queues, read, repair, rules
from mailbot.core.errors import ConfigurationError, MailbotError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"mailbot {version('mailbot')}")
        raise typer.Exit


@app.callback()
def mailbot(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A complaint desk by mail alone."""


app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("check")(desk.check)
app.command("run")(desk.run)
app.command("once")(desk.once)
app.command("inspect")(read.inspect)
app.command("preview")(preview.preview)
app.command("cases")(look.cases)
app.command("case")(look.case)
app.command("offers")(offers.offers)
app.command("explain")(look.explain)
app.command("verify")(look.verify)
app.command("status")(look.status)
app.command("export")(privacy.export)
app.command("forget")(privacy.forget)
app.command("learn")(learn.learn)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("merge")(repair.merge)
app.command("split")(repair.split)
app.command("move")(repair.move)
app.add_typer(rules.app, name="rules", help="Validate the rules, try them on past cases, and go back to earlier ones.")
app.add_typer(queues.quarantine, name="quarantine", help="Mail that could not be processed.")
app.add_typer(queues.outbox, name="outbox", help="Mail that is to be sent.")
app.add_typer(desk.db, name="db", help="The database.")


def main() -> None:
    """Run one command; exit 0 when done, 1 when it found problems, 2 for wrong usage or an invalid configuration."""
    # Ctrl-C ends a command where it stands, as a crash would: nothing is lost by that. As an exception it can surface
    # as another one, in the midst of an import. A command that has more to do sets its own handler.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        _take_any_text(stream)
    try:
        app()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except (MailbotError, OSError) as error:  # an OSError: a disk or a network does not do its part
        print(error, file=sys.stderr)
        sys.exit(1)


def _take_any_text(stream: TextIO) -> None:
    """Mail and file names hold what the terminal's encoding does not: UTF-8, and what even that lacks as \\uXXXX."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
