"""Whether two texts say much the same: compared by their pairs of words, and found again by a few hashes of them.

The hashes are MinHash in bands: texts that share most of their pairs share a band nearly always, others rarely.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from struct import Struct

ALIKE = 0.45
"""From this share of pairs on, two texts say much the same."""

_FEWEST_WORDS, _MOST_WORDS = 12, 200
_MOST_CHARACTERS = 4_000
_BANDS, _ROWS = 16, 3
_ALL_BITS = (1 << 64) - 1
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_SAME_LETTER = str.maketrans("يىك", "ییک")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as far as it is compared: hashes of its pairs of words, and the `bands` by which texts like it are found.

    Both are empty for a text of so few words that many people write it.
    """

    pairs: frozenset[int] = frozenset()
    bands: tuple[str, ...] = ()


NO_SKETCH = Sketch()


def sketch_of(text: str) -> Sketch:
    """The sketch of a text; numbers, accents and letter case do not count, nor what stands beyond the first words."""
    words = list(_words(text))
    if len(words) < _FEWEST_WORDS:
        return NO_SKETCH
    pairs = frozenset(_hashed(f"{one} {next_}") for one, next_ in pairwise(words))
    return Sketch(pairs, tuple(_bands(tuple(pairs))))


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of pairs that two texts have in common, from 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _words(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text[:_MOST_CHARACTERS].translate(_SAME_LETTER).casefold())
    for accent in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(accent, "")
    for word in _WORD.findall(plain)[:_MOST_WORDS]:
        yield word if word.isalpha() or not _DIGIT.search(word) else "0"


def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def _bands(pairs: Sequence[int]) -> Iterator[str]:
    # All pairs lie in one number, 128 bits each, which is multiplied at once: no product reaches into the next.
    lanes = int.from_bytes(b"".join((pair & _ALL_BITS).to_bytes(16, "little") for pair in pairs), "little")
    low_halves = Struct("<" + "Q8x" * len(pairs))
    least = [min(low_halves.unpack((lanes * factor).to_bytes(low_halves.size, "little"))) for factor in _FACTORS]
    for band in range(_BANDS):
        rows = " ".join(map(str, least[band * _ROWS : (band + 1) * _ROWS]))
        yield f"{band} {blake2b(rows.encode(), digest_size=8).hexdigest()}"


_FACTORS = tuple((_hashed(f"factor {n}") | 1) & _ALL_BITS for n in range(_BANDS * _ROWS))
