"""The data of a YAML file checked against a pydantic model, with errors for the person who wrote the file."""

import json
import re
from collections.abc import Sized
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mailbot.core.errors import ConfigurationError, Problem
from mailbot.core.spelling import did_you_mean
from mailbot.yaml_file import At, YamlFile, described

_EXPECTED = {
    "string_type": "text (a number or a word like true needs quotes)",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "dataclass_type": "keys and values",
}

_OF_A_KEY = "[key]"
"""How pydantic ends the place of a key that is none of the words it may be."""

M = TypeVar("M", bound=BaseModel)
Filled = TypeVar("Filled", bound=Sized)


def _filled(value: Filled) -> Filled:
    if not value:
        raise ValueError("expected at least one entry")
    return value


# Unlike a minimum length, it says nothing about a list that is empty only because its entries are wrong.
NOT_EMPTY = AfterValidator(_filled)
"""For a list or mapping without which the rest makes no sense."""


class Model(BaseModel):
    """A mapping in a file of ours: no key but the known ones, and no guessing what a value may have meant."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def validate(file: YamlFile, model: type[M]) -> M:
    """The file as this model; ConfigurationError with every mistake in it."""
    try:
        # As JSON, strictly: "5" is no number and 1 is no bool, while a list may become a tuple and a word an enum.
        return model.model_validate_json(json.dumps(file.data), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise ConfigurationError({_problem(file, model, detail) for detail in details})


def sound_part(file: YamlFile, model: type[M]) -> tuple[M, frozenset[At]] | None:
    """The file without the values that are mistakes, and their places; None where something is missing then."""
    try:
        model.model_validate_json(json.dumps(file.data), strict=True)
    except ValidationError as error:
        wrong = frozenset(_outside_lists(detail["loc"]) for detail in error.errors(include_url=False))
        try:
            return model.model_validate_json(json.dumps(_without(file.data, (), wrong)), strict=True), wrong
        except ValidationError:
            return None
    return None


def _outside_lists(at: At) -> At:
    """The place, or the nearest one around it that is no entry of a list: what is left keeps its numbers."""
    return _outside_lists(at[:-1]) if at and isinstance(at[-1], int) else at


def _without(value: Any, at: At, wrong: frozenset[At]) -> Any:
    if isinstance(value, list):
        return [_without(one, (*at, number), wrong) for number, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _without(one, (*at, key), wrong) for key, one in value.items() if (*at, key) not in wrong}
    return value


def path_of(at: At) -> str:
    """`mailboxes[0].imap.port`: a place in the data as people write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).lstrip(".")


def _problem(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    at, kind = detail["loc"], detail["type"]
    if at and at[-1] == _OF_A_KEY:
        return file.problem(at[:-1], f"{path_of(at[:-1])}: {_found(detail)}", key=True)
    if kind == "missing":
        inside = f" in {path_of(at[:-1])}" if at[:-1] else ""
        return file.problem(at, f'missing key "{at[-1]}"{inside}')
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = _known_keys(model, at[:-1])
        hint = did_you_mean(str(at[-1]), known) or f", expected one of {', '.join(known)}"
        return file.problem(at, f'unknown key "{path_of(at)}"{hint}', key=True)
    return file.problem(at, f"{path_of(at)}: {_found(detail)}")


def _found(detail: ErrorDetails) -> str:
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "value_error":
        return f"found {described(found)}, {context['error']}"
    if kind == "string_type" and isinstance(found, int | float):
        return f"found a number or truth value, expected {_EXPECTED[kind]}"
    if kind in {"enum", "literal_error"}:
        words = re.findall(r"'([^']*)'", context["expected"])
        return f"found {described(found)}, expected one of {', '.join(words)}{did_you_mean(str(found), words)}"
    expected = _EXPECTED.get(kind) or detail["msg"].removeprefix("Input should be ").removeprefix("Value should be ")
    return f"found {described(found)}, expected {expected}"


def _known_keys(model: type[BaseModel], at: At) -> tuple[str, ...]:
    """The keys that the mapping at this place may have, read from the model's JSON Schema."""
    whole = TypeAdapter(model).json_schema()
    node = _resolved(whole, whole)
    for step in at:
        if isinstance(step, int):
            node = _resolved(whole, node.get("items", {}))
        else:
            node = _resolved(whole, node.get("properties", {}).get(step) or node.get("additionalProperties") or {})
    return tuple(node.get("properties", ()))


def _resolved(whole: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for branch in node.get("anyOf", ()):
        if branch.get("type") != "null":
            return _resolved(whole, branch)
    if "$ref" in node:
        return _resolved(whole, whole["$defs"][node["$ref"].rpartition("/")[2]])
    return node
