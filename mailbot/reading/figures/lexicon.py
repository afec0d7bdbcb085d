"""The words of numbers and money (words/), by every form in which they are written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

from mailbot.reading.inflection import bare
from mailbot.yaml_file import read_yaml

_WORDS = Path(__file__).parent / "words"
_LANGUAGES = ("en", "et", "sl", "ru", "fa")
_TOMAN = "IRT"
# One letter for one, so that places in a text stay: digits of any script in ASCII, Persian letters in one form.
_SAME = str.maketrans({
    **{chr(0x6F0 + i): str(i) for i in range(10)}, **{chr(0x660 + i): str(i) for i in range(10)},
    "٫": ".", "٬": ",", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "آ": "ا", "أ": "ا", "إ": "ا", "ё": "е", "Ё": "Е",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'",
})  # fmt: skip
_OTHER = re.compile(f"[{''.join(map(chr, _SAME))}]+")


class Kind(Enum):
    """What a word says of a sum."""

    NUMBER = auto()
    SCALE = auto()
    HALF = auto()
    AND = auto()
    CURRENCY = auto()
    MINOR = auto()
    COIN = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A number, the factor of a scale or the worth of a coin; a currency's code.

    `behind`: only behind a number. `about`: a scale that may stand before its number, as in «тысяч пять».
    """

    kind: Kind
    value: Decimal = Decimal(0)
    code: str = ""
    behind: bool = False
    about: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """What a word near a number says of it (the sections `cues` of the words), and the currency of its language."""

    roles: frozenset[str]
    code: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of all languages together: a mail mixes them."""

    words: Mapping[str, tuple[Meaning | None, Cue | None]]
    free: frozenset[str]
    countries: Mapping[str, str]

    def meaning(self, word: str) -> Meaning | None:
        """What a word of a plain text says, as it is written or in small letters."""
        return (self.words.get(word) or self.words.get(word.lower()) or (None, None))[0]


def plain(text: str) -> str:
    """`text` with ASCII digits and letters of one form, each in its old place."""
    return _OTHER.sub(lambda found: found[0].translate(_SAME), text)


@cache
def lexicon() -> Lexicon:
    """The words that ship."""
    meanings: dict[str, Meaning] = {}
    cues: dict[str, Cue] = {}
    free: set[str] = set()
    money = read_yaml(_WORDS / "currencies.yaml").data
    countries = {form: code for code, words in money.pop("of").items() for form in _forms(words)}
    for language in _LANGUAGES:
        words = read_yaml(_WORDS / f"{language}.yaml").data
        for form, meaning in _numbers(words):
            meanings.setdefault(form, meaning)
        for form, cue in _cues(words).items():
            cues.setdefault(form, cue)
        free.update(_forms(words["free"]))
    for form, meaning in _money(money):
        meanings.setdefault(form, meaning)
    said = {form: (meanings.get(form), cues.get(form)) for form in meanings.keys() | cues.keys()}
    return Lexicon(said, frozenset(free), countries)


def _forms(entries: Iterable[str]) -> Iterator[str]:
    """Every form of the entries, with diacritics and without."""
    for entry in entries:
        stem, *endings = plain(str(entry)).split("/")
        for form in (stem + ending for ending in endings or ("",)):
            yield form
            if (without := bare(form)) != form:
                yield without


def _numbers(words: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    numbers = {form: Decimal(str(value)) for value, entries in words["numbers"].items() for form in _forms(entries)}
    numbers = dict(_inflected(numbers | dict(_compounds(numbers, words)), words.get("endings", ())))
    yield from ((form, Meaning(Kind.NUMBER, value)) for form, value in numbers.items())
    for kind, section in ((Kind.HALF, "half"), (Kind.AND, "and"), (Kind.AND, "with_half")):
        yield from ((form, Meaning(kind)) for form in _forms(words.get(section, ())))
    for factor, entries in words["scales"].items():
        yield from _marked(Kind.SCALE, entries, value=Decimal(factor))
    for worth, entries in words.get("coins", {}).items():
        value, code = worth.split()
        yield from _marked(Kind.COIN, entries, value=Decimal(value), code=code)


def _compounds(numbers: Mapping[str, Decimal], words: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The numbers that a language writes as one word of several: kakskümmend, petindvajset, صدوهشتاد."""
    units = [(form, value) for form, value in numbers.items() if 1 <= value <= 9 and value % 1 == 0]
    tens = [(form, value) for form, value in numbers.items() if value in range(20, 100, 10)]
    for left, value in units:
        for factor, entries in words.get("times", {}).items():
            yield from ((left + right, value * Decimal(factor)) for right in _forms(entries))
        for more, entries in words.get("plus", {}).items():
            yield from ((left + right, value + Decimal(more)) for right in _forms(entries))
        if between := words.get("between"):
            yield from ((left + between + right, value + ten) for right, ten in tens)
    if joined := words.get("joined"):
        hundreds = [(form, value) for form, value in numbers.items() if value >= 100]
        for higher, lower in ((hundreds, tens), (tens, units), (hundreds, units)):
            yield from ((h + joined + low, more + value) for h, more in higher for low, value in lower)


def _inflected(numbers: Mapping[str, Decimal], endings: Iterable[str]) -> Iterator[tuple[str, Decimal]]:
    for form, value in numbers.items():
        yield from ((form + ending, value) for ending in endings)
    yield from numbers.items()


def _marked(
    kind: Kind, entries: Iterable[str], *, value: Decimal = Decimal(0), code: str = ""
) -> Iterator[tuple[str, Meaning]]:
    """Meanings of entries; one that begins with «+» counts only behind a number, one with «~» before it too."""
    for entry in map(str, entries):
        meaning = Meaning(kind, value, code, behind=entry.startswith("+"), about=entry.startswith("~"))
        yield from ((form, meaning) for form in _forms([entry.lstrip("+~")]))


def _money(words: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    for code, entries in words["minor"].items():
        yield from _marked(Kind.MINOR, entries, code=code)
    for code in words.keys() - {"minor"}:
        yield from _marked(Kind.CURRENCY, words[code], code=code)
        yield code, Meaning(Kind.CURRENCY, code=code)


def _cues(words: Mapping[str, Any]) -> dict[str, Cue]:
    roles: dict[str, set[str]] = defaultdict(set)
    for role, entries in words["cues"].items():
        for form in _forms(entries):
            roles[form].add(role)
    return {form: Cue(frozenset(names), words.get("currency", "")) for form, names in roles.items()}
