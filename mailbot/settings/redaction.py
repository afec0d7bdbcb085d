"""config.yaml without the secrets that are written out in it, for a copy that leaves the machine."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailbot.core.errors import ConfigurationError
from mailbot.yaml_file import At, YamlFile, parse_yaml

_SECRET = frozenset({"password", "secret", "client_secret", "refresh_token"})
_HEADERS = "headers"
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s]*:)([^/@\s]+)(?=@)")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without secrets, and by which variable each was replaced: where it stood → the variable's name."""

    text: str
    replaced: Mapping[str, str]


def redacted(name: str, content: bytes) -> Redacted:
    """The file with a reference to a variable in place of each secret; everything else is as it was written.

    Secrets are passwords, keys and tokens, the headers of look-ups, and passwords inside of URLs. A reference that
    stands there already stays. ConfigurationError where a secret cannot be told from what is around it.
    """
    file = parse_yaml(name, content)
    text, new = file.text, dict(_replacements(file.data, ()))
    for at, value in sorted(new.items(), key=lambda item: file.marks[item[0]].span, reverse=True):
        start, end = file.marks[at].span
        line_end = "\n" if text[start:end].endswith("\n") else ""
        text = f"{text[:start]}{json.dumps(value, ensure_ascii=False)}{line_end}{text[end:]}"
    _check(file, new, text)
    return Redacted(text, {".".join(map(str, at)): _variable(at) for at in new})


def _replacements(value: Any, at: At) -> Iterator[tuple[At, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _replacements(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _replacements(inner, (*at, index))
    elif value is not None and (new := _without_secret(str(value), at)) != str(value):
        yield at, new


def _without_secret(value: str, at: At) -> str:
    reference = f"${{{_variable(at)}}}"
    if at[-1] in _SECRET or _HEADERS in at[:-1]:
        return value if _REFERENCE.fullmatch(value) else reference
    return _PASSWORD_IN_URL.sub(lambda m: m[0] if _REFERENCE.fullmatch(m[2]) else f"{m[1]}{reference}", value)


def _variable(at: At) -> str:
    return "_".join(re.sub(r"[^A-Za-z0-9]+", "_", str(part)).upper() for part in at)


def _check(file: YamlFile, new: Mapping[At, str], text: str) -> None:
    """Two values that share one text, by an alias, cannot be replaced one by one."""
    try:
        written = parse_yaml(file.name, text.encode()).data
    except ConfigurationError:
        written = None
    if written != _with(file.data, new, ()):
        raise ConfigurationError(
            f"{file.name}: its secrets cannot be left out of a copy: write ${{NAME}} instead of them, and no aliases"
        )


def _with(value: Any, new: Mapping[At, str], at: At) -> Any:
    if isinstance(value, dict):
        return {key: _with(inner, new, (*at, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, new, (*at, index)) for index, inner in enumerate(value)]
    return new.get(at, value)
