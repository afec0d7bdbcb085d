"""Commands for mail that is stuck: `quarantine` (on its way in) and `outbox` (on its way out)."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, open_database
from mailbot.cli.output import print_json, print_table, safe

quarantine = typer.Typer(no_args_is_help=True)
outbox = typer.Typer(no_args_is_help=True)

Id = Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="The number that `list` shows.")]


@quarantine.command("list")
def quarantine_list(config: ConfigFile = DEFAULT_CONFIG, json: Json = False) -> None:
    """List what is in quarantine, the oldest first."""
    with open_database(load(config)).read() as tx:
        rows = tx.ledger.quarantined()
    if json:
        for row in rows:
            print_json(
                {
                    "id": row.id,
                    "mailbox": row.mailbox,
                    "received_at": row.arrived_at,
                    "size": row.size,
                    "error": row.error,
                }
            )
        return
    print_table(
        [(r.id, r.mailbox, r.arrived_at.isoformat()[:19], r.size, _last_line(r.error)) for r in rows],
        ("id", "mailbox", "received", "bytes", "error"),
    )


@quarantine.command("show")
def quarantine_show(
    number: Id,
    raw: Annotated[bool, typer.Option("--raw", help="Write the mail's bytes to stdout, and nothing else.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Show why a mail is in quarantine, and the mail."""
    with open_database(load(config)).read() as tx:
        row = tx.ledger.get(number)
        content = tx.ledger.raw(row) if row else b""
    if row is None:
        raise _unknown(number)
    if raw:
        sys.stdout.buffer.write(content)
        return
    typer.echo(safe(f"{row.mailbox}, UID {row.uid}, {row.size} bytes, {row.disposition}\n{row.error}\n"))
    typer.echo(safe(content[:4000].decode("utf-8", "replace")))


@quarantine.command("retry")
def quarantine_retry(number: Id, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Handle a mail again; the running desk does it within a minute."""
    with open_database(load(config)).begin() as tx:
        done = tx.ledger.again(number, datetime.now(UTC))
    _say(done, number, "is handled again")


@quarantine.command("release")
def quarantine_release(number: Id, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Take a mail out of quarantine because a person has dealt with it; it is kept."""
    from mailbot.store.ledger import Disposition

    with open_database(load(config)).begin() as tx:
        row = tx.ledger.get(number)
        done = row is not None and row.disposition is Disposition.QUARANTINED
        if done:
            tx.ledger.settle(number, disposition=Disposition.RELEASED, now=datetime.now(UTC), detail="released by hand")
    _say(done, number, "is released")


@outbox.command("list")
def outbox_list(
    state: Annotated[str | None, typer.Option(help="pending, sending, sent, failed, uncertain or cancelled.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """List the newest mails of the outbox."""
    from mailbot.store.outbox import OutboxState

    if state is not None and state not in tuple(OutboxState):
        typer.echo(f"there is no state {state!r}; there are {', '.join(OutboxState)}", err=True)
        raise typer.Exit(2)
    with open_database(load(config)).read() as tx:
        rows = tx.outbox.list(OutboxState(state) if state else None, limit=200)
    if json:
        for row in rows:
            print_json(row)
        return
    print_table(
        [
            (r.id, r.state, r.kind, r.recipient, r.queued_at.isoformat()[:19], r.attempts, r.error or r.answer)
            for r in rows
        ],
        ("id", "state", "kind", "recipient", "queued", "tries", "answer"),
    )


@outbox.command("retry")
def outbox_retry(number: Id, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Send a failed or uncertain mail once more, with the same bytes and Message-ID."""
    with open_database(load(config)).begin() as tx:
        done = tx.outbox.again(number, datetime.now(UTC))
    _say(done, number, "is sent again")


@outbox.command("cancel")
def outbox_cancel(number: Id, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Never send a mail that is still pending."""
    with open_database(load(config)).begin() as tx:
        done = tx.outbox.cancel(number, datetime.now(UTC))
    _say(done, number, "is cancelled")


def _say(done: bool, number: int, what: str) -> None:
    if not done:
        raise _unknown(number)
    typer.echo(f"{number} {what}")


def _unknown(number: int) -> typer.Exit:
    typer.echo(f"{number} is not there, or not in a state that allows it; `list` shows what is", err=True)
    return typer.Exit(1)


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1][:100] if text.strip() else ""
