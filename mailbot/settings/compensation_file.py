"""rules/compensation.yaml: the policies that rules suggest, each with its remedies, and what limits them all."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from mailbot.core.amounts import MONEY, NUMBER, Calculation
from mailbot.core.claims import CLAIM
from mailbot.core.compensation import (
    FACTS,
    Approval,
    Base,
    Law,
    Measure,
    OfferKind,
    Option,
    Policy,
    Share,
    Start,
    TimeLimit,
)
from mailbot.core.errors import ConfigurationError
from mailbot.core.limits import NO_LIMITS, Limits
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import All
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.moments import OCCASIONS
from mailbot.core.rules.values import COUNT, SUM, Kind, Known
from mailbot.core.rules.values import NUMBER as NUMBERS
from mailbot.core.spelling import did_you_mean
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.sums import SUM_OR_SUMS, Lasting, Often, sums
from mailbot.settings.sums import Written as Cap
from mailbot.settings.yaml_model import NOT_EMPTY, Model, validate
from mailbot.yaml_file import At, YamlFile, described

_SHARE = re.compile(
    r"(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,2})?) ?% of (?:the )?(?P<base>order|disputed)(?: sum)?", re.ASCII
)
_CALCULATED = re.compile(r"[-*/+(]|^[a-z_.]+$", re.ASCII)
_LIMIT = re.compile(r"(?P<period>.+?)(?: of (?P<start>delivery|purchase))?")


_OTHERWISE = 'a share like "20 % of order", or a calculation like "min(order.total * 20 %, 15 EUR)"'


def _amount(written: object) -> Measure:
    share = _SHARE.fullmatch(str(written).strip())
    if share:
        base: Base = share["base"]  # type: ignore[assignment]  # the pattern lets through no other word
        return Share(Decimal(share["percent"]), base)
    if isinstance(written, str) and _CALCULATED.search(written.strip()):
        return Calculation.parse(written)
    try:
        return sums(written)
    except ValueError as error:
        raise ValueError(f"{error}, or {_OTHERWISE}") from None


def _time_limit(written: object) -> TimeLimit:
    found = _LIMIT.fullmatch(str(written).strip())
    if found is None:
        raise ValueError('expected a time limit like "2 years of delivery" or "14 days of purchase"')
    start: Start = found["start"] or "delivery"  # type: ignore[assignment]  # the pattern lets through no other word
    return TimeLimit(Period.parse(found["period"]), start)


def _approval(written: object) -> object:
    if written == "lead" or (isinstance(written, dict) and written):
        return written if isinstance(written, dict) else {}
    raise ValueError("expected lead, {above: 100 EUR} or {above: 300 EUR, people: 2}")


Amount = Annotated[Measure, PlainValidator(_amount, json_schema_input_type=SUM_OR_SUMS)]
Within = Annotated[TimeLimit, PlainValidator(_time_limit, json_schema_input_type=str)]


def _key(description: str) -> Any:
    """A key that may be left out, with its help for editors."""
    return Field(default=None, description=description)


class ApprovalModel(Model):
    """When leads have to approve, and how many."""

    above: Cap | None = _key("Only above this sum; without it, always.")
    people: Annotated[int, Field(ge=1, le=3)] = Field(default=1, description="So many different leads.")


Approving = Annotated[ApprovalModel, BeforeValidator(_approval, json_schema_input_type=ApprovalModel | Literal["lead"])]


class RemedyModel(Model):
    """One remedy of a policy."""

    remedy: OfferKind
    amount: Amount | None = _key(
        "A sum (10 EUR), a share (20 % of order, 50 % of disputed), or a calculation: min(order.total * 20 %, 15 EUR)."
    )
    per_day: Amount | None = _key("The same for each day of delay; it needs an at_most.")
    at_most: Amount | None = _key("The highest sum, or a share; sums in several currencies as a list.")
    when: dict[str, Any] = Field(default_factory=dict)
    entitlement: bool = Field(default=False, description="The law gives it: it comes before all goodwill.")
    law: Annotated[str, Field(min_length=1)] | None = _key("Where the law says so; agents quote it.")
    within: Within | None = _key("Until when it can be claimed: 2 years of delivery, 14 days of purchase.")
    before_cause: bool | None = _key("Goodwill that is shown before somebody has found the cause.")
    approval: Approving | None = _key("Who approves: lead, {above: 100 EUR}, or {above: 300 EUR, people: 2}.")
    once_per: Often | None = _key("Goodwill that comes sooner after the last is marked: 12 months.")
    delivered_within: Lasting | None = _key("When the customer has it after it was promised: 3 business days.")


class PolicyModel(Model):
    """What is proposed to the agent, best first."""

    before_cause: bool = Field(default=False, description="All goodwill of it is shown before the cause is known.")
    remedies: Annotated[tuple[RemedyModel, ...], NOT_EMPTY]


class CustomerLimitModel(Model):
    """The most that one customer gets within a time."""

    at_most: Cap
    within: Often


class RepeatedModel(Model):
    """How much goodwill is too much of it."""

    times: Annotated[int, Field(ge=2)]
    within: Often | None = None


class LimitsModel(Model):
    """What limits goodwill; what the law gives is never limited."""

    per_case: Cap | None = _key("The most for one case.")
    per_customer: CustomerLimitModel | None = _key("The most for one customer: {at_most: 100 EUR, within: 12 months}.")
    repeated: RepeatedModel | None = _key(
        "So often to one customer, for one product or by one agent, and the lead hears of it: {times: 3}."
    )


class ApprovalsModel(Model):
    """How long an approval may wait."""

    remind_after: Lasting | None = _key("Then those who approve are reminded: 4 business hours.")
    deputy_after: Lasting | None = _key("Then the deputy is asked, or else all other leads: 1 business day.")


class PromisesModel(Model):
    """How long a promise may take."""

    delivered_within: Lasting | None = _key("By when it is kept if its remedy says nothing: 5 business days.")
    remind_before: Lasting | None = _key("So long before, whoever made it is reminded: 1 business day.")


class CompensationModel(Model):
    """The policies that rules `suggest`, and what holds for all of them."""

    policies: dict[str, PolicyModel]
    limits: LimitsModel = LimitsModel()
    budgets: dict[str, Cap] = Field(
        default_factory=dict, description="A team's goodwill in one month: {logistics: 500 EUR}."
    )
    approvals: ApprovalsModel = ApprovalsModel()
    promises: PromisesModel = PromisesModel()


@dataclass(frozen=True, slots=True)
class Compensation:
    """What the file says: the policies by name, and the limits of them all."""

    policies: Mapping[str, Policy]
    limits: Limits


NO_COMPENSATION = Compensation({}, NO_LIMITS)


def read_compensation(file: YamlFile, known: Known) -> Compensation:
    """The policies and limits; ConfigurationError with every mistake in the file."""
    model = validate(file, CompensationModel)
    reader = _PolicyReader(file, informed(CLAIM, known.looked_up), known)
    policies = {name: reader.policy(policy, ("policies", name)) for name, policy in model.policies.items()}
    reader.refuse_unknown_teams(model.budgets)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return Compensation(policies, _limits(model))


def _limits(model: CompensationModel) -> Limits:
    """What is written, and the usual where nothing is."""
    customer, repeated, usual = model.limits.per_customer, model.limits.repeated, NO_LIMITS
    return Limits(
        per_case=model.limits.per_case,
        per_customer=customer.at_most if customer else None,
        customer_period=customer.within if customer else None,
        budgets=model.budgets,
        repeated=repeated.times if repeated else None,
        repeated_within=(repeated.within if repeated else None) or usual.repeated_within,
        remind_after=model.approvals.remind_after or usual.remind_after,
        deputy_after=model.approvals.deputy_after or usual.deputy_after,
        deliver_within=model.promises.delivered_within or usual.deliver_within,
        remind_before=model.promises.remind_before or usual.remind_before,
    )


class _PolicyReader(ConditionReader):
    """Reads policies: their remedies, what these depend on, and what does not go together."""

    __slots__ = ()

    def policy(self, model: PolicyModel, at: At) -> Policy:
        """The policy at this place in the file."""
        return Policy(
            tuple(self._option(one, model, (*at, "remedies", number)) for number, one in enumerate(model.remedies))
        )

    def refuse_unknown_teams(self, budgets: Iterable[str]) -> None:
        """A budget is a team's, and that team has members."""
        teams = self.known.team.team_names
        for team in budgets:
            if team not in teams:
                hint = did_you_mean(team, teams) or f", expected one of {', '.join(teams) or 'none: there is no team'}"
                self._refuse(("budgets", team), f"not a team of config.yaml{hint}", key=True)

    def _option(self, model: RemedyModel, policy: PolicyModel, at: At) -> Option:
        for key, message in _contradictions(model):
            self._refuse((*at, key), message, key=True)
        for key in ("amount", "per_day", "at_most"):
            self._calculation(getattr(model, key), (*at, key))
        return Option(
            kind=model.remedy,
            amount=model.per_day or model.amount,
            per_day=model.per_day is not None,
            at_most=model.at_most,
            when=self.condition(model.when, (*at, "when")) if model.when else All(()),
            law=Law(model.law, model.within) if model.entitlement and model.law else None,
            before_cause=policy.before_cause if model.before_cause is None else model.before_cause,
            approval=Approval(model.approval.above, model.approval.people) if model.approval else None,
            once_per=model.once_per,
            delivered_within=model.delivered_within,
        )

    def _calculation(self, measure: Measure | None, at: At) -> None:
        """Note what is wrong with the fields and kinds of a calculation."""
        if isinstance(measure, Calculation):
            try:
                measure.check(self._kinds)
            except ValueError as error:
                self._refuse(at, f"found {described(measure.written)}, {error}")

    @property
    def _kinds(self) -> Mapping[str, str]:
        """Of which kind each field is that can be asked about, and each fact that policies work with."""
        return {**FACTS, **{name: _calculable(field.kind) for name, field in self.fields.items()}}


_KINDS = ((SUM, MONEY), (NUMBERS, NUMBER), (COUNT, NUMBER), (OCCASIONS, NUMBER))


def _calculable(kind: Kind) -> str:
    """How one can calculate with values of a kind; nothing for those with which one cannot."""
    return next((called for known, called in _KINDS if known is kind), "")


def _contradictions(model: RemedyModel) -> Iterable[tuple[str, str]]:
    """Keys that do not go together: which one, and why."""
    if model.amount and model.per_day:
        yield "per_day", "expected amount or per_day, not both"
    if model.per_day and not model.at_most:
        yield "per_day", "a sum for each day needs an at_most"
    if model.remedy is OfferKind.APOLOGY and (model.amount or model.per_day or model.at_most):
        yield "remedy", "an apology is worth no sum"
    if model.entitlement and not model.law:
        yield "entitlement", "which law? expected law: with the legal basis beside it"
    for key in ("law", "within"):
        if getattr(model, key) is not None and not model.entitlement:
            yield key, "only what the customer has a right to has this: entitlement: true"
    for key in ("once_per", "before_cause"):
        if getattr(model, key) is not None and model.entitlement:
            yield key, "only goodwill can be limited so, not what the law gives"
