"""A desk out of its backup. What has happened since is taken up at its next start: see `reread`."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.core.errors import ConfigurationError
from mailbot.settings.config import Config
from mailbot.settings.folders import folder_of
from mailbot.store import backup as database
from mailbot.store import schema
from mailbot.store.database import Transaction
from mailbot.workflows.backup import CONFIG, DATABASE, MODEL, RULES, TEMPLATES, Manifest, check_files, copy_files
from mailbot.workflows.runtime import learnt_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What was done: where the old database is now, and how many mails of the outbox are uncertain."""

    backup_at: datetime
    set_aside: str | None
    doubted: int


def put_files(folder: Path, manifest: Manifest, path: Path) -> tuple[str, ...]:
    """Put configuration (at `path`), rules and templates of the backup where there are none; what was put there.

    All of the backup is checked first. PermanentError where it is damaged, ConfigurationError for one of a newer
    mailbot.
    """
    if manifest.revision > schema.newest():
        raise ConfigurationError(
            f"{folder} was written by mailbot {manifest.mailbot}, whose tables this one does not know: install that one"
        )
    check_files(folder, manifest)
    return tuple(_put(folder, path))


def restore(
    config: Config, folder: Path, manifest: Manifest, now: datetime, *, lost_at: datetime | None = None, force: bool
) -> Restoring:
    """Put the backup's database in place, and what was learnt if nothing is there.

    `lost_at` is when the lost desk can have worked last, now if nobody knows. Mail that was to be sent at the time of
    the backup becomes uncertain. ConfigurationError while a desk runs, or over a database with cases without `force`.
    """
    if not force and database.holds_cases(config.database):
        raise ConfigurationError("the database holds cases: with --force it is set aside, and not deleted")
    doubted = 0

    def begin(tx: Transaction) -> None:
        nonlocal doubted
        doubted = tx.restores.begin(backup_at=manifest.moment, until=min(lost_at or now, now), now=now)

    old = database.put_in_place(config.database, folder / DATABASE, manifest.revision, begin, now)
    model = learnt_file(config)
    if (folder / MODEL).exists() and not model.exists():
        model.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / MODEL, model)
    return Restoring(backup_at=manifest.moment, set_aside=old, doubted=doubted)


def _put(folder: Path, path: Path) -> Iterator[str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        shutil.copyfile(folder / CONFIG, path)
        yield CONFIG
    for name in (RULES, TEMPLATES):
        place = folder_of(path, name)
        if not place.exists() or not any(place.iterdir()):
            copy_files(folder / name, place)
            yield name
