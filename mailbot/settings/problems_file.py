"""rules/problems.yaml: the problems that cases are linked to: what each is, who sees to it, by when."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.problem import CHECK_AFTER, KnownProblem
from mailbot.core.spelling import did_you_mean
from mailbot.core.team import Team
from mailbot.settings.yaml_model import Model, validate
from mailbot.yaml_file import YamlFile

_Span = Annotated[Span, PlainValidator(lambda written: Span.parse(str(written)), json_schema_input_type=str)]


class ProblemModel(Model):
    """One problem. `owner` is the address of a member; `due` counts from the first case."""

    what: Annotated[str, Field(min_length=1)]
    owner: str | None = None
    due: _Span | None = None
    customers: bool = True
    check_after: _Span = CHECK_AFTER


def _in_short(written: object) -> object:
    """A few words alone say what the problem is."""
    if isinstance(written, dict | ProblemModel):
        return written
    if isinstance(written, str) and written:
        return {"what": written}
    raise ValueError("expected what the problem is, in words, or `what` and the rest")


class ProblemsModel(Model):
    """The problems by name."""

    problems: dict[str, Annotated[ProblemModel, BeforeValidator(_in_short, json_schema_input_type=ProblemModel | str)]]


def read_problems(file: YamlFile, team: Team) -> Mapping[str, KnownProblem]:
    """What is said of each problem; ConfigurationError with every mistake in the file."""
    read = validate(file, ProblemsModel).problems
    addresses = [member.address for member in team.members]
    problems = [
        file.problem(("problems", name, "owner"), _nobody(name, one.owner, addresses))
        for name, one in read.items()
        if one.owner is not None and team.by_address(one.owner) is None
    ]
    if problems:
        raise ConfigurationError(problems)
    return {name: KnownProblem(**dict(one)) for name, one in read.items()}


def _nobody(name: str, owner: str, addresses: list[str]) -> str:
    return f'problems.{name}.owner: found "{owner}", expected the address of a member{did_you_mean(owner, addresses)}'
