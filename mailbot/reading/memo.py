"""What was found out about words, kept for the next texts: looked up as fast as can be, and forgotten as a whole."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """By a word, what `find` finds out about it; before there are more than `most`, all of it is forgotten.

    A text asks about hundreds of words, of which nearly all are known. `functools.lru_cache` would write down each time
    which was asked about last. Another process gets an empty one.
    """

    __slots__ = ("_find", "_most")

    def __init__(self, find: Callable[[K], V], most: int) -> None:
        super().__init__()
        self._find, self._most = find, most

    def __missing__(self, key: K) -> V:
        found = self._find(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = found
        return found

    def __reduce__(self) -> tuple[object, ...]:
        return Memo, (self._find, self._most)
