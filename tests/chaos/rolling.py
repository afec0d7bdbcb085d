"""`python -m tests.chaos.rolling`: two daemons are brought from one version to the next, one after the other.

Mail arrives all the while. Afterwards every mail is one case with one acknowledgement, no letter has left twice, and
both versions have had a part in it. The next version is a copy of this one with a revision more, unless --old names the
code of an earlier one.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailbot import daemon, log
from mailbot.settings.config_file import load_config
from mailbot.store import schema
from mailbot.store.database import Database
from mailbot.threads import utc_now
from mailbot.workflows.runtime import Runtime
from tests.chaos import mailbox
from tests.chaos.daemons import is_done, letter, what_is_wrong
from tests.chaos.plan import Plan
from tests.chaos.world import Place, opened, settled_in, with_sink
from tests.desk import ROOT

_PATIENCE_SECONDS = 90.0
_BETWEEN_MAILS_SECONDS = 0.4
_LIMITS = "limits: {per_minute: 10000}"
# What the next version keeps says so, and of what this one keeps the database says it.
_TABLES = """
raw_mail.append_column(Column("kept_by", Key, nullable=False, server_default="old", default="new"))
"""
_MIGRATION = '''"""Which version has kept the bytes of a mail."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
oldest = "{before}"


def upgrade() -> None:
    """Add a column."""
    op.add_column("raw_mail", sa.Column("kept_by", sa.Text(), nullable=False, server_default="old"))
'''


@dataclass(slots=True)
class Crew:
    """The daemons, process numbers by name, and how many mails have arrived for them."""

    place: Place
    url: str
    pids: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    def begin(self, name: str, code: Path) -> None:
        """A daemon of this code; the one that is here needs no loading."""
        with self.place.log.open("ab") as out:
            if code != ROOT:
                command = [sys.executable, "-m", "mailbot", "run", "--config", str(self.place.folder / "config.yaml")]
                self.pids[name] = subprocess.Popen(command, cwd=code, stdout=out, stderr=out).pid
                return
            self.pids[name] = pid = os.fork()
            if pid == 0:
                _be_a_daemon(self.place, out.fileno())

    def end(self, name: str) -> int:
        """As a service manager ends it; its exit code."""
        pid = self.pids.pop(name)
        os.kill(pid, signal.SIGTERM)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def live(self, count: int) -> None:
        """Wait until so many are at work, while mail arrives."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while (living := _living(self.url)) != count:
            if time.monotonic() > until:
                raise TimeoutError(f"{living} daemons are at work, not {count}")
            if living:
                self.hand_in()
            time.sleep(_BETWEEN_MAILS_SECONDS)

    def hand_in(self) -> None:
        """A mail arrives."""
        mailbox.deliver(self.place.imap, [letter(self.sent, utc_now())], utc_now())
        self.sent += 1

    def kill(self) -> None:
        for pid in self.pids.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _be_a_daemon(place: Place, out: int) -> None:
    """Never returns."""
    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        log.configure("info")
        config = load_config(place.folder / "config.yaml", environ={})
        daemon.run(Runtime(config, Database.open(config.database), place.behaviour))
        code = 0
    finally:
        os._exit(code)


@contextmanager
def next_version(folder: Path) -> Iterator[Path]:
    """The code of this version with a revision more."""
    code, mine = folder / "next", schema.newest()
    shutil.copytree(ROOT / "mailbot", code / "mailbot", ignore=shutil.ignore_patterns("__pycache__"))
    revision = f"{int(mine) + 1:04}"
    file = code / "mailbot/store/migrations/versions" / f"r{revision}_next.py"
    file.write_text(_MIGRATION.format(revision=revision, before=mine))
    with (code / "mailbot/store/tables.py").open("a") as tables:
        tables.write(_TABLES)
    yield code


def run(place: Place, url: str, old: Path, new: Path) -> Iterator[str]:
    """What went wrong."""
    crew = Crew(place, url)
    try:
        for count, name in ((1, "a"), (2, "b")):
            crew.begin(name, old)
            crew.live(count)
        before = _revision(url)
        crew.begin("c", new)
        crew.live(3)
        if before == _revision(url):
            yield f"the tables are at {before} as before"
        if old == ROOT:
            yield from _ended(crew, "a")
            crew.begin("a", old)
            crew.live(3)
        for name in ("a", "b"):
            crew.hand_in()
            yield from _ended(crew, name)
        crew.hand_in()
        yield from _left(crew)
    finally:
        crew.kill()


def _ended(crew: Crew, name: str) -> Iterator[str]:
    if code := crew.end(name):
        yield f"a daemon of the old version ended with {code}"


def _left(crew: Crew) -> Iterator[str]:
    database = Database.open(crew.url)
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_done(database, crew.sent) and time.monotonic() < until:
        time.sleep(0.1)
    yield from what_is_wrong(database, crew.place, crew.sent)
    database.close()


def _kept_by_both(url: str) -> Iterator[str]:
    kept = dict(_rows(url, "SELECT kept_by, count(*) FROM raw_mail GROUP BY kept_by"))
    print(f"mails kept by either version: {kept}")
    if kept.keys() != {"old", "new"}:
        yield "one of the versions has kept none"


def _living(url: str) -> int:
    there = _rows(url, "SELECT to_regclass('daemons')")[0][0]
    return int(_rows(url, "SELECT count(*) FROM daemons WHERE until > now()")[0][0]) if there else 0


def _revision(url: str) -> str:
    return str(_rows(url, "SELECT version_num FROM alembic_version")[0][0])


def _rows(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]
    finally:
        engine.dispose()


def main() -> int:
    """The exit code: 1 if anything was lost or doubled, or did not go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.rolling", description=__doc__)
    parser.add_argument("--old", type=Path, help="the code of an earlier version, as `git worktree add` puts it")
    options = parser.parse_args()
    with opened(("postgresql",)) as world, with_sink(world) as own, settled_in(own, Plan(0, 0, "postgresql")) as place:
        assert world.cluster
        url = world.cluster.create()
        path = place.folder / "config.yaml"
        text = path.read_text().replace(place.config.database, url)
        path.write_text(text.replace("    subaddressing: ", f"    {_LIMITS}\n    subaddressing: "))
        try:
            with next_version(world.folder) as new:
                if options.old:
                    problems = list(run(place, url, options.old.resolve(), ROOT))
                else:
                    problems = [*run(place, url, ROOT, new), *_kept_by_both(url)]
        except (TimeoutError, AssertionError) as error:
            problems = [str(error)]
        world.cluster.drop(url)
        if problems:
            print(*problems, sep="\n")
            print(*place.log.read_text(errors="replace").splitlines()[-150:], sep="\n", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
