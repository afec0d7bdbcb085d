"""The file of one language's words, with every mistake in it: what no part of mailbot looks up helps nobody.

One that was found sound before is not read again: of its file are put by the tests alone.
"""

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.message import ComplaintType, Remedy, Severity, Threat
from mailbot.core.spelling import did_you_mean
from mailbot.reading.meaning.concepts import CONCEPTS
from mailbot.reading.vocabularies import TESTS, Written
from mailbot.reading.vocabulary import Vocabulary, phrase_of
from mailbot.settings.yaml_model import path_of
from mailbot.shelf import Shelf, name_of
from mailbot.yaml_file import At, YamlFile, decoded, described, shown

_PHRASES: tuple[str, ...] = ()
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("complaint", "not_complaint", "safety", "repeat"), _PHRASES),
    **dict.fromkeys(("negations", "negations_after", "ignore", "greetings", "thanks"), _PHRASES),
    **dict.fromkeys(("satisfied", "neutral", "dissatisfied", "reopen"), _PHRASES),
    "types": tuple(kind for kind in ComplaintType if kind is not ComplaintType.OTHER),
    "remedies": tuple(remedy for remedy in Remedy if remedy is not Remedy.NONE),
    "threats": tuple(threat for threat in Threat if threat is not Threat.NONE),
    "severity": (Severity.HIGH, Severity.LOW),
    "ratings": ("1", "2", "3", "4", "5"),
    "number_labels": ("order", "other", "reference", "not_ours"),
    "concepts": tuple(CONCEPTS),
}
"""What is looked up: each section with its parts; one without parts holds phrases."""


_at_hand: dict[str, tuple[str, Vocabulary]] = {}
"""By language what was read last, and its text: who reads the same again, wherever it lies, need not wait."""


def taken(path: Path, language: str, shelf: Shelf) -> YamlFile | None:
    """The file as it was put by, with all its text and of its data the tests; None where it is another one now."""
    try:
        text = decoded(shown(path), path.read_bytes())
    except (OSError, ConfigurationError):
        return None
    content = shelf.get(_name_of(language, text))
    file: YamlFile | None = pickle.loads(content) if content else None  # noqa: S301  (the shelf is ours alone)
    return replace(file, name=shown(path), text=text) if file else None


def put_by(file: YamlFile, made: Vocabulary, shelf: Shelf) -> Written:
    """Put by what was read of the file, and what it was made into; where nothing is kept, that is held."""
    if not shelf.writable:
        return Written(made.language, file.text, made=made)
    data = {name: content for name, content in file.data.items() if name == TESTS}
    marks = {at: mark for at, mark in file.marks.items() if at[:1] in ((), (TESTS,))}
    rest = pickle.dumps(replace(file, text="", data=data, marks=marks), pickle.HIGHEST_PROTOCOL)
    shelf.put(_name_of(made.language, file.text), rest)
    return Written.put_by(made, file.text, shelf)


def _name_of(language: str, text: str) -> str:
    return name_of("vocabulary file", language, text)


def read_vocabulary(file: YamlFile, *, language: str, hold: bool = True) -> Vocabulary:
    """The file's words; ConfigurationError with every mistake in it. `hold`: for whoever reads the same again."""
    text, known = _at_hand.get(language, (None, None))
    if known is not None and text == file.text:
        return known
    words = {name: content for name, content in file.data.items() if name != TESTS}
    if problems := [*_Check(file, language).sections(words, (), _SECTIONS)]:
        raise ConfigurationError(problems)
    vocabulary = Vocabulary.from_words(language, words)
    if hold:
        _at_hand[language] = file.text, vocabulary
    return vocabulary


class _Check:
    """Goes through one file and says what is wrong where."""

    def __init__(self, file: YamlFile, language: str) -> None:
        self._file, self._language = file, language

    def sections(self, written: Any, at: At, known: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
        """The problems of named sections, each with phrases or with sections of its own."""
        if not isinstance(written, dict):
            yield self._problem(at, f"found {described(written)}, expected sections: {', '.join(known)}")
            return
        for name, content in written.items():
            place = (*at, name)
            if name not in known:
                hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
                yield self._problem(place, f"nothing looks up this section{hint}", key=True)
            elif known[name]:
                yield from self.sections(content, place, dict.fromkeys(known[name], _PHRASES))
            else:
                yield from self._phrases(content, place)

    def _phrases(self, written: Any, at: At) -> Iterator[Problem]:
        if not isinstance(written, list):
            yield self._problem(at, f"found {described(written)}, expected a list of phrases")
            return
        for number, entry in enumerate(written):
            try:
                phrase_of(self._language, "", entry)
            except ValueError:
                yield self._problem(
                    (*at, number),
                    f"found {described(entry)}, expected a phrase like late, =late or delay*, or {{phrase: weight}}; "
                    "put odd text between quotes",
                )

    def _problem(self, at: At, message: str, *, key: bool = False) -> Problem:
        return self._file.problem(at, f"{path_of(at)}: {message}".removeprefix(": "), key=key)
