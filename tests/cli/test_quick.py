"""Commands that people type often import little; counted in modules, which no busy machine changes."""

import json
import subprocess
import sys
from typing import get_args

import pytest

from mailbot.cli.look import StateName
from mailbot.cli.offers import StepName
from mailbot.core.case import State
from mailbot.core.offers import Step

_SAID = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_by(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", _SAID.format(code=code)], capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_needs_nothing_but_the_commands_themselves() -> None:
    modules = imported_by("import mailbot.cli")
    ours = {name for name in modules if name.startswith("mailbot.") and not name.startswith("mailbot.cli")}
    assert ours <= {"mailbot.core", "mailbot.core.errors", "mailbot.core.spelling"}
    assert not modules & {"pydantic", "sqlalchemy", "rich", "yaml", "email", "importlib.metadata"}


@pytest.mark.parametrize("module", ["mailbot.workflows.status", "mailbot.workflows.record"])
def test_questions_to_the_database_need_neither_templates_nor_models(module: str) -> None:
    modules = imported_by(f"import mailbot.settings.config_file, mailbot.store.database, {module}")
    assert not modules & {"numpy", "jinja2", "babel", "holidays", "markdown_it", "aiosmtplib", "apscheduler", "alembic"}


def test_options_name_what_the_desk_knows() -> None:
    assert get_args(StateName) == tuple(state.value for state in State)
    assert get_args(StepName) == tuple(step.value for step in Step)
