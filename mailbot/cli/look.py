"""Commands that look into a desk: `cases`, `case`, `explain`, `verify`, `status`."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, moment_after, open_database, open_desk
from mailbot.cli.output import print_json, print_table, safe

if TYPE_CHECKING:
    from mailbot.core.case import Case
    from mailbot.store.database import Database

StateName = Literal["new", "open", "waiting", "resolved", "closed"]
"""Those of `core.case.State`, which takes long to import."""


def cases(
    state: Annotated[StateName | None, typer.Option(help="Only cases in this state.")] = None,
    team: Annotated[str | None, typer.Option(help="Only cases of this team.")] = None,
    problem: Annotated[str | None, typer.Option(help="Only cases of this problem.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases with a deadline that has passed.")] = False,
    due_within: Annotated[
        str | None, typer.Option(help="Only cases with a deadline that will pass within that time, like 5d.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Each with what `case` shows.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many, the newest.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """List cases, the newest first."""
    from mailbot.core.case import State
    from mailbot.core.forecast import coming_due
    from mailbot.workflows import record

    now = datetime.now(UTC)
    until = moment_after(now, due_within) if due_within else None
    with _database(config).read() as tx:
        passed = now if overdue else until
        most = None if until else limit
        found = tx.cases.find(
            state=State(state) if state else None, team=team, problem=problem, overdue_at=passed, limit=most
        )
        if until:
            found = tuple(case for case in found if coming_due(case, now, until))[:limit]
        if full or json:
            for case in found:
                shown = record.full(tx, case) if full else record.head(case)
                print_json(shown | ({"due": record.due(case, now, until)} if until else {}))
            return
    if until:
        return _show_forecast(found, now, until)
    rows = [(c.number, c.state, c.priority, c.type, c.team or "–", c.customer.address, c.subject[:50]) for c in found]
    print_table(rows, ("number", "state", "priority", "type", "team", "customer", "subject"))


def case(
    number: Annotated[str, typer.Argument(help="The case's number, like AP-10234.")],
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Show one case with its messages, deadlines and timeline."""
    from mailbot.workflows import record

    with _database(config).read() as tx:
        found = tx.cases.by_number(number.strip("[] ").upper())
        shown: dict[str, Any] | None = record.full(tx, found) if found else None
    if shown is None:
        typer.echo(f"there is no case {number}; `mailbot cases` lists them", err=True)
        raise typer.Exit(1)
    print_json(shown) if json else _show_case(shown)


def explain(
    wanted: Annotated[str, typer.Argument(metavar="NUMBER|MESSAGE-ID", help="A case's number or a mail's Message-ID.")],
    all_rules: Annotated[bool, typer.Option("--all", help="Every rule with all its reasons.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Say why: what became of a mail, how it was threaded, what each rule said by the book that was in force."""
    from mailbot import log
    from mailbot.cli.explanation import show_explanation
    from mailbot.workflows.explain import explain as find_out

    log.configure("error")
    with closing(open_desk(config, secrets=False)) as runtime, runtime.database.read() as tx:
        found: dict[str, Any] | None = find_out(tx, runtime, wanted)
    if found is None:
        typer.echo(f"no mail and no case is known as {wanted}", err=True)
        raise typer.Exit(1)
    print_json(found) if json else show_explanation(found, all_rules=all_rules)


def verify(config: ConfigFile = DEFAULT_CONFIG, json: Json = False) -> None:
    """Compare inbox, ledger and outbox; exit 1 if there is a gap."""
    from mailbot import log
    from mailbot.workflows.verify import verify as reconcile

    log.configure("error")
    with closing(open_desk(config, secrets=True)) as runtime:
        verdict = reconcile(runtime, datetime.now(UTC))
    if json:
        print_json(verdict)
    else:
        for name, counts in (("ledger", verdict.ledger), ("outbox", verdict.outbox)):
            typer.echo(f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(counts.items())) or 'empty'}")
        for gap in verdict.gaps:
            typer.echo(safe(f"GAP  {gap}"))
    raise typer.Exit(1 if verdict.gaps else 0)


def status(config: ConfigFile = DEFAULT_CONFIG, json: Json = False) -> None:
    """Show how a desk is doing: what waits, and when each mailbox was last looked into."""
    from mailbot.workflows.status import status_of

    loaded = load(config)
    database = open_database(loaded)
    with database.read() as tx:
        found = status_of(tx, loaded)
    if json:
        print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {_in_words(value)}")


def _show_forecast(found: "Iterable[Case]", now: datetime, until: datetime) -> None:
    """What will be missed first, at the top: one line a deadline."""
    from mailbot.core.forecast import coming_due

    lines = [(deadline.due_at, deadline.kind, case) for case in found for deadline in coming_due(case, now, until)]
    rows = [
        (f"{due_at:%Y-%m-%d %H:%M}Z", clock, c.sla or "–", c.number, c.state, c.team or "–", c.assignee or "–")
        for due_at, clock, c in sorted(lines, key=lambda line: line[0])
    ]
    print_table(rows, ("due", "clock", "sla", "number", "state", "team", "assignee"))


def _database(config: Any) -> "Database":
    return open_database(load(config))


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_in_words(inner)}" for name, inner in value.items()) or "–"
    return "–" if value is None else str(value)


def _offer_in_words(offer: dict[str, Any]) -> str:
    sum_ = f" {offer['amount']} {offer['currency']}" if offer["amount"] else ""
    approved = f", approved by {', '.join(offer['approved_by'])}" if offer["approved_by"] else ""
    due = f", due {offer['due_at']}" if offer["due_at"] else ""
    return f"{offer['remedy']}{sum_}, {offer['state']}, by {offer['by']}{approved}{due}"


def _show_case(shown: dict[str, Any]) -> None:
    customer = shown["customer"]
    typer.echo(safe(f"{shown['number']}  {shown['subject']}\n{customer['name']} <{customer['address']}>"))
    facts = (
        "state",
        "priority",
        "severity",
        "type",
        "language",
        "team",
        "assignee",
        "order_number",
        "amount",
        "problem",
        "cause",
        "sla",
        "on_hold",
        "opened_at",
    )
    typer.echo("  ".join(f"{name}: {shown[name]}" for name in facts if shown[name]))
    for deadline in shown["deadlines"]:
        typer.echo(f"due: {deadline['kind']} {deadline['due_at']}{' (done)' if deadline['met_at'] else ''}")
    if shown["promised_at"]:
        typer.echo(f"promised: an answer by {shown['promised_at']}")
    for offer in shown["offers"]:
        typer.echo(f"offer {offer['number']}: {_offer_in_words(offer)}")
    for link in shown["links"]:
        typer.echo(f"link: {link['kind']} {link['number']}")
    for message in shown["messages"]:
        head = "  ".join(message[name] for name in ("at", "direction", "role", "author"))
        typer.echo(safe(f"\n── {head}\n{message['text']}"))
    typer.echo("\ntimeline")
    rows = [(e["at"][:19], e["event"], e["by"], e["detail"]) for e in shown["timeline"]]
    print_table(rows, ("at", "event", "by", "detail"))
