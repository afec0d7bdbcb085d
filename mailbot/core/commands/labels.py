"""Commands that say what is known about a case: its priority, type, tags, people, cause, channel."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.case import Author, Priority
from mailbot.core.channels import Channel
from mailbot.core.clocks import prolongable, prolonged
from mailbot.core.commands.order import Order, Refused, one_of
from mailbot.core.message import Address, Command, ComplaintType


def log(order: Order) -> Iterable[a.Action]:
    """A complaint that came another way is a case of its own, and takes a mail of its own."""
    raise not_logged(order.command)


def not_logged(command: Command) -> Refused:
    """Why a complaint was not logged: the channel is none, or other commands stand beside it."""
    channel = command.arguments[0] if command.arguments else ""
    return Refused("log_alone") if channel in set(Channel) else Refused("unknown_value", ", ".join(Channel))


def nothing(_order: Order) -> Iterable[a.Action]:
    """What the mail as a whole does is decided elsewhere."""
    return ()


def priority(order: Order) -> Iterable[a.Action]:
    """How soon somebody should look."""
    yield a.SetPriority(priority=one_of(Priority, order.argument), reason="#priority", by=order.by)


def type_(order: Order) -> Iterable[a.Action]:
    """What kind of complaint it is."""
    yield a.SetType(type=one_of(ComplaintType, order.argument), reason="#type", by=order.by)


def tag(order: Order) -> Iterable[a.Action]:
    """Mark the case with a word."""
    yield a.AddTag(tag=order.argument, reason="#tag", by=order.by)


def add(order: Order) -> Iterable[a.Action]:
    """Make an address party to the case."""
    if "@" not in order.argument:
        raise Refused("not_an_address", order.argument)
    yield a.Join(address=Address("", order.argument), role=Author.CUSTOMER, reason="#add", by=order.by)


def cause(order: Order) -> Iterable[a.Action]:
    """What the complaint comes from."""
    yield a.RecordCause(cause=order.argument, reason="#cause", by=order.by)


def channel(order: Order) -> Iterable[a.Action]:
    """How the customer wants to hear from us, in this case and in later ones."""
    wanted = one_of(Channel, "mail" if order.argument.casefold() in ("email", "e-mail") else order.argument)
    yield a.PreferChannel(customer=order.case.customer, channel=wanted, reason="#channel", by=order.by)


def prolong(order: Order) -> Iterable[a.Action]:
    """Put off a deadline that the SLA lets one put off."""
    case, desk = order.case, order.situation.desk
    found = prolongable(case, desk.slas)
    meant = [(deadline, clock) for deadline, clock in found if order.argument in ("", deadline.kind)]
    if len(meant) != 1:
        raise Refused("unknown_value", ", ".join(d.kind for d, _ in found)) if found else Refused("not_extendable")
    deadline, clock = meant[0]
    if clock.extension and clock.extension.notice and not order.event.text:
        raise Refused("needs_notice")
    later = prolonged(clock, deadline, case.priority, desk.calendar, order.situation.now)
    yield a.SetDeadline(deadline=later, reason="#prolong", by=order.by)
