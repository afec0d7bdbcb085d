"""One run: mail arrives, desks live and are killed, the last one brings everything to its end, and is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from tests.chaos import mailbox, people
from tests.chaos.findings import Expected, Findings, found
from tests.chaos.plan import Kill, Plan, Stage
from tests.chaos.process import Ended, forked
from tests.chaos.work import MOMENTS, ended, lived
from tests.chaos.world import Place, World, settled_in

_LONGEST = 60.0
"""Seconds in which any desk is done that is not killed."""
_DAYS = ((Stage.BEGIN,), (Stage.COMPLAINTS, Stage.QUARTER), (Stage.ANSWERS, Stage.LATER, Stage.DAYS))
"""Stages before the first of which mail arrives."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reached`: which of the plan's kills hit a living desk."""

    plan: Plan
    findings: Findings
    reached: tuple[bool, ...]

    @property
    def text(self) -> str:
        """What went wrong, and how to see it again; empty when nothing did."""
        problems = self.findings.problems
        return "\n".join([self.plan.again, f"  {self.plan}", *(f"  {line}" for line in problems)]) if problems else ""


def run(world: World, plan: Plan) -> Outcome:
    """Do what the plan says, and judge it."""
    with settled_in(world, plan) as place:
        reached: list[bool] = []
        problems: list[str] = []
        answers = 0
        for day in _DAYS:
            answers += _mail_arrives(place, day[0])
            to_do: list[Stage] = []
            for stage in day:
                for kill in (kill for kill in plan.kills if kill.stage is stage):
                    problems += _done(place, plan, to_do)
                    to_do.clear()
                    end = forked(partial(lived, place, plan, stage, kill), place.log, seconds=_span(kill))
                    problems += _broken(end, f"{stage.name}: {kill}", may_be_killed=True)
                    reached.append(end.killed)
                to_do.append(stage)
            problems += _done(place, plan, to_do)
        look = forked(partial(_looked_at, place, plan, _expected(answers)), place.log, seconds=_LONGEST)
        problems += _broken(look, "the end")
        if problems:
            problems += place.log.read_text(errors="replace").splitlines()[-40:]
        findings: Findings = look.value or Findings(())
        return Outcome(plan, replace(findings, problems=(*findings.problems, *problems)), tuple(reached))


def _done(place: Place, plan: Plan, stages: list[Stage]) -> Iterator[str]:
    """A desk that nobody kills does what is left of these stages; what is wrong with how it ended."""
    if stages:
        end = forked(partial(_lived_on, place, plan, tuple(stages)), place.log, seconds=_LONGEST)
        yield from _broken(end, f"{', '.join(stage.name for stage in stages)}")


def _lived_on(place: Place, plan: Plan, stages: tuple[Stage, ...]) -> None:
    for stage in stages:
        lived(place, plan, stage, None)


def _looked_at(place: Place, plan: Plan, expected: Expected) -> Findings:
    ended(place, plan)
    return found(place, plan, expected)


def _span(kill: Kill) -> float:
    """The seconds after which a desk is killed, whatever it is doing."""
    if kill.point is None:
        return kill.after
    return 2.0 if kill.daemon else _LONGEST


def _mail_arrives(place: Place, stage: Stage) -> int:
    """What people write before a stage; how many of these mails are agents' answers."""
    at = MOMENTS[stage]
    match stage:
        case Stage.BEGIN:
            raws = people.before(place.cast, at)
        case Stage.COMPLAINTS:
            raws = people.complaints(place.cast, at)
        case Stage.ANSWERS:
            raws = people.answers(place.cast, place.sink.mails(), at)
        case _:
            return 0
    mailbox.deliver(place.imap, raws, at)
    return len(raws) - 1 if stage is Stage.ANSWERS else 0


def _expected(answers: int) -> Expected:
    received = {"case_opened": 3, "duplicate": 1, "automatic": 1, "quarantined": 1, "filed": 1 + answers}
    return Expected(cases=3, answers=answers, dispositions=received | {"before_start": 1})


def _broken(end: Ended, where: str, *, may_be_killed: bool = False) -> Iterator[str]:
    """What is wrong with how a desk ended."""
    if end.failed:
        yield f"{where}: the desk ended with an error"
    if end.killed and not may_be_killed:
        yield f"{where}: the desk was not done after {_LONGEST} seconds"
    if may_be_killed and end.late and not end.killed:
        yield f"{where}: the desk could not be killed"
