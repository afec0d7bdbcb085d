"""What rules may ask about the sender of a mail: their other cases, and what they said of the outcome."""

from collections.abc import Iterable

from mailbot.core.case import Case
from mailbot.core.rules.field import Fields
from mailbot.core.rules.incoming import OPEN, Incoming
from mailbot.core.rules.moments import OCCASIONS, SPAN
from mailbot.core.rules.timing import Elapsed, Occasions
from mailbot.core.rules.values import COUNT, FLAG, LANGUAGE

CUSTOMER: Fields[Incoming] = Fields()


@CUSTOMER.add(FLAG, "customer.known")
def known(incoming: Incoming) -> bool:
    """Whether the sender has another case, open or not."""
    return bool(incoming.customer.cases)


@CUSTOMER.add(OCCASIONS, "customer.cases")
def cases(incoming: Incoming) -> Occasions:
    """How many other cases the sender has; `within` counts only the latest."""
    return _opened(incoming, incoming.customer.cases)


@CUSTOMER.add(OCCASIONS, "customer.complaints")
def complaints(incoming: Incoming) -> Occasions:
    """How many of them are complaints."""
    return _opened(incoming, (case for case in incoming.customer.cases if case.is_complaint))


@CUSTOMER.add(OCCASIONS, "customer.same_type")
def same_type(incoming: Incoming) -> Occasions:
    """How many of them are complaints of the type of this mail."""
    wanted = incoming.mail.reading.assessment.type
    return _opened(incoming, (case for case in incoming.customer.cases if case.is_complaint and case.type == wanted))


@CUSTOMER.add(COUNT, "customer.open_cases")
def open_cases(incoming: Incoming) -> int:
    """How many of them are neither resolved nor closed."""
    return sum(case.state in OPEN for case in incoming.customer.cases)


@CUSTOMER.add(SPAN, "customer.last_case")
def last_case(incoming: Incoming) -> Elapsed | None:
    """How long ago the sender's last other case was opened."""
    latest = max((case.opened_at for case in incoming.customer.cases), default=None)
    return None if latest is None else Elapsed(latest, incoming.now, incoming.calendar)


@CUSTOMER.add(COUNT, "customer.rating")
def rating(incoming: Incoming) -> int | None:
    """The last rating that the sender gave after a resolution, from 1 (bad) to 5 (good)."""
    return incoming.customer.rating


@CUSTOMER.add(LANGUAGE, "customer.language")
def language(incoming: Incoming) -> str | None:
    """The language in which the sender wrote last, before this mail."""
    return incoming.customer.language


def _opened(incoming: Incoming, cases: Iterable[Case]) -> Occasions:
    at = sorted((case.opened_at for case in cases), reverse=True)
    return Occasions(tuple(at), incoming.now, incoming.calendar)
