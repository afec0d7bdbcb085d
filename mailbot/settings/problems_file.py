"""rules/problems.yaml: the problems that cases are linked to, each with a few words that say what it is."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mailbot.settings.yaml_model import Model, validate
from mailbot.yaml_file import YamlFile


class ProblemsModel(Model):
    """The problems by name."""

    problems: dict[str, Annotated[str, Field(min_length=1)]]


def read_problems(file: YamlFile) -> Mapping[str, str]:
    """What each problem is; ConfigurationError with every mistake in the file."""
    return validate(file, ProblemsModel).problems
