"""Finds phrases of mail programs and servers in a whole text: those are searched for whose rarest word stands in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

from mailbot.reading.words import clients

_ALIKE = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "“": '"', "”": '"',
    "ي": "ی", "ى": "ی", "ك": "ک", "ё": "е", "ı": "i", "：": ":",
}  # fmt: skip
_END_OF_SUBJECT = re.compile(r"\s*(?:$|[:()\[\]|!.*\-])")
_BEFORE_SUBJECT = "[(*!.:-# \"'"
_WORD = re.compile(r"[^\W_]+")
_START = 4
_ANYWHERE = ""
# From Thai on there are scripts without spaces between words.
_UNSPACED = "\u0e00"
_UNSPACED_SIGN = re.compile(f"[{_UNSPACED}-\U0010ffff]")


@lru_cache(maxsize=16)  # the beginning, the end and the new words of a short mail are all the same
def plain(text: str) -> str:
    """`text` in the one spelling in which phrases are compared: casefolded, single spaces, straight apostrophes."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    text = text.replace("İ", "i")
    for odd, usual in _ALIKE.items():
        text = text.replace(odd, usual)
    return " ".join(text.casefold().replace("\u200c", " ").split())


def present(text: str, *sections: str) -> tuple[str, ...]:
    """The phrases of the sections that stand in `text`, which is `plain`; each word is counted for one phrase only."""
    found: list[str] = []
    few = [phrase for phrase in _phrases(*sections).perhaps_in(_signs(text)) if phrase in text]
    for phrase in sorted(few, key=lambda phrase: (-len(phrase), phrase)):
        if (at := _place(text, phrase)) >= 0:
            found.append(phrase)
            text = f"{text[:at]}\n{text[at + len(phrase) :]}"
    return tuple(found)


def sections_in(text: str, *sections: str) -> frozenset[str]:
    """Those of the sections of which `present` finds a phrase in `text`, which is `plain`."""
    found = [phrase for phrase in _phrases(*sections).perhaps_in(_signs(text)) if _place(text, phrase) >= 0]
    return frozenset(section for section in sections if found and _phrases(section).hold_any(found))


def may_stand(sections: Iterable[str], *texts: str) -> bool:
    """Whether a phrase of the sections can stand in `texts`, each `plain`, if they are read one behind the other."""
    return bool(_phrases(*sections).perhaps_in(frozenset().union(*map(_signs, texts))))


def leading(subject: str, *sections: str) -> str | None:
    """The phrase with which `subject`, which is `plain`, begins, or None."""
    return next(iter(_phrases(*sections).beginning(subject.lstrip(_BEFORE_SUBJECT))), None)


def titles(subject: str, *sections: str) -> str | None:
    """The phrase that `subject` begins with as its whole or as a title before a colon, dash or bracket, or None."""
    subject = subject.lstrip(_BEFORE_SUBJECT)
    begun = _phrases(*sections).beginning(subject)
    return next((phrase for phrase in begun if _END_OF_SUBJECT.match(subject, len(phrase))), None)


class _Phrases:
    """Phrases by a word that must stand in a text for them to be worth a search."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._all = frozenset(phrases)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self._all:
            self._lengths[_start_of(phrase)].add(len(phrase))
        often = Counter(sign for phrase in self._all for sign in _signs_of(phrase))
        self._by_sign: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for phrase in self._all:
            signs = _signs_of(phrase)
            rarest = min(signs, key=lambda sign: (often[sign], -len(sign)))
            self._by_sign[rarest].append((phrase, frozenset(signs)))
        self._signs = frozenset(self._by_sign)

    def hold_any(self, phrases: Iterable[str]) -> bool:
        """Whether one of `phrases` is among them."""
        return not self._all.isdisjoint(phrases)

    def beginning(self, text: str) -> list[str]:
        """The phrases with which `text` begins, the longest first."""
        lengths = self._lengths.get(_ANYWHERE, set())
        if word := _WORD.match(text):
            lengths = lengths | self._lengths.get(word[0][:_START], set())
        if text[:1] >= _UNSPACED:
            lengths = lengths | self._lengths.get(_UNSPACED, set())
        return [text[:length] for length in sorted(lengths, reverse=True) if text[:length] in self._all]

    def perhaps_in(self, signs: frozenset[str]) -> list[str]:
        """The phrases that may stand in a text with these signs."""
        return [phrase for sign in signs & self._signs for phrase, own in self._by_sign[sign] if own <= signs]


@lru_cache(maxsize=8)
def _signs(text: str) -> frozenset[str]:
    """Signs of the phrases that may stand in `text`; one mail's words are searched for many sections in turn."""
    words = set(_WORD.findall(text))
    unspaced = () if text.isascii() else _UNSPACED_SIGN.findall(text)
    return frozenset((_ANYWHERE, *words, *[word[:_START] for word in words], *unspaced))


def _signs_of(phrase: str) -> list[str]:
    """By each of these a text tells that the phrase may stand in it: words that end inside it, and how others begin."""
    if phrase[0] >= _UNSPACED:
        return [phrase[0]]
    words = _WORD.findall(phrase)
    last = words.pop() if words and phrase[-1].isalnum() else ""
    return [*words, last[:_START]] if len(last) >= _START else words or [_ANYWHERE]


def _start_of(phrase: str) -> str:
    """The letters by which a text's first word tells that the phrase may be its beginning."""
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
