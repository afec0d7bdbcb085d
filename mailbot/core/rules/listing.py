"""A list kept in a file: one entry a line, with `*` at one end for whatever stands there; found by look-up."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

_COMMENT = re.compile(r"(?:^|\s)#.*")


class UnusableEntry(ValueError):
    """A line that is no entry of a list; `line` is its number."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def plain(text: str) -> str:
    """The text in the form in which letter case, width and the way of writing an accent make no difference."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of one file. Beginnings and ends are kept by their length, so that each is a single look-up."""

    name: str
    size: int
    _whole: frozenset[str] = field(repr=False)
    _beginnings: Mapping[int, frozenset[str]] = field(repr=False)
    _ends: Mapping[int, frozenset[str]] = field(repr=False)

    @classmethod
    def parse(cls, name: str, text: str) -> "Listing":
        """The list in a file's text; `#` begins a comment; UnusableEntry for a line that says nothing certain."""
        whole: set[str] = set()
        beginnings: dict[int, set[str]] = {}
        last: dict[int, set[str]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            entry = plain(_COMMENT.sub("", line).strip())
            if not entry:
                continue
            core = entry.strip("*")
            if not core or "*" in core or (entry[0] == entry[-1] == "*"):
                raise UnusableEntry(number, f'found "{line.strip()}", expected an entry with a * at one end at most')
            if entry.endswith("*"):
                beginnings.setdefault(len(core), set()).add(core)
            elif entry.startswith("*"):
                last.setdefault(len(core), set()).add(core)
            else:
                whole.add(entry)
        size = len(whole) + sum(map(len, (*beginnings.values(), *last.values())))
        return cls(name, size, frozenset(whole), _frozen(beginnings), _frozen(last))

    def covers(self, value: object) -> bool | None:
        """Whether a text is in it; None for what is no text."""
        if not isinstance(value, str):
            return None
        text = plain(value.strip())
        return (
            text in self._whole
            or any(text[:length] in found for length, found in self._beginnings.items() if length <= len(text))
            or any(text[-length:] in found for length, found in self._ends.items() if length <= len(text))
        )

    def __str__(self) -> str:
        return self.name


def _frozen(entries: Mapping[int, set[str]]) -> Mapping[int, frozenset[str]]:
    return {length: frozenset(found) for length, found in entries.items()}
