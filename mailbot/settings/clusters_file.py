"""rules/clusters.yaml: which repeated complaints agents are shown, and of which leads hear."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, PlainValidator, model_validator

from mailbot.core.deadlines import Span
from mailbot.core.periods import Period
from mailbot.core.recurrence import LOOKS_BACK, REMEMBERS_WORDING, Cluster, ClusterKind, ClusterPolicy, begin
from mailbot.core.rules.moments import span
from mailbot.settings.yaml_model import Model, validate
from mailbot.yaml_file import YamlFile

_ANY_DAY = datetime(2026, 3, 1, tzinfo=UTC)


def _within(written: object) -> Span | Period:
    found = span(str(written))
    if isinstance(found, Span) and (found.in_business or not found.count or found != Span(found.count, found.unit)):
        raise ValueError('expected a span by the clock, like "12 hours", "3 days" or "2 weeks"')
    if begin(found, _ANY_DAY, UTC) < _ANY_DAY - LOOKS_BACK:
        raise ValueError("expected a year at most: the desk looks no further back")
    return found


def _within_memory(written: object) -> Span | Period:
    found = _within(written)
    if begin(found, _ANY_DAY, UTC) < _ANY_DAY - REMEMBERS_WORDING:
        raise ValueError(f"expected {REMEMBERS_WORDING.days} days at most: so long wordings are remembered")
    return found


Within = Annotated[Span | Period, PlainValidator(_within, json_schema_input_type=str)]
WithinMemory = Annotated[Span | Period, PlainValidator(_within_memory, json_schema_input_type=str)]
_MANY = "So many cases within that time, each of another customer, are told to the leads, once."
_SHOWN = "From so many on, this case among them, the agents of a new case are shown the others."


class RepeatModel(Model):
    """Which complaints of the same customer count as repeated."""

    within: Within = Field(description="So long ago at most: 90 days.")


class ClusterModel(Model):
    """When cases of several customers that have something in common are shown and told."""

    cases: int = Field(ge=2, le=50, description=_MANY)
    within: Within = Field(description="Within that time: 12 hours, 3 days, 2 weeks.")
    shown_from: int = Field(default=2, ge=2, le=50, description=_SHOWN)

    @model_validator(mode="after")
    def _shown_before_told(self) -> "ClusterModel":
        if self.shown_from > self.cases:
            raise ValueError(f"expected shown_from to be {self.cases} at most, like cases")
        return self


class WordingModel(ClusterModel):
    """The same for wordings, which are remembered for a shorter time."""

    within: WithinMemory = Field(description="Within that time: 12 hours, 3 days, 2 weeks.")


class ClustersModel(Model):
    """What comes again; what is left out is neither shown nor told."""

    repeat: RepeatModel | None = Field(default=None, description="Complaints of a customer who has complained before.")
    wording: WordingModel | None = Field(default=None, description="Customers who write much the same.")
    order: ClusterModel | None = Field(default=None, description="Customers who name the same order.")
    product: ClusterModel | None = Field(
        default=None, description="Complaints about one product, where order.product is looked up."
    )


def read_clusters(file: YamlFile) -> ClusterPolicy:
    """What the file says; ConfigurationError with every mistake in it."""
    model = validate(file, ClustersModel)
    written: Mapping[ClusterKind, ClusterModel | None] = {
        ClusterKind.WORDING: model.wording,
        ClusterKind.ORDER: model.order,
        ClusterKind.PRODUCT: model.product,
    }
    return ClusterPolicy(
        repeat=model.repeat.within if model.repeat else None,
        clusters={
            kind: Cluster(cases=one.cases, within=one.within, shown_from=one.shown_from)
            for kind, one in written.items()
            if one
        },
    )
