"""Until when a customer waits for an answer: what we have promised last, what keeps it, and the work that follows.

As with clocks, nobody who decides needs to know of it: it follows from what was decided.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mailbot.core import actions as a
from mailbot.core.case import Author, Case, Direction, State
from mailbot.core.changes import Course
from mailbot.core.closing import is_untouched
from mailbot.core.deadlines import Calendar
from mailbot.core.events import AgentWrote, ComplaintArrived, CustomerWrote, DetailsDue, Event, StageDue, WaitOver
from mailbot.core.letters import TO_CUSTOMERS, LetterKind
from mailbot.core.situation import Situation
from mailbot.core.sla import FIRST_ANSWER
from mailbot.core.stages import DELAY, LOOKING_INTO, Stages

_ANSWERS = frozenset({LetterKind.ANSWER, LetterKind.RESOLUTION})
_AT_REST = frozenset({State.RESOLVED, State.CLOSED})
NEXT_ANSWER = "next_answer"
"""The clock of SLAs whose deadline is a promise, too."""


def promise_kept(event: Event, course: Course, situation: Situation) -> tuple[a.Action, ...]:
    """What was decided does this to the promise of an answer, and to when the customer hears of it again."""
    case = course.case
    return () if case is None else tuple(_Turn(event, case, course.actions, situation).actions())


def not_promised(case: Case) -> Iterable[a.Action]:
    """Takes a promise back that the customer has never got: the mail that made it was withheld."""
    if case.promised_at:
        yield a.Promise(at=None, reason="the mail was withheld")


def owed(case: Case, now: datetime) -> datetime | None:
    """By when the customer is to have an answer: by the promise, else by the clocks; None if that has passed."""
    running = (d.due_at for d in case.deadlines if d.kind in (FIRST_ANSWER, NEXT_ANSWER) and d.is_running)
    due_at = case.promised_at or min(running, default=None)
    return due_at if due_at and due_at > now else None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One decision as the promise sees it: the case after it, and what was decided."""

    event: Event
    case: Case
    decided: tuple[a.Action, ...]
    situation: Situation

    def actions(self) -> Iterator[a.Action]:
        if self.case.state in _AT_REST or any(map(_answers, self.decided)):
            if self.case.promised_at:
                yield a.Promise(at=None, reason=self.case.state if self.case.state in _AT_REST else "answered")
            return
        if isinstance(self.event, DetailsDue) and self.case.state is State.WAITING:
            if self.case.promised_at:
                yield a.Promise(at=None, reason="it waits for the customer, who was told so")
            return
        if isinstance(self.event, ComplaintArrived) and self.event.split_from is None and self.case.is_complaint:
            yield from self._looked_into(self.event)
        if promise := self._promise():
            yield promise
            yield from self._warned(promise.at or self.now, promise.delays)
        elif self.case.promised_at and self._is_taken_up(self.case.promised_at):
            yield a.Cancel(kind=DELAY, reason="somebody has seen to the case")
            yield from self._warned(self.case.promised_at, self.case.delays)

    @property
    def now(self) -> datetime:
        return self.situation.now

    def _promise(self) -> a.Promise | None:
        """The promise that is made now, if one is: by a mail of ours, or by the clock of the next answer."""
        for kind, day in filter(None, map(_day_in, self.decided)):
            if day != self.case.promised_at:
                delays = {LetterKind.DELAY: self.case.delays + 1, LetterKind.STAGE: self.case.delays}.get(kind, 0)
                return a.Promise(at=day, delays=delays, reason=kind.value)
        return self._by_the_clock(self.event.case) if isinstance(self.event, CustomerWrote) else None

    def _by_the_clock(self, before: Case) -> a.Promise | None:
        """That of a clock which begins with the customer's mail, or goes on after it has stood still until then."""
        for deadline in filter(None, map(self.case.deadline, (NEXT_ANSWER, FIRST_ANSWER))):
            earlier = before.deadline(deadline.kind)
            begins = deadline.started_at == self.now
            goes_on = bool(earlier and earlier.paused_since) and not (deadline.paused_since or before.promised_at)
            if deadline.is_running and deadline.due_at > self.now and (begins or goes_on):
                return a.Promise(at=deadline.due_at, reason=deadline.kind)
        return None

    def _looked_into(self, event: ComplaintArrived) -> Iterator[a.Action]:
        at = self._stages.looks_at(min(event.mail.received_at, self.now), self._calendar)
        if at:
            yield self._planned(LOOKING_INTO, at, None)

    def _warned(self, promised_at: datetime, delays: int) -> Iterator[a.Action]:
        delay = self._stages.delay
        if delay is None or delays >= delay.times or not self.case.is_complaint:
            return
        if at := self._stages.warns_at(self.now, promised_at, self._calendar):
            yield self._planned(DELAY, at, promised_at)

    def _planned(self, stage: str, at: datetime, promised_at: datetime | None) -> a.Schedule:
        data = {"made_at": self.now.isoformat(), "known": self._is_known}
        if promised_at:
            data["promised_at"] = promised_at.isoformat()
        return a.Schedule(kind=stage, due_at=max(at, self.now), data=data)

    def _is_taken_up(self, promised_at: datetime) -> bool:
        """Whether somebody has looked at a case whose notice was held back until then."""
        delay, is_open = self._stages.delay, self.case.state is not State.WAITING and not self.case.on_hold
        seen = isinstance(self.event, AgentWrote | WaitOver)
        return bool(delay and is_open and seen and self._calendar.before(promised_at, delay.before) <= self.now)

    @property
    def _is_known(self) -> bool:
        """Whether the customer is real, for all we know: only then a mail repeats what stands in theirs."""
        if isinstance(self.event, ComplaintArrived) and self.event.mail.sender_is_proven:
            return True
        if isinstance(self.event, StageDue) and self.event.known:
            return True
        return any(not is_untouched(case) for case in (self.case, *self.situation.history))

    @property
    def _stages(self) -> Stages:
        return self.situation.desk.stages

    @property
    def _calendar(self) -> Calendar:
        return self.situation.desk.calendar


def _answers(action: a.Action) -> bool:
    match action:
        case a.Send(letter=letter):
            return letter.kind in _ANSWERS
        case a.Keep(message=message):
            return message.direction is Direction.OUT and message.role is Author.AGENT
    return False


def _day_in(action: a.Action) -> tuple[LetterKind, datetime] | None:
    """The day that a mail of ours names to the customer."""
    if isinstance(action, a.Send) and action.letter.automatic and action.letter.kind in TO_CUSTOMERS:
        day = action.letter.values.get("answer_by")
        return (action.letter.kind, day) if isinstance(day, datetime) else None
    return None
