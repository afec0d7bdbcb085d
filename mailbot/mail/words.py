"""The words of one language for the codes that templates meet: kinds of complaint, remedies, states and the like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.core.case import Priority, State
from mailbot.core.compensation import OfferKind
from mailbot.core.details import DETAILS
from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.message import ComplaintType, Remedy, Severity, Threat
from mailbot.core.sla import BUILT_IN
from mailbot.core.spelling import did_you_mean
from mailbot.yaml_file import YamlFile, read_yaml

_EXPECTED: Mapping[str, frozenset[str]] = {
    "about": frozenset({"locale"}),
    "type": frozenset(ComplaintType),
    "remedy": frozenset(Remedy) | frozenset(OfferKind),
    "ask": frozenset(DETAILS),
    "severity": frozenset(Severity),
    "priority": frozenset(Priority),
    "state": frozenset(State),
    "threat": frozenset(Threat),
    "doubts": frozenset({"is_complaint", "type", "demanded_remedy", "threat", "safety", "repeat", "severity"}),
    "clock": frozenset(BUILT_IN),
}

# What a customer is asked for besides, and which clocks run, an organisation knows best.
_CLOSED = _EXPECTED.keys() - {"ask", "clock"}


class Section(dict[str, str]):
    """Words by code. A code that nobody translated stands for itself, so that the mail can still be written."""

    def __init__(self, line: int, entries: Iterable[tuple[str, str, int]]) -> None:
        rows = tuple(entries)
        super().__init__((code, word) for code, word, _ in rows)
        self.line = line
        self.lines = {code: line for code, _, line in rows}

    def __missing__(self, code: str) -> str:
        return str(code).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Words:
    """One `words.yaml`, by section."""

    file: str
    sections: Mapping[str, Section] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Words":
        """What stands in the file; a file that cannot be read gives its problems and no words."""
        if not path.is_file():
            return cls(str(path), problems=(Problem(str(path), 1, 1, "this file is missing"),))
        try:
            file = read_yaml(path)
        except ConfigurationError as error:
            return cls(str(path), problems=error.problems)
        problems = tuple(_misshapen(file))
        return cls(str(path), {} if problems else dict(_sections(file)), problems)

    def compared(self, others: Iterable["Words"]) -> tuple[Problem, ...]:
        """What is missing or misspelled here, measured by the vocabulary and by the other languages."""
        expected = {name: set(codes) for name, codes in _EXPECTED.items()}
        for other in others:
            for name, section in other.sections.items():
                expected.setdefault(name, set()).update(section.keys() if name not in _CLOSED else ())
        return () if self.problems else tuple(self._differences(expected))

    def _differences(self, expected: Mapping[str, set[str]]) -> Iterable[Problem]:
        for name, codes in expected.items():
            section = self.sections.get(name)
            if section is None:
                yield Problem(self.file, 1, 1, f"the section `{name}` is missing" + did_you_mean(name, self.sections))
                continue
            missing = codes - section.keys()
            for code in missing:
                yield Problem(self.file, section.line, 1, f"the section `{name}` has no word for `{code}`")
            for code in section.keys() - codes:
                if meant := did_you_mean(code, missing):
                    yield Problem(self.file, section.lines[code], 1, f"nothing asks for `{code}`{meant}")


def _misshapen(file: YamlFile) -> Iterable[Problem]:
    if not isinstance(file.data, dict):
        yield file.problem((), "expected sections of words")
        return
    for name, words in file.data.items():
        if not isinstance(words, dict):
            yield file.problem((name,), f"the section `{name}` must be a list of `code: words`", key=True)
            continue
        for code, word in words.items():
            if word is None or isinstance(word, dict | list):
                yield file.problem((name, code), f"expected words after `{code}:`", key=True)


def _sections(file: YamlFile) -> Iterable[tuple[str, Section]]:
    for name, words in file.data.items():
        entries = ((code, str(word), file.line((name, code), key=True)) for code, word in words.items())
        yield name, Section(file.line((name,), key=True), entries)
