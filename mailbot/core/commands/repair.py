"""Commands that put right what belongs together: merge, split, move; and the one that revokes a leaked token."""

from collections.abc import Iterable, Sequence

from mailbot.core import actions as a
from mailbot.core.case import Author, Case, CaseMessage, Direction
from mailbot.core.commands.order import Order, Refused
from mailbot.core.letter_parts import latest_from_customer


def merge(order: Order) -> Iterable[a.Action]:
    """The case goes on in another one."""
    if any(offer.waits for offer in order.offers):
        raise Refused("waits_for_approval")
    yield a.Merge(into=_other(order), reason="#merge", by=order.by)


def split(order: Order) -> Iterable[a.Action]:
    """The message that the member answers begins a case of its own."""
    message = to_split(order.situation.messages, _answered(order))
    yield a.Split(message=message.message_id, reason="#split", by=order.by)


def move(order: Order) -> Iterable[a.Action]:
    """The message that the member answers belongs to another case."""
    into, message = _other(order), to_move(order.situation.messages, _answered(order))
    yield a.MoveMessage(into=into, message=message.message_id, reason="#move", by=order.by)


def revoke(order: Order) -> Iterable[a.Action]:
    """The member's random ids for this case prove nothing any more; the receipt brings a new one."""
    yield a.RevokeToken(member=order.by, reason="#revoke", by=order.by)


def to_split(messages: Sequence[CaseMessage], message_id: str | None) -> CaseMessage:
    """The message that can begin a case of its own: the one with this id, or the customer's latest.

    Refused with `no_message` where there is none, `only_message` where nothing of the customer's would be left.
    """
    message = to_move(messages, message_id)
    if message.role is Author.SYSTEM or message.raw_sha256 is None:
        raise Refused("no_message")
    return message


def to_move(messages: Sequence[CaseMessage], message_id: str | None) -> CaseMessage:
    """The message that can go to another case: as above, but a machine's mail can go as well."""
    arrived = [message for message in messages if message.direction is Direction.IN]
    named = [message for message in arrived if message.message_id == message_id]
    meant = latest_from_customer(tuple(messages)) if message_id is None else named[-1] if named else None
    if meant is None:
        raise Refused("no_message")
    if meant.role is Author.CUSTOMER and sum(message.role is Author.CUSTOMER for message in arrived) == 1:
        raise Refused("only_message")
    return meant


def _answered(order: Order) -> str | None:
    """The mail that the member answers; None if that is a colleague's or the desk's own: then the customer's latest."""
    answered = order.event.answered
    known = [message for message in order.situation.messages if message.message_id == answered]
    return None if known and all(message.direction is not Direction.IN for message in known) else answered


def _other(order: Order) -> Case:
    other = order.situation.named.get(order.argument.upper())
    if other is None:
        raise Refused("unknown_case")
    if other.id == order.case.id:
        raise Refused("same_case")
    return other
