"""`mailbot offers`: the ledger of what customers were offered, for people, programs and spreadsheets."""

import sys
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, moment_before, open_database
from mailbot.cli.output import print_json, print_table

StepName = Literal["proposed", "approved", "offered", "accepted", "declined", "fulfilled", "cancelled"]
"""Those of `core.offers.Step`, which takes long to import."""

_SHOWN = ("id", "at", "case", "offer", "step", "remedy", "amount", "currency", "customer", "team", "by", "reason")
_SUMMED = ("by", "value", "currency", "promised", "accepted", "fulfilled")
_DAYS = "A day like 2026-11-01 in the organisation's zone, or so long ago: 90d."


def offers(
    file: Annotated[Path | None, typer.Argument(help="Where --csv writes to; stdout without it.")] = None,
    case: Annotated[str | None, typer.Option(help="Only offers of this case.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only offers to this address.")] = None,
    team: Annotated[str | None, typer.Option(help="Only offers of this team.")] = None,
    step: Annotated[StepName | None, typer.Option(help="Only this step.")] = None,
    since: Annotated[str | None, typer.Option(help=f"From then on. {_DAYS}")] = None,
    until: Annotated[str | None, typer.Option(help="Until then, that day included.")] = None,
    sums: Annotated[bool, typer.Option("--sums", help="Sums by case, customer, team and month.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, or write it to FILE.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """List every step of every offer, oldest first, or what they come to."""
    from mailbot.core.offers import Step
    from mailbot.workflows import ledger_export as export

    _refuse_together(file=file, csv=csv, json=json, sums=sums, step=step)
    loaded = load(config)
    zone, now = loaded.organisation.calendar.zone, datetime.now(UTC)
    chosen = export.Chosen(
        case_number=case.strip("[] ").upper() if case else None,
        customer=customer,
        team=team,
        step=Step(step) if step else None,
        since=_moment("--since", since, zone, now),
        until=_moment("--until", until, zone, now, days=1),
    )
    with open_database(loaded).read() as tx:
        lines = () if sums else export.steps(tx, chosen)
        summed = export.sums_of(tx, chosen, zone) if sums else ()
    if csv:
        _write(export.as_csv(lines), file)
    elif sums:
        _show([{name: getattr(line, name) for name in _SUMMED} for line in summed], _SUMMED, json=json)
    else:
        _show([export.as_record(line) for line in lines], _SHOWN, json=json)


def _refuse_together(*, file: Path | None, csv: bool, json: bool, sums: bool, step: str | None) -> None:
    if file and not csv:
        raise typer.BadParameter("a file is written with --csv only")
    if csv and (json or sums):
        raise typer.BadParameter("--csv goes neither with --json nor with --sums")
    if sums and step:
        raise typer.BadParameter("--sums counts every step: leave --step out")


def _moment(name: str, written: str | None, zone: tzinfo, now: datetime, *, days: int = 0) -> datetime | None:
    """The beginning of the day that is written, `days` later; or so long before now."""
    if written is None:
        return None
    try:
        day = date.fromisoformat(written.strip()) + timedelta(days=days)
    except (ValueError, OverflowError):
        return _so_long_ago(name, written, now)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _so_long_ago(name: str, written: str, now: datetime) -> datetime:
    try:
        return moment_before(now, written)
    except (typer.BadParameter, OverflowError):
        raise typer.BadParameter(f'{name}: found "{written}", expected a day like 2026-11-01 or 90d') from None


def _write(table: bytes, file: Path | None) -> None:
    if file:
        file.write_bytes(table)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(table)
    sys.stdout.buffer.flush()


def _show(records: list[Any], columns: tuple[str, ...], *, json: bool) -> None:
    if json:
        for record in records:
            print_json(record)
        return
    print_table([["–" if record[name] is None else record[name] for name in columns] for record in records], columns)
