"""The sketch of a text, by which another is found that says much the same: MinHash of its pairs of words, in bands.

Texts that share most of their pairs share a band nearly always, others rarely. Databases keep these hashes: another
way to make them would find nothing of what was kept before.
"""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from mailbot.core.resemblance import NO_SKETCH, Sketch

_FEWEST_WORDS, _MOST_WORDS = 12, 200
_MOST_CHARACTERS = 4_000
_BANDS, _ROWS = 16, 3
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_SAME_LETTER = (("ي", "ی"), ("ى", "ی"), ("ك", "ک"))


def sketch_of(text: str) -> Sketch:
    """The sketch of a text; numbers, accents and letter case do not count, nor what stands beyond the first words."""
    words = _words(text)
    if len(words) < _FEWEST_WORDS:
        return NO_SKETCH
    pairs = {f"{one} {next_}" for one, next_ in pairwise(words)}
    hashes = np.unique(np.frombuffer(b"".join(map(_digest, pairs)), ">i8"))
    return Sketch(hashes.tobytes(), tuple(_bands(hashes.astype(np.int64).view(np.uint64))))


def _words(text: str) -> list[str]:
    plain = text[:_MOST_CHARACTERS]
    for letter, same in _SAME_LETTER:
        plain = plain.replace(letter, same)
    plain = unicodedata.normalize("NFKD", plain.casefold())
    for accent in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(accent, "")
    words = _WORD.findall(plain)[:_MOST_WORDS]
    return [word if word.isalpha() or not _DIGIT.search(word) else "0" for word in words]


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def _bands(pairs: npt.NDArray[np.uint64]) -> Iterator[str]:
    least = (_FACTORS * pairs).min(axis=1).tolist()
    for band in range(_BANDS):
        rows = " ".join(map(str, least[band * _ROWS : (band + 1) * _ROWS]))
        yield f"{band} {_digest(rows).hex()}"


_FACTORS = np.array(
    [[int.from_bytes(_digest(f"factor {n}"), "big") | 1] for n in range(_BANDS * _ROWS)], dtype=np.uint64
)
