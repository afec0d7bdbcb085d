"""A desk is killed at every point that has a name, on both databases; nothing is lost, and nothing doubled."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from mailbot import faults
from mailbot.faults import Point
from tests.chaos.plan import WITHIN_DAYS, Kind, drawn, matrix
from tests.desk import ROOT
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Cluster

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.dovecot, pytest.mark.timeout(900)]

SEED = int(os.environ.get("CHAOS_SEED", "7"))
Run = Mapping[str, Any]


@pytest.fixture(scope="module")
def runs(dovecot: Dovecot, postgres: Cluster) -> list[Run]:
    """The matrix, as a process that forks and has no threads; asked for only where both servers are installed."""
    command = [sys.executable, "-m", "tests.chaos", "--matrix", "--seed", str(SEED), "--jobs", "3", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("point", WITHIN_DAYS)
def test_a_desk_killed_there_loses_and_doubles_nothing(runs: list[Run], database: Kind, point: Point) -> None:
    hits = [
        run
        for run in runs
        for kill, reached in zip(run["kills"], run["reached"], strict=True)
        if run["database"] == database and kill["point"] == point and reached
    ]
    assert hits, f"no desk was killed at {point}"
    assert [run["problems"] for run in hits if run["problems"]] == []


def test_a_run_is_the_same_whenever_it_is_drawn() -> None:
    assert [drawn(5, number, "sqlite") for number in range(20)] == [drawn(5, number, "sqlite") for number in range(20)]
    assert drawn(5, 0, "sqlite") != drawn(6, 0, "sqlite")
    assert {*matrix(1, "sqlite")} != {*matrix(1, "postgresql")}


def test_at_random_every_point_comes_up() -> None:
    kills = [kill for number in range(3000) for kill in drawn(5, number, "sqlite").kills]
    assert {kill.point for kill in kills} == {*WITHIN_DAYS, None}


def test_a_desk_that_nobody_kills_has_nothing_armed() -> None:
    assert faults._at is None
