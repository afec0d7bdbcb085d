"""`mailbot rules …`: are the rules as they should be? `rule_books` tells of past ones, and of what others would do."""

import sys
from typing import Annotated

import typer

from mailbot.cli import rule_books, rule_tests
from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load
from mailbot.cli.output import print_json, safe
from mailbot.core.errors import ConfigurationError
from mailbot.core.spelling import did_you_mean

app = typer.Typer(no_args_is_help=True)


@app.callback()
def rules() -> None:
    """Validate the rules, try them on past cases, and go back to earlier ones."""


@app.command()
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when there is a warning.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Check every file under rules/ and templates/: mistakes (exit 2), and warnings about what does nothing."""
    from mailbot.settings.review import review
    from mailbot.workflows.runtime import sound

    try:
        loaded = load(config)
        behaviour = sound(loaded)
    except ConfigurationError as error:
        if not json:
            raise
        print_json({"valid": False, "problems": list(error.problems)})
        sys.exit(2)
    book = behaviour.rule_book
    warnings = review(loaded, book, behaviour.templates.acknowledgements)
    if json:
        found = {"version": book.version, "rules": len(book.rules), "files": list(book.files), "warnings": [*warnings]}
        print_json({"valid": True, **found})
    else:
        for warning in warnings:
            typer.echo(safe(f"warning: {warning}"))
        typer.echo(f"{len(book.rules)} rules in {len(book.files)} files are valid, version {book.version}")
    raise typer.Exit(1 if strict and warnings else 0)


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="Of which file.")] = "rules", config: ConfigFile = DEFAULT_CONFIG
) -> None:
    """Print the JSON Schema of a file with your look-ups: rules, sla, compensation, stages, or another file's name."""
    from mailbot.settings.rule_schema import SCHEMAS, schema_of

    if kind not in SCHEMAS:
        raise typer.BadParameter(f'found "{kind}", expected one of {", ".join(SCHEMAS)}{did_you_mean(kind, SCHEMAS)}')
    without = config == DEFAULT_CONFIG and not config.exists()
    print_json(schema_of(kind, () if without else load(config).columns))


app.command("test")(rule_tests.try_rules)
for command in (rule_books.history, rule_books.rollback, rule_books.shadow, rule_books.replay):
    app.command()(command)
