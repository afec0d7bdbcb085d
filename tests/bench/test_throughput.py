"""The benchmark's short form: it fails on a ratio and never on a time, since the machine may be busy."""

from datetime import UTC, datetime

import pytest

from bench.databases import SQLITE, databases
from bench.mails import make_mails
from bench.throughput import WARM_UP, Throughput, measure
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("bench")]

# Eight is the goal of a full run; a short one on a busy machine swings more.
MOST_CPU = 11.0
# Letters of a kilobyte, for which that was set.
SHORT = 5
MOST_MEMORY_GROWTH = 1.3


@pytest.fixture(scope="module")
def measured(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Throughput:
    mails = make_mails(WARM_UP + 80, datetime.now(UTC), pieces=SHORT)
    with databases(SQLITE, tmp_path_factory.mktemp("bench")) as files:
        return measure(mails, dovecot, files, slices=8)


def test_every_customer_is_acknowledged_once(measured: Throughput) -> None:
    assert measured.expected > 40
    assert measured.acknowledged == measured.expected


def test_a_mail_costs_a_small_multiple_of_what_any_program_would_need(measured: Throughput) -> None:
    assert measured.cpu_ratio < MOST_CPU


def test_memory_does_not_grow_with_the_mails_handled(measured: Throughput) -> None:
    assert measured.desk.memory_growth < MOST_MEMORY_GROWTH
