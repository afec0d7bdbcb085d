"""A list under rules/, which conditions name behind `in`: a text file with one entry a line."""

from pathlib import Path, PurePosixPath

from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.listing import Listing, UnusableEntry
from mailbot.core.rules.values import UnexpectedValue
from mailbot.yaml_file import decoded, shown

_LARGEST = 50_000_000


def read_list(folder: Path, name: str) -> tuple[Listing, str]:
    """The list in the file of this name below `folder`, and its text; UnexpectedValue says why there is none."""
    text = _text(_path(folder, name))
    try:
        return Listing.parse(name, text), text
    except UnusableEntry as error:
        raise UnexpectedValue(f"which cannot be used: {shown(folder / name)}:{error.line}:1: {error}") from None


def _path(folder: Path, name: str) -> Path:
    written = PurePosixPath(name)
    path = folder / written
    if written.suffix != ".txt" or written.is_absolute() or ".." in written.parts:
        raise UnexpectedValue("expected the name of a text file below rules/, like lists/partners.txt")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnexpectedValue("expected a file below rules/, not a link to one elsewhere")
    return path


def _text(path: Path) -> str:
    try:
        return decoded(shown(path), path.read_bytes(), _LARGEST)
    except OSError as error:
        raise UnexpectedValue(f"which cannot be read: {error.strerror}") from None
    except ConfigurationError as error:
        raise UnexpectedValue(f"which cannot be used: {error.problems[0]}") from None
