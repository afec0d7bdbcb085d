"""Runs a whole quarter: `python -m tests.simulation [--cases 2000] [--seed 1]`; exits 1 if a promise was broken."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from mailbot.store.database import Database
from tests.simulation.promises import broken
from tests.simulation.quarter import Quarter


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quarter-") as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'mailbot.db'}")
        quarter = Quarter.begin(Path(folder), database, cases=arguments.cases, seed=arguments.seed)
        quarter.run()
        cases, sent = quarter.desk.cases(), quarter.sent()
        faults = [*broken(cases, sent, quarter.desk.runtime.desk.calendar), *quarter.overdue_work()]
        database.close()
    print(f"{len(cases)} cases, {len(sent)} mails, {quarter.outages} outages, {time.monotonic() - began:.0f} s")
    print(", ".join(f"{kind} {count}" for kind, count in Counter(row.kind.value for row in sent).most_common()))
    print("\n".join(faults) or "no promise was broken")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
