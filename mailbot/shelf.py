"""What takes long to make out of a file, put by on disk for the next start under a name that says what it was made of.

Nothing depends on it: what is missing, damaged, or might have been written by others is as if it were not there.
"""

import os
import stat
import sys
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

_DIGEST = sha256().digest_size
_LARGEST = 50_000_000
_MOST = 2_000
"""So many files are kept: far more than those of two releases and of some edits."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that belongs to the desk's own user, who alone can write there; without a `folder` it is empty.

    Code and objects lie there, so it is guarded as the database is. What is put by is kept only where it is `writable`.
    """

    folder: Path | None = None
    writable: bool = False

    def get(self, name: str) -> bytes | None:
        """What was put by under this name, whole and by this user; else None."""
        if self.folder is None:
            return None
        with suppress(OSError):
            descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if _ours_alone(os.fstat(descriptor)) and _ours_alone(self.folder.lstat()):
                    return _whole(file.read(_LARGEST))
        return None

    def put(self, name: str, content: bytes) -> None:
        """Put it by; where that is impossible, it is made anew the next time."""
        if self.folder is None or not self.writable:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self.folder / name, sha256(content).digest() + content)

    def make_room(self) -> None:
        """Half of what lies there goes, the oldest first, as soon as there is too much."""
        with suppress(OSError):
            files = list(self.folder.iterdir()) if self.folder and self.writable else []
            if len(files) > _MOST:
                for path in sorted(files, key=lambda path: path.stat().st_mtime)[: _MOST // 2]:
                    path.unlink(missing_ok=True)


NO_SHELF = Shelf()


def name_of(*parts: str) -> str:
    """The name for what this mailbot makes of these parts."""
    digest = sha256(_maker())
    for part in parts:
        digest.update(f"{len(part)}\0{part}".encode(errors="surrogatepass"))
    return digest.hexdigest()


@cache
def _maker() -> bytes:
    """Another for each Python, for each state of mailbot's own files, and after anything was installed."""
    package, libraries = Path(__file__).parent, Path(sysconfig.get_path("platlib"))
    signs = [(str(path), path.stat()) for path in (libraries, *sorted(package.rglob("*.py")))]
    told = [sys.version, *(f"{name} {found.st_mtime_ns} {found.st_size}" for name, found in signs)]
    return sha256("\0".join(told).encode(errors="surrogatepass")).digest()


def _ours_alone(found: os.stat_result) -> bool:
    """Whether it is a file or a folder that nobody but this user can have written."""
    plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return plain and found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _whole(stored: bytes) -> bytes | None:
    content = stored[_DIGEST:]
    return content if sha256(content).digest() == stored[:_DIGEST] else None


def _write(path: Path, stored: bytes) -> None:
    """At once, and for this user alone: whoever reads meanwhile finds the old file or the new one."""
    with tempfile.NamedTemporaryFile(prefix=".", dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(stored)
            file.flush()
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise
