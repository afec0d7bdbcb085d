"""What every source of facts has in common: a row for a key, a deadline, and one error with a sentence for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mailbot.core.spelling import did_you_mean
from mailbot.web import Deadline, NoAnswer

Row = Mapping[str, Any]
"""The values of the columns that were asked for, by the names that the configuration gives them."""


class LookupFailed(NoAnswer):
    """The source gave no answer; the text says why, and what to do where a person can do something."""


class NotReady(LookupFailed):
    """The source is still being prepared: nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What is to be said of a source that was tried: all is well, or something is `odd`; a row if one could be had."""

    said: str
    row: Row = field(default_factory=dict)
    odd: bool = False


class Source(Protocol):
    """Where rows come from. Used by several threads at a time."""

    @property
    def label(self) -> str:
        """What people know it by: a file's name, a host."""

    def find(self, key: str, deadline: Deadline) -> Row | None:
        """The row of this key, None where there is none; NoAnswer, mostly LookupFailed."""

    def sample(self, deadline: Deadline) -> "Tried":
        """The source, tried without anybody's key; NoAnswer, mostly LookupFailed."""

    def begin(self) -> None:
        """Prepare in the background what takes long."""

    def close(self) -> None:
        """Let go of everything."""


def picked(row: Mapping[str, Any], wanted: tuple[str, ...], at: str) -> Row:
    """The wanted columns of a row, whatever the case of their letters; LookupFailed names those that are not there."""
    by_name = {name.casefold(): value for name, value in reversed([*row.items()])}
    for name in wanted:
        if name.casefold() not in by_name:
            raise LookupFailed(no_column(name, row, at))
    return {name: by_name[name.casefold()] for name in wanted}


def no_column(name: str, there: Mapping[str, Any], at: str) -> str:
    """What is said of a column that is not there."""
    found = ", ".join(there) if there else "no column at all"
    shown = found if len(found) < 300 else f"{found[:300]}…"
    return f'{at} has no column "{name}"{did_you_mean(name, there)}; it has {shown}'
