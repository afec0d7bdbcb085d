"""Work in a forked process that is killed: by itself at a point, or by us after a time."""

import itertools
import os
import pickle
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.faults import Point, arm


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: with a value, killed, or by an error that stands in the log."""

    value: Any = None
    killed: bool = False
    failed: bool = False
    late: bool = False


def forked(work: Callable[[], object], log: Path, *, seconds: float) -> Ended:
    """Do `work` in a process of its own, which is killed if it is not done within `seconds`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_a_child(work, log, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        in_time, *_ = select.select([pipe], [], [], seconds)
        if not in_time:
            os.kill(pid, signal.SIGKILL)
        said = pipe.read() if in_time else b""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    killed = code == -signal.SIGKILL
    return Ended(
        value=pickle.loads(said) if code == 0 and said else None,
        killed=killed,
        failed=code != 0 and not killed,
        late=not in_time,
    )


def _be_a_child(work: Callable[[], object], log: Path, writing: int) -> None:
    code = 1
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        value = pickle.dumps(work())
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(value)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def die_at(point: Point, nth: int) -> None:
    """Let this process be killed when it comes to `point` for the `nth` time."""
    count = itertools.count(1)

    def at(reached: Point) -> None:
        if reached is point and next(count) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(at)
