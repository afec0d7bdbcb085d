"""rules/closing.yaml: missing details that are waited for, cases that close by themselves, and closed ones that open
again."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from mailbot.core.closing import ClosingPolicy, DetailsPolicy, Stretch, Wait
from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.conditions import AnyOf, Condition
from mailbot.core.rules.values import Known
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import NOT_EMPTY, Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

# A calendar looks ten years ahead; nobody waits for longer than two.
_MOST_BUSINESS_DAYS = 500


def _length(written: object) -> Span:
    span = Span.parse(str(written))
    if not span.count:
        raise ValueError("expected some time: what happens at once leaves nobody time to write")
    if span.unit == "business days" and span.count > _MOST_BUSINESS_DAYS:
        raise ValueError(f"expected at most {_MOST_BUSINESS_DAYS} business days")
    return span


_WAITS = {False: Wait.NEVER, True: Wait.ASKED, "reminded": Wait.REMINDED}
Length = Annotated[Span, PlainValidator(_length, json_schema_input_type=str)]
Conditions = dict[str, Any]


class DetailsModel(Model):
    """What follows when a customer was asked for details."""

    wait: bool | Literal["reminded"] = Field(
        default=False, description="The case waits for the customer until they write; reminded: from the reminder on."
    )
    remind_after: Length | None = Field(default=None, description="When they are reminded, once: 3 business days.")
    close_after: Length | None = Field(default=None, description="When the case closes if nobody has written.")
    unless: Conditions = Field(default_factory=dict, description="Cases in which nothing of this happens.")


class CloseModel(Model):
    """After how much silence some resolved cases close."""

    when: Annotated[Conditions, NOT_EMPTY]
    after: Length


class SilenceModel(Model):
    """When a resolved case closes by itself."""

    after: Length | None = Field(default=None, description="After how much silence: 14 days.")
    unless: Conditions = Field(default_factory=dict, description="Cases that stay resolved.")
    by: tuple[CloseModel, ...] = Field(default=(), description="Other spans for some cases; the first that fits.")


class ReopenModel(Model):
    """How long a customer's mail opens some closed cases again."""

    when: Annotated[Conditions, NOT_EMPTY]
    within: Length


class ClosingModel(Model):
    """All of the file; what is left out does not happen."""

    details: DetailsModel | None = None
    close: SilenceModel | None = None
    reopen: tuple[ReopenModel, ...] = Field(default=(), description="Where nothing fits, reopen_window of config.yaml.")


def read_closing(file: YamlFile, *, known: Known) -> ClosingPolicy:
    """The policy; ConfigurationError with every mistake in the file."""
    model = validate(file, ClosingModel)
    reader = _Reader(file, CASE, known)
    close = model.close or SilenceModel()
    policy = ClosingPolicy(
        details=reader.details(model.details) if model.details else None,
        after=close.after,
        unless=reader.unless(close.unless, ("close", "unless")),
        by=reader.stretches(((one.when, one.after) for one in close.by), ("close", "by")),
        reopen=reader.stretches(((one.when, one.within) for one in model.reopen), ("reopen",)),
    )
    if model.close and not (close.after or close.by):
        reader.mistake(("close",), "expected after, or by: else nothing ever closes")
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return policy


class _Reader(ConditionReader):
    """Reads the conditions of the file, and what does not go together."""

    __slots__ = ()

    def details(self, model: DetailsModel) -> DetailsPolicy:
        """The policy for missing details."""
        remind, close = model.remind_after, model.close_after
        if model.wait and close is None:
            self.mistake(("details", "wait"), "expected close_after as well: else the case could wait for ever")
        if not (remind or close):
            self.mistake(("details",), "expected remind_after, close_after or both")
        if model.wait == "reminded" and remind is None:
            self.mistake(("details", "wait"), "expected remind_after as well: nobody is reminded without it")
        if remind and close and remind.unit == close.unit and close.count <= remind.count:
            self.mistake(("details", "close_after"), f'found "{close}", expected more than remind_after ({remind})')
        unless = self.unless(model.unless, ("details", "unless"))
        return DetailsPolicy(wait=_WAITS[model.wait], remind_after=remind, close_after=close, unless=unless)

    def unless(self, written: Conditions, at: At) -> Condition:
        """A condition without parts always holds; what is left out when nothing is said is nothing."""
        return self.condition(written, at) if written else AnyOf(())

    def stretches(self, written: Iterable[tuple[Conditions, Span]], at: At) -> tuple[Stretch, ...]:
        """Each condition with its span."""
        return tuple(
            Stretch(self.condition(when, (*at, number, "when")), span) for number, (when, span) in enumerate(written)
        )

    def mistake(self, at: At, message: str) -> None:
        """Note what does not go together."""
        self.problems.append(self.file.problem(at, f"{path_of(at)}: {message}"))
