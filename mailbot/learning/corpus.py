"""Labelled texts as files: whole mails, short statements, answers to the follow-up question.

Definitions of the labels: docs/reading.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.message import ComplaintType, Remedy, Sentiment, Severity, Threat
from mailbot.yaml_file import YamlFile, read_yaml

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledMail:
    """One mail and what a careful reader takes from it. `type` is None where it is no complaint.

    `severity` is None where it follows from the other labels. `hard`: no word of it names the kind of complaint.
    """

    language: str
    subject: str
    text: str
    type: ComplaintType | None = None
    remedy: Remedy = Remedy.NONE
    threat: Threat = Threat.NONE
    safety: bool = False
    repeat: bool = False
    severity: Severity | None = None
    order_number: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    hard: bool = False

    @property
    def is_complaint(self) -> bool:
        """Whether the writer is dissatisfied with something."""
        return self.type is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and the one thing that it shows: `type.billing`, `threat.none`, `no_complaint` …"""

    language: str
    shows: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledAnswer:
    """One answer to the question whether the customer is satisfied."""

    language: str
    text: str
    rating: int | None = None
    sentiment: Sentiment
    reopen: bool = False
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything to learn from, or to measure by, in the order of the files."""

    mails: tuple[LabelledMail, ...]
    statements: tuple[Statement, ...] = ()
    answers: tuple[LabelledAnswer, ...] = ()


def read_corpus(*files: Path) -> Corpus:
    """The texts of these files, whose folder or name ends in their language; ConfigurationError for a wrong label."""
    read = [(read_yaml(file), _language_of(file)) for file in files]
    return Corpus(
        mails=tuple(mail for file, language in read for mail in _each(file, "mails", language, _mail)),
        statements=tuple(s for file, language in read for s in _statements(file, language)),
        answers=tuple(answer for file, language in read for answer in _each(file, "answers", language, _answer)),
    )


def corpus_files(folder: Path) -> list[Path]:
    """The files of a corpus that has one folder a language."""
    return sorted(folder.glob("*/*.yaml"))


def _language_of(file: Path) -> str:
    code = file.stem.rpartition("_")[2]
    return code if code.isalpha() and len(code) == 2 else file.parent.name


def _each(file: YamlFile, key: str, language: str, read: Callable[[dict[str, Any], str], T]) -> Iterator[T]:
    for number, written in enumerate(file.data.get(key, ())):
        try:
            yield read(written, language)
        except (ValueError, TypeError, KeyError) as error:
            at = file.line((key, number))
            raise ConfigurationError([Problem(file.name, at, 1, f"no labelled text ({error})")]) from None


def _statements(file: YamlFile, language: str) -> Iterator[Statement]:
    for shows, lines in file.data.get("statements", {}).items():
        yield from (Statement(language, shows, str(line)) for line in lines)


def _mail(written: dict[str, Any], language: str) -> LabelledMail:
    amount, _, currency = str(written.get("sum", "")).partition(" ")
    return LabelledMail(
        language=language,
        subject=str(written.get("subject", "")),
        text=str(written.get("text", "")),
        type=ComplaintType(written["type"]) if "type" in written else None,
        remedy=Remedy(written.get("remedy", Remedy.NONE)),
        threat=Threat(written.get("threat", Threat.NONE)),
        safety=bool(written.get("safety", False)),
        repeat=bool(written.get("repeat", False)),
        severity=Severity(written["severity"]) if "severity" in written else None,
        order_number=str(written["order"]) if "order" in written else None,
        amount=Decimal(amount) if amount else None,
        currency=currency or None,
        hard=bool(written.get("hard", False)),
    )


def _answer(written: dict[str, Any], language: str) -> LabelledAnswer:
    return LabelledAnswer(
        language=language,
        text=str(written["text"]),
        rating=written.get("rating"),
        sentiment=Sentiment(written["sentiment"]),
        reopen=bool(written.get("reopen", False)),
        hard=bool(written.get("hard", False)),
    )
