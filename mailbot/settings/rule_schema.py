"""The JSON Schema of a file of rules, by which editors complete and check while one types."""

from collections.abc import Mapping
from typing import Any

from mailbot.core.rules.actions import ACTIONS, Action
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.values import FLAG, FREE_TEXT, Kind
from mailbot.settings.rule_file import RulesModel

Schema = dict[str, Any]


def rule_schema() -> Schema:
    """The schema of rules/*.yaml: fields, operators, actions and their values, with their documentation."""
    schema = RulesModel.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$defs"]["Condition"] = _condition()
    rule = schema["$defs"]["RuleModel"]["properties"]
    rule["when"] = {"$ref": "#/$defs/Condition"}
    rule["then"] = _mapping({name: _action(action) for name, action in ACTIONS.items()})
    return schema


def _action(action: Action) -> Schema:
    value = _several(action.kind) if action.several else dict(action.kind.schema)
    return {"description": action.doc, **value}


def _condition() -> Schema:
    inner = {"$ref": "#/$defs/Condition"}
    several = {"type": "array", "minItems": 1, "items": inner}
    fields = {name: _field(field.kind, field.doc) for name, field in MAIL.items()}
    return _mapping({**fields, "all": several, "any": several, "not": inner})


def _field(kind: Kind, doc: str) -> Schema:
    operators = {name: _several(FREE_TEXT if name == "matches" else kind) for name in kind.operators}
    value = _several(kind)
    return {"description": doc, "anyOf": [*value["anyOf"], _mapping({**operators, "exists": dict(FLAG.schema)})]}


def _several(kind: Kind) -> Schema:
    one = dict(kind.schema)
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]}


def _mapping(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}
