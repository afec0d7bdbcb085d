"""CPU time of a piece of work in this process."""

import time
from collections.abc import Callable


def cpu_of(work: Callable[[], object]) -> float:
    """The seconds of CPU that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before
