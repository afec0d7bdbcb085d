"""How much of a corpus of MIME messages is read as a careful client shows them.

`python -m tests.reading.mime_corpus [--misses]` prints it per topic and in total.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import yaml

from mailbot.core.message import Address, Message
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.reader import Reader
from mailbot.reading.vocabulary import Vocabulary

from . import mime, mime2
from .mime.row import Row

LANGUAGES = ("en", "et", "sl", "ru", "fa")
VOCABULARIES = Path(__file__).parents[2] / "rules" / "vocabulary"


@dataclass(frozen=True)
class Miss:
    """A field that was read otherwise than it is shown."""

    id: str
    field: str
    expected: Any
    got: Any


def topics(corpus: ModuleType = mime) -> dict[str, tuple[Row, ...]]:
    """The mails of each topic of one set: `mime2` is by an author who had not seen the reader."""
    names = sorted(module.name for module in iter_modules(corpus.__path__) if module.name != "row")
    return {name: import_module(f"{corpus.__name__}.{name}").MAILS for name in names}


def misses(row: Row, reader: Reader, hints: Hints) -> list[Miss]:
    """What was read wrongly of one mail, in any of its forms."""
    for raw in row.forms():
        try:
            message = reader.read(raw, hints).message
        except UnreadableMail as error:
            return [Miss(row.id, "mail", "a mail that is read", str(error))]
        if wrong := [miss for name, want in row.expected.items() if (miss := _checked(row.id, name, want, message))]:
            return wrong
    return []


def _checked(id: str, name: str, want: Any, message: Message) -> Miss | None:
    wanted, got, right = FIELDS[name](want, message)
    return None if right else Miss(id, name, wanted, got)


def tidy(text: str) -> str:
    """Text without white space at the ends of lines and blank lines at its start and end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def words(text: str) -> str:
    """Text with single spaces."""
    return " ".join(text.split())


Verdict = tuple[Any, Any, bool]


def _equal(want: Any, got: Any) -> Verdict:
    return want, got, want == got


def _address(want: tuple[str | None, str | None] | None, got: Address | None) -> bool:
    if want is None or got is None:
        return want is got
    name, address = want
    same_name = name is None or words(name) == words(got.name)
    return same_name and (address is None or address.lower() == got.address.lower())


def _from(want: Any, message: Message) -> Verdict:
    return want, message.from_, _address(want, message.from_)


def _addresses(want: list[Any], got: tuple[Address, ...]) -> Verdict:
    return want, got, len(want) == len(got) and all(map(_address, want, got))


def _date(want: str | None, message: Message) -> Verdict:
    instant = datetime.fromisoformat(want) if want else None
    return instant, message.date, message.date == instant


def _attachments(want: list[Any], message: Message) -> Verdict:
    got = [(a.filename, a.size, a.inline) for a in message.attachments]
    same = [all(w is None or w == g for w, g in zip(one, other, strict=False)) for one, other in zip(want, got)]  # noqa: B905
    return want, got, len(want) == len(got) and all(same)


def _attached(want: list[str], message: Message) -> Verdict:
    got = [a.filename for a in message.attachments]
    return want, got, set(want) <= set(got)


def _has(want: list[str], message: Message) -> Verdict:
    text = words(message.text)
    return want, message.text, all(words(one) in text for one in want)


def _lacks(want: list[str], message: Message) -> Verdict:
    return want, message.text, not any(one in message.text for one in want)


def _html_has(want: list[str], message: Message) -> Verdict:
    return want, message.html, message.html is not None and all(one in message.html for one in want)


FIELDS = {
    "from_": _from,
    "to": lambda want, message: _addresses(want, message.to),
    "cc": lambda want, message: _addresses(want, message.cc),
    "reply_to": lambda want, message: _addresses(want, message.reply_to),
    "subject": lambda want, message: _equal(words(want), words(message.subject)),
    "date": _date,
    "message_id": lambda want, message: _equal(want, message.message_id),
    "references": lambda want, message: _equal(want, list(message.references)),
    "text": lambda want, message: _equal(tidy(want), tidy(message.text)),
    "words": lambda want, message: _equal(words(want), words(message.text)),
    "has": _has,
    "lacks": _lacks,
    "html_has": _html_has,
    "attachments": _attachments,
    "attached": _attached,
    "count": lambda want, message: _equal(want, len(message.attachments)),
}


def _reader() -> Reader:
    read = {
        code: yaml.load((VOCABULARIES / f"{code}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for code in LANGUAGES
    }
    return Reader({code: Vocabulary.from_words(code, texts) for code, texts in read.items()}, LANGUAGES)


def _report(corpus: ModuleType, show_misses: bool) -> Iterator[str]:
    reader, hints = _reader(), Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
    right = total = 0
    for topic, rows in topics(corpus).items():
        found = {row.id: misses(row, reader, hints) for row in rows}
        good = sum(not wrong for wrong in found.values())
        right, total = right + good, total + len(rows)
        yield f"{topic:16} {good:4} of {len(rows):4}"
        if show_misses:
            yield from (
                f"    {m.id} {m.field}\n      expected {m.expected!r}\n      got      {m.got!r}"
                for wrong in found.values()
                for m in wrong
            )
    yield f"{'all':16} {right:4} of {total:4}  {right / total:.3f}"


if __name__ == "__main__":
    for corpus in (mime, mime2):
        sys.stdout.writelines(line + "\n" for line in _report(corpus, "--misses" in sys.argv[1:]))
