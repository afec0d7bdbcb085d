"""How the C library hands out memory: what a large mail took is given back at once, and threads share what is free."""

import ctypes
import sys

# <malloc.h> of glibc.
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_LARGE = 1_000_000


def give_back() -> None:
    """Let each piece above a megabyte be a mapping of its own, as long as this process lives; nothing without glibc.

    By itself glibc counts up to 32 MB as small once such a piece was freed, and gives each thread a heap of its own,
    so that a mail of 40 MB leaves as much behind, in pieces that nobody else finds.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_ARENA_MAX, 1)
