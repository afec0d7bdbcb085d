"""Our internal lines, known by fingerprint, so that none of them ever reaches a customer in an agent's answer.

A fingerprint is a hash of five words in a row, or of a whole shorter line: it survives quoting marks, other line
breaks and changed punctuation, which is what mail clients do to a quoted notification.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from unicodedata import normalize

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"^\s*>")
# Mail programs break and mend words with these; some also take accents apart, which NFKC undoes.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_RUN = 5


def fingerprints(internal: str, own_words: str) -> frozenset[int]:
    """The fingerprints of `internal` (a notification's text) that are not also those of a person's `own_words`."""
    return of_letters([(internal, own_words)])


def of_letters(letters: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The same of several texts, each with a person's own words in it: much of what they say is the same."""
    texts: dict[str, set[tuple[str, ...]]] = {}
    for internal, own_words in letters:
        texts.setdefault(own_words, set()).update(_distinct(internal))
    return frozenset(_hash(words) for own_words, all_ in texts.items() for words in all_ - _distinct(own_words))


def survivors(text: str, known: frozenset[int]) -> tuple[str, ...]:
    """The lines of `text` in which an internal line survives, in their order; empty when it is clean."""
    numbers = {number for words, where in _pieces(text) if _hash(words) in known for number in where}
    return tuple(line for number, line in enumerate(text.splitlines()) if number in numbers and line.strip())


def customers_lines_only(text: str, own_words: str) -> str:
    """`text` without those quoted lines that are not the customer's own words."""
    own = " ".join(_words(own_words))
    return "\n".join(line for line in text.splitlines() if not _QUOTED.match(line) or _is_within(line, own)).strip()


def _is_within(line: str, own: str) -> bool:
    words = " ".join(_words(line))
    return not words or words in own


def _words(text: str) -> list[str]:
    return _WORD.findall(normalize("NFKC", _UNSEEN.sub("", text)).casefold())


def _pieces(text: str) -> Iterator[tuple[tuple[str, ...], range]]:
    """Every five words in a row and every shorter line, with the numbers of the lines on which they stand."""
    lines = [_words(line) for line in text.splitlines()]
    words = [(word, number) for number, line in enumerate(lines) for word in line]
    for start in range(len(words) - _RUN + 1):
        run = words[start : start + _RUN]
        yield tuple(word for word, _ in run), range(run[0][1], run[-1][1] + 1)
    for number, line in enumerate(lines):
        if 2 <= len(line) < _RUN:
            yield tuple(line), range(number, number + 1)


def _distinct(text: str) -> set[tuple[str, ...]]:
    """The same pieces, each once and without its place: a notification repeats what a customer wrote at any length."""
    lines = [_words_of_line(line.lstrip("> ")) for line in text.splitlines()]
    words = list(chain.from_iterable(lines))
    runs = zip(*(islice(words, offset, None) for offset in range(_RUN)), strict=False)
    return {*runs, *(line for line in lines if 2 <= len(line) < _RUN)}


# Most lines of a notification are in every one, and a person's own words also in those to the other members.
@lru_cache(maxsize=1024)
def _words_of_line(line: str) -> tuple[str, ...]:
    return tuple(_words(line))


@lru_cache(maxsize=8192)
def _hash(words: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "big", signed=True)
