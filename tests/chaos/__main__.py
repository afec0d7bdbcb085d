"""`python -m tests.chaos --runs N --seed S`: so many desks are killed; what was lost or doubled, and how often."""

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from dataclasses import asdict
from multiprocessing import get_context
from multiprocessing.util import Finalize

from tests.chaos.plan import Kind, Plan, drawn, matrix
from tests.chaos.run import Outcome, run
from tests.chaos.world import World, opened, with_sink

_KINDS: dict[str, tuple[Kind, ...]] = {
    "sqlite": ("sqlite",),
    "postgresql": ("postgresql",),
    "both": ("sqlite", "postgresql"),
}


def main() -> int:
    """The exit code: 1 if anything was lost or doubled."""
    options = _options()
    kinds, plans = _KINDS[options.database], [*_plans(options)]
    print(f"seed {options.seed}: {len(plans)} runs", file=sys.stderr, flush=True)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with opened(kinds) as world:
        ready = time.monotonic()
        with suppress(KeyboardInterrupt):  # what is done by then is judged
            for outcome in _all(world, plans, options.jobs):
                outcomes.append(outcome)
                _tell(outcome, len(outcomes), options)
    seconds = time.monotonic() - ready
    print(_summary(outcomes, seconds, ready - began), file=sys.stderr)
    return int(any(outcome.findings.problems for outcome in outcomes))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="how many runs (300)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="any number; one that is printed")
    parser.add_argument("--only", type=int, help="the run of this number alone")
    parser.add_argument("--database", choices=_KINDS, default="both", help="by turns, if it is not said")
    parser.add_argument("--jobs", type=int, default=2, help="how many runs at a time (2)")
    parser.add_argument("--matrix", action="store_true", help="every point once, on each database, and no other run")
    parser.add_argument("--json", action="store_true", help="one line for each run")
    return parser.parse_args()


def _plans(options: argparse.Namespace) -> Iterator[Plan]:
    kinds = _KINDS[options.database]
    if options.matrix:
        every = (plan for kind in kinds for plan in matrix(options.seed, kind))
        yield from (plan for plan in every if options.only in (None, plan.number))
        return
    for number in range(options.runs) if options.only is None else [options.only]:
        yield drawn(options.seed, number, kinds[number % len(kinds)])


def _all(world: World, plans: list[Plan], jobs: int) -> Iterator[Outcome]:
    """Every run, by so many processes that are forked from this one, which has everything loaded."""
    fork = get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=fork, initializer=_begin, initargs=(world,)) as pool:
        try:
            for done in as_completed([pool.submit(_one, plan) for plan in plans]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


_mine: list[World] = []


def _begin(world: World) -> None:
    """Give this process an SMTP server of its own, as long as it lives."""
    stack = ExitStack()
    _mine.append(stack.enter_context(with_sink(world)))
    Finalize(None, stack.close, exitpriority=1)


def _one(plan: Plan) -> Outcome:
    return run(_mine[0], plan)


def _tell(outcome: Outcome, number: int, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(_as_json(outcome)), flush=True)
    if outcome.text:
        print(outcome.text, file=sys.stderr, flush=True)
    elif number % 100 == 0 and not options.json:
        print(f"{number} runs", file=sys.stderr, flush=True)


def _as_json(outcome: Outcome) -> dict[str, object]:
    plan = asdict(outcome.plan)
    return {
        "number": outcome.plan.number,
        "database": outcome.plan.database,
        "kills": plan["kills"],
        "reached": outcome.reached,
        "problems": outcome.findings.problems,
        "letters": [[*who, count] for who, count in sorted(outcome.findings.letters.items())],
        "again": outcome.plan.again,
    }


def _summary(outcomes: Iterable[Outcome], seconds: float, loading: float) -> str:
    outcomes = [*outcomes]
    kills = Counter(hit for outcome in outcomes for hit in outcome.reached)
    sums = {
        name: sum(getattr(outcome.findings, name) for outcome in outcomes)
        for name in ("resent", "doubled", "failed", "copies")
    }
    wrong = sum(bool(outcome.findings.problems) for outcome in outcomes)
    mails = sum(sum(outcome.findings.letters.values()) for outcome in outcomes)
    return (
        f"{len(outcomes)} runs, {kills[True]} kills ({kills[False]} came too late), {mails} mails to send\n"
        f"{wrong} runs with something lost or doubled\n"
        f"{sums['resent']} uncertain mails sent once more, {sums['doubled']} of them doubled; {sums['failed']} "
        f"given up; {sums['copies']} second copies in a folder without MOVE\n"
        f"{seconds:.0f} s, {len(outcomes) * 3600 / max(seconds, 0.001):.0f} runs an hour (and {loading:.0f} s to begin)"
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
