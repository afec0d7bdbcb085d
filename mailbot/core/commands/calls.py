"""The command that makes a task of calling the customer, for those who would rather talk."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.commands.order import Order, Refused
from mailbot.core.commands.states import moment_of
from mailbot.core.letter_parts import phone_of


def call(order: Order) -> Iterable[a.Action]:
    """Have whoever looks after the case called upon to phone, now or on that day."""
    if phone_of(order.case, order.situation) is None:
        raise Refused("no_phone")
    at = moment_of(order.command, order.situation) if order.command.day or order.command.lasts else order.situation.now
    yield a.Schedule(kind="call", due_at=at, reason="#call", by=order.by)
