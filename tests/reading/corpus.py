"""Replies and forwards of many mail programs in many languages, written by us, and how well a reader reads them.

`python -m tests.reading.corpus [--misses] [LANGUAGE|TOPIC…]` prints the score; each row's `new` (or `from`,
`forwarded_text`, `comment`) is what a person would say of the mail, `also` what another might. `replies2`, `replies3`
and `forwards2` are by topic.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import yaml

from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.reading.vocabulary import Vocabulary
from tests.reading.conftest import LANGUAGES, VOCABULARIES

HERE = Path(__file__).parent
SETS = ("replies", "replies2", "replies3", "forwards", "forwards2")
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
QUOTED = re.compile(r"\s*(?:\w{0,4}>|[|:] )")  # "> ", "| ", and "JD> " of programs that mark quotes with initials


@dataclass(frozen=True)
class Row:
    """One mail of the corpus and what it says; `language` is the name of its file, in some folders a topic."""

    name: str
    language: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """How a mail was read: `got` and `expected` as text, for people; `lost` are words of the sender that are gone."""

    row: Row
    exact: bool
    lost: tuple[str, ...]
    expected: str
    got: str


def rows(folder: str, languages: Iterable[str] = ()) -> list[Row]:
    """All rows of one of the `SETS`, of these languages or topics only if any are named."""
    wanted = set(languages)
    files = sorted((HERE / folder).glob("*.yaml"))
    return [row for file in files if not wanted or file.stem in wanted for row in of_file(file)]


def of_file(file: Path) -> Iterator[Row]:
    """The rows of one language."""
    for number, data in enumerate(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), start=1):
        yield Row(f"{file.parent.name}/{file.stem}#{number} {data['story']}", file.stem, data)


def mail(row: Row) -> bytes:
    """The row as it would arrive."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Kim Sender <kim@sender.example>"
    message["To"] = "Support <support@acme.example>"
    message["Subject"] = row.data["subject"]
    message["Date"] = "Thu, 21 Mar 2024 09:15:00 +0000"
    message["Message-ID"] = "<corpus@sender.example>"
    subtype = "html" if "html" in row.data else "plain"
    message.set_content(row.data.get("html") or row.data["text"], subtype=subtype, charset="utf-8")
    return message.as_bytes()


def plain(text: str | None) -> str:
    """The text with its white space as single spaces and without marks that nobody sees."""
    return " ".join(INVISIBLE.sub("", text or "").split())


def lost_words(expected: str, got: str) -> tuple[str, ...]:
    """The words of the expected text that the other has not, or has less often."""
    return tuple((Counter(expected.split()) - Counter(got.split())).elements())


def without_questions(text: str) -> str:
    """The text without its quoted lines, which a reader may keep between the answers to them."""
    return "\n".join(line for line in text.splitlines() if not QUOTED.match(line))


def judge_reply(reader: Reader, hints: Hints, row: Row) -> Verdict:
    """Whether the new text was told from the old; a list of passages are answers between quoted lines."""
    read, new = reader.read(mail(row), hints).reply_text, row.data["new"]
    between = isinstance(new, list)
    expected = plain(" ".join(new) if between else new)
    got = plain(without_questions(read) if between else read)
    right = [expected, plain(row.data["also"])] if "also" in row.data else [expected]
    lost = min((lost_words(each, got) for each in right), key=len)
    return Verdict(row, got in right, lost, expected, got)


def judge_forward(reader: Reader, hints: Hints, row: Row) -> Verdict:
    """Whether the forwarded mail was found with its sender, subject and text, and the comment above it alone."""
    reading = reader.read(mail(row), hints)
    expected = forward_as_text(row.data)
    got = "no forward"
    if inner := reading.forwarded:
        got = as_text(inner.from_.name, inner.from_.address, inner.subject, inner.text, reading.reply_text)
    return Verdict(row, got == expected, lost_words(expected, got), expected, got)


def forward_as_text(data: dict[str, Any]) -> str:
    """What is expected of a row, in one line; a row without `from` is no forward."""
    sender = data["from"]
    if not sender:
        return "no forward"
    return as_text(
        sender["name"], sender["address"], data["forwarded_subject"], data["forwarded_text"], data["comment"]
    )


def as_text(name: str | None, address: str | None, subject: str | None, text: str | None, comment: str | None) -> str:
    """What a forward says, in one line."""
    return f"{plain(name)} <{plain(address)}> | {plain(subject)} | {plain(text)} | {plain(comment)}"


def share(verdicts: list[Verdict], right: Iterable[bool]) -> float:
    """The part of the verdicts for which this holds."""
    return sum(right) / max(len(verdicts), 1)


def misses(verdicts: Iterable[Verdict]) -> str:
    """The names of the rows that were read wrongly, one a line."""
    return "\n".join(verdict.row.name for verdict in verdicts if not verdict.exact)


def table(verdicts: list[Verdict]) -> Iterator[str]:
    """The score of each language and in total."""
    languages = sorted({verdict.row.language for verdict in verdicts})
    for language in [*languages, "total"]:
        chosen = [each for each in verdicts if language in (each.row.language, "total")]
        exact = sum(each.exact for each in chosen)
        lost = sum(bool(each.lost) for each in chosen)
        yield f"{language:14} exact {exact:3} of {len(chosen):3}  {exact / len(chosen):4.0%}   lost a word {lost:3}"


def shipped_reader() -> Reader:
    """A reader with the vocabularies that ship."""
    texts = {code: (VOCABULARIES / f"{code}.yaml").read_text(encoding="utf-8") for code in LANGUAGES}
    words = {
        code: Vocabulary.from_words(code, yaml.load(text, Loader=yaml.CSafeLoader)) for code, text in texts.items()
    }
    return Reader(words, LANGUAGES)


def main() -> None:
    """Print the score of each set."""
    parser = argparse.ArgumentParser(prog="python -m tests.reading.corpus")
    parser.add_argument("languages", nargs="*")
    parser.add_argument("--misses", action="store_true", help="show what was expected and what was read")
    asked = parser.parse_args()
    reader = shipped_reader()
    hints = Hints(default_language="en", our_addresses=frozenset({"support@acme.example"}))
    for folder in SETS:
        judge = judge_forward if folder.startswith("forwards") else judge_reply
        verdicts = [judge(reader, hints, row) for row in rows(folder, asked.languages)]
        if verdicts:
            print(folder, *table(verdicts), sep="\n")
        for verdict in verdicts if asked.misses else ():
            if not verdict.exact:
                print(f"\n{verdict.row.name}\n  expected {verdict.expected!r}\n  got      {verdict.got!r}")


if __name__ == "__main__":
    main()
