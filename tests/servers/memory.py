"""Where tests put what nobody keeps: in memory where there is room, since a disk needs milliseconds a commit."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 2_000_000_000


def fastest() -> str:
    """The folder for it, whose path is short: that of a socket has at most 107 bytes."""
    usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    return str(_MEMORY) if usable and shutil.disk_usage(_MEMORY).free > _ROOM else "/tmp"


def use_it() -> None:
    """Let this process and all that it starts make their temporary files there, unless TMPDIR says where."""
    tempfile.tempdir = os.environ.setdefault("TMPDIR", fastest())
