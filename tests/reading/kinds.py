"""Reads every mail of a set and compares its kind, and a bounce's recipients, with what its row expects.

`kinds/` is the first set; `kinds2/` and `kinds3/` were written by people who had not seen the reader.
`python -m tests.reading.kinds [--misses]` prints the score of each file, and the rows that are read otherwise.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mailbot.core.message import Bounce, MailKind
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.reading.vocabulary import Vocabulary

HERE = Path(__file__).parent
SETS = ("kinds", "kinds2", "kinds3")
FILES = ("people", "auto_replies", "bounces", "lists", "web_forms")
MACHINES = frozenset({"auto_reply", "bounce", "list", "loop"})

Recipients = frozenset[tuple[str, bool]]


@dataclass(frozen=True)
class Row:
    """A mail and what it is: its kind and, of a bounce, whom it did not reach and to which mail it belongs."""

    file: str
    story: str
    raw: bytes
    kind: str
    recipients: Recipients = frozenset()
    original_message_id: str | None = None


@dataclass(frozen=True)
class Result:
    """What the reader made of a row."""

    row: Row
    kind: str
    kind_reason: str
    recipients: Recipients
    original_message_id: str | None

    @property
    def kind_right(self) -> bool:
        return self.kind == self.row.kind

    @property
    def recipients_right(self) -> bool:
        return self.recipients == self.row.recipients

    @property
    def original_right(self) -> bool:
        return self.original_message_id == self.row.original_message_id

    @property
    def right(self) -> bool:
        return self.kind_right and (self.row.kind != "bounce" or (self.recipients_right and self.original_right))


def rows(files: Iterable[str] = FILES, folder: str = "kinds") -> list[Row]:
    """The rows of these files of one set."""
    return [_row(file, data) for file in files for data in _load(HERE / folder / f"{file}.yaml")]


def result(row: Row, reader: Reader, hints: Hints) -> Result:
    """The row, read."""
    reading = reader.read(row.raw, hints)
    bounce = reading.bounce
    original = bounce.original_message_id if bounce else None
    return Result(row, MailKind(reading.kind).value, reading.kind_reason, _recipients(bounce), original)


def misses(results: Iterable[Result]) -> list[str]:
    """One line for each result that is not what its row expects."""
    return [line for one in results for line in _differences(one)]


def _load(file: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader) if file.exists() else []


def _row(file: str, data: dict[str, Any]) -> Row:
    recipients = frozenset((each["address"].casefold(), each["permanent"]) for each in data.get("recipients", ()))
    raw = data["raw"].encode("utf-8")
    return Row(file, data["story"], raw, data["kind"], recipients, data.get("original_message_id"))


def _recipients(bounce: Bounce | None) -> Recipients:
    return frozenset((one.address.casefold(), one.permanent) for one in bounce.recipients) if bounce else frozenset()


def _differences(one: Result) -> list[str]:
    row, head = one.row, f"{one.row.file}: {one.row.story}:"
    if not one.kind_right:
        return [f"{head} expected {row.kind}, got {one.kind} ({one.kind_reason})"]
    if row.kind != "bounce":
        return []
    found = []
    if not one.recipients_right:
        found.append(f"{head} expected {_shown(row.recipients)}, got {_shown(one.recipients)}")
    if not one.original_right:
        found.append(f"{head} expected original {row.original_message_id}, got {one.original_message_id}")
    return found


def _shown(recipients: Recipients) -> str:
    return ", ".join(f"{address}{'' if permanent else ' (not permanent)'}" for address, permanent in sorted(recipients))


def _table(folder: str, results: list[Result]) -> str:
    lines = [f"{folder:14}{'rows':>6}{'kind':>8}{'recipients':>12}{'original':>10}"]
    for file in FILES:
        own = [one for one in results if one.row.file == file]
        kind = sum(one.kind_right for one in own)
        line = f"{file:14}{len(own):>6}{kind:>8}"
        if file == "bounces":
            line += f"{sum(one.recipients_right for one in own):>12}{sum(one.original_right for one in own):>10}"
        lines.append(line)
    return "\n".join(lines)


def _shipped_reader() -> Reader:
    from tests.reading.conftest import LANGUAGES, VOCABULARIES

    words = {
        name: yaml.load((VOCABULARIES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for name in LANGUAGES
    }
    return Reader({name: Vocabulary.from_words(name, data) for name, data in words.items()}, LANGUAGES)


def main() -> None:
    """Prints the table of each set and, with `--misses`, each miss."""
    reader, hints = _shipped_reader(), Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
    for folder in SETS:
        results = [result(row, reader, hints) for row in rows(folder=folder)]
        lines = [_table(folder, results), *(misses(results) if "--misses" in sys.argv else ())]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
