"""The schema for editors says what the reader of rules accepts."""

from mailbot.core.rules.actions import ACTIONS
from mailbot.core.rules.fields import MAIL
from mailbot.settings.rule_schema import rule_schema


def test_every_field_and_action_is_in_it_with_its_documentation() -> None:
    schema = rule_schema()
    condition = schema["$defs"]["Condition"]["properties"]
    then = schema["$defs"]["RuleModel"]["properties"]["then"]["properties"]
    assert set(condition) == {*MAIL, "all", "any", "not"}
    assert set(then) == set(ACTIONS)
    assert all(condition[name]["description"] == field.doc for name, field in MAIL.items())


def test_operators_are_those_of_the_field() -> None:
    condition = rule_schema()["$defs"]["Condition"]["properties"]
    operators = {name: set(condition[name]["anyOf"][-1]["properties"]) for name in ("type", "amount", "subject")}
    assert operators == {
        "type": {"is", "exists"},
        "amount": {"is", "lt", "le", "gt", "ge", "exists"},
        "subject": {"contains", "is", "matches", "exists"},
    }


def test_words_are_those_that_the_reader_knows() -> None:
    then = rule_schema()["$defs"]["RuleModel"]["properties"]["then"]["properties"]
    assert then["priority"]["enum"] == ["low", "normal", "high", "urgent"]
    assert then["tag"]["anyOf"][1]["type"] == "array"
