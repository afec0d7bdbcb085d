"""What is done about problems: who sees to one and is reminded, who hears of its end, and whether it has helped."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mailbot.core import actions as a
from mailbot.core.assignment import leads_of
from mailbot.core.case import Case
from mailbot.core.channels import Channel
from mailbot.core.deadlines import Span
from mailbot.core.events import ImprovementDue, PreviewDue, ProblemCheckDue, ProblemDue
from mailbot.core.notifications import agents_of
from mailbot.core.problem import Concerned, KnownProblem, Problem
from mailbot.core.problem_letters import improvement_letter, problem_letter, with_preview
from mailbot.core.situation import Situation
from mailbot.core.team import Member

PROBLEM, PREVIEW, IMPROVEMENT, PROBLEM_CHECK = "problem", "preview", "improvement", "problem_check"
BY_MAIL = frozenset({Channel.MAIL, Channel.WEB})
_REMIND_BEFORE = Span(1, "business days")
_MOST_REMINDERS = 5  # once the day has passed
_STAYS_NEWS = timedelta(days=30)
_NOT_LISTED = KnownProblem()


def known_of(name: str, situation: Situation) -> KnownProblem:
    """What problems.yaml says of a problem, or what holds where it says nothing."""
    return situation.desk.problems.get(name, _NOT_LISTED)


def opened(name: str, case: Case, situation: Situation, *, what: str = "", by: str = "mailbot") -> Iterable[a.Action]:
    """A problem begins with its first case: it has an owner and a day from now on."""
    known, calendar, now = known_of(name, situation), situation.desk.calendar, situation.now
    owner = situation.member(known.owner) or next(iter(leads_of(case, situation)), None)
    problem = Problem(
        name=name,
        case_id=case.id,
        opened_at=now,
        what=what or known.what,
        owner=owner.address if owner else None,
        due_at=calendar.next_open(calendar.after(now, known.due)) if known.due else None,
    )
    yield a.KeepProblem(problem=problem, step="opened", by=by)
    if problem.owner != by:
        yield told_later(problem, now, by=by)
    yield from reminded_later(problem, situation, by=by)


def linked_by_rules(case: Case | None, decided: Iterable[a.Action], situation: Situation) -> Iterable[a.Action]:
    """The beginning of every problem to which these actions link the first case."""
    decided = tuple(decided)
    begun = {x.problem.name for x in decided if isinstance(x, a.KeepProblem)}
    new = {x.problem: x for x in decided if isinstance(x, a.LinkProblem)}
    for name in new.keys() - begun - situation.problems.keys() if case else ():
        assert case is not None
        yield from opened(name, case, situation)


def told_later(problem: Problem, at: datetime, *, by: str) -> a.Schedule:
    """Have the owner hear that it is theirs."""
    return a.Schedule(kind=PROBLEM, due_at=at, data={"problem": problem.name, "due": None}, reason="owner", by=by)


def reminded_later(problem: Problem, situation: Situation, *, by: str = "mailbot") -> Iterable[a.Action]:
    """Have the owner reminded the next time: before the day, on it, and on the first business days after it."""
    moments = _moments(problem, situation)
    if at := next((moment for moment in moments if moment > situation.now), None):
        data = {"problem": problem.name, "due": problem.due_at.isoformat() if problem.due_at else None}
        yield a.Schedule(kind=PROBLEM, due_at=at, data=data, reason="reminder", by=by)


def problem_due(event: ProblemDue, situation: Situation) -> Iterable[a.Action]:
    """The owner hears that a problem is theirs, or is reminded of it, unless it is done or its day was moved."""
    problem = event.problem
    if problem.done_at is not None or (event.due_at is not None and event.due_at != problem.due_at):
        return
    what = _how_late(event.due_at, situation) if event.due_at else "yours"
    yield a.Note(event="problem", detail=f"{problem.name} {what}")
    for member in _owners(problem, event.case, situation)[:1]:
        letter = problem_letter(what, problem, event.case, event.cases, situation, member)
        yield a.Send(letter=letter, reason=what)
    if event.due_at:
        yield from reminded_later(problem, situation)


def preview_due(event: PreviewDue, situation: Situation) -> Iterable[a.Action]:
    """The owner sees what customers would get, and how many of them."""
    problem = event.problem
    missing = [one.language for one in event.samples if one.language not in problem.texts]
    for member in _owners(problem, event.case, situation)[:1]:
        letter = problem_letter("preview", problem, event.case, event.cases, situation, member)
        yield a.Send(letter=with_preview(letter, event.samples, missing, event.left_out), reason="#done")


def improvement_due(event: ImprovementDue, situation: Situation) -> Iterable[a.Action]:
    """One customer hears of the improvement, or the timeline says why not; with the last one, all have been told."""
    problem, concerned = event.problem, event.concerned
    if why := why_not_told(problem, concerned, situation.now):
        yield a.Note(event=IMPROVEMENT, detail=f"not sent to {concerned.linked.customer.address}", reason=why)
    else:
        letter = improvement_letter(problem, concerned, situation)
        yield a.Send(letter=letter, reason=f"problem {problem.name}")
    if event.is_last:
        yield a.KeepProblem(problem=replace(problem, told_at=situation.now), step="told")


def check_due(event: ProblemCheckDue, situation: Situation) -> Iterable[a.Action]:
    """Owner and lead hear how many complaints came before the corrective action and after it."""
    problem = event.problem
    yield a.KeepProblem(
        problem=replace(problem, checked_at=situation.now),
        step="checked",
        reason=f"{event.before} before, {event.after} after",
    )
    readers = (*_owners(problem, event.case, situation)[:1], *leads_of(event.case, situation)[:1])
    for member in {member.address: member for member in readers}.values():
        letter = problem_letter(
            "check", problem, event.case, event.cases, situation, member, before=event.before, after=event.after
        )
        yield a.Send(letter=letter, reason="check")


def why_not_told(problem: Problem, concerned: Concerned, now: datetime) -> str | None:
    """Why a customer hears nothing of the improvement, if so."""
    linked, case = concerned.linked, concerned.case
    hold = linked.on_hold or case.on_hold
    reasons = (
        (linked.problem != problem.name, "no longer linked"),
        (not linked.is_complaint, "no complaint"),
        (not linked.customer.address, "no address"),
        (hold is not None, f"on hold: {hold}"),
        (concerned.elsewhere, "wants no mail about it"),
        (concerned.unreachable, "mail comes back"),
        (problem.approved_at is not None and now - problem.approved_at > _STAYS_NEWS, "no news any more"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def to_be_told(problem: Problem, concerned: Iterable[Concerned], now: datetime) -> tuple[Mapping[str, Concerned], int]:
    """Whom to tell, by address, each with the latest of their cases; and how many others there are.

    One case that speaks against it, such as one on hold, does so for all cases of its customer.
    """
    found: dict[str, Concerned] = {}
    spared: set[str] = set()
    for one in sorted(concerned, key=lambda one: one.linked.id):
        if not one.linked.is_complaint or (problem.done_at and one.linked.opened_at > problem.done_at):
            continue
        key = one.linked.customer.key or one.linked.number
        found[key] = one
        if why_not_told(problem, one, now):
            spared.add(key)
    return {key: one for key, one in found.items() if key not in spared}, len(spared)


def _moments(problem: Problem, situation: Situation) -> tuple[datetime, ...]:
    if problem.due_at is None or problem.done_at is not None:
        return ()
    calendar, due = situation.desk.calendar, problem.due_at
    late = (calendar.add_business_days(due, days) for days in range(1, _MOST_REMINDERS + 1))
    return (calendar.before(due, _REMIND_BEFORE), due, *late)


def _how_late(due_at: datetime, situation: Situation) -> str:
    zone = situation.desk.calendar.zone
    if situation.now < due_at:
        return "near"
    return "today" if situation.now.astimezone(zone).date() == due_at.astimezone(zone).date() else "late"


def _owners(problem: Problem, case: Case, situation: Situation) -> tuple[Member, ...]:
    """Who sees to it; where nobody of the team does, the leads of the case, or else its agents."""
    owner = situation.member(problem.owner)
    return (owner,) if owner else leads_of(case, situation) or agents_of(case, situation)
