"""Commands that say where a case stands: resolve, close, reopen, wait."""

from collections.abc import Iterable
from datetime import datetime, time

from mailbot.core import actions as a
from mailbot.core.case import State
from mailbot.core.commands.order import Order, Refused
from mailbot.core.deadlines import Calendar
from mailbot.core.message import Command
from mailbot.core.situation import Situation
from mailbot.core.surveys import FOLLOW_UP, REVIEW, planned


def resolve(order: Order) -> Iterable[a.Action]:
    """The matter is settled; after some days the customer is asked whether they think so too."""
    if any(offer.waits for offer in order.offers):
        raise Refused("waits_for_approval")
    yield a.SetState(state=State.RESOLVED, reason="#resolve", by=order.by)
    situation = order.situation
    yield from planned(order.case, order.offers, situation)


def close(order: Order) -> Iterable[a.Action]:
    """Nothing more is to be done or asked."""
    yield a.SetState(state=State.CLOSED, reason="#close", by=order.by)
    yield a.Cancel(kind=FOLLOW_UP, reason="closed", by=order.by)


def reopen(order: Order) -> Iterable[a.Action]:
    """There is more to be done."""
    yield a.SetState(state=State.OPEN, reason="#reopen", by=order.by)
    yield a.Cancel(kind=FOLLOW_UP, reason="reopened", by=order.by)
    yield a.Cancel(kind=REVIEW, reason="reopened", by=order.by)


def wait(order: Order) -> Iterable[a.Action]:
    """Nothing can be done before the customer answers or that day comes; then the agents are reminded."""
    until = moment_of(order.command, order.situation)
    yield a.SetState(state=State.WAITING, reason="#wait", by=order.by)
    yield a.Cancel(kind="wait", reason="#wait", by=order.by)
    yield a.Schedule(kind="wait", due_at=until, reason="#wait", by=order.by)


def moment_of(command: Command, situation: Situation) -> datetime:
    """When the day of a command begins at the desk, or the hour that stands behind it; Refused if that has passed."""
    now, calendar = situation.now, situation.desk.calendar
    moment = now + command.lasts if command.lasts is not None else _on_the_day(command, calendar)
    if moment <= now:
        raise Refused("day_has_passed")
    return moment


def _on_the_day(command: Command, calendar: Calendar) -> datetime:
    if command.day is None:
        raise Refused("not_a_date")
    if command.rest:
        hours, _, minutes = command.rest.partition(":")
        return datetime.combine(command.day, time(int(hours), int(minutes)), calendar.zone)
    begins = datetime.combine(command.day, time(), calendar.zone)
    return begins if calendar.is_open(begins) else calendar.next_open(begins)
