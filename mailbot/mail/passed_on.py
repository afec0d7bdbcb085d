"""Files as they are passed on to the team: what would run when it is opened is made harmless, or stays with the case.

Nothing is unpacked or looked into: a file is judged by its name and its type alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mailbot.core.message import Attachment, Executables
from mailbot.mail.compose import safe_filename
from mailbot.yaml_file import read_yaml

_EXTENSION = re.compile(r"\.([^.]*)$")
_HARMLESS_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Executable:
    """What counts as executable; `suffix` is put behind the name of such a file."""

    suffix: str
    extensions: frozenset[str]
    types: frozenset[str]


def passed_on(
    files: Iterable[Attachment], policy: Executables
) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """The files as an agent gets them, and those that are left out."""
    if policy == "keep":
        return tuple(files), ()
    all_ = tuple(files)
    if policy == "leave_out":
        return tuple(f for f in all_ if not is_executable(f)), tuple(f for f in all_ if is_executable(f))
    return tuple(_renamed(file) if is_executable(file) else file for file in all_), ()


def is_executable(file: Attachment) -> bool:
    """Whether opening this file may run something: by the extension that a system would go by, or by its type."""
    found = _EXTENSION.search(safe_filename(file.filename))
    # What stands behind a colon or a blank is no part of the extension where it is opened.
    extension = re.split(r"[^a-z0-9]", found[1].casefold().strip(), maxsplit=1)[0] if found else ""
    known = _known()
    return extension in known.extensions or file.content_type.casefold() in known.types


def _renamed(file: Attachment) -> Attachment:
    name = safe_filename(file.filename) + _known().suffix
    return replace(file, filename=name, content_type=_HARMLESS_TYPE, inline=False, content_id=None)


@cache
def _known() -> _Executable:
    data = read_yaml(Path(__file__).with_name("executables.yaml")).data
    extensions = frozenset(word for words in data["extensions"].values() for word in words.split())
    return _Executable(data["suffix"], extensions, frozenset(data["types"]))
