"""Actions carried out on paper: the next case, its timeline, mails to write and work that falls due, as plain data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailbot.core import actions as a
from mailbot.core.case import Case, Deadline, State, TimelineEntry
from mailbot.core.letters import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that one decision changes; saved in one transaction, or not at all. `case` is None where none is touched."""

    case: Case | None
    timeline: tuple[TimelineEntry, ...] = ()
    messages: tuple[a.Keep, ...] = ()
    parties: tuple[a.Join, ...] = ()
    letters: tuple[Letter, ...] = ()
    due: tuple[a.Schedule, ...] = ()
    cancelled: tuple[str, ...] = ()
    links: tuple[a.Relate, ...] = ()
    holds: tuple[a.Hold, ...] = ()
    undeliverable: tuple[a.StopUnasked, ...] = ()


def apply(case: Case | None, decided: Iterable[a.Action], *, now: datetime, rule_book: str | None) -> Changes:
    """The changes that these actions make to `case` (None: one that an `Open` among them begins)."""
    decided = tuple(decided)
    return Changes(
        case=fold(case, decided, now=now),
        timeline=tuple(_entry(action, now, rule_book) for action in decided),
        messages=tuple(x for x in decided if isinstance(x, a.Keep)),
        parties=tuple(x for x in decided if isinstance(x, a.Join)),
        letters=tuple(x.letter for x in decided if isinstance(x, a.Send)),
        due=tuple(x for x in decided if isinstance(x, a.Schedule)),
        cancelled=tuple(x.kind for x in decided if isinstance(x, a.Cancel)),
        links=tuple(x for x in decided if isinstance(x, a.Relate)),
        holds=tuple(x for x in decided if isinstance(x, a.Hold)),
        undeliverable=tuple(x for x in decided if isinstance(x, a.StopUnasked)),
    )


def fold(case: Case | None, decided: Iterable[a.Action], *, now: datetime) -> Case | None:
    """The case as it stands after these actions."""
    for action in decided:
        if isinstance(action, a.Open):
            case = action.case
        elif case is not None and (step := _STEPS.get(type(action))):
            case = step(case, action, now)
    return case


def _set_state(case: Case, action: a.SetState, now: datetime) -> Case:
    return replace(
        case,
        state=action.state,
        resolved_at=now if action.state is State.RESOLVED else case.resolved_at,
        closed_at=now if action.state is State.CLOSED else None,
    )


def _with(known: tuple[str, ...], word: str) -> tuple[str, ...]:
    return known if word in known else (*known, word)


def _with_deadline(case: Case, deadline: Deadline) -> Case:
    others = tuple(known for known in case.deadlines if known.kind != deadline.kind)
    return replace(case, deadlines=(*others, deadline))


def _without_deadline(case: Case, kind: str) -> Case:
    return replace(case, deadlines=tuple(known for known in case.deadlines if known.kind != kind))


_STEPS: Mapping[type, Callable[[Case, Any, datetime], Case]] = {
    a.SetState: _set_state,
    a.AddTag: lambda case, action, _now: replace(case, tags=_with(case.tags, action.tag)),
    a.AssignTeam: lambda case, action, _now: replace(case, team=action.team),
    a.AssignAgent: lambda case, action, _now: replace(case, assignee=action.address),
    a.SetPriority: lambda case, action, _now: replace(case, priority=action.priority),
    a.SetSeverity: lambda case, action, _now: replace(case, severity=action.severity),
    a.SetType: lambda case, action, _now: replace(case, type=action.type),
    a.Suggest: lambda case, action, _now: replace(case, suggestion=action.policy),
    a.LinkProblem: lambda case, action, _now: replace(case, problem=action.problem),
    a.PutOnHold: lambda case, action, _now: replace(case, on_hold=action.why),
    a.Advise: lambda case, action, _now: replace(case, advice=_with(case.advice, action.text)),
    a.RecordCause: lambda case, action, _now: replace(case, cause=action.cause),
    a.SetSla: lambda case, action, _now: replace(case, sla=action.sla),
    a.SetDeadline: lambda case, action, _now: _with_deadline(case, action.deadline),
    a.DropDeadline: lambda case, action, _now: _without_deadline(case, action.kind),
}


def _entry(action: a.Action, now: datetime, rule_book: str | None) -> TimelineEntry:
    event, detail = _NAMES[type(action)](action)
    return TimelineEntry(
        event=event,
        by=action.by,
        at=now,
        detail=f"{detail}: {action.reason}" if detail and action.reason else detail or action.reason,
        rule=action.rule,
        rule_book=rule_book,
        data=action.data if isinstance(action, a.Note) else {},
    )


def _put(deadline: Deadline) -> str:
    """`first_answer 2026-11-03T15:00+00:00`, or what has become of it."""
    state = "met" if deadline.met_at else "paused" if deadline.paused_since else ""
    return f"{deadline.kind} {state or deadline.due_at.isoformat(timespec='minutes')}"


_NAMES: Mapping[type, Callable[[Any], tuple[str, str]]] = {
    a.Open: lambda x: ("opened", x.case.number),
    a.Keep: lambda x: ("message", f"{x.message.direction} {x.message.role} {x.message.author.address}".strip()),
    a.Join: lambda x: ("party", f"{x.role} {x.address.address}"),
    a.SetState: lambda x: ("state", x.state.value),
    a.AssignTeam: lambda x: ("team", x.team),
    a.AssignAgent: lambda x: ("assignee", x.address or "nobody"),
    a.SetPriority: lambda x: ("priority", x.priority.value),
    a.SetSeverity: lambda x: ("severity", x.severity.value),
    a.SetType: lambda x: ("type", x.type.value),
    a.AddTag: lambda x: ("tag", x.tag),
    a.Suggest: lambda x: ("suggestion", x.policy),
    a.LinkProblem: lambda x: ("problem", x.problem),
    a.PutOnHold: lambda x: ("on_hold", x.why or "no more"),
    a.Advise: lambda x: ("advice", x.text),
    a.RecordCause: lambda x: ("cause", x.cause),
    a.SetSla: lambda x: ("sla", x.sla or "none"),
    a.SetDeadline: lambda x: (x.event, _put(x.deadline)),
    a.DropDeadline: lambda x: ("deadline", f"{x.kind} dropped"),
    a.Send: lambda x: (x.letter.kind.value, x.letter.to.address),
    a.Schedule: lambda x: ("scheduled", f"{x.kind} {x.due_at.isoformat(timespec='minutes')}"),
    a.Cancel: lambda x: ("cancelled", x.kind),
    a.Relate: lambda x: ("link", f"{x.kind} {x.case_id}"),
    a.Hold: lambda x: ("held", x.member),
    a.StopUnasked: lambda x: ("undeliverable", f"{x.address} {x.status}".strip()),
    a.Note: lambda x: (x.event, x.detail),
}
