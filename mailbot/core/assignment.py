"""Who gets a case: the agent who knows the customer, else one of the team who is here, by language, turn or load."""

from collections.abc import Iterable

from mailbot.core.case import Case
from mailbot.core.situation import Situation
from mailbot.core.team import Member, Strategy, Workload


def assignee_for(case: Case, situation: Situation) -> Member | None:
    """The member whom a case without an assignee goes to; None where the policy leaves it to the team."""
    policy, team = situation.desk.assignment, situation.team
    candidates = [member for member in team.of(case.team or "") if not situation.is_away(member)]
    if policy.keep_customer and (known := _who_knows(case, situation, candidates)):
        return known
    if policy.strategy is Strategy.NONE or not candidates:
        return None
    fluent = [member for member in candidates if case.language in member.languages]
    return min(fluent or candidates, key=lambda member: _turn(member, policy.strategy, situation.workload))


def _who_knows(case: Case, situation: Situation, candidates: Iterable[Member]) -> Member | None:
    """The agent of the customer's last case that had one, if the case can go to them."""
    able = {member.address: member for member in candidates}
    last = next((past.assignee for past in situation.history if past.assignee), None)
    return able.get(last or "")


def _turn(member: Member, strategy: Strategy, workload: Workload) -> tuple[float, float]:
    load = float(workload.open_cases.get(member.address, 0))
    last = workload.assigned_at.get(member.address)
    waited_since = last.timestamp() if last else float("-inf")
    return (load, waited_since) if strategy is Strategy.LEAST_LOAD else (waited_since, load)


def leads_of(case: Case, situation: Situation, *, without: str | None = None) -> tuple[Member, ...]:
    """The leads to turn to about a case: those who are here before those who are away, its own team's first."""
    leads = [lead for lead in situation.team.leads if lead.address != without]
    return tuple(sorted(leads, key=lambda lead: (situation.is_away(lead), case.team not in lead.teams)))
