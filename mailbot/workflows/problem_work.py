"""What falls due about problems: reminders, the preview of a mail to customers, that mail, and its effect."""

from datetime import datetime, timedelta

from mailbot.core import events as e
from mailbot.core.case import Case
from mailbot.core.changes import Changes, apply
from mailbot.core.corrective import BY_MAIL, to_be_told
from mailbot.core.letters import Block, Letter
from mailbot.core.policy import decide
from mailbot.core.problem import Concerned, Problem, Sample
from mailbot.core.problem_letters import improvement_letter
from mailbot.core.situation import Situation
from mailbot.mail.compose import is_sendable
from mailbot.store.database import Transaction
from mailbot.store.due import DueRow
from mailbot.store.problems import ReaderState
from mailbot.workflows import gather
from mailbot.workflows.budgets import Tally, used_up
from mailbot.workflows.letter_values import letter_values
from mailbot.workflows.problem_rows import telling
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.settle import settle

_COMES_BACK_FOR = timedelta(days=30)
_WHEN_FULL = timedelta(hours=1)


def remind_of_problem(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Tell the owner of a problem that it is theirs, or remind them of its day."""
    if (problem := _problem_of(tx, row)) and (case := _anchor(tx, problem)):
        event = e.ProblemDue(case, problem, _linked(tx, problem), _moment(row, "due"))
        _carry_out(tx, runtime, case, event, now)


def show_preview(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Choose the customers who can hear of an improvement, and show the owner what they would get."""
    problem = _problem_of(tx, row)
    if problem is None or not problem.may_be_told or _moment(row, "done") != problem.done_at:
        return
    if case := _anchor(tx, problem):
        linked = _linked(tx, problem)
        told, left_out = to_be_told(problem, [_concerned(tx, one, now) for one in linked], now)
        tx.problems.choose(problem.name, {key: one.linked.id for key, one in told.items()}, now)
        samples = _samples(tx, runtime, problem, tuple(told.values()), now)
        _carry_out(tx, runtime, case, e.PreviewDue(case, problem, linked, samples, left_out), now)


def tell_improvement(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Write to one customer, once; where a budget is used up, an hour later."""
    problem, key = _problem_of(tx, row), str(row.data["customer"])
    waiting = tx.problems.waiting(problem.name) if problem else {}
    if problem is None or problem.approved_at is None or key not in waiting:
        return
    linked = tx.cases.get(waiting[key])
    if linked is None:
        return
    concerned = _concerned(tx, linked, now)
    case = tx.cases.lock(linked.id) or linked
    event = e.ImprovementDue(case, problem, concerned, is_last=len(waiting) == 1)
    changes = _decided(tx, runtime, case, event, now)
    if not all(_fits(tx, runtime, case, letter, now) for letter in changes.letters):
        again = f" {now.isoformat()}"
        tx.due.add(telling(problem.name, key, linked.id, now + _WHEN_FULL, again), now)
        return
    state = ReaderState.SENT if changes.letters else ReaderState.LEFT_OUT
    tx.problems.settle_reader(problem.name, key, state, now)
    _settle(tx, runtime, case, changes, now)


def check_problem(tx: Transaction, runtime: Runtime, row: DueRow, now: datetime) -> None:
    """Count the complaints in as long a time before the corrective action and after it."""
    problem, done_at = _problem_of(tx, row), _moment(row, "done")
    if problem is None or done_at is None or problem.done_at != done_at or problem.checked_at:
        return
    if case := _anchor(tx, problem):
        before, after = _counted(tx, problem, case, done_at, row.due_at - done_at)
        event = e.ProblemCheckDue(case, problem, _linked(tx, problem), before, after)
        _carry_out(tx, runtime, case, event, now)


def _counted(tx: Transaction, problem: Problem, case: Case, done_at: datetime, length: timedelta) -> tuple[int, int]:
    """Those linked to the problem; where none was linked since, all of the same kind in the same team."""
    first = tx.cases.get(problem.case_id) or case
    spans = ((done_at - length, done_at), (done_at, done_at + length))
    before, after = (
        tx.problems.complaints(since, until, type_=first.type, problem=problem.name) for since, until in spans
    )
    if after:
        return before, after
    before, after = (tx.problems.complaints(since, until, type_=first.type, team=first.team) for since, until in spans)
    return before, after


def _problem_of(tx: Transaction, row: DueRow) -> Problem | None:
    return tx.problems.lock(str(row.data["problem"]))


def _anchor(tx: Transaction, problem: Problem) -> Case | None:
    """The case in whose thread the owner hears of a problem: the latest that is linked to it, else its first."""
    linked = next((case for case in _linked(tx, problem) if case.merged_into is None), None)
    return tx.cases.lock(linked.id if linked else problem.case_id)


def _linked(tx: Transaction, problem: Problem) -> tuple[Case, ...]:
    return tx.cases.find(problem=problem.name)


def _moment(row: DueRow, name: str) -> datetime | None:
    written = row.data.get(name)
    return datetime.fromisoformat(str(written)) if written else None


def _concerned(tx: Transaction, linked: Case, now: datetime) -> Concerned:
    """The customer of a linked case, and the case in which it goes on by now."""
    case = linked
    while case.merged_into is not None and (further := tx.cases.get(case.merged_into)):
        case = further
    preference = tx.presence.preference(linked.customer.key)
    unreachable = tx.people.unreachable(linked.customer.key, now - _COMES_BACK_FOR) is not None
    return Concerned(
        linked=linked,
        case=case,
        elsewhere=preference.channel not in BY_MAIL or preference.no_surveys,
        unreachable=unreachable or not is_sendable(linked.customer),
    )


def _samples(
    tx: Transaction, runtime: Runtime, problem: Problem, told: tuple[Concerned, ...], now: datetime
) -> tuple[Sample, ...]:
    """For each language the mail to the first who gets it in that language, word for word."""
    by_language: dict[str, list[tuple[Concerned, Letter]]] = {}
    for one in told:
        letter = improvement_letter(problem, one, _situation(tx, runtime, one.case, now))
        by_language.setdefault(letter.language, []).append((one, letter))
    return tuple(_sample(runtime, language, readers) for language, readers in sorted(by_language.items()))


def _sample(runtime: Runtime, language: str, readers: list[tuple[Concerned, Letter]]) -> Sample:
    one, letter = readers[0]
    mailbox = gather.desk_of(runtime, one.case, runtime.config.mailboxes[0])
    values = letter_values(runtime.config, mailbox, one.case, letter, None)
    rendered = runtime.behaviour.templates.render(letter.template, language, values)
    return Sample(language, len(readers), rendered.subject, Block(rendered.text.strip()))


def _fits(tx: Transaction, runtime: Runtime, case: Case, letter: Letter, now: datetime) -> bool:
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    return used_up(Tally(tx), runtime, mailbox, case, letter, now) is None


def _situation(tx: Transaction, runtime: Runtime, case: Case, now: datetime) -> Situation:
    return gather.situation(tx, runtime, case, customer_key=case.customer.key, now=now)


def _decided(tx: Transaction, runtime: Runtime, case: Case, event: e.Event, now: datetime) -> Changes:
    decided = decide(event, _situation(tx, runtime, case, now))
    return apply(case, decided, now=now, rule_book=runtime.behaviour.rule_book.version)


def _settle(tx: Transaction, runtime: Runtime, case: Case, changes: Changes, now: datetime) -> None:
    mailbox = gather.desk_of(runtime, case, runtime.config.mailboxes[0])
    settle(tx, runtime, mailbox, changes, now=now)


def _carry_out(tx: Transaction, runtime: Runtime, case: Case, event: e.Event, now: datetime) -> None:
    _settle(tx, runtime, case, _decided(tx, runtime, case, event, now), now)
