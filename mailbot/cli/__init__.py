"""The commands: thin; they parse arguments, call a workflow and print.

Heavy rooms are imported when a command needs them, so that `--help` is quick.
"""

import sys

import typer

from mailbot.cli import demo, desk, init, look, queues, read, rules
from mailbot.core.errors import ConfigurationError, MailbotError

app = typer.Typer(
    help="A complaint desk by mail alone.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("check")(desk.check)
app.command("run")(desk.run)
app.command("once")(desk.once)
app.command("inspect")(read.inspect)
app.command("preview")(read.preview)
app.command("cases")(look.cases)
app.command("case")(look.case)
app.command("explain")(look.explain)
app.command("verify")(look.verify)
app.command("status")(look.status)
app.add_typer(rules.app, name="rules", help="Validate the rules.")
app.add_typer(queues.quarantine, name="quarantine", help="Mail that could not be processed.")
app.add_typer(queues.outbox, name="outbox", help="Mail that is to be sent.")
app.add_typer(desk.db, name="db", help="The database.")


def main() -> None:
    """Run one command; exit 0 when done, 1 when it found problems, 2 for wrong usage or an invalid configuration."""
    try:
        app()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except MailbotError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
