"""What a decision does to the clocks of its case: which begin, end, stand still or are set anew.

Nobody who decides needs to know of clocks: they follow from what was decided, and asking twice changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailbot.core import actions as a
from mailbot.core.case import Author, Case, Deadline, Direction, Pause, State
from mailbot.core.changes import Course
from mailbot.core.clocks import begun, recounted
from mailbot.core.closing import was_given_up
from mailbot.core.events import ComplaintArrived, CustomerWrote, Event
from mailbot.core.letters import LetterKind
from mailbot.core.opt_out import only_stops
from mailbot.core.rules.trace import Trace
from mailbot.core.situation import Desk, Situation
from mailbot.core.sla import FIRST_ANSWER, Clock, Happening

_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
_BY_LETTER: Mapping[LetterKind, tuple[Happening, ...]] = {
    **dict.fromkeys((LetterKind.ANSWER, LetterKind.RESOLUTION), (Happening.ANSWER, Happening.UPDATE)),
    **dict.fromkeys((LetterKind.ACKNOWLEDGEMENT, LetterKind.STAGE, LetterKind.DELAY), (Happening.UPDATE,)),
}


def promised(trace: Trace, desk: Desk) -> Iterable[a.SetSla]:
    """The SLA of a new case where no rule has chosen one."""
    if desk.slas.default and all(decision.action != "sla" for decision in trace.effective):
        yield a.SetSla(sla=desk.slas.default, reason="the default")


def time_kept(event: Event, course: Course, situation: Situation) -> tuple[a.Action, ...]:
    """What becomes of the deadlines of the event's case after what was decided, each with its reason."""
    case, before = course.case, course.before
    if case is None or not (case.sla or case.deadlines):
        return ()
    return tuple(_Turn(event, before, case, _happened(event, before, course.actions, situation), situation).actions())


def kept_by_the_clock(event: Event, course: Course, situation: Situation) -> tuple[Course, Case]:
    """What was decided, with what the deadlines of its case need behind it, and the case after all that."""
    course = course.then(time_kept(event, course, situation))
    if course.case is None:
        raise AssertionError("there is a case, or one was just opened")
    return course, course.case


def answer_by(case: Case, now: datetime) -> datetime | None:
    """The day that a customer can be promised for the first answer; None where nothing is promised, or too late."""
    deadline = case.deadline(FIRST_ANSWER)
    runs = deadline and deadline.is_running and not deadline.paused_since
    return deadline.due_at if deadline and runs and deadline.due_at > now else None


def written_answer_by(case: Case, desk: Desk, now: datetime) -> datetime | None:
    """The day on which a regulator wants the last answer at the latest; None as above."""
    sla = desk.slas.of(case)
    deadline = case.deadline(sla.profile.written_answer or "") if sla and sla.profile else None
    return deadline.due_at if deadline and deadline.is_running and deadline.due_at > now else None


def acknowledged_before(case: Case, desk: Desk, now: datetime) -> Iterable[a.SetDeadline]:
    """Meets what waits for an acknowledgement: the customer has had one for the case that this one comes from."""
    sla = desk.slas.of(case)
    for deadline in case.deadlines:
        clock = sla.clock(deadline.kind) if sla else None
        if clock and clock.until is Happening.UPDATE and deadline.is_running:
            yield a.SetDeadline(deadline=_met(deadline, now), reason="acknowledged before")


def not_acknowledged(case: Case, desk: Desk, now: datetime) -> Iterable[a.SetDeadline]:
    """Takes back what an acknowledgement of this moment has met: it was withheld after all."""
    sla = desk.slas.of(case)
    for deadline in case.deadlines:
        clock = sla.clock(deadline.kind) if sla else None
        if clock and clock.until is Happening.UPDATE and deadline.met_at == now:
            yield a.SetDeadline(deadline=replace(deadline, met_at=None), reason="the acknowledgement was withheld")


def _happened(
    event: Event, before: Case | None, decided: Sequence[a.Action], situation: Situation
) -> frozenset[Happening]:
    found = {happening for action in decided if (find := _IN.get(type(action))) for happening in find(action, before)}
    if isinstance(event, CustomerWrote) and not _asks_nothing(event) and _was_answered(situation):
        found.add(Happening.REPLY)
    if isinstance(event, CustomerWrote) and was_given_up(event.case) and not _asks_nothing(event):
        found.add(Happening.RECEIPT)  # it is as new as it was
    return frozenset(found)


def _by_state(action: a.SetState, before: Case | None) -> tuple[Happening, ...]:
    if action.state in _AT_REST:
        return (Happening.RESOLUTION,)
    return (Happening.REOPENING,) if before and before.state in _AT_REST else ()


_IN: Mapping[type, Callable[[Any, Case | None], tuple[Happening, ...]]] = {
    a.Open: lambda _action, _before: (Happening.RECEIPT,),
    a.Send: lambda action, _before: _BY_LETTER.get(action.letter.kind, ()),
    a.SetState: _by_state,
}
"""What has happened with an action, in a case that was so before it."""


def _asks_nothing(event: CustomerWrote) -> bool:
    return event.only_thanks or only_stops(event)


def _was_answered(situation: Situation) -> bool:
    return any(m.direction is Direction.OUT and m.role is Author.AGENT for m in situation.messages)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One decision as the clocks see it: the case before and after it, and what has happened."""

    event: Event
    before: Case | None
    case: Case
    happened: frozenset[Happening]
    situation: Situation

    def actions(self) -> Iterator[a.Action]:
        sla = self.situation.desk.slas.of(self.case)
        for deadline in self.case.deadlines:
            if deadline.is_running:
                yield from self._go_on(deadline, sla.clock(deadline.kind) if sla else None, known=sla is not None)
        for clock in sla.clocks if sla and not self._at_rest else ():
            started_at = self._starts_at(clock, self.case.deadline(clock.kind))
            if started_at:
                yield self._begin(clock, started_at, sla.name if sla else "")

    def _go_on(self, deadline: Deadline, clock: Clock | None, *, known: bool) -> Iterator[a.Action]:
        """What becomes of a running deadline. Without its SLA in the book it stays as it is, until it is met."""
        if clock is None and (known or self.case.sla is None):
            yield a.DropDeadline(kind=deadline.kind, reason=f"not of {self.case.sla}" if known else "no SLA any more")
        elif clock and clock.lapses and deadline.has_passed(self.now):
            yield a.DropDeadline(kind=deadline.kind, reason="has passed")
        elif clock and clock.until in self.happened and not self._was_put_off(deadline):
            if not self._begins_anew(clock):
                yield a.SetDeadline(deadline=_met(deadline, self.now), reason=clock.until.value)
        elif self._at_rest:
            yield a.DropDeadline(kind=deadline.kind, reason=self.case.state.value)
        elif clock:
            yield from self._counted(deadline, clock)

    def _was_put_off(self, deadline: Deadline) -> bool:
        """Whether that has just happened: what the customer was written then is no answer yet."""
        earlier = self.before.deadline(deadline.kind) if self.before else None
        return earlier is not None and earlier.prolonged < deadline.prolonged

    def _counted(self, deadline: Deadline, clock: Clock) -> Iterator[a.Action]:
        """Stand still, go on, and count by the priority and the SLA of now."""
        waits = clock.pauses and self.case.state is State.WAITING
        if waits and not deadline.paused_since:
            pauses = (*deadline.pauses, Pause(self.now))
            yield a.SetDeadline(deadline=replace(deadline, pauses=pauses), reason="waits for the customer")
            return
        if waits:
            return
        going, paused_since = deadline, deadline.paused_since
        if paused_since:
            going = replace(deadline, pauses=(*deadline.pauses[:-1], Pause(paused_since, self.now)))
        try:
            counted = recounted(clock, going, self.case.priority, self.situation.desk.calendar, self.now)
        except LookupError:
            counted = going
        if counted != deadline:
            yield a.SetDeadline(deadline=counted, reason=self._why(deadline, counted))

    def _why(self, old: Deadline, new: Deadline) -> str:
        changed = [
            f"{name} {getattr(self.case, name)}"
            for name in ("priority", "sla")
            if self.before and getattr(self.before, name) != getattr(self.case, name)
        ]
        reason = ", ".join(["goes on"] if old.paused_since else changed or ["sla.yaml says so"])
        return f"{reason}; this has passed already" if new.due_at <= self.now else reason

    def _starts_at(self, clock: Clock, known: Deadline | None) -> datetime | None:
        """From when a clock counts that begins now; None if it does not."""
        if known and (known.is_running and clock.until not in self.happened):
            return None
        if self._begins_anew(clock):
            return None if known and known.started_at == self.now else self.now
        if known is None and Happening.RECEIPT in clock.starts:
            return self._received_at if Happening.RECEIPT in self.happened else self._late_start(clock)
        return None

    def _begins_anew(self, clock: Clock) -> bool:
        """Whether something has happened with which the clock begins however often it has run."""
        return not self._at_rest and bool(clock.starts & self.happened - {Happening.RECEIPT})

    @property
    def _received_at(self) -> datetime:
        return min(self.event.mail.received_at, self.now) if isinstance(self.event, ComplaintArrived) else self.now

    def _late_start(self, clock: Clock) -> datetime | None:
        """From when a clock counts that an SLA brings which was chosen later; None where what it waits for is done."""
        if self.before is None or self.before.sla == self.case.sla:
            return None
        if clock.until is Happening.UPDATE:
            return self.now if Happening.UPDATE in clock.starts else None
        done = clock.until is Happening.ANSWER and (Happening.ANSWER in self.happened or _was_answered(self.situation))
        return None if done else self.case.opened_at

    def _begin(self, clock: Clock, started_at: datetime, sla: str) -> a.Action:
        try:
            deadline = begun(clock, started_at, self.case.priority, self.situation.desk.calendar)
        except LookupError as error:
            return a.Note(event="deadline", detail=f"{clock.kind} none", reason=str(error))
        if clock.pauses and self.case.state is State.WAITING:
            deadline = replace(deadline, pauses=(Pause(self.now),))
        reason = f"{clock.span(self.case.priority)} ({sla})"
        return a.SetDeadline(deadline=deadline, reason=reason)

    @property
    def _at_rest(self) -> bool:
        return self.case.state in _AT_REST

    @property
    def now(self) -> datetime:
        return self.situation.now


def _met(deadline: Deadline, now: datetime) -> Deadline:
    """Met at this moment; a pause that was going on has ended."""
    pauses = tuple(Pause(pause.since, pause.until or now) for pause in deadline.pauses)
    return replace(deadline, met_at=now, pauses=pauses)
