"""Whether two texts say much the same: compared by their pairs of words, and found again by a few hashes of them."""

from dataclasses import dataclass
from struct import unpack

ALIKE = 0.45
"""From this share of pairs on, two texts say much the same."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as far as it is compared: hashes of its pairs of words, and the `bands` by which texts like it are found.

    Both are empty for a text of so few words that many people write it. `packed` are the hashes in ascending order,
    signed, eight bytes each, the highest first.
    """

    packed: bytes = b""
    bands: tuple[str, ...] = ()

    @property
    def pairs(self) -> frozenset[int]:
        """The hashes, for comparing."""
        return frozenset(unpack(f">{len(self.packed) // 8}q", self.packed))


NO_SKETCH = Sketch()


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of pairs that two texts have in common, from 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
