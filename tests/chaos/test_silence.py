"""The network between a daemon and PostgreSQL falls silent: another one takes over, nothing is lost or doubled."""

import os
import socket
import subprocess
import sys

import pytest
import sqlalchemy as sa

from mailbot.store.database import Database
from tests.chaos.test_daemons import SEED
from tests.desk import ROOT
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Cluster
from tests.servers.silent_proxy import silent_proxy

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.postgres, pytest.mark.timeout(300)]

_WITHIN_SECONDS = 30


@pytest.mark.dovecot
def test_another_daemon_takes_over_within_a_minute(dovecot: Dovecot, postgres: Cluster) -> None:
    command = [sys.executable, "-m", "tests.chaos.silence", "--times", "2", "--seed", SEED]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_a_connection_on_which_nobody_answers_is_given_up_within_half_a_minute(postgres_url: str) -> None:
    url = sa.make_url(postgres_url)
    with silent_proxy(url) as way:
        database = Database.open(way.to(url).render_as_string(hide_password=False))
        with database.read() as tx:
            connection = tx._connection.connection.driver_connection
            assert connection
            with socket.socket(fileno=os.dup(connection.pgconn.socket)) as end:
                option = {name: end.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in _OPTIONS}
        database.close()
    assert option["TCP_USER_TIMEOUT"] <= 1000 * _WITHIN_SECONDS
    assert option["TCP_KEEPIDLE"] + option["TCP_KEEPINTVL"] * option["TCP_KEEPCNT"] <= _WITHIN_SECONDS


_OPTIONS = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
