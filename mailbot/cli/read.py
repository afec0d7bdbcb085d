"""`mailbot inspect`: what mailbot reads, without a mailbox or a database."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mailbot.cli.options import DEFAULT_CONFIG, ConfigFile, Json, config_or_sample
from mailbot.cli.output import print_json, safe


class Role(StrEnum):
    """As whose mail a file is read."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SURVEY = "survey"


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Mails as files (.eml).")],
    role: Annotated[Role, typer.Option("--as", help="As whose mail to read them.")] = Role.CUSTOMER,
    config: ConfigFile = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Show what would be read from mails and decided about them; nothing is opened, sent or written."""
    from concurrent.futures import ThreadPoolExecutor

    from mailbot import log
    from mailbot.workflows.dry_run import inspect as dry_run
    from mailbot.workflows.dry_run import unread
    from mailbot.workflows.runtime import load_behaviour, shelf_of

    log.configure("error")
    loaded = config_or_sample(config)
    behaviour = load_behaviour(loaded, shelf=shelf_of(loaded, writable=False))

    def look(file: Path) -> tuple[dict[str, object], str | None]:
        try:
            raw = file.read_bytes()
        except OSError as error:
            return unread(str(file), f"cannot be read: {error.strerror}"), error.strerror
        return dry_run(behaviour, loaded, str(file), raw, role=role.value, now=datetime.now(UTC)), None

    missing = False
    with closing(behaviour.readers), ThreadPoolExecutor(behaviour.readers.count) as pool:
        for file, (found, error) in zip(files, pool.map(look, files), strict=True):
            if error:
                missing = True
                typer.echo(f"{file}: {error}", err=True)
            print_json(found) if json else _show(found)
    raise typer.Exit(2 if missing else 0)


def _show(found: dict[str, Any]) -> None:
    if found["outcome"] == "quarantined":
        sys.stdout.write(f"{'file:':<18}{safe(found['file'])}\n{'outcome:':<18}{safe(_outcome(found))}\n\n")
        return
    sender = found["from"] or {}
    assessment = found["assessment"]
    lines = {
        "file": found["file"],
        "outcome": _outcome(found),
        "from": f"{sender.get('name', '')} <{sender.get('address', '')}>",
        "subject": found["subject"],
        "kind": f"{found['kind']} ({found['kind_reason']})",
        "language": found["language"],
        **{name: value for name, value in assessment.items() if name != "evidence" and value not in (None, False)},
        "attachments": ", ".join(f"{a['filename']} ({a['size']} bytes)" for a in found["attachments"]),
        "commands": ", ".join(f"#{c['name']} {' '.join(c['arguments'])}".strip() for c in found["commands"]),
        "decisions": ", ".join(f"{d['action']}: {d['value']} (rule “{d['rule']}”)" for d in found["decisions"]),
    }
    for name, value in lines.items():
        if value not in ("", None):
            sys.stdout.write(f"{name + ':':<18}{safe(str(value))}\n")
    sys.stdout.write(f"\n{safe(found['reply_text'])}\n\n{_folded(found)}")


def _folded(found: dict[str, Any]) -> str:
    """What of the text is not shown because it is not new."""
    spans = [(span["kind"], found["text"][span["start"] : span["end"]]) for span in found["spans"]]
    lines = {kind: sum(len(text.splitlines()) for k, text in spans if k == kind) for kind in ("quoted", "signature")}
    named = ", ".join(f"{count} lines {kind}" for kind, count in lines.items() if count)
    return f"({named})\n\n" if named else ""


def _outcome(found: dict[str, Any]) -> str:
    return "; ".join([found["outcome"], *found["problems"]])
