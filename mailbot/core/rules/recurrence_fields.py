"""What rules may ask about other cases that are like this one; unknown of a mail that continues a case."""

from collections.abc import Iterable
from datetime import datetime

from mailbot.core.recurrence import ClusterKind
from mailbot.core.rules.field import Fields
from mailbot.core.rules.incoming import Incoming
from mailbot.core.rules.moments import OCCASIONS
from mailbot.core.rules.timing import Occasions

RECURRENCE: Fields[Incoming] = Fields()


@RECURRENCE.add(OCCASIONS, "order.cases")
def order_cases(incoming: Incoming) -> Occasions | None:
    """How many other cases of the last year name this order."""
    recurrence = incoming.recurrence
    return _at(incoming, (like.at for like in recurrence.like.get(ClusterKind.ORDER, ()))) if recurrence else None


@RECURRENCE.add(OCCASIONS, "similar.cases")
def similar_cases(incoming: Incoming) -> Occasions | None:
    """How many other customers wrote much the same in the last 60 days."""
    recurrence = incoming.recurrence
    return _at(incoming, (like.at for like in recurrence.others(ClusterKind.WORDING))) if recurrence else None


def _at(incoming: Incoming, moments: Iterable[datetime]) -> Occasions:
    return Occasions(tuple(sorted(moments, reverse=True)), incoming.now, incoming.calendar)
