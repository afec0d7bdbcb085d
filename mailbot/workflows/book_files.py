"""The files of a rule book: read from `rules/` and `templates/` as one, known by a version, and written back."""

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from mailbot.settings.config import Config

Signs = frozenset[tuple[str, int, int, int]]
"""Name, time of change, size and inode of every file: an edit changes one of them, on every file system."""

_SUFFIXES = (".yaml", ".yml", ".md", ".html", ".txt", ".csv")
_LARGEST = 50_000_000


def read_files(config: Config) -> Mapping[str, str]:
    """Every file of both folders, as text by name (`rules/routing.yaml`); one that cannot be read says why."""
    return {name: _text(path) for name, path in _files(config)}


def signs_of(config: Config) -> Signs:
    """By what an edit is noticed, without reading a file."""
    return frozenset((name, *sign_of(path)) for name, path in _files(config))


def sign_of(path: Path) -> tuple[int, int, int]:
    """The same for one file; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def version_of(files: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits that change with every character of every file."""
    digest = sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{len(text)}\0{text}".encode(errors="surrogatepass"))
    return digest.hexdigest()[:12]


def author_of(config: Config) -> str | None:
    """Whose file changed last; None where the system has no name for its owner."""
    paths = [path for _, path in _files(config)]
    newest = max(paths, key=lambda path: sign_of(path)[0], default=None)
    try:
        return newest.owner() if newest else None
    except (OSError, KeyError):
        return None


def path_of(config: Config, name: str) -> Path:
    """Where a file of this name stands on disk."""
    folder, _, rest = name.partition("/")
    return {"rules": config.rules, "templates": config.templates}[folder] / rest


def write_files(config: Config, files: Mapping[str, str]) -> tuple[str, ...]:
    """Make the folders that `files` speaks of hold just these files; the names of those that were changed.

    Each file is replaced at once, whole, with the permissions that it had.
    """
    spoken_of = {name.partition("/")[0] for name in files}
    present = {name: path for name, path in _files(config) if name.partition("/")[0] in spoken_of and path.is_file()}
    changed = [name for name, text in files.items() if name not in present or _text(present[name]) != text]
    for name in changed:
        _replace(path_of(config, name), files[name])
    gone = [name for name in present if name not in files]
    for name in gone:
        present[name].unlink()
    return (*changed, *gone)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve()  # a link stays one
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with NamedTemporaryFile(prefix=".", suffix="~", dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise


def _files(config: Config) -> Iterator[tuple[str, Path]]:
    for folder, root in (("rules", config.rules), ("templates", config.templates)):
        for path in _below(root):
            yield f"{folder}/{path.relative_to(root).as_posix()}", path


def _below(root: Path) -> Iterator[Path]:
    """Whatever bears the name of a file of ours; hidden ones and the copies that editors make do not."""
    seen: set[str] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        seen.add(real)
        for name in sorted([*names, *folders]):
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            return "\0no file"
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "surrogateescape")
    except OSError as error:
        return f"\0cannot be read: {error.strerror}"
