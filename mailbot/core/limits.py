"""What limits goodwill as a whole, and how long approvals and promises may take: said once for a desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.core.deadlines import Span
from mailbot.core.money import Sums
from mailbot.core.periods import Period

_HALF_A_YEAR = Period(6, "months")
_HOURS, _DAY, _DAYS = Span(4, "business hours"), Span(1, "business days"), Span(5, "business days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps and budgets of goodwill, never of what the law gives; None: no limit.

    `per_customer` holds for any `customer_period`, `budgets` for a team in one month of the desk's calendar.
    So many gifts as `repeated` within `repeated_within`, to one customer, for one product or by one agent, are shown
    to the lead. Who approves is reminded after `remind_after`; after `deputy_after` the deputy is asked, or else all
    other leads. A promise is kept within `deliver_within` where its remedy says nothing, and its agent is reminded
    `remind_before` that day.
    """

    per_case: Sums | None = None
    per_customer: Sums | None = None
    customer_period: Period | None = None
    budgets: Mapping[str, Sums] = field(default_factory=dict)
    repeated: int | None = None
    repeated_within: Period = _HALF_A_YEAR
    remind_after: Span = _HOURS
    deputy_after: Span = _DAY
    deliver_within: Span = _DAYS
    remind_before: Span = _DAY


NO_LIMITS = Limits()
