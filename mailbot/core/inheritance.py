"""What a merged case leaves to the one in which it goes on: its gravity, what holds it, and the clocks of the law."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.case import Case, Deadline, Priority
from mailbot.core.message import Severity
from mailbot.core.sla import Slas

_SEVERITIES, _PRIORITIES = tuple(Severity), tuple(Priority)


def inherited(source: Case, target: Case, slas: Slas, *, by: str) -> Iterable[a.Action]:
    """What is to be done to `target`: tags of both, the higher severity and priority, a hold, the stricter clocks."""
    reason = f"from {source.number}"
    for tag in source.tags:
        if tag not in target.tags:
            yield a.AddTag(tag=tag, reason=reason, by=by)
    if _SEVERITIES.index(source.severity) > _SEVERITIES.index(target.severity):
        yield a.SetSeverity(severity=source.severity, reason=reason, by=by)
    if _PRIORITIES.index(source.priority) > _PRIORITIES.index(target.priority):
        yield a.SetPriority(priority=source.priority, reason=reason, by=by)
    if source.on_hold and target.on_hold is None:
        yield a.PutOnHold(why=source.on_hold, reason=reason, by=by)
    if _is_stricter(source, target, slas):
        yield from _clocks(source, target, slas, reason, by)


def _is_stricter(source: Case, target: Case, slas: Slas) -> bool:
    """Whether the clocks of the source count: a regulator's before any others, and chosen ones before the default."""
    sla, other = slas.of(source), slas.of(target)
    if sla is None or sla.name == slas.default:
        return False
    if other is None or other.name in (slas.default, sla.name):
        return True
    return sla.profile is not None and other.profile is None


def _clocks(source: Case, target: Case, slas: Slas, reason: str, by: str) -> Iterable[a.Action]:
    """The SLA of the source, and of its deadlines that run those that come first."""
    if target.sla != source.sla:
        yield a.SetSla(sla=source.sla, reason=reason, by=by)
    sla = slas.of(source)
    for deadline in source.deadlines:
        if deadline.is_running and sla and sla.clock(deadline.kind) and _comes_first(deadline, target):
            yield a.SetDeadline(deadline=deadline, reason=reason, by=by)


def _comes_first(deadline: Deadline, target: Case) -> bool:
    other = target.deadline(deadline.kind)
    return other is None or not other.is_running or deadline.due_at < other.due_at
