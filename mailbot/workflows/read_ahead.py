"""Reads the next mails while one is being settled, in order; one that takes long keeps only its writer waiting."""

import os
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Generic, TypeVar

from mailbot.core.message import Reading
from mailbot.store.ledger import LedgerRow

AHEAD = 12
"""So many are read ahead: those that wait for their turn lie in memory."""
_AHEAD_BYTES = 20_000_000
# So many are settled together at most: what is settled with one is seen, and leaves, with the last.
_TOGETHER = 10

Desk = TypeVar("Desk")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds others wait for a mail that is being read; `ready` is called when it has been, after all."""

    seconds: float
    ready: Callable[[], None]


@dataclass(slots=True)
class Begun(Generic[Desk]):
    """A mail that is being read, for the desk as it was then; `reading` waits for it, and raises its errors."""

    desk: Desk
    row: LedgerRow
    reading: Callable[[], Reading]
    future: Future[Reading] | None = None
    is_late: bool = False


def cores_to_spare() -> int:
    """How many cores this process may use beside the one on which it settles; at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


class ReadAhead(Generic[Desk]):
    """The mails of all mailboxes that are being read. Nothing is lost with it: they are still to be settled.

    `at_once`: so many are read at the same time, or settling would wait for its own readers; the other `places` are for
    those that would have to wait for one that takes long.
    """

    def __init__(self, places: int, at_once: int | None = None) -> None:
        usual = min(places, at_once or cores_to_spare())
        self._pool = ThreadPoolExecutor(usual, thread_name_prefix="read")
        self._spare = ThreadPoolExecutor(places - usual, thread_name_prefix="read") if places > usual else None
        self._begun: dict[int, Begun[Desk]] = {}

    def through(
        self,
        rows: Iterable[LedgerRow],
        desk: Callable[[], Desk],
        read: Callable[[Desk, LedgerRow], Reading],
        patience: Patience | None,
        most: int = AHEAD,
    ) -> Iterator[Sequence[Begun[Desk]]]:
        """The rows, oldest first: each when it has been read, with those behind it that have been, too.

        At most so many are begun before the first of them is settled; a row is asked for when there is room for it.

        With `patience`, those that take longer are left out, and with each what its writer wrote after it; such a row
        is taken up where it stands when it is given again. Those that come together are for one and the same desk.
        """
        rows = iter(rows)
        first = [*islice(rows, 2)]
        if len(first) == 1 and patience is None:
            own = desk()
            yield [Begun(own, first[0], partial(read, own, first[0]))]
            return
        coming, ahead, held_up = chain(first, rows), deque[Begun[Desk]](), set[str]()
        row = next(coming, None)
        while row or ahead:
            while row and _has_room(ahead, row, most):
                ahead.append(self._begin(row, desk, read))
                row = next(coming, None)
            begun = ahead.popleft()
            if begun.row.writer in held_up:
                continue
            begun = self._not_behind_another(begun, read)
            if _is_read(begun, patience):
                group = [begun, *_read_behind(begun, ahead, held_up)]
                for each in group:
                    self._begun.pop(each.row.id, None)
                yield group
            elif begun.future and not begun.future.running():
                return  # all places are taken by mails that take long
            elif begun.row.writer:
                held_up.add(begun.row.writer)

    def close(self) -> None:
        """Begin no more."""
        for pool in (self._pool, self._spare):
            if pool:
                pool.shutdown(wait=False, cancel_futures=True)

    def _begin(
        self, row: LedgerRow, desk: Callable[[], Desk], read: Callable[[Desk, LedgerRow], Reading]
    ) -> Begun[Desk]:
        if row.id not in self._begun:
            own = desk()
            future = self._pool.submit(read, own, row)
            self._begun[row.id] = Begun(own, row, future.result, future)
        begun = self._begun[row.id]
        begun.row = row  # somebody else may have had it in the meantime, and by an old claim nothing is settled
        return begun

    def _not_behind_another(self, begun: Begun[Desk], read: Callable[[Desk, LedgerRow], Reading]) -> Begun[Desk]:
        """The mail, which gets one of the other places if it waits for a place that a late one keeps."""
        late = any(one.is_late and one.future and one.future.running() for one in [*self._begun.values()])
        if late and self._spare and begun.future and begun.future.cancel():
            begun.future, begun.is_late = self._spare.submit(read, begun.desk, begun.row), False
            begun.reading = begun.future.result
        return begun


def _has_room(ahead: Sequence[Begun[Desk]], row: LedgerRow, most: int) -> bool:
    in_memory = sum(begun.row.size for begun in ahead)
    return not ahead or (len(ahead) < most and in_memory + row.size <= _AHEAD_BYTES)


def _read_behind(begun: Begun[Desk], ahead: deque[Begun[Desk]], held_up: Container[str]) -> Iterator[Begun[Desk]]:
    """Take off those that have been read by now and can be settled together with `begun`."""
    for _ in range(_TOGETHER - 1):
        if not ahead or not ahead[0].future or not ahead[0].future.done() or ahead[0].desk is not begun.desk:
            return
        if ahead[0].row.writer in held_up:
            return
        yield ahead.popleft()


def _is_read(begun: Begun[Desk], patience: Patience | None) -> bool:
    if patience is None or begun.future is None or begun.future.done():
        return True
    if not begun.is_late:
        try:
            begun.future.exception(patience.seconds)
        except NotYetError:
            begun.is_late = True
            begun.future.add_done_callback(lambda _: patience.ready())
    return begun.future.done()
