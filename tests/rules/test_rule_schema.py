"""What the schemas for editors say. `python -m tests.rules.test_rule_schema` writes the shipped ones anew."""

import json
from pathlib import Path

import pytest

from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.fields import MAIL
from mailbot.settings.rule_schema import SCHEMAS, rule_schema
from mailbot.yaml_file import read_yaml
from tests.rules.json_schema import complaints
from tests.rules.test_language import SCHEDULES, STATEMENTS

RULES = Path(__file__).parents[2] / "rules"
FOLDER = RULES / ".schemas"


def written(kind: str) -> str:
    return json.dumps(SCHEMAS[kind](), indent=1, ensure_ascii=False) + "\n"


def kind_of(file: Path) -> str:
    return file.stem if file.stem in SCHEMAS else "rules"


def test_every_field_and_action_is_in_it_with_its_documentation() -> None:
    schema = rule_schema()
    condition = schema["$defs"]["Condition"]["properties"]
    then = schema["$defs"]["RuleModel"]["properties"]["then"]["properties"]
    assert set(condition) == {*MAIL, "schedule", "all", "any", "not"}
    assert set(then) == set(ACTIONS)
    assert all(condition[name]["description"] == field.doc for name, field in MAIL.items())
    assert "^header\\.." in schema["$defs"]["Condition"]["patternProperties"]


def test_operators_are_those_of_the_field() -> None:
    condition = rule_schema()["$defs"]["Condition"]["properties"]
    asked = ("type", "amount", "subject", "sender", "customer.cases", "case.age", "date", "mentions")
    assert {name: set(condition[name]["anyOf"][-1]["properties"]) for name in asked} == {
        "type": {"is", "exists"},
        "amount": {"is", "lt", "le", "gt", "ge", "between", "exists"},
        "subject": {"contains", "is", "matches", "exists"},
        "sender": {"is", "contains", "matches", "in", "exists"},
        "customer.cases": {"is", "lt", "le", "gt", "ge", "between", "within", "exists"},
        "case.age": {"lt", "le", "gt", "ge", "between", "exists"},
        "date": {"between", "lt", "le", "gt", "ge", "exists"},
        "mentions": {"mentions", "exists"},
    }


def test_words_are_those_that_the_reader_knows() -> None:
    then = rule_schema()["$defs"]["RuleModel"]["properties"]["then"]["properties"]
    assert then["priority"]["enum"] == ["low", "normal", "high", "urgent"]
    assert then["tag"]["anyOf"][1]["type"] == "array"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_shipped_schemas_are_those_of_the_code(kind: str) -> None:
    shipped = (FOLDER / f"{kind}.json").read_text(encoding="utf-8")
    assert shipped == written(kind), "run `python -m tests.rules.test_rule_schema`"


@pytest.mark.parametrize("file", sorted(RULES.glob("*.yaml")), ids=lambda file: file.name)
def test_every_shipped_file_names_its_schema_and_follows_it(file: Path) -> None:
    kind = kind_of(file)
    assert file.read_text().splitlines()[0] == f"# yaml-language-server: $schema=.schemas/{kind}.json"
    schema = SCHEMAS[kind]()
    assert list(complaints(read_yaml(file).data, schema, schema)) == []


def test_every_statement_of_the_language_follows_the_schema() -> None:
    schema, schedules = rule_schema(), SCHEMAS["schedules"]()
    assert list(complaints({"rules": STATEMENTS}, schema, schema)) == []
    assert list(complaints({"schedules": SCHEDULES}, schedules, schedules)) == []


@pytest.mark.parametrize(
    "when",
    [
        {"typ": "billing"},
        {"type": "bill"},
        {"amount": {"gt": 100}},
        {"amount": "a lot"},
        {"customer.cases": {"ge": "three"}},
        {"case.age": "3 days"},
        {"case.age": {"ge": "soon"}},
        {"mentions": []},
        {"any": {"type": "billing"}},
        {"sender": {"grater": "x"}},
        {"headers.X": "y"},
    ],
)
def test_an_editor_marks_what_the_reader_refuses(when: dict) -> None:
    schema = rule_schema()
    assert list(complaints({"rules": [{"rule": "r", "when": when, "then": {"tag": "x"}}]}, schema, schema))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SCHEMAS:
        (FOLDER / f"{name}.json").write_text(written(name), encoding="utf-8")
