"""rules/stages.yaml: what customers hear between the acknowledgement and the answer."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import AnyOf, Condition
from mailbot.core.rules.values import Known
from mailbot.core.spelling import did_you_mean
from mailbot.core.stages import Delay, LookingInto, Stages
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

BUSINESS = "business"
# How long a unit is in minutes of the clock, at a desk that opens for eight hours a day.
_MINUTES = {"days": 1440, "hours": 60, "minutes": 1}
_IN_BUSINESS = {"business days": 1440, "business hours": 180, "business minutes": 3}


def _some_time(written: object) -> Span:
    span = Span.parse(str(written))
    if not span.count:
        raise ValueError("expected some time")
    return span


Length = Annotated[Span, PlainValidator(_some_time, json_schema_input_type=str)]


class QuietModel(Model):
    """When these mails do not leave."""

    outside: str = Field(default=BUSINESS, description="business (opening hours), or a schedule of schedules.yaml.")


class LookingIntoModel(Model):
    """The word that somebody is at it."""

    after: Length = Field(description="How long after the receipt, if nobody has answered: 1 business day.")
    unless: dict[str, Any] = Field(default_factory=dict)


class DelayModel(Model):
    """The word that the answer takes longer than was promised."""

    before: Length = Field(description="How long before the promised day: 4 business hours.")
    extend: Length = Field(description="How long from then the new day is: 2 business days. Longer than `before`.")
    times: int = Field(default=2, ge=1, le=9, description="How often at most; then only the team is told.")
    unless: dict[str, Any] = Field(default_factory=dict)


class StageModels(Model):
    """Each stage at most once in the file; one that is not there sends nothing."""

    looking_into: LookingIntoModel | None = Field(default=None, description="Somebody is looking into it.")
    delay: DelayModel | None = Field(default=None, description="The answer takes longer; there is a new day.")


class StagesModel(Model):
    """What customers hear between the acknowledgement and the answer."""

    apart: Length | None = Field(default=None, description="How far apart two automatic mails lie: 1 business day.")
    quiet: QuietModel = Field(default=QuietModel(), description="When none of them leaves.")
    stages: StageModels


def read_stages(file: YamlFile, *, known: Known) -> Stages:
    """The stages; ConfigurationError with every mistake in the file."""
    model = validate(file, StagesModel)
    reader = _StagesReader(file, CASE, known)
    looking_into, delay = model.stages.looking_into, model.stages.delay
    read = Stages(
        apart=model.apart or Span(0, "days"),
        hours=reader.hours(model.quiet.outside),
        looking_into=LookingInto(looking_into.after, reader.unless(looking_into.unless, "looking_into"))
        if looking_into
        else None,
        delay=reader.delay(delay) if delay else None,
    )
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return read


class _StagesReader(ConditionReader):
    """Reads the conditions of the stages, the hours in which they leave, and what does not go together."""

    __slots__ = ()

    def hours(self, name: str) -> Condition | None:
        """The schedule of this name; None for the opening hours."""
        if name == BUSINESS:
            return None
        if name in self.known.schedules:
            found: Condition = self.known.schedules[name]
            return found
        names = (BUSINESS, *self.known.schedules)
        hint = did_you_mean(name, names)
        self._mistake(("quiet", "outside"), f'found "{name}", expected one of {", ".join(names)}{hint}')
        return None

    def unless(self, written: dict[str, Any], stage: str) -> Condition:
        """What a stage is left out for: a condition without parts always holds, and nothing said leaves out nothing."""
        return self.condition(written, ("stages", stage, "unless")) if written else AnyOf(())

    def delay(self, model: DelayModel) -> Delay:
        """The delay notice, which must not be due again as soon as it is sent."""
        if _minutes(model.extend) <= _minutes(model.before):
            why = f"expected longer than before ({model.before}): else it is due again at once"
            self._mistake(("stages", "delay", "extend"), f'found "{model.extend}", {why}')
        unless = self.unless(model.unless, "delay")
        return Delay(before=model.before, extend=model.extend, times=model.times, unless=unless)

    def _mistake(self, at: At, message: str) -> None:
        self.problems.append(self.file.problem(at, f"{path_of(at)}: {message}"))


def _minutes(span: Span) -> int:
    return span.count * (_MINUTES | _IN_BUSINESS)[span.unit]
