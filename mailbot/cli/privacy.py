"""Commands for the rights of people over their data: `export`, `forget`."""

import os
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, open_database
from mailbot.cli.output import print_json, print_table, safe

if TYPE_CHECKING:
    from mailbot.core.erasure import Counts


def export(
    out: Annotated[Path, typer.Option("--out", help="The archive to write, readable by its owner alone.")],
    number: Annotated[str | None, typer.Argument(help="A case, with all that belongs to it.")] = None,
    customer: Annotated[
        str | None, typer.Option(help="Instead: what this customer may have of all their cases.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Write a case, or all that is a customer's, into an archive with a proof that nothing in it was changed."""
    from mailbot.workflows.export import export_case, export_customer

    if (number is None) == (customer is None):
        raise typer.BadParameter("give either the number of a case or --customer")
    loaded = load(config)
    with closing(open_database(loaded)) as database, database.read() as tx:
        if customer is not None:
            content = export_customer(tx, loaded, customer)
        else:
            case = tx.cases.by_number((number or "").strip("[] ").upper())
            content = export_case(tx, loaded, case) if case else None
    if content is None:
        typer.echo(f"there is no case {number}" if number else f"no case is known of {customer}", err=True)
        raise typer.Exit(1)
    _write(out, content)


def _write(out: Path, content: bytes) -> None:
    """A file of its own for its owner alone; what stood there before is replaced as a whole."""
    descriptor, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(temporary).replace(out)


def forget(
    address: Annotated[str, typer.Argument(help="Whose data is to be erased.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased, and erase nothing.")] = False,
    on_server: Annotated[bool, typer.Option("--on-server", help="Delete their mail on the mail server too.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Erase what is known of a person, for good; exit 1 if a case is on legal hold, or something remains."""
    from mailbot import log

    log.configure("error")
    if dry_run:
        return _preview(address, config, json=json)
    _erase(address, config, on_server=on_server, json=json)


def _preview(address: str, config: ConfigFile, *, json: bool) -> None:
    from mailbot.workflows.forget import outlook
    from mailbot.workflows.forget_on_server import count_on_server

    loaded = load(config)
    with closing(open_database(loaded)) as database:
        found = outlook(database, loaded.privacy, address, datetime.now(UTC))
        on_server = count_on_server(database, address)
    _show(
        found.erased,
        json=json,
        would=True,
        notes={
            "other_addresses": list(found.other_addresses),
            "named_in": list(found.named_in),
            "on_server": on_server,
        },
    )


def _erase(address: str, config: ConfigFile, *, on_server: bool, json: bool) -> None:
    from collections import Counter

    from mailbot.workflows.forget import forget as erase
    from mailbot.workflows.forget import outlook
    from mailbot.workflows.forget_on_server import count_on_server, delete_on_server

    now = datetime.now(UTC)
    left: tuple[str, ...] = ()
    loaded = load(config, secrets=on_server)
    privacy = loaded.privacy
    if privacy.on_server and not on_server:
        loaded = load(config, secrets=True)
    with closing(open_database(loaded)) as database:
        before = outlook(database, privacy, address, now)
        on_server_now = count_on_server(database, address)
        if on_server or privacy.on_server:
            left, on_server_now = delete_on_server(loaded, database, address), 0
        counts: Counts = sum(erase(database, privacy, address, now), Counter())
    _show(
        counts,
        json=json,
        would=False,
        notes={
            "other_addresses": list(before.other_addresses),
            "named_in": list(before.named_in),
            "on_server": list(left) or on_server_now,
        },
    )
    raise typer.Exit(1 if left else 0)


def _show(counts: "Counts", *, json: bool, would: bool, notes: dict[str, object]) -> None:
    found = {what: count for what, count in sorted(counts.items()) if count}
    if json:
        print_json({"dry_run": would, "erased": found, **notes})
        return
    print_table([(what, str(count)) for what, count in found.items()], ("would be erased" if would else "erased", ""))
    if notes["other_addresses"]:
        typer.echo(safe(f"known under other addresses too: {_listed(notes['other_addresses'])}"))
    if notes["named_in"]:
        typer.echo(f"others have written the address in: {_listed(notes['named_in'])}")
    if notes["on_server"]:
        typer.echo(safe(f"still on the mail server: {_listed(notes['on_server'])}"))


def _listed(found: object) -> str:
    return ", ".join(map(str, found)) if isinstance(found, list) else f"{found} mails; --on-server deletes them"
