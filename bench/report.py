"""The results, as a table for people and as an object for programs."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench import due as ticking
from bench import rules as ruling
from bench.latency import Latency
from bench.mails import Mail
from bench.profile import Shares
from bench.reading import Figures, as_lines
from bench.throughput import Course, Peer, Throughput

_MEGABYTE = 1_000_000
_PERCENTILES = (("p50", 50), ("p95", 95), ("p99", 99), ("max", 100))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a mail: the median, the average, and the greatest."""

    median: int
    mean: int
    largest: int


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured on one kind of database."""

    database: str
    throughput: Throughput
    latency: Latency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was measured; None where it was not asked for."""

    mails: int
    seed: int
    sizes: Sizes
    runs: tuple[Run, ...]
    reading: Figures | None = None
    rules: tuple[ruling.Cost, ...] = ()
    due: tuple[ticking.Tick, ...] = ()
    profile: Shares | None = None


def sizes_of(mails: Sequence[Mail]) -> Sizes:
    """The sizes of these mails as they lie in the mailbox."""
    sizes = [len(mail.raw) for mail in mails]
    return Sizes(int(median(sizes)), sum(sizes) // len(sizes), max(sizes))


def as_text(results: Results) -> str:
    """A table of a screen's width."""
    return "\n".join(_lines(results))


def as_object(results: Results) -> dict[str, object]:
    """Times in seconds, CPU in milliseconds a mail, memory in bytes, growth and ratio as plain numbers."""
    return {
        "machine": _machine(),
        "mails": results.mails,
        "seed": results.seed,
        "bytes_per_mail": asdict(results.sizes),
        "runs": [_run(run) for run in results.runs],
        "reading": asdict(results.reading) if results.reading else None,
        "rules": [asdict(cost) for cost in results.rules],
        "due": [asdict(tick) for tick in results.due],
        "profile": results.profile,
    }


def _run(run: Run) -> dict[str, object]:
    throughput, latency = run.throughput, run.latency
    return {
        "database": run.database,
        "desk": _course(throughput.desk),
        "floor": _course(throughput.floor),
        "peer": _peer(throughput.desk, throughput.peer) if throughput.peer else None,
        "cpu_ratio": throughput.cpu_ratio,
        "cpu_growth_beside_floor": throughput.cpu_growth,
        "acknowledged": throughput.acknowledged,
        "expected": throughput.expected,
        "latency": _latency(latency) if latency else None,
    }


def _lines(results: Results) -> Iterator[str]:
    sizes = results.sizes
    yield _machine()
    yield (
        f"{results.mails} mails (seed {results.seed}); bytes a mail: {sizes.median} in the median, "
        f"{sizes.mean} on average, {sizes.largest} at most"
    )
    for run in results.runs:
        yield ""
        yield from _lines_of(run)
    if results.reading:
        yield ""
        yield from as_lines(results.reading)
    if results.rules:
        yield ""
        yield from ruling.as_lines(results.rules)
    if results.due:
        yield ""
        yield from ticking.as_lines(results.due)
    if results.profile:
        yield ""
        yield "where the desk's CPU goes: " + ", ".join(f"{s} {share:.0%}" for s, share in results.profile.items())


def _lines_of(run: Run) -> Iterator[str]:
    throughput, desk, floor = run.throughput, run.throughput.desk, run.throughput.floor
    yield f"database: {run.database}"
    yield _row("", "desk", "floor", "ratio")
    yield _row("CPU ms a mail", desk.cpu_per_mail, floor.cpu_per_mail, throughput.cpu_ratio)
    yield _row("mails a second", desk.mails_per_second, floor.mails_per_second, _speed(desk, floor))
    yield _row("CPU, last fifth / first fifth", desk.cpu_growth, floor.cpu_growth, throughput.cpu_growth)
    yield _row("memory peak, MB", desk.total.peak / _MEGABYTE, floor.total.peak / _MEGABYTE)
    yield _row("memory, end / first fifth", desk.memory_growth, floor.memory_growth)
    yield _row("CPU s to start", desk.start.cpu, floor.start.cpu)
    yield _row("letters written", str(desk.letters), str(floor.letters))
    yield f"acknowledged once: {throughput.acknowledged} of {throughput.expected} customers to whom it was due"
    if throughput.peer:
        yield ""
        yield from _beside(throughput.peer, throughput)
    if latency := run.latency:
        yield ""
        yield from _lines_of_latency(latency)


def _lines_of_latency(latency: Latency) -> Iterator[str]:
    figures = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in _percentiles(latency))
    yield f"arrival to acknowledgement: {figures} ({len(latency.seconds)} mails, {latency.missing} missing)"
    chores = f"{latency.chores.done} of {latency.chores.planned} follow-ups and daily lists"
    yield f"meanwhile: {latency.pace:.1f} mails a second, {chores}, {latency.reports} reports"


def _beside(peer: Peer, throughput: Throughput) -> Iterator[str]:
    desk, course = throughput.desk, peer.course
    yield f"beside {peer.version}"
    yield _row("", "desk", "peer", "desk/peer")
    yield _row("CPU ms a mail", desk.cpu_per_mail, course.cpu_per_mail, desk.cpu_per_mail / course.cpu_per_mail)
    yield _row("mails a second", desk.mails_per_second, course.mails_per_second, _speed(desk, course))
    yield _row("memory peak, MB", desk.total.peak / _MEGABYTE, course.total.peak / _MEGABYTE)
    yield _row("letters written", str(desk.letters), str(course.letters))
    yield f"acknowledged by the peer, once or more often: {peer.acknowledged} of {throughput.expected}"


def _speed(desk: Course, other: Course) -> float:
    return desk.mails_per_second / other.mails_per_second


def _row(name: str, *cells: str | float) -> str:
    return f"{name:<32}" + "".join(f"{each if isinstance(each, str) else format(each, '.2f'):>10}" for each in cells)


def _peer(desk: Course, peer: Peer) -> dict[str, object]:
    return {
        "version": peer.version,
        **_course(peer.course),
        "acknowledged": peer.acknowledged,
        "desk_cpu_ratio": desk.cpu_per_mail / peer.course.cpu_per_mail,
        "desk_speed_ratio": _speed(desk, peer.course),
    }


def _course(course: Course) -> dict[str, object]:
    return {
        "cpu_ms_per_mail": course.cpu_per_mail,
        "mails_per_second": course.mails_per_second,
        "cpu_growth": course.cpu_growth,
        "memory_peak": course.total.peak,
        "memory_growth": course.memory_growth,
        "start_cpu": course.start.cpu,
        "letters": course.letters,
        "slices_cpu": [cost.cpu for cost in course.slices],
    }


def _latency(latency: Latency) -> dict[str, object]:
    return {
        "mails": len(latency.seconds),
        "missing": latency.missing,
        "per_second": latency.pace,
        "chores": asdict(latency.chores),
        "reports": latency.reports,
        **dict(_percentiles(latency)),
    }


def _percentiles(latency: Latency) -> tuple[tuple[str, float], ...]:
    return tuple((name, latency.percentile(percent)) for name, percent in _PERCENTILES)


def _machine() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{os.cpu_count()} cores {platform.machine()}, {platform.system()}, {python}, SQLite {sqlite3.sqlite_version}"
    )
