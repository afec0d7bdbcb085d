"""The results, as a table for people and as an object for programs."""

import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench import due as ticking
from bench import rules as ruling
from bench.latency import Latency
from bench.profile import Shares
from bench.reading import Figures, as_lines
from bench.throughput import Course, Throughput

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was measured; None where it was not asked for."""

    mails: int
    seed: int
    bytes_per_mail: int
    database: str
    throughput: Throughput
    latency: Latency | None = None
    reading: Figures | None = None
    rules: tuple[ruling.Cost, ...] = ()
    due: tuple[ticking.Tick, ...] = ()
    profile: Shares | None = None


def as_text(results: Results) -> str:
    """A table of a screen's width."""
    return "\n".join(_lines(results))


def as_object(results: Results) -> dict[str, object]:
    """Times in seconds, CPU in milliseconds a mail, memory in bytes, growth and ratio as plain numbers."""
    throughput, latency = results.throughput, results.latency
    return {
        "machine": _machine(),
        "mails": results.mails,
        "seed": results.seed,
        "bytes_per_mail": results.bytes_per_mail,
        "database": results.database,
        "desk": _course(throughput.desk),
        "floor": _course(throughput.floor),
        "cpu_ratio": throughput.cpu_ratio,
        "cpu_growth_beside_floor": throughput.cpu_growth,
        "acknowledged": throughput.acknowledged,
        "expected": throughput.expected,
        "latency": _latency(latency) if latency else None,
        "reading": asdict(results.reading) if results.reading else None,
        "rules": [asdict(cost) for cost in results.rules],
        "due": [asdict(tick) for tick in results.due],
        "profile": results.profile,
    }


def _lines(results: Results) -> Iterator[str]:
    throughput, desk, floor = results.throughput, results.throughput.desk, results.throughput.floor
    yield _machine()
    yield f"{results.mails} mails of {results.bytes_per_mail} bytes on average (seed {results.seed})"
    yield f"database: {results.database}"
    yield ""
    yield _row("", "desk", "floor", "ratio")
    yield _row("CPU ms a mail", desk.cpu_per_mail, floor.cpu_per_mail, throughput.cpu_ratio)
    yield _row("mails a second", desk.mails_per_second, floor.mails_per_second)
    yield _row("CPU, last fifth / first fifth", desk.cpu_growth, floor.cpu_growth, throughput.cpu_growth)
    yield _row("memory peak, MB", desk.total.peak / _MEGABYTE, floor.total.peak / _MEGABYTE)
    yield _row("memory, end / first fifth", desk.memory_growth, floor.memory_growth)
    yield _row("CPU s to start", desk.start.cpu, floor.start.cpu)
    yield ""
    yield f"acknowledged once: {throughput.acknowledged} of {throughput.expected} customers to whom it was due"
    if latency := results.latency:
        figures = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in _percentiles(latency))
        yield f"arrival to acknowledgement: {figures} ({len(latency.seconds)} mails, {latency.missing} missing)"
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
        yield "where the desk's CPU goes: " + ", ".join(f"{s} {share:.0%}" for s, share in results.profile.items())


def _row(name: str, *cells: str | float) -> str:
    return f"{name:<32}" + "".join(f"{each if isinstance(each, str) else format(each, '.2f'):>10}" for each in cells)


def _course(course: Course) -> dict[str, object]:
    return {
        "cpu_ms_per_mail": course.cpu_per_mail,
        "mails_per_second": course.mails_per_second,
        "cpu_growth": course.cpu_growth,
        "memory_peak": course.total.peak,
        "memory_growth": course.memory_growth,
        "start_cpu": course.start.cpu,
        "slices_cpu": [cost.cpu for cost in course.slices],
    }


def _latency(latency: Latency) -> dict[str, float]:
    return {"mails": len(latency.seconds), "missing": latency.missing} | dict(_percentiles(latency))


def _percentiles(latency: Latency) -> tuple[tuple[str, float], ...]:
    return tuple((name, latency.percentile(percent)) for name, percent in (("p50", 50), ("p95", 95), ("max", 100)))


def _machine() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{os.cpu_count()} cores {platform.machine()}, {platform.system()}, {python}, SQLite {sqlite3.sqlite_version}"
    )
