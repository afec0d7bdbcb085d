"""A large mail on its way through the desk: its own process holds it once, and what is made of it, and little more."""

from pathlib import Path

import pytest

from bench.great import as_lines, measure
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("bench")]

MOST = {"fetched": 1.4, "kept": 2.2, "read": 3.0, "settled": 1.4, "sent": 1.4}


def test_a_large_mail_takes_three_times_its_size_at_most(dovecot: Dovecot, tmp_path: Path) -> None:
    peaks = measure(dovecot, tmp_path, size=20_000_000)
    print("\n".join(as_lines({"20 MB": peaks})))
    assert {step: peak for step, peak in peaks.items() if peak > MOST[step]} == {}
