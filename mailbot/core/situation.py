"""What a decision needs to know besides the event: gathered before, plain data, the same for every replay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailbot.core.blocking import Blocked
from mailbot.core.case import Case, CaseMessage
from mailbot.core.channels import Preference
from mailbot.core.closing import NO_CLOSING, ClosingPolicy
from mailbot.core.compensation import Policy
from mailbot.core.deadlines import Calendar
from mailbot.core.follow_ups import FollowUpPolicy
from mailbot.core.letters import LetterKind
from mailbot.core.limits import NO_LIMITS, Limits
from mailbot.core.lookup import Column
from mailbot.core.money import Money
from mailbot.core.offers import Grants, Offer
from mailbot.core.problem import KnownProblem, Problem
from mailbot.core.recurrence import NO_CLUSTERS, NOTHING_AGAIN, ClusterPolicy, Recurrence
from mailbot.core.rules.conditions import Facts
from mailbot.core.rules.trace import NOT_TRIED, Trace
from mailbot.core.sla import NO_SLAS, Slas
from mailbot.core.stages import NO_STAGES, Stages
from mailbot.core.team import AssignmentPolicy, Member, Team, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The standing facts of a desk; `not_in_copy` are addresses that never stand on Cc of an answer.

    `policies` are those of compensation.yaml by name, `limits` what holds for all of them; `problems` says what each
    known problem is; `columns` are what can be looked up; `confirm_above` is for each mailbox the sum above which the
    agent confirms an offer.
    """

    team: Team
    calendar: Calendar
    languages: tuple[str, ...]
    follow_up: FollowUpPolicy
    policies: Mapping[str, Policy]
    problems: Mapping[str, KnownProblem]
    not_in_copy: frozenset[str]
    reopen_window: timedelta
    slas: Slas = NO_SLAS
    stages: Stages = NO_STAGES
    closing: ClosingPolicy = NO_CLOSING
    columns: tuple[Column, ...] = ()
    assignment: AssignmentPolicy = field(default_factory=AssignmentPolicy)
    limits: Limits = NO_LIMITS
    clusters: ClusterPolicy = NO_CLUSTERS
    confirm_above: Mapping[str, Money] = field(default_factory=dict)
    blocked: Blocked = field(default_factory=Blocked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The moment of one event. `fresh` is the empty case reserved for a mail that may begin one.

    `messages` are those of the case so far, oldest first; `history` the customer's other cases, newest first;
    `looked_up` are facts of order and customer from outside, `theirs` those of them that belong to who wrote.
    `recurrence` is what comes again with a mail that begins a case, for rules and agents.
    `offers` are those of the case, `grants` what was granted in others; `away` says until when members are, by address;
    `preference` is how the customer wants to hear from us; `named` are the cases that an agent's commands name,
    `problems` all that have cases, by name.
    `told` says when the customer last got each kind of automatic mail in the case, for stages and surveys.
    """

    now: datetime
    desk: Desk
    fresh: Case | None = None
    trace: Trace = NOT_TRIED
    history: tuple[Case, ...] = ()
    messages: tuple[CaseMessage, ...] = ()
    looked_up: Facts = field(default_factory=dict)
    theirs: Facts = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    grants: Grants = field(default_factory=Grants)
    recurrence: Recurrence = NOTHING_AGAIN
    workload: Workload = field(default_factory=Workload)
    away: Mapping[str, datetime] = field(default_factory=dict)
    preference: Preference = field(default_factory=Preference)
    named: Mapping[str, Case] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    told: Mapping[LetterKind, datetime] = field(default_factory=dict)

    def problem_is(self, name: str | None) -> str | None:
        """What a problem is, in the words of problems.yaml or of whoever began it."""
        described = (self.desk.problems.get(name or ""), self.problems.get(name or ""))
        return next((one.what for one in described if one and one.what), None)

    @property
    def team(self) -> Team:
        """The members of the desk."""
        return self.desk.team

    def member(self, address: str | None) -> Member | None:
        """The member with this address, if there still is one."""
        return self.team.by_address(address) if address else None

    def is_away(self, member: Member) -> bool:
        """Whether a member is away now."""
        until = self.away.get(member.address)
        return until is not None and until > self.now
