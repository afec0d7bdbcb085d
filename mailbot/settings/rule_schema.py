"""JSON Schemas of the files under rules/, by which editors complete and check while one types."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mailbot.core.claims import CLAIM
from mailbot.core.follow_ups import SETTLED
from mailbot.core.lookup import Column
from mailbot.core.rules.actions import ACTIONS, Action
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.field import Fields
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.looked_up import informed
from mailbot.core.rules.operators import EXISTS, OPERATORS, WITHIN
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import FLAG, FREE_TEXT, Kind
from mailbot.settings.closing_file import ClosingModel
from mailbot.settings.clusters_file import ClustersModel
from mailbot.settings.compensation_file import CompensationModel
from mailbot.settings.follow_up_file import FollowUpModel
from mailbot.settings.problems_file import ProblemsModel
from mailbot.settings.profile_file import ProfileModel
from mailbot.settings.rule_conditions import SCHEDULE
from mailbot.settings.rule_file import RulesModel
from mailbot.settings.schedules_file import SchedulesModel
from mailbot.settings.sla_file import SlasModel
from mailbot.settings.stages_file import StagesModel
from mailbot.settings.yaml_model import Model

Schema = dict[str, Any]
Columns = tuple[Column, ...]

_SEVERAL = {
    "all": "Every one of these holds.",
    "any": "At least one of these holds.",
}
_NOT = "None of this holds; what is unknown stays unknown."
_SCHEDULE = "The mail came within this schedule of schedules.yaml."
_INNER = {"$ref": "#/$defs/Condition"}


def rule_schema(columns: Columns = ()) -> Schema:
    """The schema of rules/*.yaml: fields, operators, actions and their values, with their documentation.

    `columns` are those of look-ups, which are fields too.
    """
    schema = _with_conditions(RulesModel, informed(MAIL, columns), [("RuleModel", "when")])
    rule = schema["$defs"]["RuleModel"]["properties"]
    rule["then"] = _mapping({name: _action(action) for name, action in ACTIONS.items()}) | {"minProperties": 1}
    return schema


def _schedules() -> Schema:
    schema = _with_conditions(SchedulesModel, TIMES, [])
    schema["properties"]["schedules"]["additionalProperties"] = _INNER
    return schema


def _compensation(columns: Columns = ()) -> Schema:
    return _with_conditions(CompensationModel, informed(CLAIM, columns), [("RemedyModel", "when")])


def _slas() -> Schema:
    schema = _of(SlasModel)
    _with_short_clocks(schema["$defs"]["SlaModel"])
    return schema


def _clocks() -> Schema:
    schema = _of(ProfileModel)
    for owner in (schema, schema["$defs"]["VariantModel"]):
        _with_short_clocks(owner)
    return schema


def _with_short_clocks(owner: Schema) -> None:
    clocks = owner["properties"]["clocks"]
    clocks["additionalProperties"] = {"anyOf": [clocks["additionalProperties"], {"type": "string"}]}


_IN_CLOSING = (("DetailsModel", "unless"), ("SilenceModel", "unless"), ("CloseModel", "when"), ("ReopenModel", "when"))


def _stages() -> Schema:
    return _with_conditions(StagesModel, CASE, [("LookingIntoModel", "unless"), ("DelayModel", "unless")])


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "rules": rule_schema,
    "schedules": _schedules,
    "compensation": _compensation,
    "follow_up": lambda: _with_conditions(FollowUpModel, SETTLED, [("StepModel", "when"), ("StepModel", "unless")]),
    "closing": lambda: _with_conditions(ClosingModel, CASE, _IN_CLOSING),
    "problems": lambda: _of(ProblemsModel),
    "clusters": lambda: _of(ClustersModel),
    "sla": _slas,
    "stages": _stages,
    "clocks": _clocks,
}
"""The schema of each kind of file, by what the file is called; `rules` are all others."""


def schema_of(kind: str, columns: Columns) -> Schema:
    """The same for a desk with look-ups."""
    informed_ones: Mapping[str, Callable[[Columns], Schema]] = {"rules": rule_schema, "compensation": _compensation}
    return informed_ones[kind](columns) if kind in informed_ones else SCHEMAS[kind]()


def _of(model: type[Model]) -> Schema:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def _with_conditions(model: type[Model], fields: Fields[Any], places: Iterable[tuple[str, str]]) -> Schema:
    schema = _of(model)
    schema.setdefault("$defs", {})["Condition"] = _condition(fields)
    for owner, key in places:
        schema["$defs"][owner]["properties"][key] = _INNER
    return schema


def _action(action: Action) -> Schema:
    value = _several(action.kind.schema) if action.several else dict(action.kind.schema)
    return {"description": action.doc, **value}


def _condition(fields: Fields[Any]) -> Schema:
    properties = {name: _field(field.kind, field.doc) for name, field in fields.items()}
    if "event" in fields:
        properties[SCHEDULE] = {"description": _SCHEDULE, **_several({"type": "string", "minLength": 1})}
    for name, doc in _SEVERAL.items():
        properties[name] = {"description": doc, "type": "array", "minItems": 1, "items": _INNER}
    condition = _mapping({**properties, "not": {"description": _NOT, **_INNER}})
    families = {f"^{name}\\..": _field(family.kind, family.doc) for name, family in fields.families.items()}
    return condition | ({"patternProperties": families} if families else {})


def _field(kind: Kind, doc: str) -> Schema:
    operators = {
        name: {"description": OPERATORS[name].doc, **_several(_operand(kind, name))} for name in kind.operators
    }
    operators["exists"] = {"description": EXISTS, **FLAG.schema}
    if kind.within:
        operators["within"] = {"description": WITHIN, "type": "string"}
    bare = _several(_operand(kind, kind.operators[0]))["anyOf"] if kind.bare else []
    return {"description": doc, "anyOf": [*bare, _mapping(operators) | {"minProperties": 1}]}


def _operand(kind: Kind, operator: str) -> Mapping[str, object]:
    """What may stand behind an operator: other than a plain value, a range, a list or an expression is any text."""
    if operator in kind.others:
        return kind.others[operator].schema
    is_text = operator in ("matches", "in") or (operator == "between" and kind.schema.keys() & {"pattern", "minimum"})
    return FREE_TEXT.schema if is_text else kind.schema


def _several(one: Mapping[str, object]) -> Schema:
    return {"anyOf": [dict(one), {"type": "array", "minItems": 1, "items": dict(one)}]}


def _mapping(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}
