"""A folder of old raw mail: one gzip file for each content, named by its SHA-256, written so that it outlives a crash.

The folder has to be there: one that was made where a disk is not mounted would fill the wrong disk.
"""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from mailbot.core.errors import PermanentError, TemporaryError
from mailbot.faults import Point, here

_BEGUN = "begun"
"""The folder of files that are being written; what a desk left there that died goes with the next try."""


@dataclass(frozen=True, slots=True)
class MailFolder:
    """The folder at `path`. Everything raises TemporaryError while it cannot be used."""

    path: Path

    def write(self, digest: str, raw: bytes) -> None:
        """Keep `raw`; once this returns, both the file and its name are on the disk."""
        file = self._file(digest)
        with self._in_use():
            begun = self.path / _BEGUN
            for folder in (file.parent, begun):
                self._make(folder)
            # For us alone, and under a name that no other desk has, which may be at the same mail.
            with NamedTemporaryFile(dir=begun, prefix=f"{digest}.", delete=False) as written:
                written.write(gzip.compress(raw, mtime=0))
                written.flush()
                os.fsync(written.fileno())
            here(Point.OLD_MAIL_PARTIAL)
            Path(written.name).replace(file)
            _sync(file.parent)
            self._sweep(digest)
        here(Point.OLD_MAIL_WRITTEN)

    def read(self, digest: str) -> bytes:
        """What was kept; PermanentError when it is gone, or is not what was written."""
        file = self._file(digest)
        with self._in_use():
            try:
                raw = gzip.decompress(file.read_bytes())
            except FileNotFoundError:
                raise PermanentError(f"raw mail is missing: {file}") from None
            except (gzip.BadGzipFile, EOFError) as error:
                raise PermanentError(f"raw mail is damaged: {file}") from error
        if sha256(raw).hexdigest() != digest:
            raise PermanentError(f"raw mail is not what was written: {file}")
        return raw

    def has(self, digest: str) -> bool:
        """Whether something is kept under this name."""
        with self._in_use():
            return self._file(digest).exists()

    def remove(self, digest: str) -> None:
        """Let go of it, and of what was begun of it, if it is there."""
        file = self._file(digest)
        with self._in_use():
            self._sweep(digest)
            if file.exists():
                file.unlink()
                _sync(file.parent)
                here(Point.OLD_MAIL_REMOVED)

    def _file(self, digest: str) -> Path:
        return self.path / digest[:2] / f"{digest}.eml.gz"

    def _sweep(self, digest: str) -> None:
        for left in self.path.glob(f"{_BEGUN}/{digest}.*"):
            left.unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync(self.path)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        try:
            if not self.path.is_dir():
                raise TemporaryError(f"the folder of old mail is not there: {self.path} (make it, or mount its disk)")
            yield
        except OSError as error:
            raise TemporaryError(f"the folder of old mail cannot be used: {error}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
