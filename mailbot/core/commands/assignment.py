"""Commands that say who looks after a case: assign, take, escalate, ask, away."""

from collections.abc import Iterable
from datetime import timedelta

from mailbot.core import actions as a
from mailbot.core.agent_letters import between_us
from mailbot.core.assignment import leads_of
from mailbot.core.case import Priority
from mailbot.core.changes import fold
from mailbot.core.commands.order import Order, Refused, member_named
from mailbot.core.commands.states import moment_of
from mailbot.core.letter_parts import latest_from_customer
from mailbot.core.letters import Block
from mailbot.core.message import Command
from mailbot.core.notifications import handed_over, notifications
from mailbot.core.situation import Situation
from mailbot.core.team import Member


def take(order: Order) -> Iterable[a.Action]:
    """The case is mine."""
    return (a.AssignAgent(address=order.by, reason="#take", by=order.by),)


def assign(order: Order) -> Iterable[a.Action]:
    """The case is somebody's, or a team's."""
    given = list(_given_to(order))
    return (*given, *_tell_the_new_ones(order, given))


def escalate(order: Order) -> Iterable[a.Action]:
    """The case goes to a lead, and up by one in priority."""
    leads = _leads(order)
    higher = Priority.URGENT if order.case.priority in (Priority.HIGH, Priority.URGENT) else Priority.HIGH
    given: list[a.Action] = [a.AssignAgent(address=leads[0].address, reason="#escalate", by=order.by)]
    if higher is not order.case.priority:
        given.append(a.SetPriority(priority=higher, reason="#escalate", by=order.by))
    return (*given, *_tell_the_new_ones(order, given))


def ask(order: Order) -> Iterable[a.Action]:
    """A question to the lead, whose reply comes back as a note."""
    question = Block("\n\n".join(text for text in (order.argument, order.event.text) if text))
    if not question.text:
        raise Refused("missing_argument")
    for lead in _leads(order)[:1]:
        letter = between_us(order.case, order.situation, to=lead, from_=order.member, code="asks", words=question)
        yield a.Send(letter=letter, reason="#ask", by=order.by)


def away(order: Order) -> Iterable[a.Action]:
    """New cases go to others until then."""
    yield absence(order.member, order.command, order.situation)


def absence(member: Member, command: Command, situation: Situation) -> a.BeAway:
    """A member is away as long as the command says."""
    back = command.lasts == timedelta(0)
    until = None if back else moment_of(command, situation)
    return a.BeAway(member=member.address, until=until, reason="#away", by=member.address)


def _given_to(order: Order) -> Iterable[a.Action]:
    team, wanted = order.situation.team, order.argument
    if wanted.casefold() == "me":
        return take(order)
    named = next((name for name in team.team_names if name.casefold() == wanted.casefold()), None)
    if named is not None:
        return (
            a.AssignTeam(team=named, reason="#assign", by=order.by),
            a.AssignAgent(address=None, reason="#assign", by=order.by),
        )
    return (a.AssignAgent(address=member_named(wanted, order.situation).address, reason="#assign", by=order.by),)


def _tell_the_new_ones(order: Order, given: list[a.Action]) -> Iterable[a.Action]:
    """Whoever looks after the case now gets the customer's last words; the one who gave it away does not."""
    situation = order.situation
    case = fold(order.case, given, now=situation.now) or order.case
    latest = latest_from_customer(situation.messages)
    news = handed_over(latest, order.event) if latest else None
    for letter in notifications(case, news, situation) if news else ():
        if letter.member != order.by:
            yield a.Send(letter=letter, reason=f"#{order.command.name}", by=order.by)


def _leads(order: Order) -> tuple[Member, ...]:
    """The leads who can be turned to, those of the case's team first."""
    leads = leads_of(order.case, order.situation, without=order.by)
    if not leads:
        raise Refused("no_lead")
    return leads
