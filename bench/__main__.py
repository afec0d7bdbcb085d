"""Runs the benchmark; everything on this machine's loopback interface, in a folder that is removed afterwards."""

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import due, latency, profile, reading, rules, throughput
from bench.mails import make_mails
from bench.report import Results, as_object, as_text
from bench.sink import running_sink
from tests.servers.dovecot import DovecotMissingError, running_dovecot

_SLICES = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--mails", type=int, default=1000, help="for the throughput (default: %(default)s)")
    parser.add_argument("--latency-mails", type=int, default=100, help="0: no latency (default: %(default)s)")
    parser.add_argument("--per-second", type=float, default=2.0, help="pace of those (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", metavar="URL", help="an empty database that is filled (default: a SQLite file)")
    parser.add_argument("--profile", action="store_true", help="also show where the time goes")
    parser.add_argument("--without-reading", action="store_true", help="leave out reading by itself")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    arguments = parser.parse_args()
    if arguments.mails < _SLICES:
        parser.error(f"--mails: {_SLICES} at least")
    try:
        results = _measure(arguments)
    except DovecotMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    print(as_text(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(as_object(results), indent=2) + "\n", "utf-8")
    return 0


def _measure(arguments: argparse.Namespace) -> Results:
    now, database = datetime.now(UTC), arguments.database
    mails = make_mails(arguments.mails + throughput.WARM_UP, now, arguments.seed)
    few = mails[: min(500, len(mails))]
    # Another seed: what was there before would be a duplicate.
    trickle = [mail for mail in make_mails(2 * arguments.latency_mails, now, arguments.seed + 1) if mail.acknowledged]
    with running_dovecot() as dovecot, running_sink() as sink, tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        course = throughput.measure(mails, dovecot, sink, folder, database=database, slices=_SLICES)
        trickled = trickle and latency.measure(
            trickle[: arguments.latency_mails],
            dovecot,
            sink,
            folder,
            per_second=arguments.per_second,
            database=database,
        )
        shares = profile.measure(few, dovecot, sink, folder) if arguments.profile else None
    return Results(
        mails=arguments.mails,
        seed=arguments.seed,
        bytes_per_mail=sum(len(mail.raw) for mail in mails) // len(mails),
        database=database.partition(":")[0] if database else "SQLite, synchronous=FULL",
        throughput=course,
        reading=None if arguments.without_reading else reading.measure(),
        rules=rules.measure(arguments.seed),
        due=due.measure(),
        latency=trickled or None,
        profile=shares,
    )


if __name__ == "__main__":
    sys.exit(main())
