"""`mailbot learn`: let the desk learn from its own cases."""

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, moment_before, open_desk
from mailbot.cli.output import print_json, print_table
from mailbot.core.errors import ConfigurationError

if TYPE_CHECKING:
    from mailbot.workflows.learn import Learnt


def learn(
    since: Annotated[str, typer.Option(help="From how far back, like 90d or 52w.")] = "104w",
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Train on the shipped corpus and on the desk's own cases; a model that is no better is not taken."""
    try:
        from mailbot.workflows.learn import FEWEST, TooFewError, texts_in
        from mailbot.workflows.learn import learn as learn_from_cases
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is missing: pip install 'mailbot[learn]'") from None
    from mailbot.cli.init import shipped

    begin = moment_before(datetime.now(UTC), since)
    corpus = texts_in(shipped("corpus"))
    typer.echo("reading past mails, then training: this takes some minutes", err=True)
    try:
        with closing(open_desk(config, secrets=False)) as runtime:
            learnt = learn_from_cases(runtime, corpus, since=begin)
    except TooFewError as few:
        typer.echo(
            f"{few.found} cases say what they are (corrected with #type, or resolved); {FEWEST} are needed", err=True
        )
        raise typer.Exit(1) from None
    print_json(_as_object(learnt)) if json else _show(learnt)


def _show(learnt: "Learnt") -> None:
    typer.echo(
        f"{learnt.mails} mails of your own, {learnt.corrected} of them corrected by members; "
        f"measured by the {learnt.held_out} that are never learnt from:\n"
    )
    before, after = learnt.before, learnt.after
    print_table(
        [
            ("complaint or not", str(before.complaint), str(after.complaint)),
            ("type", str(before.type), str(after.type)),
            ("type, macro-F1", f"{before.macro_f1:.3f}", f"{after.macro_f1:.3f}"),
        ],
        ("", "before", "after"),
    )
    typer.echo("\nthe new model is in use" if learnt.adopted else "\nthe new model is no better: the old one stays")


def _as_object(learnt: "Learnt") -> dict[str, object]:
    return {
        "mails": learnt.mails,
        "corrected": learnt.corrected,
        "held_out": learnt.held_out,
        **{
            name: {"complaint": f.complaint.value, "type": f.type.value, "type_macro_f1": f.macro_f1}
            for name, f in (("before", learnt.before), ("after", learnt.after))
        },
        "adopted": learnt.adopted,
    }
