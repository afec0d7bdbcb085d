"""What a mailbox session gives back, and how much it asks for at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from mailbot.core.errors import PermanentError, TemporaryError

_BATCH_COUNT = 50
_BATCH_BYTES = 8_000_000
_CODE = re.compile(r"\[([A-Z-]+)[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it was when it was selected; UIDs hold only together with `uid_validity` (RFC 9051 section 2.3.1)."""

    uid_validity: int
    exists: int
    uid_next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One mail as the server has it; `internal_date` (UTC) is when it arrived there, `size` is in bytes."""

    uid: int
    raw: bytes
    internal_date: datetime
    size: int
    flags: frozenset[str]


class MoveResult(Enum):
    """What became of mails that were to be moved."""

    MOVED = auto()
    COPIED = auto()  # and their originals removed
    LEFT = auto()  # the server can do neither safely; they stay where they are


class IdleResult(Enum):
    """Why waiting ended. CHANGED: something may have come since the last `uids_after`."""

    CHANGED = auto()
    TIMEOUT = auto()
    WOKEN = auto()


class Refused(TemporaryError):
    """The server understood and said no; `code` is its response code (RFC 5530), "" if it gave none."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        found = _CODE.search(text)
        self.code = found[1] if found else ""


class UnreadableMailError(PermanentError):
    """The server lists these mails but does not hand them out; every other mail that was asked for came before."""

    def __init__(self, uids: Iterable[int]) -> None:
        self.uids = tuple(uids)
        super().__init__(f"the IMAP server does not hand out the mails with UID {', '.join(map(str, self.uids))}")


def batches(sizes: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """The mails (UID → bytes) in order, in groups of bounded count and bytes; a large mail goes alone."""
    batch: dict[int, int] = {}
    for uid, size in sizes.items():
        if batch and (len(batch) == _BATCH_COUNT or sum(batch.values()) + size > _BATCH_BYTES):
            yield batch
            batch = {}
        batch[uid] = size
    if batch:
        yield batch
