"""The shares of a desk's CPU time by stage, from a run of its own: looking slows it down."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.desk import write_config
from bench.mails import Mail
from bench.meter import Contestant
from bench.sink import Sink
from bench.throughput import fill
from tests.servers.dovecot import Dovecot

Shares = dict[str, float]


def measure(mails: Sequence[Mail], dovecot: Dovecot, sink: Sink, folder: Path) -> Shares:
    """What part each stage has, of one in all, the largest first."""
    box = dovecot.server()
    config = write_config(folder, imap=box, smtp_port=sink.port, database=f"sqlite:///{folder / 'profile.db'}")
    found = folder / "profile.json"
    fill(box, mails)
    with Contestant("bench.desk", config, "--profile", found, log=folder / "profile.log") as desk:
        desk.work()
    spent = json.loads(found.read_text("utf-8"))
    return {stage: spent[stage] / sum(spent.values()) for stage in sorted(spent, key=lambda each: -spent[each])}
