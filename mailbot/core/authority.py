"""Who may grant a proposal: the member alone within the authority of the config, or a lead who approves."""

from dataclasses import dataclass

from mailbot.core.compensation import OfferKind, Option, Proposal
from mailbot.core.money import Money
from mailbot.core.team import Member, Role, Team


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a member may grant something alone, or only up to a sum; otherwise one of `approvers` has to approve."""

    alone: bool
    up_to: Money | None = None
    approvers: tuple[Member, ...] = ()


def permission(proposal: Proposal, member: Member, team: Team) -> Permission:
    """What this member may do with a proposal. Anybody may apologise."""
    if _may_grant(proposal, member):
        return Permission(alone=True)
    leads = tuple(lead for lead in team.leads if lead.address != member.address)
    able = tuple(lead for lead in leads if _may_grant(proposal, lead))
    open_sum = proposal.option.is_sum and proposal.amount is None
    return Permission(
        alone=False, up_to=limit_of(member, proposal.option) if open_sum else None, approvers=able or leads
    )


def limit_of(member: Member, option: Option) -> Money | None:
    """The highest sum that the member may grant as this option; None: nothing without a lead."""
    written = member.authority.get(option.kind) or member.authority.get("any")
    limit = Money.parse(written) if written else None
    if limit is None or option.approval is None or member.role is Role.LEAD:
        return limit
    free = option.approval.above.within(limit.currency) if option.approval.above else None
    return min(limit, free) if free else None


def _may_grant(proposal: Proposal, member: Member) -> bool:
    option, limit = proposal.option, limit_of(member, proposal.option)
    if option.kind is OfferKind.APOLOGY:
        return True
    if limit is None or not option.is_sum:
        return limit is not None
    highest = proposal.amount or proposal.cap
    return highest is not None and highest.currency == limit.currency and not limit < highest
