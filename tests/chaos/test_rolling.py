"""Two versions run side by side through a migration: nothing is lost, and nothing doubled."""

import subprocess
import sys

import pytest

from tests.desk import ROOT
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Cluster

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.dovecot, pytest.mark.postgres, pytest.mark.timeout(300)]


def test_daemons_get_a_new_version_one_after_the_other_while_mail_goes_on(dovecot: Dovecot, postgres: Cluster) -> None:
    command = [sys.executable, "-m", "tests.chaos.rolling"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
