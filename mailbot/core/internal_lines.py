"""Our internal lines, known by fingerprint, so that none of them ever reaches a customer in an agent's answer.

A fingerprint is a hash of five words in a row, or of a whole shorter line: it survives quoting marks, other line
breaks and changed punctuation, which is what mail clients do to a quoted notification.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from unicodedata import normalize

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"^\s*>")
# Mail programs break and mend words with these; some also take accents apart, which NFKC undoes.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_RUN = 5

_Words = tuple[str, ...]


def fingerprints(internal: str, own_words: str) -> frozenset[int]:
    """The fingerprints of `internal` (a notification's text) that are not also those of a person's `own_words`."""
    return of_letters([(internal, own_words)])


def of_letters(letters: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The same of several texts, each with a person's own words in it: much of what they say is the same."""
    texts: dict[str, list[str]] = {}
    for internal, own_words in letters:
        texts.setdefault(own_words, []).append(internal)
    return frozenset(number for own_words, internal in texts.items() for number in _but_for(own_words, internal))


def _but_for(own_words: str, internal: Iterable[str]) -> Iterable[int]:
    own = _lines(own_words)
    known = frozenset(own)
    stretches = {stretch for text in internal for stretch in _stretches(_lines(text), known)}
    found: dict[_Words, int] = {}
    for stretch in stretches.difference(_stretches(own, known)):
        found.update(_hashed(stretch))
    for stretch in _stretches(own):
        for piece in _pieces_of(stretch):
            found.pop(piece, None)
    return found.values()


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


def _pieces(text: str) -> Iterator[tuple[_Words, range]]:
    """Every five words in a row and every shorter line, with the numbers of the lines on which they stand."""
    lines = [_words(line) for line in text.splitlines()]
    words = [(word, number) for number, line in enumerate(lines) for word in line]
    for start in range(len(words) - _RUN + 1):
        run = words[start : start + _RUN]
        yield tuple(word for word, _ in run), range(run[0][1], run[-1][1] + 1)
    for number, line in enumerate(lines):
        if 2 <= len(line) < _RUN:
            yield tuple(line), range(number, number + 1)


def _lines(text: str) -> Sequence[_Words]:
    """The words of each line that is not empty, without the marks by which a letter quotes it."""
    return [_words_of_line(bare) for line in text.splitlines() if (bare := line.lstrip("> "))]


def _stretches(lines: Iterable[_Words], known: frozenset[_Words] = frozenset()) -> Iterator[_Words]:
    """Stretches with the same pieces in them, one or two a line: each begins with the last words before its line.

    Of a line that is `known` there are only those pieces that also have words from before it.
    """
    before: _Words = ()
    for line in lines:
        stretch = before + (line[: _RUN - 1] if line in known else line)
        if len(stretch) >= _RUN:
            yield stretch
        if 2 <= len(line) < _RUN and line not in known:
            yield line
        before = (before + line)[1 - _RUN :]


def _pieces_of(stretch: _Words) -> Iterable[_Words]:
    if len(stretch) < _RUN:
        return (stretch,)
    return zip(stretch, stretch[1:], stretch[2:], stretch[3:], stretch[4:], strict=False)


# Most lines of a notification are in every one, and a person's own words also in those to the other members.
@lru_cache(maxsize=1024)
def _words_of_line(line: str) -> _Words:
    return tuple(_words(line))


@lru_cache(maxsize=2048)
def _hashed(stretch: _Words) -> Mapping[_Words, int]:
    return {piece: _hash(piece) for piece in _pieces_of(stretch)}


def _hash(words: _Words) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "big", signed=True)
