"""Runs the benchmark; everything on this machine's loopback interface, in a folder that is removed afterwards."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import due, latency, profile, reading, rules, throughput
from bench.databases import SQLITE, Databases, databases
from bench.mails import Mail, make_mails
from bench.report import Results, Run, as_object, as_text, sizes_of
from bench.sink import Sink, running_sink
from mailbot import log
from tests.servers.dovecot import Dovecot, DovecotMissingError, running_dovecot
from tests.servers.postgres import PostgresMissingError

_SLICES = 20
_PROFILED = 500
_DATABASE = (
    "sqlite (the default), postgresql (one that is started here) or the URL of a PostgreSQL server on which databases "
    "may be made; several: one after the other"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--mails", type=int, default=1000, help="for the throughput (default: %(default)s)")
    parser.add_argument("--per-second", type=float, default=2.0, help="pace for the latency (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=50, help="of that pace; 0: no latency (default: %(default)s)")
    parser.add_argument("--only-first", action="store_true", help="of first complaints alone, which cost the most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", metavar="URL", action="append", help=_DATABASE)
    parser.add_argument(
        "--peer", type=Path, metavar="PYTHON", help="an interpreter that has django-helpdesk, to compare"
    )
    parser.add_argument("--profile", action="store_true", help="also show where the time goes")
    parser.add_argument("--without-reading", action="store_true", help="leave out reading by itself")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    arguments = parser.parse_args()
    if arguments.mails < _SLICES:
        parser.error(f"--mails: {_SLICES} at least")
    log.configure("error")
    try:
        results = _measure(arguments)
    except (DovecotMissingError, PostgresMissingError) as missing:
        print(missing, file=sys.stderr)
        return 1
    print(as_text(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(as_object(results), indent=2) + "\n", "utf-8")
    return 0


def _measure(arguments: argparse.Namespace) -> Results:
    mails = make_mails(arguments.mails + throughput.WARM_UP, datetime.now(UTC), arguments.seed)
    servers = arguments.database or [SQLITE]
    return Results(
        mails=arguments.mails,
        seed=arguments.seed,
        sizes=sizes_of(mails),
        runs=tuple(_run(server, mails, arguments) for server in servers),
        reading=None if arguments.without_reading else reading.measure(),
        rules=rules.measure(arguments.seed),
        due=due.measure(),
        profile=_profile(mails[:_PROFILED]) if arguments.profile else None,
    )


def _run(server: str, mails: Sequence[Mail], arguments: argparse.Namespace) -> Run:
    """Everything that is measured once for each kind of database."""
    with running_dovecot() as dovecot, running_sink() as sink, _folder() as folder, databases(server, folder) as made:
        course = throughput.measure(mails, dovecot, made, slices=_SLICES, peer=arguments.peer)
        return Run(made.name, course, _latency(arguments, dovecot, sink, made))


def _latency(arguments: argparse.Namespace, dovecot: Dovecot, sink: Sink, made: Databases) -> latency.Latency | None:
    if not arguments.seconds:
        return None
    return latency.measure(
        dovecot,
        sink,
        made.folder,
        url=made.create("daemon"),
        seed=arguments.seed + 1,
        per_second=arguments.per_second,
        seconds=arguments.seconds,
        only_first=arguments.only_first,
    )


def _profile(mails: Sequence[Mail]) -> profile.Shares:
    with running_dovecot() as dovecot, running_sink() as sink, _folder() as folder:
        return profile.measure(mails, dovecot, sink, folder)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
