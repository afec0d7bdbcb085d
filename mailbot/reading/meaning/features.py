"""The features of a text by which it is judged: stems, neighbours, pieces of words and signs, sentence by sentence.

A feature is a number below `SIZE`: the CRC-32 of its text. Two that share a number are told apart by nobody; with so
many numbers this is rare enough not to matter (the hashing trick, Weinberger et al. 2009).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from zlib import crc32

from mailbot.reading.inflection import Word, bare

SIZE = 1 << 18
_SHORTEST, _LONGEST = 3, 5
_LONGEST_WORD = 20
_SIGN = re.compile("[?؟!]|[\u2639-\u263b\u2764\U0001f300-\U0001faff]|[:;]-?[()]|\\(\\(|\\)\\)")
_NUMBER = re.compile(r"\d+")
_NO_JOINER = {0x200C: None}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence of a text, and the signs behind or between them."""

    words: tuple[Word, ...]
    signs: tuple[str, ...]

    @property
    def stems(self) -> list[str]:
        """The stem of each word."""
        return [stem_of(word) for word in self.words]


def sentences(text: str, words: Sequence[Word]) -> tuple[Sentence, ...]:
    """The sentences of `text`, whose words these are; signs before the first word count for the first sentence."""
    groups = [tuple(group) for _, group in groupby(words, key=lambda word: word.sentence)]
    ends = [group[0].start for group in groups[1:]] + [len(text)]
    starts = [0, *ends]
    return tuple(
        Sentence(group, tuple(_SIGN.findall(text, start, end)))
        for group, start, end in zip(groups, starts, ends, strict=False)
    )


def stem_of(word: Word) -> str:
    """The shortest form under which a word is found: its stem without diacritics, digits as zeros."""
    return _shortest(word.keys)


@lru_cache(maxsize=50_000)
def _shortest(forms: frozenset[str]) -> str:
    return _plain(min(forms, key=lambda form: (len(form), form)))


@lru_cache(maxsize=50_000)
def _plain(form: str) -> str:
    return _NUMBER.sub("0", bare(form).translate(_NO_JOINER))


def features_of(sentence: Sentence) -> Iterator[int]:
    """The features of a sentence, one as often as it occurs."""
    for word in sentence.words:
        yield from word_features(word.folded, stem_of(word))
    for sign in sentence.signs:
        yield sign_feature(sign)
    yield from pair_features(sentence.stems)


@lru_cache(maxsize=50_000)
def word_features(folded: str, stem: str) -> tuple[int, ...]:
    """The features of one word: its stem, and the pieces of what was written."""
    return (_number(f"w {stem}"), *piece_features(folded))


def piece_features(folded: str) -> tuple[int, ...]:
    """The features of the pieces of three to five letters of one word, its beginning and its end marked."""
    marked = f"<{_plain(folded)[:_LONGEST_WORD]}>"
    pieces = {
        marked[at : at + length] for length in range(_SHORTEST, _LONGEST + 1) for at in range(len(marked) - length + 1)
    }
    return tuple(sorted(_number(f"p {piece}") for piece in pieces))


def pair_features(stems: Sequence[str]) -> list[int]:
    """The features of neighbours: each word with the next, and with the one after that."""
    return [_pair("2", *pair) for pair in pairwise(stems)] + [
        _pair("3", *pair) for pair in zip(stems, stems[2:], strict=False)
    ]


@lru_cache(maxsize=50_000)
def _pair(distance: str, first: str, second: str) -> int:
    return _number(f"{distance} {first} {second}")


def sign_feature(sign: str) -> int:
    """The feature of a question mark, a smile and the like."""
    return _number(f"s {sign}")


@lru_cache(maxsize=100)
def language_feature(language: str) -> int:
    """The feature of every text of a language: where its words are known less well, less has to speak for a yes."""
    return _number(f"l {language}")


def _number(text: str) -> int:
    return crc32(text.encode()) & (SIZE - 1)
