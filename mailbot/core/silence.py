"""Resolved cases that close by themselves once nobody has written for long enough."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core import actions as a
from mailbot.core.case import State
from mailbot.core.changes import Course
from mailbot.core.closing import in_time
from mailbot.core.deadlines import Span
from mailbot.core.events import SilenceDue
from mailbot.core.situation import Situation

SILENCE = "silence"
_NEXT_DAY = Span(1, "business days")


def silence_begins(course: Course, situation: Situation) -> Iterable[a.Schedule]:
    """When to look at a case again that was just resolved."""
    if not any(isinstance(action, a.SetState) and action.state is State.RESOLVED for action in course):
        return
    case = course.case
    span = situation.desk.closing.silence(case) if case and case.state is State.RESOLVED else None
    if span:
        yield _look(situation.desk.calendar.after(situation.now, span), situation.now)


def silence_due(event: SilenceDue, situation: Situation) -> Iterable[a.Action]:
    """Close the case, or look again when it can have been silent for so long."""
    case, calendar, now = event.case, situation.desk.calendar, situation.now
    span = situation.desk.closing.silence(case)
    if case.state is not State.RESOLVED or case.resolved_at != event.resolved_at:
        return
    if span is None:
        yield a.Note(event="closing", detail="not closed", reason="closing.yaml leaves this case out")
        return
    quiet_until = calendar.after(max((event.resolved_at, *(m.at for m in situation.messages))), span)
    if case.on_hold or any(offer.is_promised for offer in situation.offers):
        yield _look(calendar.after(now, span), event.resolved_at)
    elif quiet_until > now:
        yield _look(quiet_until, event.resolved_at)
    elif not in_time(event.due_at, now):  # first the mail that has come meanwhile
        yield _look(calendar.next_open(calendar.after(now, _NEXT_DAY)), event.resolved_at)
    else:
        yield a.SetState(state=State.CLOSED, reason=f"silent for {span}")


def _look(due_at: datetime, resolved_at: datetime) -> a.Schedule:
    return a.Schedule(kind=SILENCE, due_at=due_at, data={"resolved_at": resolved_at.isoformat()})
