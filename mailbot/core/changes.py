"""Actions carried out on paper: the next case, its timeline, mails to write and work that falls due, as plain data."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from mailbot.core import actions as a
from mailbot.core.case import Case, Deadline, State, TimelineEntry
from mailbot.core.letters import Letter
from mailbot.core.offers import Offer, with_offer
from mailbot.core.problem import Problem, with_problem

_REPAIRS = (a.Merge, a.Split, a.MoveMessage)
_Values = Mapping[str, Any]


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
    offers: tuple[a.MoveOffer, ...] = ()
    channels: tuple[a.PreferChannel, ...] = ()
    surveys: tuple[a.Surveyed, ...] = ()
    absences: tuple[a.BeAway, ...] = ()
    revoked: tuple[a.RevokeToken, ...] = ()
    repairs: tuple[a.Merge | a.Split | a.MoveMessage, ...] = ()
    problems: tuple[a.KeepProblem, ...] = ()
    rule_book: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What has been decided so far, and the case before and after it; no action is carried out twice."""

    now: datetime
    before: Case | None
    case: Case | None
    actions: tuple[a.Action, ...] = ()

    @classmethod
    def of(cls, case: Case | None, decided: Iterable[a.Action], now: datetime) -> Self:
        """These actions on a case; None where an `Open` among them begins it."""
        return cls(now, case, case).then(decided)

    def then(self, decided: Iterable[a.Action]) -> Self:
        """The same with these actions behind it."""
        more = tuple(decided)
        if not more:
            return self
        return type(self)(self.now, self.before, fold(self.case, more, now=self.now), (*self.actions, *more))

    def __iter__(self) -> Iterator[a.Action]:
        return iter(self.actions)


def apply(case: Case | None, decided: Iterable[a.Action], *, now: datetime, rule_book: str | None) -> Changes:
    """The changes that these actions make to `case` (None: one that an `Open` among them begins)."""
    course = decided if isinstance(decided, Course) else Course.of(case, decided, now)
    decided, of = course.actions, _by_kind(course)
    return Changes(
        case=course.case,
        timeline=tuple(_entry(action, now, rule_book) for action in decided),
        messages=tuple(of[a.Keep]),
        parties=tuple(of[a.Join]),
        letters=tuple(x.letter for x in of[a.Send]),
        due=tuple(of[a.Schedule]),
        cancelled=tuple(x.kind for x in of[a.Cancel]),
        links=tuple(of[a.Relate]),
        holds=tuple(of[a.Hold]),
        undeliverable=tuple(of[a.StopUnasked]),
        offers=tuple(of[a.MoveOffer]),
        channels=tuple(of[a.PreferChannel]),
        surveys=tuple(of[a.Surveyed]),
        absences=tuple(of[a.BeAway]),
        revoked=tuple(of[a.RevokeToken]),
        rule_book=rule_book,
        repairs=tuple(x for x in decided if isinstance(x, _REPAIRS)),
        problems=tuple(of[a.KeepProblem]),
    )


def _by_kind(decided: Iterable[a.Action]) -> Mapping[type, list[Any]]:
    found: defaultdict[type, list[Any]] = defaultdict(list)
    for action in decided:
        found[type(action)].append(action)
    return found


def fold(case: Case | None, decided: Iterable[a.Action], *, now: datetime) -> Case | None:
    """The case as it stands after these actions."""
    for action in decided:
        if isinstance(action, a.Open):
            case = action.case
        elif case is not None and (step := _STEPS.get(type(action))):
            case = replace(case, **step(case, action, now))
    return case


def fold_offers(offers: tuple[Offer, ...], decided: Iterable[a.Action]) -> tuple[Offer, ...]:
    """The offers of a case as they stand after these actions."""
    for action in decided:
        if isinstance(action, a.MoveOffer):
            offers = with_offer(offers, action.offer)
    return offers


def fold_problems(problems: Mapping[str, Problem], decided: Iterable[a.Action]) -> Mapping[str, Problem]:
    """All problems as they stand after these actions."""
    for action in decided:
        if isinstance(action, a.KeepProblem):
            problems = with_problem(problems, action.problem)
    return problems


def _set_state(case: Case, action: a.SetState, now: datetime) -> _Values:
    return {
        "state": action.state,
        "resolved_at": now if action.state is State.RESOLVED else case.resolved_at,
        "closed_at": now if action.state is State.CLOSED else None,
    }


def _completed(case: Case, action: a.Complete) -> _Values:
    return {
        "order_number": action.order_number or case.order_number,
        "amount": case.amount if action.amount is None else action.amount,
        "currency": case.currency if action.amount is None else action.currency,
        "phone": action.phone or case.phone,
    }


def _with(known: tuple[str, ...], word: str) -> tuple[str, ...]:
    return known if word in known else (*known, word)


def _without(deadlines: tuple[Deadline, ...], kind: str) -> tuple[Deadline, ...]:
    return tuple(known for known in deadlines if known.kind != kind)


_STEPS: Mapping[type, Callable[[Case, Any, datetime], _Values]] = {
    a.SetState: _set_state,
    a.AddTag: lambda case, action, _now: {"tags": _with(case.tags, action.tag)},
    a.AssignTeam: lambda _case, action, _now: {"team": action.team},
    a.AssignAgent: lambda _case, action, now: {
        "assignee": action.address,
        "assigned_at": now if action.address else None,
    },
    a.SetPriority: lambda _case, action, _now: {"priority": action.priority},
    a.SetSeverity: lambda _case, action, _now: {"severity": action.severity},
    a.SetType: lambda _case, action, _now: {"type": action.type},
    a.Suggest: lambda _case, action, _now: {"suggestion": action.policy},
    a.LinkProblem: lambda _case, action, _now: {"problem": action.problem},
    a.PutOnHold: lambda _case, action, _now: {"on_hold": action.why},
    a.Advise: lambda case, action, _now: {"advice": _with(case.advice, action.text)},
    a.RecordCause: lambda _case, action, _now: {"cause": action.cause},
    a.RecordCorrective: lambda _case, action, _now: {"corrective": action.corrective},
    a.AskFor: lambda _case, action, _now: {"asked": action.details},
    a.Complete: lambda case, action, _now: _completed(case, action),
    a.SetSla: lambda _case, action, _now: {"sla": action.sla},
    a.SetDeadline: lambda case, action, _now: {
        "deadlines": (*_without(case.deadlines, action.deadline.kind), action.deadline)
    },
    a.DropDeadline: lambda case, action, _now: {"deadlines": _without(case.deadlines, action.kind)},
    a.Promise: lambda _case, action, _now: {"promised_at": action.at, "delays": action.delays},
}
"""What each action makes of the fields of the case that it changes."""


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


def _learnt(action: a.Complete) -> str:
    """`order_number A-10293, amount 9.90 EUR`."""
    amount = f"{action.amount} {action.currency or ''}".strip() if action.amount is not None else None
    known = {"order_number": action.order_number, "amount": amount, "phone": action.phone}
    return ", ".join(f"{name} {value}" for name, value in known.items() if value)


def _step(action: a.MoveOffer) -> str:
    """`2 offered: refund 20.00 EUR`."""
    offer = action.offer
    return f"{offer.number} {action.step}: {offer.remedy} {offer.amount or ''}".strip()


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
    a.KeepProblem: lambda x: ("problem", f"{x.problem.name} {x.step}"),
    a.PutOnHold: lambda x: ("on_hold", x.why or "no more"),
    a.Advise: lambda x: ("advice", x.text),
    a.RecordCause: lambda x: ("cause", x.cause),
    a.RecordCorrective: lambda x: ("corrective", x.corrective),
    a.AskFor: lambda x: ("asked", ", ".join(x.details) or "nothing more"),
    a.Complete: lambda x: ("completed", _learnt(x)),
    a.MoveOffer: lambda x: ("offer", _step(x)),
    a.PreferChannel: lambda x: ("channel", f"{x.customer.address} {x.channel}".strip()),
    a.Surveyed: lambda x: ("surveyed", f"{x.customer.address} {x.step}".strip()),
    a.BeAway: lambda x: ("away", f"{x.member} {x.until.isoformat(timespec='minutes') if x.until else 'no more'}"),
    a.RevokeToken: lambda x: ("revoked", x.member),
    a.Merge: lambda x: ("merged", f"into {x.into.number}"),
    a.Split: lambda x: ("split", x.message or "the latest message"),
    a.MoveMessage: lambda x: ("moved", f"{x.message or 'the latest message'} to {x.into.number}"),
    a.SetSla: lambda x: ("sla", x.sla or "none"),
    a.SetDeadline: lambda x: (x.event, _put(x.deadline)),
    a.DropDeadline: lambda x: ("deadline", f"{x.kind} dropped"),
    a.Promise: lambda x: ("promised", x.at.isoformat(timespec="minutes") if x.at else "nothing more"),
    a.Send: lambda x: (x.letter.kind.value, x.letter.to.address),
    a.Schedule: lambda x: ("scheduled", f"{x.kind} {x.due_at.isoformat(timespec='minutes')}"),
    a.Cancel: lambda x: ("cancelled", x.kind),
    a.Relate: lambda x: ("link", f"{x.kind} {x.case_id}"),
    a.Hold: lambda x: ("held", x.member),
    a.StopUnasked: lambda x: ("undeliverable", f"{x.address} {x.status}".strip()),
    a.Note: lambda x: (x.event, x.detail),
}
