"""Commands about past and future rules: `rules history`, `rules rollback`, `rules shadow`, `rules replay`."""

import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, load, moment_before, open_database
from mailbot.cli.output import print_json, print_table, safe

if TYPE_CHECKING:
    from mailbot.workflows.history import Chapter
    from mailbot.workflows.replay import Changed, Comparison
    from mailbot.workflows.shadow import Watched

_Version = Annotated[str | None, typer.Argument(help="A version, or how one begins.")]


def history(version: _Version = None, config: ConfigFile = DEFAULT_CONFIG, json: Json = False) -> None:
    """List the rule books that were in force, the newest first; of one VERSION, show what it changed."""
    from mailbot.workflows import history as past

    with closing(open_database(load(config))) as database, database.read() as tx:
        if version is None:
            _show_chapters(past.history(tx), json=json)
            return
        before, changes = past.difference(tx, version)
    if json:
        print_json({"version": version, "before": before, "diff": changes})
    else:
        typer.echo(safe("\n".join(changes.values()) or "nothing was changed"))


def rollback(
    version: _Version = None,
    force: Annotated[
        bool, typer.Option("--force", help="Keep what is on disk in the history, then replace it.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Put the files of VERSION, or of the book before the present one, back in place; a running desk goes by them."""
    from mailbot.workflows.history import roll_back

    loaded = load(config)
    with closing(open_database(loaded)) as database:
        target, changed = roll_back(loaded, database, version, force=force, now=datetime.now(UTC))
    if json:
        print_json({"version": target, "changed": changed})
        return
    typer.echo(f"{len(changed)} files are those of version {target} again; a running desk goes by them in two seconds")
    for name in changed:
        typer.echo(f"  {name}")


def shadow(
    since: Annotated[str, typer.Option(help="How far back: 24h, 30d, 8w.")] = "30d",
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Show what rules with `shadow: true` would have changed, on which cases."""
    from mailbot.workflows.shadow import watched

    start = moment_before(datetime.now(UTC), since)
    with closing(open_database(load(config))) as database:
        rules = watched(database, start)
    if json:
        print_json([_watched_object(rule) for rule in rules])
        return
    if not rules:
        typer.echo("no rule in shadow has matched")
    for rule in rules:
        _show_watched(rule)


def replay(
    since: Annotated[str, typer.Option(help="How far back: 24h, 90d, 12w.")] = "90d",
    rules: Annotated[Path | None, typer.Option(help="Another folder than that of the configuration.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Try the rules on disk on past cases, and show what they would decide otherwise; nothing is changed."""
    from mailbot import log
    from mailbot.workflows.replay import replay as try_again
    from mailbot.workflows.runtime import Runtime, load_behaviour, shelf_of

    log.configure("error")
    loaded, began = load(config), time.monotonic()
    start = moment_before(datetime.now(UTC), since)
    if rules is not None:
        loaded = replace(loaded, rules=rules.absolute())
    behaviour = load_behaviour(loaded, shelf=shelf_of(loaded, writable=False))
    with closing(Runtime(loaded, open_database(loaded), behaviour)) as runtime:
        found = try_again(runtime, start, progress=_progress)
    seconds = round(time.monotonic() - began, 1)
    if json:
        print_json(_comparison_object(found, start, seconds))
    else:
        _show_comparison(found, start, seconds)


def _progress(cases: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{cases:,} cases")
        sys.stderr.flush()


def _show_chapters(chapters: "Iterable[Chapter]", *, json: bool) -> None:
    if json:
        print_json([*chapters])
        return
    rows = [
        (
            chapter.version,
            _moment(chapter.since) if chapter.since else "never in force",
            _moment(chapter.until) if chapter.until else "–",
            chapter.author or "–",
            chapter.cases,
            "; ".join(_what_changed(chapter)) or "–",
        )
        for chapter in chapters
    ]
    print_table(rows, ("version", "from", "until", "by", "cases", "what changed"))


def _what_changed(chapter: "Chapter") -> Iterable[str]:
    for what, names in (("added", chapter.added), ("removed", chapter.removed), ("changed", chapter.changed)):
        if names:
            yield f"{what}: {', '.join(f'“{name}”' for name in names)}"
    if chapter.since and chapter.files:
        yield ", ".join(chapter.files)


def _moment(when: datetime) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}"


def _watched_object(rule: "Watched") -> Mapping[str, object]:
    changes = [{"action": a, "from": old, "to": new, "mails": n} for (a, old, new), n in rule.changes.items()]
    return {"rule": rule.rule, "matched": rule.matched, "changes": changes, "cases": rule.cases}


def _show_watched(rule: "Watched") -> None:
    typer.echo(
        safe(f"“{rule.rule}” would have matched {rule.matched} cases, and decided otherwise in {len(rule.cases)}")
    )
    for (action, old, new), count in sorted(rule.changes.items(), key=lambda item: -item[1]):
        typer.echo(safe(f"  {count:>6}  {action}: {old} → {new}"))
    for number, changes in rule.cases.items():
        typer.echo(safe(f"  {number}  {'; '.join(changes)}"))


def _comparison_object(found: "Comparison", since: datetime, seconds: float) -> Mapping[str, object]:
    return {
        "rule_book": found.version,
        "since": since,
        "cases": found.cases,
        "mails": found.mails,
        "changed": found.changed,
        "unrecorded": found.unrecorded,
        "unreadable": found.unreadable,
        "seconds": seconds,
        "rules": {"newly_matching": found.newly, "no_longer_matching": found.no_longer},
        "decisions": {
            action: [{"from": old, "to": new, "mails": count} for (old, new), count in changes.most_common()]
            for action, changes in found.decisions.items()
        },
        "proposed": {
            currency: {"from": old.amount, "to": new.amount} for currency, (old, new) in found.proposed.items()
        },
        "list": found.listed,
    }


def _show_comparison(found: "Comparison", since: datetime, seconds: float) -> None:
    typer.echo(
        f"{found.cases:,} cases opened since {_moment(since)}, {found.mails:,} mails tried by version {found.version} "
        f"in {seconds} s: {found.changed:,} would be decided otherwise"
    )
    for count, why in (
        (found.unrecorded, "were decided by an earlier mailbot, which did not note how: not compared"),
        (found.unreadable, "cannot be read any more: not compared"),
    ):
        if count:
            typer.echo(f"{count:,} mails {why}")
    for title, rules in (("newly matching", found.newly), ("no longer matching", found.no_longer)):
        _show_counts(title, {f"“{name}”": count for name, count in rules.most_common()})
    for action, changes in found.decisions.items():
        _show_counts(action, {f"{old} → {new}": count for (old, new), count in changes.most_common()})
    for old, new in found.proposed.values():
        typer.echo(f"\nproposed first, in all: {old} → {new}")
    if found.listed:
        typer.echo("\ncases")
    for changed in found.listed:
        typer.echo(safe(f"  {changed.number}  {_told(changed)}"))
    if found.changed > len(found.listed):
        typer.echo(f"  … and {found.changed - len(found.listed):,} more")


def _show_counts(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        typer.echo(f"\n{title}")
    for what, count in counts.items():
        typer.echo(safe(f"  {count:>6,}  {what}"))


def _told(changed: "Changed") -> str:
    decisions = [f"{action}: {old} → {new}" for action, (old, new) in changed.decisions.items()]
    rules = [f"+ “{name}”" for name in changed.newly] + [f"− “{name}”" for name in changed.no_longer]
    when = [] if changed.event == "opened" else [f"({changed.event})"]
    return "; ".join([*when, *decisions, *rules])
