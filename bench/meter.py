"""A contestant: a process of its own that does one slice of work whenever it is told to, and says what it cost."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Cost:
    """What work cost: seconds on the clock, CPU seconds with those of child processes, and bytes at its memory's peak.

    The peak is that of the process alone: the pages that reading processes share would be counted for each of them.
    """

    seconds: float
    cpu: float
    peak: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))


class Contestant:
    """The running process of one module of this package, as its parent sees it; `python` is what runs it."""

    def __init__(self, module: str, *arguments: object, log: Path, python: str | Path = sys.executable) -> None:
        command = [str(python), "-m", module, *map(str, arguments)]
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        self._module, self._log = module, log
        self.start = self._answer()

    def work(self) -> Cost:
        """Have it do what there is to do now."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def _answer(self) -> Cost:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._module} ended:\n{self._log.read_text()[-2000:]}")
        return Cost(**json.loads(line))


def serve(work: Callable[[], None]) -> None:
    """Be a contestant: say what the start cost, then do `work` for each line of the standard input."""
    _tell(Cost(time.process_time(), _cpu(), _peak()))
    for _ in sys.stdin:
        began, cpu = time.perf_counter(), _cpu()
        work()
        _tell(Cost(time.perf_counter() - began, _cpu() - cpu, _peak()))


def _tell(cost: Cost) -> None:
    print(json.dumps(asdict(cost)), flush=True)


def _cpu() -> float:
    return time.process_time() + cpu_of_children()


def cpu_of_children() -> float:
    """CPU seconds of all processes that this one has begun, and theirs, whether they have ended or not."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(_used(stat) for stat in _descendants(os.getpid()))
    return ended.ru_utime + ended.ru_stime + running


def cpu_of(pid: int) -> float:
    """CPU seconds of this process and of all that are below it."""
    return own_cpu_of(pid) + sum(map(_used, _descendants(pid)))


def own_cpu_of(pid: int) -> float:
    """CPU seconds of this process, and of those below it that have ended."""
    return _used(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split())


def _used(stat: list[str]) -> float:
    """Its own time and that of its children that have ended (proc(5), fields 14 to 17)."""
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")


def _descendants(pid: int) -> Iterator[list[str]]:
    """What /proc says of each process below this one, from its state on; nothing where there is no /proc."""
    stats: dict[int, list[str]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            stats[int(file.parent.name)] = file.read_text().rpartition(") ")[2].split()
    pending = [pid]
    while pending:
        parent = pending.pop()
        children = [child for child, stat in stats.items() if int(stat[1]) == parent]
        yield from (stats[child] for child in children)
        pending += children


def _peak() -> int:
    # Linux hands the peak that getrusage knows down from the process that started this one; this one it does not.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
