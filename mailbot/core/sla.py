"""What an SLA promises: clocks that begin with something and count until something else has to have happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailbot.core.case import Case, Priority
from mailbot.core.deadlines import Span
from mailbot.core.regulation import Profile
from mailbot.core.rules.conditions import Condition


class Happening(StrEnum):
    """What clocks begin and end with.

    `reply` is a mail of the customer after our first answer; `update` is anything of ours that the customer gets.
    """

    RECEIPT = "receipt"
    REPLY = "reply"
    REOPENING = "reopening"
    ANSWER = "answer"
    UPDATE = "update"
    RESOLUTION = "resolution"


ACKNOWLEDGE, FIRST_ANSWER = "acknowledge", "first_answer"

BUILT_IN: Mapping[str, tuple[frozenset[Happening], Happening]] = {
    ACKNOWLEDGE: (frozenset({Happening.RECEIPT}), Happening.UPDATE),
    FIRST_ANSWER: (frozenset({Happening.RECEIPT}), Happening.ANSWER),
    "next_answer": (frozenset({Happening.REPLY}), Happening.ANSWER),
    "update": (frozenset({Happening.RECEIPT, Happening.UPDATE}), Happening.UPDATE),
    "resolution": (frozenset({Happening.RECEIPT, Happening.REOPENING}), Happening.RESOLUTION),
}
"""The clocks that every SLA may have: what each begins with, and until what it counts."""


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """When those who see to a case are warned: so long before its deadline, or once this share of the time is over."""

    before: Span | None = None
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done so long after a deadline that was not met.

    `to`: `lead`, `team` (that of the case), names of teams, addresses of members and of others. `notify`: those who
    see to the case are told as well.
    """

    after: Span
    to: tuple[str, ...] = ()
    notify: bool = True
    priority: Priority | None = None
    assign_team: str | None = None
    assign_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much an agent may put a deadline off, once; with `notice` only in a mail that tells the customer."""

    by: Span
    notice: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One promise. `hours` is the schedule that business time is counted in; None: the hours of the desk.

    `pauses`: it stands still while the case waits for the customer. `lapses`: it is a chance, and no promise; once it
    has passed, there is no deadline any more.
    """

    kind: str
    within: Span
    starts: frozenset[Happening]
    until: Happening
    by_priority: Mapping[Priority, Span] = field(default_factory=dict)
    hours: Condition | None = None
    pauses: bool = False
    warn: EarlyWarning | None = None
    escalate: tuple[Step, ...] = ()
    extension: Extension | None = None
    lapses: bool = False

    def span(self, priority: Priority) -> Span:
        """How long it gives a case of this priority."""
        return self.by_priority.get(priority, self.within)


@dataclass(frozen=True, slots=True)
class Sla:
    """A named set of promises; `profile` says what else a regulator wants, where they are one's."""

    name: str
    clocks: tuple[Clock, ...]
    profile: Profile | None = None

    def clock(self, kind: str) -> Clock | None:
        """The clock of this name."""
        return next((clock for clock in self.clocks if clock.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Slas:
    """All SLAs of a book by name, and the name of the one that holds where no rule says otherwise."""

    by_name: Mapping[str, Sla] = field(default_factory=dict)
    default: str | None = None

    def of(self, case: Case) -> Sla | None:
        """The SLA of a case, if the book still has it."""
        return self.by_name.get(case.sla or "")


NO_SLAS = Slas()
"""Those of a desk that promises nothing."""
