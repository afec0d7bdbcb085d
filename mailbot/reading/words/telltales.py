"""Finds phrases of mail programs and servers in a whole text: those whose first word stands in it are searched for."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

from mailbot.reading.words import clients

_ALIKE = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "“": '"', "”": '"',
    "ي": "ی", "ى": "ی", "ك": "ک", "ё": "е", "ı": "i", "：": ":",
})  # fmt: skip
_UNLIKE = re.compile(f"[{''.join(map(chr, _ALIKE))}]")
_END_OF_SUBJECT = re.compile(r"\s*(?:$|[:()\[\]|!.*\-])")
_BEFORE_SUBJECT = "[(*!.:-# \"'"
_WORD = re.compile(r"[^\W_]+")
_START = 4
_ANYWHERE = ""
# From Thai on there are scripts without spaces between words.
_UNSPACED = "\u0e00"
_UNSPACED_SIGN = re.compile(f"[{_UNSPACED}-\U0010ffff]")


def plain(text: str) -> str:
    """`text` in the one spelling in which phrases are compared: casefolded, single spaces, straight apostrophes."""
    if not text.isascii():
        text = text.replace("İ", "i")
    if _UNLIKE.search(text):
        text = text.translate(_ALIKE)
    return " ".join(text.casefold().replace("\u200c", " ").split())


def present(text: str, *sections: str) -> tuple[str, ...]:
    """The phrases of the sections that stand in `text`, which is `plain`; each word is counted for one phrase only."""
    found: list[str] = []
    few = [phrase for phrase in _phrases(*sections).perhaps_in(text) if phrase in text]
    for phrase in sorted(few, key=lambda phrase: (-len(phrase), phrase)):
        if (at := _place(text, phrase)) >= 0:
            found.append(phrase)
            text = f"{text[:at]}\n{text[at + len(phrase) :]}"
    return tuple(found)


def leading(subject: str, *sections: str) -> str | None:
    """The phrase with which `subject`, which is `plain`, begins, or None."""
    return next(iter(_phrases(*sections).beginning(subject.lstrip(_BEFORE_SUBJECT))), None)


def titles(subject: str, *sections: str) -> str | None:
    """The phrase that `subject` begins with as its whole or as a title before a colon, dash or bracket, or None."""
    subject = subject.lstrip(_BEFORE_SUBJECT)
    begun = _phrases(*sections).beginning(subject)
    return next((phrase for phrase in begun if _END_OF_SUBJECT.match(subject, len(phrase))), None)


class _Phrases:
    """Phrases by the beginning of their first word: a text has to be searched for a few of them only."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._all = frozenset(phrases)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for phrase in self._all:
            self._by_start[_start_of(phrase)].append(phrase)
        self._lengths = {start: {len(phrase) for phrase in few} for start, few in self._by_start.items()}

    def beginning(self, text: str) -> list[str]:
        """The phrases with which `text` begins, the longest first."""
        word = _WORD.match(text)
        starts = (word[0][:_START] if word else _ANYWHERE, _ANYWHERE, _UNSPACED if text[:1] >= _UNSPACED else _ANYWHERE)
        lengths = {length for start in starts for length in self._lengths.get(start, ())}
        return [text[:length] for length in sorted(lengths, reverse=True) if text[:length] in self._all]

    def perhaps_in(self, text: str) -> list[str]:
        """The phrases that may stand in `text`."""
        return [phrase for start in _starts(text) & self._by_start.keys() for phrase in self._by_start[start]]


@lru_cache(maxsize=8)
def _starts(text: str) -> frozenset[str]:
    """By what the phrases that may stand in `text` begin; one mail's words are searched for many sections in turn."""
    starts = {word[:_START] for word in _WORD.findall(text)} | {_ANYWHERE}
    return frozenset(starts | {_UNSPACED} if _UNSPACED_SIGN.search(text) else starts)


def _start_of(phrase: str) -> str:
    """The letters by which a text's words tell that the phrase may stand in it."""
    word = _WORD.match(phrase)
    if phrase[0] >= _UNSPACED:
        return _UNSPACED
    if word is None or (word[0] == phrase and len(phrase) < _START):
        return _ANYWHERE
    return word[0][:_START]


@cache
def _phrases(*sections: str) -> _Phrases:
    return _Phrases({plain(word).lstrip(_BEFORE_SUBJECT) for word in clients.words(*sections)} - {""})


def _place(text: str, phrase: str) -> int:
    """Where `phrase` begins in `text`, not inside a word (scripts without spaces excepted); -1 if nowhere."""
    at = text.find(phrase)
    while at > 0 and text[at - 1].isalnum() and phrase[0].isalnum() and phrase[0] < _UNSPACED:
        at = text.find(phrase, at + 1)
    return at
