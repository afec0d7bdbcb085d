"""rules/follow_up.yaml: the questions after a resolution, and what follows from the answers."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.follow_ups import EVERYBODY, NOBODY, SETTLED, FollowUp, FollowUpPolicy, Review
from mailbot.core.rules.values import Known
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import Model, validate
from mailbot.yaml_file import YamlFile

_HIGHEST = 5
_LONGEST_LINK = 500


def _some_time(written: object) -> Span:
    span = Span.parse(str(written))
    if not span.count:
        raise ValueError("expected some time: what follows at once would follow for ever")
    return span


def _web_address(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme != "https" or "." not in parts.netloc or len(written.split()) != 1 or len(written) > _LONGEST_LINK:
        raise ValueError("expected an address that begins with https://")
    return written


Time = Annotated[Span, PlainValidator(_some_time, json_schema_input_type=str)]
Mark = Annotated[int, Field(ge=1, le=_HIGHEST)]


class StepModel(Model):
    """One question to the customer."""

    after: Time = Field(description="How long after the resolution: 3 business days, 4 business hours, 2 days.")
    when: dict[str, Any] = Field(default_factory=dict, description="For which cases; every case if nothing is said.")
    unless: dict[str, Any] = Field(default_factory=dict, description="For which cases not.")
    remind: Time | None = Field(default=None, description="How long after it a silent customer is asked once more.")
    instead: Literal["call"] | None = Field(default=None, description="A member asks by phone; no mail goes out.")


class ReviewModel(Model):
    """An invitation to tell others."""

    from_: Mark = Field(default=4, alias="from", description="The lowest mark after which a customer is invited.")
    link: Annotated[str, AfterValidator(_web_address)] = Field(description="Where a review is written: https://….")
    after: Time = Field(description="How long after the answer: 1 business day.")
    once: bool = Field(default=True, description="Whether a customer is invited at most once, ever.")


class FollowUpModel(Model):
    """What follows a resolution."""

    follow_up: tuple[StepModel, ...] = Field(description="The questions; the first that applies to a case is put.")
    at_most_every: Time | None = Field(default=None, description="One question a customer within this time: 30 days.")
    expires: Time = Field(default=Span(14, "days"), description="What could not be sent within it is left out.")
    thanks: bool = Field(default=True, description="Whether an answer that leaves nothing to do is thanked for.")
    apology: bool = Field(default=True, description="Whether a customer for whom nothing is settled gets an apology.")
    review: ReviewModel | None = Field(default=None, description="An invitation to tell others.")


def read_follow_up(file: YamlFile, known: Known) -> FollowUpPolicy:
    """What the file says; ConfigurationError with every mistake in it."""
    model = validate(file, FollowUpModel)
    reader = ConditionReader(file, SETTLED, known)
    steps = tuple(_step(step, number, reader) for number, step in enumerate(model.follow_up))
    problems = [*reader.problems, *_never_asked(file, steps), *_without_thanks(file, model)]
    if problems:
        raise ConfigurationError(problems)
    return FollowUpPolicy(
        steps=steps,
        at_most_every=model.at_most_every,
        expires=model.expires,
        thanks=model.thanks,
        apology=model.apology,
        review=_review(model.review) if model.review else None,
    )


def _step(step: StepModel, number: int, reader: ConditionReader) -> FollowUp:
    at = ("follow_up", number)
    return FollowUp(
        after=step.after,
        # A condition without parts always holds; what is left out when nothing is said is nothing.
        unless=reader.condition(step.unless, (*at, "unless")) if step.unless else NOBODY,
        when=reader.condition(step.when, (*at, "when")) if step.when else EVERYBODY,
        remind=step.remind,
        call=step.instead == "call",
    )


def _review(review: ReviewModel) -> Review:
    return Review(review.link, review.after, at_least=review.from_, once=review.once)


def _never_asked(file: YamlFile, steps: tuple[FollowUp, ...]) -> Iterator[Problem]:
    """A question behind one that is put in every case has no turn."""
    always = next((n for n, step in enumerate(steps) if step.when == EVERYBODY and step.unless == NOBODY), None)
    for number in range(len(steps)):
        if always is not None and number > always:
            message = f"follow_up[{number}]: this is never asked, because follow_up[{always}] is for every case"
            yield file.problem(("follow_up", number), message)


def _without_thanks(file: YamlFile, model: FollowUpModel) -> Iterator[Problem]:
    if model.review and not model.thanks:
        yield file.problem(("review",), "review: whoever is invited is thanked first: expected thanks: true", key=True)
