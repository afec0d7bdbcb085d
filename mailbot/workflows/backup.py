"""A consistent copy of a desk: database, rules, templates, what was learnt, and the configuration without secrets."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from mailbot.core.errors import ConfigurationError, PermanentError
from mailbot.settings.config import Config
from mailbot.settings.redaction import redacted
from mailbot.store import backup as database
from mailbot.workflows.runtime import learnt_file

FORMAT = 1
DATABASE, RULES, TEMPLATES, CONFIG, MODEL = "database", "rules", "templates", "config.yaml", "model.npz"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: `at` is a moment before which nothing is missing, `files` maps each to its SHA-256.

    `left_out` says by which variable each secret of the configuration was replaced.
    """

    format: int
    mailbot: str
    at: str
    database: str
    revision: str
    rows: Mapping[str, int]
    left_out: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def moment(self) -> datetime:
        """`at` as a moment."""
        return datetime.fromisoformat(self.at)


def back_up(config: Config, folder: Path, now: datetime) -> Manifest:
    """Write the copy to `folder`, which is new or empty; the desk may run meanwhile.

    It gets its name only once it is whole. ConfigurationError where it cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(f"{folder} is there already and not empty: name a new folder for each backup")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
    try:
        manifest = _fill(config, partial, now)
        partial.replace(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _sync(folder.parent)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What the backup in `folder` says of itself; ConfigurationError if it is none, or one of a newer mailbot."""
    try:
        found = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if found["format"] > FORMAT:
            raise ConfigurationError(f"{folder} was written by a newer mailbot ({found['mailbot']}): install that one")
        return Manifest(**found)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{folder} holds no backup: {_MANIFEST} cannot be read ({error})") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """PermanentError where a file of the backup is missing, or is not what was written."""
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise PermanentError(f"{path} is {'damaged' if path.exists() else 'missing'}: take another backup")


def _fill(config: Config, folder: Path, now: datetime) -> Manifest:
    left_out = _write_config(config, folder / CONFIG)
    for name, source in ((RULES, config.rules), (TEMPLATES, config.templates)):
        copy_files(source, folder / name)
    if (learnt := learnt_file(config)).exists():
        shutil.copyfile(learnt, folder / MODEL)
    (folder / DATABASE).mkdir()
    dumped = database.write(config.database, folder / DATABASE)
    manifest = Manifest(
        format=FORMAT,
        mailbot=version("mailbot"),
        at=now.isoformat(),
        database=dumped.dialect,
        revision=dumped.revision,
        rows=dumped.rows,
        left_out=left_out,
        files={path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)},
    )
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n", "utf-8")
    _keep(folder)
    return manifest


def _write_config(config: Config, path: Path) -> Mapping[str, str]:
    clean = redacted(config.path.name, config.path.read_bytes())
    path.write_text(clean.text, "utf-8", newline="")
    return clean.replaced


def copy_files(source: Path, target: Path) -> None:
    """Copy a folder of rules or templates, but for what editors leave behind."""
    hidden = shutil.ignore_patterns(".*", "*~")
    shutil.copytree(source, target, copy_function=shutil.copyfile, ignore=hidden, dirs_exist_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _keep(folder: Path) -> None:
    """For the owner alone, and on the disk."""
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
