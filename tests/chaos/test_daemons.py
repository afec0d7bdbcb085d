"""Three daemons on one PostgreSQL that die, stand still and lose the database: nothing is lost, and nothing doubled."""

import os
import subprocess
import sys

import pytest

from tests.desk import ROOT
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Cluster

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.dovecot, pytest.mark.postgres, pytest.mark.timeout(300)]

SEED = os.environ.get("CHAOS_SEED", "7")


def test_three_daemons_lose_and_double_nothing_whatever_becomes_of_them(dovecot: Dovecot, postgres: Cluster) -> None:
    command = [sys.executable, "-m", "tests.chaos.daemons", "--seconds", "15", "--seed", SEED]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
