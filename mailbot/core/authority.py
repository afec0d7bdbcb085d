"""Who may grant a proposal: the member alone within the authority of the config, or leads who approve."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.compensation import OfferKind, Option, Proposal
from mailbot.core.money import Money, Sums, total
from mailbot.core.team import Member, Role, Team

PER_DAY, ANY = "per_day", "any"


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a member may grant something alone, or only up to a sum; otherwise so many `people` have to approve.

    `approvers` are the leads who may, in the order of the config, never the member; fewer than `people` of them, and
    nobody can have it approved.
    """

    alone: bool
    up_to: Money | None = None
    approvers: tuple[Member, ...] = ()
    people: int = 0


def permission(proposal: Proposal, member: Member, team: Team, *, today: Iterable[Money] = ()) -> Permission:
    """What this member may do with a proposal, after having promised the sums of `today`. Anybody may apologise.

    A lead who may grant it counts as one of those whom it takes.
    """
    if proposal.option.kind is OfferKind.APOLOGY:
        return Permission(alone=True)
    given = tuple(today)
    enough = _may_grant(proposal, member, given)
    missing = _people(proposal) - (enough and member.role is Role.LEAD)
    if enough and missing <= 0:
        return Permission(alone=True)
    others = (lead for lead in team.leads if lead.address != member.address)
    able = tuple(lead for lead in others if _may_approve(proposal, lead))
    up_to = _up_to(proposal, member, given) if _is_open(proposal) else None
    return Permission(alone=False, up_to=up_to, approvers=able, people=max(missing, 1))


def able_leads(option: Option, team: Team, *, above: Money | None = None) -> tuple[Member, ...]:
    """The leads with authority over this remedy: over any sum, or over more than this one."""
    written = ((lead, _authority(lead, option)) for lead in team.leads)
    return tuple(lead for lead, sums in written if sums and (above is None or _exceeds(sums, above)))


def _exceeds(sums: Sums, above: Money) -> bool:
    limit = sums.within(above.currency)
    return limit is not None and above < limit


def limit_of(member: Member, option: Option, currency: str) -> Money | None:
    """The highest sum of this currency that the member may grant as this option; None: nothing without a lead."""
    limit = _within(_authority(member, option), currency)
    approval = option.approval
    if limit is None or approval is None or (member.role is Role.LEAD and approval.people == 1):
        return limit
    free = _within(approval.above, currency)
    return min(limit, free) if free else None


def _authority(member: Member, option: Option) -> Sums | None:
    """What the config lets the member grant of this remedy, whatever the policy says; a sum of zero is nothing."""
    written = member.authority.get(option.kind) or member.authority.get(ANY)
    return written if written and any(limit.minor for limit in written.written) else None


def _is_open(proposal: Proposal) -> bool:
    """Whether it is worth a sum that nobody can tell yet."""
    return proposal.option.is_sum and proposal.amount is None


def _people(proposal: Proposal) -> int:
    """How many leads the policy wants for this sum; one that cannot be told may be above any."""
    approval, highest = proposal.option.approval, proposal.amount or proposal.cap
    if approval is None:
        return 0
    free = _within(approval.above, highest.currency) if highest else None
    return approval.people if free is None or highest is None or free < highest else 0


def _may_grant(proposal: Proposal, member: Member, today: Iterable[Money] = ()) -> bool:
    """Whether the member's own authority is enough, whoever else has to be asked."""
    written, highest = _authority(member, proposal.option), proposal.amount or proposal.cap
    if highest is None:
        return written is not None and not proposal.option.is_sum
    limit, left = _within(written, highest.currency), _left(member, highest.currency, today)
    return limit is not None and not limit < highest and not (left and left < highest)


def _may_approve(proposal: Proposal, lead: Member) -> bool:
    """Whether the lead has authority enough; for a sum that nobody can tell yet, whether any."""
    return _authority(lead, proposal.option) is not None if _is_open(proposal) else _may_grant(proposal, lead)


def _up_to(proposal: Proposal, member: Member, today: Iterable[Money]) -> Money | None:
    """How much of an open sum the member may grant; None for nothing."""
    written = _authority(member, proposal.option)
    currency = proposal.cap.currency if proposal.cap else written.written[0].currency if written else ""
    limit, left = limit_of(member, proposal.option, currency), _left(member, currency, today)
    least = min(limit, left) if limit and left else limit
    return least if least and least.minor > 0 else None


def _left(member: Member, currency: str, today: Iterable[Money]) -> Money | None:
    """What is left of the member's day, below zero where it was overdrawn; None where nothing limits the day."""
    per_day = member.authority.get(PER_DAY)
    if per_day is None:
        return None
    given = total(today, currency)
    return (per_day.within(currency) or total((), currency)) - given


def _within(written: Sums | None, currency: str) -> Money | None:
    return written.within(currency) if written else None
