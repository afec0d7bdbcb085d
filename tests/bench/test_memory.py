"""The short form of the memory benchmark: it fails on a ratio and never on a time, since the machine may be busy."""

from pathlib import Path

import pytest

from bench.memory import as_lines, measure
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("bench")]

# Over a hundred thousand mails it is to be 1.1; in the first hundreds the caches of words and statements still fill.
MOST_GROWTH = 1.2


def test_memory_does_not_grow_with_the_mails_that_a_daemon_has_handled(dovecot: Dovecot, tmp_path: Path) -> None:
    course = measure(50, dovecot, tmp_path, warm_up=100, rest=0.2)
    print("\n".join(as_lines(course)))
    assert course.growth < MOST_GROWTH
    assert course.growth_of_reading < MOST_GROWTH + 0.1
    assert course.idle.readers == 0
    assert course.idle.daemon < course.tenths[0].daemon
