"""Finds words and phrases of mail programs (mail_programs/) in a line, word by word, in time linear in the line."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from mailbot.reading.words import clients

_WORD = re.compile(r"\w+")
# What keyboards and programs write in place of one another.
_SAME = {"ي": "ی", "ى": "ی", "ك": "ک", "ё": "е", "ı": "i"}
# Scripts that set no space between words: there a phrase may stand inside a run of letters.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def tokens(text: str) -> list[str]:
    """The words of `text` without case and without differences between keyboards."""
    if text.isascii():
        return _WORD.findall(text.lower())
    text = normalize("NFC", text.replace("İ", "i")).casefold()
    for odd, usual in _SAME.items():
        text = text.replace(odd, usual)
    return _WORD.findall(text)


class Phrases:
    """The phrases of some sections, to be looked for among the tokens of a line."""

    def __init__(self, *sections: str) -> None:
        self._phrases: set[tuple[str, ...]] = set()
        self._lengths: dict[str, set[int]] = {}
        self._whole: set[str] = set()
        self._inside: set[str] = set()
        for word in clients.words(*sections):
            self._add(word, tuple(tokens(word)))

    def _add(self, word: str, phrase: tuple[str, ...]) -> None:
        if not phrase:
            return
        self._phrases.add(phrase)
        self._lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._whole.add("".join(phrase))
        if _UNSPACED.search(word):
            self._inside.add("".join(phrase))

    @property
    def first_words(self) -> frozenset[str]:
        """The first token of every phrase."""
        return frozenset(self._lengths)

    def begins(self, words: Sequence[str], at: int = 0) -> int:
        """How many tokens the longest phrase has that stands at `at`; 0 if there is none."""
        lengths = self._lengths.get(words[at], ()) if at < len(words) else ()
        return max((length for length in lengths if tuple(words[at : at + length]) in self._phrases), default=0)

    def opens(self, words: Sequence[str]) -> bool:
        """Whether the tokens begin with a phrase; without spaces, as in Chinese, too."""
        if self.begins(words):
            return True
        start = "".join(words[:6])
        return bool(_UNSPACED.search(start)) and any(start.startswith(phrase) for phrase in self._inside)

    def found_in(self, words: Sequence[str]) -> bool:
        """Whether a phrase stands anywhere among the tokens."""
        if any(word in self._lengths and self.begins(words, at) for at, word in enumerate(words)):
            return True
        return any(_UNSPACED.search(word) and any(phrase in word for phrase in self._inside) for word in words)

    def are(self, words: Sequence[str]) -> bool:
        """Whether the tokens are a phrase and nothing else, wherever the spaces are."""
        return "".join(words) in self._whole
