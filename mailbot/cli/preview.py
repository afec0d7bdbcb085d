"""`mailbot preview`: a mail of ours before one is ever sent, of an invented case, a mail of yours, or a case."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, config_or_sample, load, open_database
from mailbot.cli.output import safe
from mailbot.core.errors import ConfigurationError, PermanentError
from mailbot.core.spelling import did_you_mean

if TYPE_CHECKING:
    from mailbot.settings.config import Config
    from mailbot.workflows.runtime import Behaviour
    from mailbot.workflows.specimens import Specimen

_OF_A_MAIL = "acknowledgement, notification, referral"


def preview(
    template: Annotated[str, typer.Argument(help="The template: acknowledgement, notification, …")],
    language: Annotated[str | None, typer.Option(help="The language, by its code.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the HTML part to this file.")] = None,
    mail: Annotated[Path | None, typer.Option(help="As it would be written about this mail (.eml).")] = None,
    case: Annotated[str | None, typer.Option(help="As it would be written about this case now.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Show a mail of an invented case, or of a mail or case of yours, before one is sent."""
    from mailbot.workflows.runtime import load_behaviour, shelf_of
    from mailbot.workflows.specimens import invented

    loaded = load(config) if case else config_or_sample(config)
    behaviour = load_behaviour(loaded, shelf=shelf_of(loaded, writable=False))
    _refuse_unknown(template, behaviour.templates.names, "template")
    _refuse_unknown(language or loaded.organisation.languages[0], loaded.organisation.languages, "language")
    with closing(behaviour.readers):
        if case:
            found = _of_case(behaviour, loaded, case, template, language)
        elif mail:
            found = _of_mail(behaviour, loaded, mail, template, language)
        else:
            found = None
    if found:
        typer.echo(safe(f"To: {found.letter.to}"))
    rendered = found.rendered if found else invented(behaviour, loaded, template, language)
    typer.echo(safe(f"Subject: {rendered.subject}\n\n{rendered.text}"))
    if html:
        try:
            html.write_text(rendered.html, encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{html} cannot be written: {error.strerror}") from error
        typer.echo(f"\nHTML: {html}")


def _refuse_unknown(value: str, known: tuple[str, ...], what: str) -> None:
    if value not in known:
        typer.echo(f"there is no {what} {value!r}{did_you_mean(value, known)}; there are {', '.join(known)}", err=True)
        raise typer.Exit(2)


def _of_mail(behaviour: "Behaviour", config: "Config", mail: Path, template: str, language: str | None) -> "Specimen":
    from mailbot.workflows.specimens import specimen

    try:
        raw = mail.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{mail} cannot be read: {error.strerror}") from error
    found = specimen(behaviour, config, raw, template, now=datetime.now(UTC), language=language)
    return _refuse_nothing(found, template, str(mail))


def _of_case(behaviour: "Behaviour", config: "Config", number: str, template: str, language: str | None) -> "Specimen":
    from mailbot.core.letters import LetterKind
    from mailbot.workflows.specimens import follow_up_of, specimen

    now = datetime.now(UTC)
    with closing(open_database(config)) as database, database.read() as tx:
        case = tx.cases.by_number(number.upper())
        if case is None:
            raise PermanentError(f"there is no case {number}")
        if template == LetterKind.FOLLOW_UP:
            return follow_up_of(behaviour, config, case, now, language)
        first = next((message.raw_sha256 for message in tx.cases.messages(case.id) if message.raw_sha256), None)
        raw = tx.ledger.raw(first) if first else b""
    found = specimen(behaviour, config, raw, template, now=now, language=language, known=case)
    return _refuse_nothing(found, template, f"case {case.number}")


def _refuse_nothing(found: "Specimen | None", template: str, about: str) -> "Specimen":
    if found is None:
        raise PermanentError(f"no {template} would be written about {about}; what can follow a mail: {_OF_A_MAIL}")
    return found
