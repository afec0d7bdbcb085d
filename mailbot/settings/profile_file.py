"""rules/clocks/*.yaml: the clocks of a regulator as SLAs, with what customers are told and what a last answer says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from mailbot.core.errors import ConfigurationError
from mailbot.core.regulation import Part, Profile
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import Known
from mailbot.core.sla import Sla
from mailbot.core.spelling import did_you_mean
from mailbot.settings.sla_file import (
    ClockModel,
    ExtensionModel,
    Length,
    Names,
    PromisesModel,
    SlaReader,
    Warned,
    with_clocks_in_full,
)
from mailbot.settings.yaml_model import NOT_EMPTY, Model, validate
from mailbot.yaml_file import At, YamlFile

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OUTERMOST: At = ()


class AcknowledgeModel(Model):
    """What the acknowledgement says besides."""

    written_answer_by: str = Field(description="The clock whose day it names: you will have our final answer by …")


class HoldingModel(Model):
    """The holding response, by which an agent puts a deadline off: #prolong above a mail to the customer."""

    clock: str = Field(description="The clock that it puts off.")
    once: Length = Field(description="By how much, once: 20 business days, end of day.")
    warn: Warned = Field(description="When the agents are warned that one or the other is due: 3 business days before.")


class PartModel(Model):
    """Something that a last answer has to say."""

    phrases: Annotated[dict[str, Names], NOT_EMPTY] = Field(
        description="By language: beginnings of words, of which any says it."
    )
    about: dict[str, str] = Field(default_factory=dict, description="By language: what it is, for the agent.")
    offer: bool = Field(default=False, description="An offer that goes out with the mail says it, too.")


class FinalResponseModel(Model):
    """What the mail says with which a case is resolved."""

    parts: dict[str, PartModel] = Field(default_factory=dict, description="What it has to say, each with a name.")
    referral: dict[str, str] = Field(
        default_factory=dict, description="By language: where else the customer can turn. It is put below the answer."
    )


class VariantModel(Model):
    """Other clocks for some complaints: `sla: profile/variant`. Those that it does not name are as in the profile."""

    clocks: Annotated[dict[str, ClockModel], NOT_EMPTY]
    holding: HoldingModel | None = Field(default=None, description="How its deadline can be put off.")


class ProfileModel(PromisesModel):
    """The demands of one regulator; rules choose them with `sla: name`."""

    name: str = Field(description="What rules call it: the name of the file.")
    source: Names = Field(description="Where the regulator says so.")
    acknowledge: AcknowledgeModel | None = Field(default=None, description="What the acknowledgement says besides.")
    holding: HoldingModel | None = Field(default=None, description="How a deadline can be put off.")
    final_response: FinalResponseModel = Field(
        default_factory=FinalResponseModel, description="What the mail says with which a case is resolved."
    )
    variants: dict[str, VariantModel] = Field(default_factory=dict, description="Other clocks for some complaints.")


def read_profile(file: YamlFile, *, known: Known) -> tuple[Sla, ...]:
    """The SLAs of a profile, its variants among them; ConfigurationError with every mistake in the file."""
    model = validate(replace(file, data=_in_full(file.data)), ProfileModel)
    reader = _ProfileReader(file, TIMES, known)
    read = tuple(reader.slas(model))
    if reader.problems:
        raise ConfigurationError(set(reader.problems))
    return read


def names_of_profile(file: YamlFile) -> tuple[str, ...]:
    """What rules may call the SLAs of this file, even when something is wrong with it."""
    name, variants = Path(file.name).stem, file.data.get("variants")
    return (name, *(f"{name}/{variant}" for variant in variants)) if isinstance(variants, dict) else (name,)


def _in_full(data: Any) -> Any:
    variants = data.get("variants")
    if isinstance(variants, dict):
        data = {**data, "variants": {name: with_clocks_in_full(variant) for name, variant in variants.items()}}
    return with_clocks_in_full(data)


class _ProfileReader(SlaReader):
    """Reads a profile: its clocks as those of an SLA, and what does not go together."""

    __slots__ = ()

    def slas(self, model: ProfileModel) -> Iterator[Sla]:
        """The profile as one SLA, then each of its variants."""
        if model.name != Path(self.file.name).stem:
            message = f'found "{model.name}", expected the name of the file, {Path(self.file.name).stem}'
            self._mistake(("name",), message, key=False)
        profile = self._profile(model)
        own = self._with_holding({**model.clocks}, model, model.holding, ("holding",))
        common = self.clocks(own, model, ("clocks",), _OUTERMOST)
        yield Sla(model.name, common, profile)
        for name, variant in model.variants.items():
            at = ("variants", name)
            clocks = self._with_holding({**variant.clocks}, model, variant.holding, (*at, "holding"))
            others = tuple(clock for clock in common if clock.kind not in clocks)
            yield Sla(f"{model.name}/{name}", (*others, *self.clocks(clocks, model, (*at, "clocks"), ())), profile)

    def _with_holding(
        self, clocks: dict[str, ClockModel], model: ProfileModel, holding: HoldingModel | None, at: At
    ) -> Mapping[str, ClockModel]:
        """The clocks, of which one can be put off by a holding response."""
        if holding and self._is_clock(holding.clock, {**model.clocks, **clocks}, (*at, "clock")):
            clock = clocks.get(holding.clock) or model.clocks[holding.clock]
            extendable = ExtensionModel.model_construct(once=holding.once, notice=True)
            clocks[holding.clock] = clock.model_copy(update={"extendable": extendable, "warn": holding.warn})
        return clocks

    def _is_clock(self, name: str, clocks: Mapping[str, ClockModel], at: At) -> bool:
        if name not in clocks:
            expected = f"expected one of {', '.join(clocks)}{did_you_mean(name, clocks)}"
            self._mistake(at, f'found "{name}", {expected}', key=False)
        return name in clocks

    def _profile(self, model: ProfileModel) -> Profile:
        said, at = model.final_response, ("final_response",)
        self._refuse_other_keys(said.referral, (*at, "referral"))
        written = model.acknowledge.written_answer_by if model.acknowledge else None
        if written:
            self._is_clock(written, model.clocks, ("acknowledge", "written_answer_by"))
        return Profile(
            name=model.name,
            source="; ".join(model.source),
            written_answer=written,
            parts=tuple(self._part(name, part, (*at, "parts", name)) for name, part in said.parts.items()),
            referral={language: text.strip() for language, text in said.referral.items()},
        )

    def _part(self, name: str, model: PartModel, at: At) -> Part:
        self._refuse_other_keys(model.phrases, (*at, "phrases"))
        self._refuse_other_keys(model.about, (*at, "about"))
        phrases = tuple(phrase for of_language in model.phrases.values() for phrase in of_language)
        if not all(phrase.strip() for phrase in phrases):
            self._mistake((*at, "phrases"), "a phrase without words is in every mail")
        return Part(name, phrases, model.about, model.offer)

    def _refuse_other_keys(self, texts: Mapping[str, object], at: At) -> None:
        for key in texts:
            if not _LANGUAGE.fullmatch(key):
                self._mistake((*at, key), "expected the code of a language, like en")
