"""Where a desk's CPU time goes: looks at all its threads two hundred times a second and notes what they were doing."""

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_EVERY_SECONDS = 0.005
# So short that a thread is looked at where it is, and not only where it lets others run.
_SWITCH_SECONDS = 1e-6
# The stage that a file of mailbot belongs to; the innermost frame that is in one of them decides.
_STAGES = {
    "mailbot/store/": "store",
    "mailbot/mail/imap": "IMAP",
    "mailbot/mail/smtp": "SMTP",
    "mailbot/mail/compose": "compose",
    "mailbot/mail/": "render",
    "mailbot/reading/": "read",
    "mailbot/core/": "decide",
    "mailbot/": "workflows",
}
# Threads that wait are found in one of these.
_WAITING = {"select", "wait", "_wait_for_tstate_lock", "readline", "readinto", "_worker", "result", "result_iterator",
            "recv_fds"}  # fmt: skip

Spent = dict[str, float]


@contextmanager
def profiled() -> Iterator[Spent]:
    """CPU seconds of this process by stage, counted until the block ends."""
    spent: Spent = defaultdict(float)
    over = threading.Event()
    sampler = threading.Thread(target=_sample, args=(spent, over), daemon=True)
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    sampler.start()
    try:
        yield spent
    finally:
        over.set()
        sampler.join()
        sys.setswitchinterval(before)


def _sample(spent: Spent, over: threading.Event) -> None:
    own, last = threading.get_ident(), time.process_time()
    while not over.wait(_EVERY_SECONDS):
        found = [_stage(frame) for thread, frame in sys._current_frames().items() if thread != own]
        busy = [stage for stage in found if stage]
        now = time.process_time()
        for stage in busy:
            spent[stage] += (now - last) / len(busy)
        last = now


def _stage(frame: FrameType | None) -> str | None:
    """None for a thread that waits, or has nothing to do with mailbot."""
    if frame is None or frame.f_code.co_name in _WAITING:
        return None
    while frame is not None:
        for place, stage in _STAGES.items():
            if place in frame.f_code.co_filename:
                return stage
        frame = frame.f_back
    return None
