"""rules/schedules.yaml: names for seasons and hours, which rules ask for with `schedule`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.conditions import Condition
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import Known
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import NOT_EMPTY, Model, validate
from mailbot.yaml_file import YamlFile


class SchedulesModel(Model):
    """Every schedule by its name: conditions over the moment at which a mail comes."""

    schedules: dict[str, Annotated[dict[str, Any], NOT_EMPTY]]


def read_schedules(file: YamlFile, *, known: Known) -> Mapping[str, Condition]:
    """The condition of each schedule; ConfigurationError with every mistake in the file."""
    model = validate(file, SchedulesModel)
    reader = ConditionReader(file, TIMES, replace(known, schedules={}))
    schedules = {name: reader.condition(written, ("schedules", name)) for name, written in model.schedules.items()}
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return schedules
