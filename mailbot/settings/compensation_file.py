"""rules/compensation.yaml: the policies that rules suggest, each with its remedies and all that limits them."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from mailbot.core.claims import CLAIM
from mailbot.core.compensation import Approval, Base, Law, OfferKind, Option, Policy, Share, Start, TimeLimit
from mailbot.core.errors import ConfigurationError
from mailbot.core.money import Sums
from mailbot.core.periods import Period
from mailbot.core.rules.conditions import All
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.values import Known
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.sums import SUM_OR_SUMS, Often, sums
from mailbot.settings.sums import Written as Cap
from mailbot.settings.yaml_model import NOT_EMPTY, Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

_SHARE = re.compile(
    r"(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,2})?) ?% of (?:the )?(?P<base>order|disputed)(?: sum)?", re.ASCII
)
_LIMIT = re.compile(r"(?P<period>.+?)(?: of (?P<start>delivery|purchase))?")


def _amount(written: object) -> Sums | Share:
    share = _SHARE.fullmatch(str(written).strip())
    if share:
        base: Base = share["base"]  # type: ignore[assignment]  # the pattern lets through no other word
        return Share(Decimal(share["percent"]), base)
    try:
        return sums(written)
    except ValueError as error:
        raise ValueError(f'{error}, or a share like "20 % of order" or "50 % of disputed"') from None


def _time_limit(written: object) -> TimeLimit:
    found = _LIMIT.fullmatch(str(written).strip())
    if found is None:
        raise ValueError('expected a time limit like "2 years of delivery" or "14 days of purchase"')
    start: Start = found["start"] or "delivery"  # type: ignore[assignment]  # the pattern lets through no other word
    return TimeLimit(Period.parse(found["period"]), start)


def _approval(written: object) -> object:
    if written == "lead" or (isinstance(written, dict) and set(written) == {"above"}):
        return written if isinstance(written, dict) else {}
    raise ValueError("expected lead, or {above: 100 EUR}")


Amount = Annotated[Sums | Share, PlainValidator(_amount, json_schema_input_type=SUM_OR_SUMS)]
Within = Annotated[TimeLimit, PlainValidator(_time_limit, json_schema_input_type=str)]


def _key(description: str) -> Any:
    """A key that may be left out, with its help for editors."""
    return Field(default=None, description=description)


class ApprovalModel(Model):
    """When a lead has to approve."""

    above: Cap | None = _key("Only above this sum; without it, always.")


Approving = Annotated[ApprovalModel, BeforeValidator(_approval, json_schema_input_type=Literal["lead"] | ApprovalModel)]


class RemedyModel(Model):
    """One remedy of a policy."""

    remedy: OfferKind
    amount: Amount | None = _key("A sum (10 EUR), or a share: 20 % of order, 50 % of disputed.")
    per_day: Amount | None = _key("The same for each day of delay; it needs an at_most.")
    at_most: Amount | None = _key("The highest sum, or a share; sums in several currencies as a list.")
    when: dict[str, Any] = Field(default_factory=dict)
    entitlement: bool = Field(default=False, description="The law gives it: it comes before all goodwill.")
    law: Annotated[str, Field(min_length=1)] | None = _key("Where the law says so; agents quote it.")
    within: Within | None = _key("Until when it can be claimed: 2 years of delivery, 14 days of purchase.")
    before_cause: bool | None = _key("Goodwill that is shown before somebody has found the cause.")
    approval: Approving | None = _key("A lead has to approve: lead, or {above: 100 EUR}.")
    once_per: Often | None = _key("Goodwill that comes sooner after the last is marked: 12 months.")


class PolicyModel(Model):
    """What is proposed to the agent, best first."""

    before_cause: bool = Field(default=False, description="All goodwill of it is shown before the cause is known.")
    remedies: Annotated[tuple[RemedyModel, ...], NOT_EMPTY]


class CompensationModel(Model):
    """The policies that rules `suggest`."""

    policies: dict[str, PolicyModel]


def read_policies(file: YamlFile, known: Known) -> Mapping[str, Policy]:
    """The policies by name; ConfigurationError with every mistake in the file."""
    model = validate(file, CompensationModel)
    reader = _PolicyReader(file, informed(CLAIM, known.looked_up), known)
    policies = {name: reader.policy(policy, ("policies", name)) for name, policy in model.policies.items()}
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return policies


class _PolicyReader(ConditionReader):
    """Reads policies: their remedies, what these depend on, and what does not go together."""

    __slots__ = ()

    def policy(self, model: PolicyModel, at: At) -> Policy:
        """The policy at this place in the file."""
        return Policy(
            tuple(self._option(one, model, (*at, "remedies", number)) for number, one in enumerate(model.remedies))
        )

    def _option(self, model: RemedyModel, policy: PolicyModel, at: At) -> Option:
        for key, message in _contradictions(model):
            self.problems.append(self.file.problem((*at, key), f"{path_of((*at, key))}: {message}", key=True))
        return Option(
            kind=model.remedy,
            amount=model.per_day or model.amount,
            per_day=model.per_day is not None,
            at_most=model.at_most,
            when=self.condition(model.when, (*at, "when")) if model.when else All(()),
            law=Law(model.law, model.within) if model.entitlement and model.law else None,
            before_cause=policy.before_cause if model.before_cause is None else model.before_cause,
            approval=Approval(model.approval.above) if model.approval else None,
            once_per=model.once_per,
        )


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
