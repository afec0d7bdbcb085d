"""The three kinds of error that people act on differently.

MailbotError
├── ConfigurationError   refuse to start, or keep the last good configuration
├── TemporaryError       leave everything as it is and try again later
│   ├── StorageError     the same, and nothing else works meanwhile either
│   └── TakenError       another daemon does it by now: leave it alone
└── PermanentError       record it, tell a person, go on with the next
"""

from collections.abc import Iterable
from dataclasses import dataclass


class MailbotError(Exception):
    """Base of every error that mailbot raises on purpose; its text is for people and says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file that a person wrote, at a place that an editor can jump to (lines and columns from 1)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ConfigurationError(MailbotError):
    """What an admin wrote cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems: tuple[Problem, ...] = () if isinstance(problems, str) else tuple(sorted(problems))
        super().__init__(problems if isinstance(problems, str) else "\n".join(map(str, self.problems)))


class TemporaryError(MailbotError):
    """A server, a network or a disk does not do its part now; the same attempt may succeed later."""


class StorageError(TemporaryError):
    """The database or its disk does not do its part now."""


class TakenError(TemporaryError):
    """What this daemon was at has been taken over by another one, so nothing of it may be kept."""


class PermanentError(MailbotError):
    """The same attempt will never succeed; a person has to look at it."""
