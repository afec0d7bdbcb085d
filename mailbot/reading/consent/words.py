"""The words with which people accept, decline and ask (words/): one file a language, and `any` for what all write."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mailbot.reading.consent.phrases import Phrase, Phrases
from mailbot.reading.consent.signs import Sign
from mailbot.reading.survey.words import plain_word
from mailbot.yaml_file import read_yaml

_WORDS = Path(__file__).parent / "words"
_OF_ALL = "any"
_SPACED_PREFIX = re.compile(r"\b(ن?می) (?=\w)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file."""
    return tuple(sorted(file.stem for file in _WORDS.glob("*.yaml") if file.stem != _OF_ALL))


@cache
def consent_words(language: str) -> Phrases:
    """The words of a language, and what is written in all of them."""
    return Phrases([*_phrases(_OF_ALL), *_phrases(language)])


def plain(text: str) -> str:
    """Text without the differences that writers do not mean: «dont», «yesss», Persian verbs written as two words."""
    said = _DRAWN_OUT.sub(r"\1", plain_word(text).replace("'", ""))
    return _SPACED_PREFIX.sub(r"\1", said)


def _phrases(name: str) -> Iterator[Phrase]:
    written: Mapping[str, Any] = read_yaml(_WORDS / f"{name}.yaml").data
    for section, entries in written.items():
        for entry in entries:
            yield Phrase.of(Sign(section), plain(str(entry)))
