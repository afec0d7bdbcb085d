"""As much of JSON Schema as our schemas use: what an editor finds wrong with a document."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def complaints(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where and why the value is not what the schema says; an unknown keyword of the schema is an error of ours."""
    if "$ref" in schema:
        yield from complaints(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, at)
    for keyword, argument in schema.items():
        if keyword not in ("$ref", "$defs", "$schema", "title", "description", "default", "examples", "format"):
            yield from _KEYWORDS[keyword](value, argument, schema, whole, at)


def _type(value: Any, wanted: Any, *_: Any) -> Iterator[str]:
    names = wanted if isinstance(wanted, list) else [wanted]
    if not any(isinstance(value, _TYPES[n]) and (n == "boolean" or not isinstance(value, bool)) for n in names):
        yield f"{_[-1]}: {value!r} is no {wanted}"


def _any_of(value: Any, branches: Any, _schema: Any, whole: Any, at: str) -> Iterator[str]:
    if all(list(complaints(value, branch, whole, at)) for branch in branches):
        yield f"{at}: {value!r} is none of what it may be"


def _properties(value: Any, properties: Any, _schema: Any, whole: Any, at: str) -> Iterator[str]:
    for name in properties.keys() & value.keys() if isinstance(value, dict) else ():
        yield from complaints(value[name], properties[name], whole, f"{at}.{name}")


def _pattern_properties(value: Any, patterns: Any, _schema: Any, whole: Any, at: str) -> Iterator[str]:
    for pattern, schema in patterns.items() if isinstance(value, dict) else ():
        for name in value:
            if re.search(pattern, name):
                yield from complaints(value[name], schema, whole, f"{at}.{name}")


def _additional(value: Any, allowed: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        if name in schema.get("properties", {}) or any(re.search(p, name) for p in schema.get("patternProperties", {})):
            continue
        if allowed is False:
            yield f"{at}: unknown key {name}"
        elif isinstance(allowed, dict):
            yield from complaints(value[name], allowed, whole, f"{at}.{name}")


def _items(value: Any, schema: Any, _schema: Any, whole: Any, at: str) -> Iterator[str]:
    for number, one in enumerate(value if isinstance(value, list) else ()):
        yield from complaints(one, schema, whole, f"{at}[{number}]")


def _if(kind: type, wrong: Any) -> Any:
    def check(value: Any, argument: Any, _schema: Any, _whole: Any, at: str) -> Iterator[str]:
        if isinstance(value, kind) and not isinstance(value, bool) and wrong(value, argument):
            yield f"{at}: {value!r} is not as {argument} wants it"

    return check


def _enum(value: Any, words: Any, _schema: Any, _whole: Any, at: str) -> Iterator[str]:
    if value not in words:
        yield f"{at}: {value!r} is none of {words}"


def _property_names(value: Any, schema: Any, _schema: Any, whole: Any, at: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from complaints(name, schema, whole, f"{at}.{name}")


_KEYWORDS: dict[str, Any] = {
    "type": _type,
    "anyOf": _any_of,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "items": _items,
    "enum": _enum,
    "const": lambda value, word, *rest: _enum(value, [word], *rest),
    "required": _if(dict, lambda value, names: set(names) - value.keys()),
    "minItems": _if(list, lambda value, least: len(value) < least),
    "minLength": _if(str, lambda value, least: len(value) < least),
    "minProperties": _if(dict, lambda value, least: len(value) < least),
    "minimum": _if(int, lambda value, least: value < least),
    "maximum": _if(int, lambda value, most: value > most),
    "pattern": _if(str, lambda value, pattern: not re.search(pattern, value)),
}
