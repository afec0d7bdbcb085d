"""All look-ups of a desk: several at a time, each within its time, with answers that are kept and failures that pause.

Nothing here raises for what a source does: a fact that cannot be had is `Unknown`, with the reason.
"""

import contextlib
import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from mailbot.core.lookup import CsvSource, HttpSource, Lookup
from mailbot.core.rules.conditions import Unknown
from mailbot.lookups.breaker import Breaker
from mailbot.lookups.csv_file import CsvFile
from mailbot.lookups.http_answer import HttpAnswer
from mailbot.lookups.kept import Kept
from mailbot.lookups.source import NotReady, Row, Source
from mailbot.lookups.sql_query import SqlQuery
from mailbot.lookups.values import value_of
from mailbot.web import Deadline, NoAnswer, within

_AT_ONCE = 4
_NOTHING_KEPT_FOR = timedelta(minutes=1)
_READING_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look-up gave for one key: facts by the names of their fields, `Unknown` with its reason among them.

    `owner` is the address to whom it belongs, where the look-up says so; `problem` is why nothing could be had.
    """

    lookup: Lookup
    key: str
    facts: Mapping[str, object]
    owner: str | None = None
    there: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that has been failing for long."""

    name: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a look-up that was tried once is doing: what is to be said of it, facts of any row, or why it fails."""

    lookup: Lookup
    said: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    odd: bool = False
    problem: str | None = None


class Lookups:
    """The look-ups of one configuration. `folder` is for what is kept on disk; days are those of `zone`."""

    def __init__(self, lookups: Iterable[Lookup], *, folder: Path, zone: tzinfo) -> None:
        self._desks = tuple(_Asked(lookup, folder, zone) for lookup in lookups)

    def begin(self) -> None:
        """Prepare in the background what takes long."""
        for asked in self._desks:
            asked.begin()

    def find(self, keys: Mapping[str, str], names: Container[str], now: datetime) -> tuple[Found, ...]:
        """What is known by these keys (by their `By`), of the look-ups that fill one of the fields of these names.

        All are asked at the same time; it takes no longer than the longest of their time-outs.
        """
        wanted = [
            (asked, keys[asked.lookup.by])
            for asked in self._desks
            if keys.get(asked.lookup.by) and any(column.name in names for column in asked.lookup.columns)
        ]
        asking = [asked.ask(key, now) for asked, key in wanted]
        return tuple(one.found() for one in asking)

    def troubles(self, now: datetime) -> Iterator[Trouble]:
        """Those that have been failing for long; each is told of once, until it works again."""
        for asked in self._desks:
            if since := asked.breaker.failing_long(now):
                yield Trouble(asked.lookup.name, asked.breaker.why, since)

    def samples(self) -> Iterator[Sample]:
        """Each look-up, tried once."""
        return (asked.sample() for asked in self._desks)

    def close(self) -> None:
        """Let go of files and connections."""
        for asked in self._desks:
            asked.close()


class _Asked:
    """One look-up with its source, what is kept of its answers, and how it has been doing."""

    def __init__(self, lookup: Lookup, folder: Path, zone: tzinfo) -> None:
        self.lookup, self.zone = lookup, zone
        self.breaker = Breaker()
        self.kept: Kept[Row | None] = Kept()
        self.free = threading.BoundedSemaphore(_AT_ONCE)
        self._folder = folder
        self._source: Source | None = None
        self._opening = threading.Lock()

    @property
    def source(self) -> Source:
        """The source, opened when it is first needed; NoAnswer."""
        with self._opening:
            self._source = self._source or _opened(self.lookup, self._folder)
            return self._source

    @property
    def is_remote(self) -> bool:
        """Whether its answers are kept and it is left alone when it fails; the index of a file is quick either way."""
        return not isinstance(self.lookup.source, CsvSource)

    def begin(self) -> None:
        try:
            self.source.begin()
        except NoAnswer:
            return  # whoever asks will hear of it

    def ask(self, key: str, now: datetime) -> "_Asking":
        """The answer for a key, on its way."""
        asking = _Asking(self, key, now)
        if self.is_remote and (kept := self.kept.get(key, now)):
            asking.row = kept[0]
        elif self.is_remote and not self.breaker.lets_through(now):
            asking.problem = f"left alone for a minute after it failed: {self.breaker.why}"
        elif not self.free.acquire(blocking=False):
            asking.problem = f"still busy with {_AT_ONCE} earlier questions"
        else:
            asking.begin()
        return asking

    def answered(self, key: str, row: Row | None, now: datetime, *, late: bool) -> None:
        """Take note of an answer, also of one for which nobody waits any longer."""
        if not late:
            self.breaker.succeeded()
        if self.is_remote:
            span = self.lookup.cache if row is not None else min(self.lookup.cache, _NOTHING_KEPT_FOR)
            self.kept.put(key, row, now, span)

    def facts(self, row: Row) -> Mapping[str, object]:
        """The row as facts."""
        source = self.lookup.source
        decimal = source.decimal if isinstance(source, CsvSource) else None
        found = {c.name: value_of(c, row, zone=self.zone, decimal=decimal) for c in self.lookup.columns}
        return {name: value for name, value in found.items() if value is not None}

    def sample(self) -> Sample:
        """Try it without a key of anybody's; a file is waited for until it is read."""
        try:
            with within(self.lookup.timeout if self.is_remote else _READING_SECONDS) as deadline:
                tried = self.source.sample(deadline)
        except NoAnswer as error:
            return Sample(lookup=self.lookup, problem=str(error))
        facts = self.facts(tried.row) if tried.row else {}
        return Sample(lookup=self.lookup, said=f"{self.source.label}: {tried.said}", facts=facts, odd=tried.odd)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


@dataclass(slots=True)
class _Asking:
    """One question to one source. A thread of its own asks it, and may outlive those who wait for it."""

    asked: _Asked
    key: str
    now: datetime
    row: Row | None = None
    problem: str | None = None
    _deadline: Deadline | None = None
    _done: threading.Event = field(default_factory=threading.Event)
    _deciding: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Ask, in the background."""
        lookup = self.asked.lookup
        self._deadline = Deadline(lookup.timeout)
        threading.Thread(target=self._ask, args=(self._deadline,), name=f"look up {lookup.name}", daemon=True).start()

    def found(self) -> Found:
        """The answer, or why there is none; waits until the deadline."""
        lookup = self.asked.lookup
        if self._deadline is not None:
            self._wait(self._deadline)
        if self.problem is not None or self.row is None:
            why = f"{lookup.name}: {self.problem or f'there is none with {lookup.by.value} {self.key[:100]}'}"
            facts = {column.name: Unknown(why) for column in lookup.columns}
            return Found(lookup=lookup, key=self.key, facts=facts, problem=why if self.problem else None)
        owner = str(self.row.get(lookup.owner) or "").strip() if lookup.owner else None
        return Found(lookup=lookup, key=self.key, facts=self.asked.facts(self.row), owner=owner, there=True)

    def _wait(self, deadline: Deadline) -> None:
        with contextlib.suppress(NoAnswer):
            self._done.wait(deadline.left)
        # What hangs is freed only after this: what it then complains of is no second failure.
        self._decide(None, deadline.missed, counts=self.asked.is_remote)
        deadline.end()

    def _ask(self, deadline: Deadline) -> None:
        try:
            row = self.asked.source.find(self.key, deadline)
        except NotReady as error:
            self._over(None, str(error), counts=False)
        except NoAnswer as error:
            self._over(None, str(error))
        except Exception as error:
            self._over(None, f"{type(error).__name__}: {error}")
        else:
            self._over(row, None)
        finally:
            self.asked.free.release()

    def _over(self, row: Row | None, problem: str | None, *, counts: bool = True) -> None:
        """Hand the answer over; one that comes too late is good for the next who asks."""
        in_time = self._decide(row, problem, counts=counts)
        if problem is None:
            self.asked.answered(self.key, row, self.now, late=not in_time)

    def _decide(self, row: Row | None, problem: str | None, *, counts: bool) -> bool:
        """What comes first is what counts; whether this did."""
        with self._deciding:
            if self._done.is_set():
                return False
            self.row, self.problem = row, problem
            if problem is not None and counts:
                self.asked.breaker.failed(problem, self.now)
            self._done.set()
            return True


def _opened(lookup: Lookup, folder: Path) -> Source:
    source, by, wanted = lookup.source, lookup.by.value, lookup.wanted
    if isinstance(source, CsvSource):
        return CsvFile(source, wanted, folder / f"{lookup.name}.index")
    if isinstance(source, HttpSource):
        return HttpAnswer(source, by, wanted)
    return SqlQuery(source, by, wanted, lookup.timeout)
