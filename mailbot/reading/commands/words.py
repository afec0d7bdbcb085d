"""The words with which agents write days, stretches of time and times of day (words/), in all languages at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import cache
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

from mailbot.reading.figures.lexicon import Kind, lexicon
from mailbot.reading.inflection import bare, fold
from mailbot.yaml_file import read_yaml

_WORDS = Path(__file__).parent / "words"
_LANGUAGES = ("en", "et", "sl", "ru", "fa")
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?")
_BETWEEN = re.compile(r"[\s.,،]*")
_LONGEST_TEXT = 80
_MOST_TOKENS = 9
_MOST_READINGS = 1_000
_LONGEST_PHRASE = 3


class Role(Enum):
    """What a word says of time. FILLER says nothing that matters."""

    NUMBER = auto()
    MONTH = auto()
    JALALI = auto()
    WEEKDAY = auto()
    RELATIVE = auto()
    UNIT = auto()
    IN = auto()
    LATER = auto()
    NEXT = auto()
    THIS = auto()
    FILLER = auto()
    AT = auto()
    AM = auto()
    PM = auto()
    OCLOCK = auto()
    BACK = auto()


Meaning: TypeAlias = tuple[Role, int]
"""A role with its value: of a number itself, of a month or weekday its number, of a unit its hours."""

_HOURS = {"hours": 1, "days": 24, "weeks": 7 * 24, "months": 30 * 24}
_NUMBERED = {"months": Role.MONTH, "jalali": Role.JALALI, "weekdays": Role.WEEKDAY, "relative": Role.RELATIVE}
_PLAIN = {
    "in": Role.IN, "later": Role.LATER, "next": Role.NEXT, "this": Role.THIS, "until": Role.FILLER,
    "filler": Role.FILLER, "at": Role.AT, "am": Role.AM, "pm": Role.PM, "oclock": Role.OCLOCK, "back": Role.BACK,
}  # fmt: skip


def spoken(text: str) -> str:
    """`text` in the form in which words are looked up: small letters, ASCII digits, no joiners."""
    return fold(text).replace("\u200c", "").replace("’", "'")


def readings(text: str) -> Iterator[tuple[Meaning, ...]]:
    """Every way in which a whole text in spoken form can be read, without its fillers; none if a word is not known."""
    tokens = _tokens(text) if len(text) <= _LONGEST_TEXT else None
    if not tokens or prod(map(len, tokens)) > _MOST_READINGS:
        return
    for reading in dict.fromkeys(product(*tokens)):
        yield tuple(meaning for meaning in reading if meaning[0] is not Role.FILLER)


def _tokens(text: str) -> list[tuple[Meaning, ...]] | None:
    pieces = re.sub(r"(?<=\d)-(?=[^\W\d_])", " ", text)
    words = _TOKEN.findall(pieces)
    if len(words) > _MOST_TOKENS or not _BETWEEN.fullmatch(_TOKEN.sub(" ", pieces)):
        return None
    found: list[tuple[Meaning, ...]] = []
    place = 0
    while place < len(words):
        taken = next((n for n in range(_LONGEST_PHRASE, 0, -1) if _said(words[place : place + n])), 0)
        if not taken:
            return None
        found.append(_said(words[place : place + taken]))
        place += taken
    return found


def _said(words: list[str]) -> tuple[Meaning, ...]:
    phrase = " ".join(words)
    if phrase.isdecimal():
        return ((Role.NUMBER, int(phrase)),) if len(phrase) <= 4 else ()
    return _meanings().get(phrase, ())


@cache
def _meanings() -> Mapping[str, tuple[Meaning, ...]]:
    found: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
    for language in _LANGUAGES:
        for form, meaning in _of_language(read_yaml(_WORDS / f"{language}.yaml").data):
            found[form][meaning] = None
    for form, (number, _) in lexicon().words.items():
        if number and number.kind is Kind.NUMBER and number.value in range(1, 100):
            found[spoken(form)][Role.NUMBER, int(number.value)] = None
    return {form: tuple(meanings) for form, meanings in found.items()}


def _of_language(words: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    for section, role in _NUMBERED.items():
        for value, entries in words.get(section, {}).items():
            yield from ((form, (role, int(value))) for form in _forms(entries))
    for unit, entries in words["units"].items():
        yield from ((form, (Role.UNIT, _HOURS[unit])) for form in _forms(entries))
    yield from ((form, (Role.NUMBER, 1)) for form in _forms(words["one"]))
    for section, role in _PLAIN.items():
        yield from ((form, (role, 0)) for form in _forms(words[section]))


def _forms(entries: Iterable[object]) -> Iterator[str]:
    """Every form of the entries, with diacritics and without."""
    for entry in entries:
        stem, *endings = str(entry).split("/")
        for ending in endings or ("",):
            form = spoken(stem + ending)
            yield form
            if (without := bare(form)) != form:
                yield without


@cache
def shared_currencies() -> Mapping[str, frozenset[str]]:
    """The currencies that share the sign or the word of another one, by that one's code."""
    return {code: frozenset(others) for code, others in read_yaml(_WORDS / "currencies.yaml").data.items()}
