"""What an agent's mail does: its commands and its words, carried out together or not at all.

Each command is one function from its arguments to actions; a function that finds something wrong raises `Refused`,
and then nothing of the mail is carried out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from mailbot.core import actions as a
from mailbot.core.agent_letters import Done, Wrong, receipt
from mailbot.core.case import Author, Direction, Priority, State
from mailbot.core.changes import fold
from mailbot.core.clocks import prolongable, prolonged
from mailbot.core.customer_letters import answer
from mailbot.core.events import AgentWrote
from mailbot.core.filing import keep
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.letters import Letter
from mailbot.core.message import Address, Command, ComplaintType
from mailbot.core.notifications import news_again, notifications
from mailbot.core.situation import Situation

_E = TypeVar("_E", bound=StrEnum)
_WITHOUT_PROOF = frozenset({"note", "status", "help"})


class Refused(Exception):
    """A command cannot be carried out; `problem` is a code that the receipt puts into words."""

    def __init__(self, problem: str, suggestion: str | None = None) -> None:
        self.problem, self.suggestion = problem, suggestion
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class _Order:
    event: AgentWrote
    situation: Situation
    command: Command

    @property
    def argument(self) -> str:
        return " ".join(self.command.arguments)

    @property
    def by(self) -> str:
        return self.event.member.address


def is_allowed_without_proof(event: AgentWrote) -> bool:
    """Whether the mail asks only for what a member may do by DMARC alone (decision 1): a note, the status, help."""
    names = {command.name for command in event.commands}
    return bool(names) and names <= _WITHOUT_PROOF and (not event.text or "note" in names)


def agent_wrote(event: AgentWrote, situation: Situation) -> Iterable[a.Action]:
    """Carry out the commands and relay the words; where anything is wrong, do nothing and say so."""
    orders = [_Order(event, situation, command) for command in event.commands]
    ordered, wrong = _try(orders)
    if wrong:
        return _refuse(event, situation, wrong=wrong)
    if event.survivors and not any(order.command.name == "note" for order in orders):
        return _refuse(event, situation, held="internal_lines")
    if not event.text and not orders:
        return _refuse(event, situation, held="nothing_left")
    return _accept(event, situation, ordered)


def _try(orders: Iterable[_Order]) -> tuple[list[a.Action], tuple[Wrong, ...]]:
    """What the commands would do, and what is wrong with those that cannot be carried out."""
    actions: list[a.Action] = []
    wrong: list[Wrong] = []
    for order in orders:
        try:
            actions += _carry_out(order)
        except Refused as refused:
            wrong.append(Wrong(f"#{order.command.name} {order.argument}".strip(), refused.problem, refused.suggestion))
    return actions, tuple(wrong)


def _accept(event: AgentWrote, situation: Situation, ordered: list[a.Action]) -> Iterable[a.Action]:
    names = {command.name for command in event.commands}
    relayed = _relayed(event, situation, names)
    actions: list[a.Action] = [*_filed(event, names, relayed), *ordered]
    if relayed and event.case.assignee is None and not any(isinstance(x, a.AssignAgent) for x in actions):
        actions.append(a.AssignAgent(address=event.member.address, reason="answered first", by=event.member.address))
    if relayed and event.case.on_hold:
        actions.append(a.PutOnHold(why=None, reason="answered", by=event.member.address))
    if relayed:
        actions.append(a.Send(letter=relayed, by=event.member.address))
    if event.commands:
        actions.append(a.Send(letter=_receipt(event, situation, actions, relayed, names)))
    return actions


def _relayed(event: AgentWrote, situation: Situation, names: set[str]) -> Letter | None:
    resolves = "resolve" in names
    if "note" in names or not (event.text or resolves) or not event.case.customer.address:
        return None
    return answer(event, situation, resolves=resolves, copies="nocc" not in names)


def _filed(event: AgentWrote, names: set[str], relayed: Letter | None) -> Iterable[a.Action]:
    by = event.member.address
    if "note" in names:
        yield keep(event.mail, Direction.NOTE, Author.AGENT, text=_note_text(event))
    elif event.text:
        yield keep(event.mail, Direction.OUT, Author.AGENT, text=event.text)
    else:
        yield keep(event.mail, Direction.NOTE, Author.AGENT)
    if relayed and "resolve" not in names and event.case.state is not State.WAITING:
        yield a.SetState(state=State.WAITING, reason="answered", by=by)


def _note_text(event: AgentWrote) -> str:
    notes = [" ".join(command.arguments) for command in event.commands if command.name == "note"]
    return "\n\n".join(text for text in (*notes, event.text) if text)


def _receipt(
    event: AgentWrote, situation: Situation, actions: list[a.Action], relayed: Letter | None, names: set[str]
) -> Letter:
    case = fold(event.case, actions, now=situation.now) or event.case
    done = tuple(Done(c.name, " ".join(c.arguments) or None) for c in event.commands if c.name not in _ANSWERED)
    return receipt(
        event,
        case,
        situation,
        done=done,
        relayed=relayed,
        status="status" in names,
        help_wanted="help" in names,
        offers=bool({"cause", "status"} & names),
    )


def _refuse(
    event: AgentWrote, situation: Situation, *, wrong: tuple[Wrong, ...] = (), held: str | None = None
) -> Iterable[a.Action]:
    problem = held or ", ".join(line.problem for line in wrong)
    yield keep(event.mail, Direction.NOTE, Author.AGENT, reason=f"nothing carried out: {problem}")
    yield a.Send(letter=receipt(event, event.case, situation, wrong=wrong, held=held))


def _carry_out(order: _Order) -> Iterable[a.Action]:
    if order.command.error:
        problem, _, suggestion = order.command.error.partition(":")
        raise Refused(problem, suggestion or None)
    carry_out = COMMANDS.get(order.command.name)
    if carry_out is None:
        raise Refused("unknown_command")
    return tuple(carry_out(order))


def _nothing(_order: _Order) -> Iterable[a.Action]:
    return ()


def _resolve(order: _Order) -> Iterable[a.Action]:
    yield a.SetState(state=State.RESOLVED, reason="#resolve", by=order.by)
    situation = order.situation
    policy = situation.desk.follow_up
    if policy.applies_to(order.event.case) and (due_at := policy.due_at(situation.now, situation.desk.calendar)):
        yield a.Cancel(kind="follow_up", reason="resolved again", by=order.by)
        yield a.Schedule(
            kind="follow_up", due_at=due_at, data={"resolved_at": situation.now.isoformat()}, reason="#resolve"
        )


def _close(order: _Order) -> Iterable[a.Action]:
    yield a.SetState(state=State.CLOSED, reason="#close", by=order.by)
    yield a.Cancel(kind="follow_up", reason="closed", by=order.by)


def _reopen(order: _Order) -> Iterable[a.Action]:
    yield a.SetState(state=State.OPEN, reason="#reopen", by=order.by)
    yield a.Cancel(kind="follow_up", reason="reopened", by=order.by)


def _take(order: _Order) -> Iterable[a.Action]:
    return (a.AssignAgent(address=order.by, reason="#take", by=order.by),)


def _assign(order: _Order) -> Iterable[a.Action]:
    given = list(_given_to(order))
    return (*given, *_tell_the_new_ones(order, given))


def _given_to(order: _Order) -> Iterable[a.Action]:
    team, wanted = order.situation.team, order.argument
    if wanted.casefold() == "me":
        return _take(order)
    if wanted in team.team_names:
        return (
            a.AssignTeam(team=wanted, reason="#assign", by=order.by),
            a.AssignAgent(address=None, reason="#assign", by=order.by),
        )
    members = team.named(wanted)
    if len(members) != 1:
        raise Refused("ambiguous_person" if members else "unknown_person", _closest(wanted, order.situation))
    return (a.AssignAgent(address=members[0].address, reason="#assign", by=order.by),)


def _tell_the_new_ones(order: _Order, given: list[a.Action]) -> Iterable[a.Action]:
    """Whoever looks after the case now gets the customer's last words; the one who gave it away does not."""
    event, situation = order.event, order.situation
    case = fold(event.case, given, now=situation.now) or event.case
    latest = latest_from_customer(situation.messages)
    for letter in notifications(case, news_again(latest, "assigned"), situation) if latest else ():
        if letter.member != order.by:
            yield a.Send(letter=letter, reason="#assign", by=order.by)


def _priority(order: _Order) -> Iterable[a.Action]:
    yield a.SetPriority(priority=_one_of(Priority, order.argument), reason="#priority", by=order.by)


def _type(order: _Order) -> Iterable[a.Action]:
    yield a.SetType(type=_one_of(ComplaintType, order.argument), reason="#type", by=order.by)


def _tag(order: _Order) -> Iterable[a.Action]:
    yield a.AddTag(tag=order.argument, reason="#tag", by=order.by)


def _add(order: _Order) -> Iterable[a.Action]:
    if "@" not in order.argument:
        raise Refused("not_an_address", order.argument)
    yield a.Join(address=Address("", order.argument), role=Author.CUSTOMER, reason="#add", by=order.by)


def _cause(order: _Order) -> Iterable[a.Action]:
    yield a.RecordCause(cause=order.argument, reason="#cause", by=order.by)


def _prolong(order: _Order) -> Iterable[a.Action]:
    case, desk = order.event.case, order.situation.desk
    found = prolongable(case, desk.slas)
    meant = [(deadline, clock) for deadline, clock in found if order.argument in ("", deadline.kind)]
    if len(meant) != 1:
        raise Refused("unknown_value", ", ".join(d.kind for d, _ in found)) if found else Refused("not_extendable")
    deadline, clock = meant[0]
    if clock.extension and clock.extension.notice and not order.event.text:
        raise Refused("needs_notice")
    later = prolonged(clock, deadline, case.priority, desk.calendar, order.situation.now)
    yield a.SetDeadline(deadline=later, reason="#prolong", by=order.by)


def _one_of(kind: type[_E], value: str) -> _E:
    try:
        return kind(value.casefold())
    except ValueError:
        raise Refused("unknown_value", ", ".join(kind)) from None


def _closest(wanted: str, situation: Situation) -> str | None:
    names = [m.name for m in situation.team.members] + list(situation.team.team_names)
    return next(iter(get_close_matches(wanted, names, 1)), None)


COMMANDS: Mapping[str, Callable[[_Order], Iterable[a.Action]]] = {
    "add": _add,
    "assign": _assign,
    "cause": _cause,
    "close": _close,
    "help": _nothing,
    "nocc": _nothing,
    "note": _nothing,
    "priority": _priority,
    "prolong": _prolong,
    "reopen": _reopen,
    "resolve": _resolve,
    "status": _nothing,
    "tag": _tag,
    "take": _take,
    "type": _type,
}
_ANSWERED = frozenset({"help", "status"})
