"""The words with which people give a mark (words/), one file a language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mailbot.reading.inflection import bare, fold
from mailbot.yaml_file import read_yaml

_WORDS = Path(__file__).parent / "words"
_BY_VALUE = ("numbers", "ends", "alone", "letters", "school")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Forms:
    """Words as they are written, and beginnings of words."""

    whole: frozenset[str] = _NONE
    beginnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[object]) -> "Forms":
        """The forms that entries stand for; one with * at its end is a beginning."""
        plain = [plain_word(str(entry)) for entry in entries]
        return cls(
            frozenset(entry for entry in plain if not entry.endswith("*")),
            tuple(entry[:-1] for entry in plain if entry.endswith("*")),
        )

    def __contains__(self, word: str) -> bool:
        return word in self.whole or bool(self.beginnings and word.startswith(self.beginnings))


@dataclass(frozen=True, slots=True)
class MarkWords:
    """The words of one language: numbers, and what the words beside a number say of it."""

    numbers: Mapping[int, Forms]
    ends: Mapping[int, Forms]
    alone: Mapping[int, Forms]
    letters: Mapping[int, Forms]
    school: Mapping[int, Forms]
    endings: Forms
    units: Forms
    joins: Forms
    of: Forms
    until: Forms
    between: Forms
    leads: Forms
    school_leads: Forms
    pronouns: Forms
    clock: Forms
    articles: Forms
    parts: Forms
    sums_up: Forms
    unreal: Forms
    unreal_behind: Forms
    goes_on: Forms
    counted: Forms
    named: Forms
    full: int

    def number(self, word: str) -> int | None:
        """What number a word says; None if it says none."""
        value = _value(self.numbers, word)
        return _value(self.school, word) if value is None else value

    def is_everyday(self, word: str) -> bool:
        """Whether a word is a mark at school only where another word says so: «хорошо»."""
        return _value(self.school, word) is not None

    def letter(self, written: str) -> int | None:
        """The school mark that a capital letter is; None if it is none."""
        return _value(self.letters, plain_word(written)) if len(written) == 1 and written.isupper() else None

    def end_of_scale(self, word: str) -> int | None:
        """The best mark of a scale that a word names by itself, as Estonian «kümnest» does."""
        return _value(self.ends, word)


def _value(forms: Mapping[int, Forms], word: str) -> int | None:
    return next((value for value, of_value in forms.items() if word in of_value), None)


@cache
def mark_words(language: str) -> MarkWords:
    """The words of a language; only digits are understood in one that has no file."""
    file = _WORDS / f"{language}.yaml"
    written: Mapping[str, Any] = read_yaml(file).data if file.exists() else {}
    by_value = {name: _by_value(written.get(name, {})) for name in _BY_VALUE}
    rest = {name: Forms.of(written.get(name, ())) for name in MarkWords.__slots__ if name not in (*_BY_VALUE, "full")}
    sections: dict[str, Any] = {**by_value, **rest, "full": int(written.get("full", 0))}
    return MarkWords(**sections)


def _by_value(written: Mapping[str, Any]) -> Mapping[int, Forms]:
    return {int(value): Forms.of(entries) for value, entries in written.items()}


def plain_word(written: str) -> str:
    """A word without the differences that writers do not mean, diacritics among them."""
    return bare(fold(written)).replace("\u200c", "").replace("’", "'")
