"""A YAML file that a person wrote, read into plain data that remembers where each value stands.

The only user of PyYAML. Its tree of nodes is taken, and none of its opinions about what a word means: `no`, `10:30`
and `2026-11-03` stay text. Everything that is wrong with the form of the file is a `ConfigurationError`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mailbot.core.errors import ConfigurationError, Problem

At = tuple[str | int, ...]
"""Where a value stands in the data: keys and indices from the top."""

# Far above any file that people write by hand, far below what aliases of aliases can unfold to.
_MOST_NODES = 100_000
_DEEPEST = 50
_LARGEST = 2_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}", re.ASCII)
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "timestamp", "map", "seq", "value")
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Line and column of a value and, where it has one, of its key; from 1. `span`: its characters in the text."""

    value: tuple[int, int]
    key: tuple[int, int] | None = None
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The data of one file (dict, list, str, int, float, bool, None) and the mark of every value in it."""

    name: str
    text: str
    data: Any
    marks: Mapping[At, Mark]

    def problem(self, at: At, message: str, *, key: bool = False) -> Problem:
        """A mistake at this value, or at its `key`; at the nearest value around it when it does not exist."""
        known = next(at[:length] for length in range(len(at), -1, -1) if at[:length] in self.marks)
        mark = self.marks[known]
        line, column = mark.key if key and mark.key and known == at else mark.value
        return Problem(self.name, line, column, message)

    def line(self, at: At, *, key: bool = False) -> int:
        """The line on which this value, or its `key`, begins."""
        return self.problem(at, "", key=key).line


def read_yaml(path: Path) -> YamlFile:
    """The file's data; ConfigurationError when it cannot be read, is no YAML, or holds something other than keys."""
    name = shown(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError([Problem(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    return parse_yaml(name, content)


def parse_yaml(name: str, content: bytes) -> YamlFile:
    """The data of a file's content; `name` is what problems call the file."""
    text = decoded(name, content)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError([_syntax_problem(name, text, error)]) from None
    except yaml.reader.ReaderError as error:
        before = content[: error.position].decode(errors="ignore")
        raise ConfigurationError(
            [_problem_after(name, before, f"character {error.character:#x}: {error.reason}")]
        ) from None
    if root is None:
        raise ConfigurationError([Problem(name, 1, 1, "the file is empty, expected keys and values")])
    walk = _Walk(name)
    data = walk.plain(root, ())
    if not isinstance(data, dict):
        walk.refuse(root, f"found {described(data)} at the top, expected keys and values")
    return YamlFile(name, text, data, walk.marks)


def shown(path: Path) -> str:
    """A path as a person would type it here: relative where it lies below the current folder."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)


def described(value: object) -> str:
    """What was found, in the words of an error message."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
        case list():
            return "a list"
        case dict():
            return "keys and values"
        case _:
            return str(value)


class _Walk:
    """One pass over the tree of nodes. Aliases are followed, so the pass counts what it sees."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[At, Mark] = {}

    def plain(self, node: yaml.Node, at: At, key: yaml.Node | None = None) -> Any:
        """The node's data."""
        span = node.start_mark.index, node.end_mark.index
        self.marks[at] = Mark(_place(node), _place(key) if key else None, span)
        if len(self.marks) > _MOST_NODES:
            self.refuse(
                node,
                f"more than {_MOST_NODES} values: split the file, or are there aliases (*name) that repeat each other?",
            )
        if len(at) > _DEEPEST:
            self.refuse(node, f"more than {_DEEPEST} levels deep: an alias (*name) that holds itself?")
        if node.tag not in _TAGS:
            self.refuse(node, f'the tag "{node.tag}" is not allowed, only plain values')
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*at, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        raise AssertionError("YAML has no fourth kind of node")

    def refuse(self, node: yaml.Node, message: str) -> NoReturn:
        """Give up on the file: what follows could not be trusted."""
        raise ConfigurationError([Problem(self.name, *_place(node), message)])

    def _mapping(self, node: yaml.MappingNode, at: At) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                self.refuse(key, "merging with << is not allowed: write the keys out")
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, "a key must be plain text; a value in braces like ${NAME} needs quotes")
            if key.value in data:
                line, _ = self.marks[(*at, key.value)].key or (0, 0)
                self.refuse(key, f'the key "{key.value}" is here twice; it is on line {line} already')
            data[key.value] = self.plain(value, (*at, key.value), key)
        return data


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style:  # quoted, or a block of text
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def decoded(name: str, content: bytes, largest: int = _LARGEST) -> str:
    """The text of a file that a person wrote; ConfigurationError when it is too large or not in UTF-8."""
    if len(content) > largest:
        raise ConfigurationError([Problem(name, 1, 1, f"the file is larger than {largest // 1_000_000} MB")])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigurationError([Problem(name, 1, 1, "the file is in UTF-16, expected UTF-8: save it as UTF-8")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        found = f"byte {content[error.start]:#x} is not UTF-8: save the file as UTF-8"
        raise ConfigurationError([_problem_after(name, before, found)]) from None


def _problem_after(name: str, before: str, message: str) -> Problem:
    return Problem(name, before.count("\n") + 1, len(before) - before.rfind("\n"), message)


def _syntax_problem(name: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(name, 1, 1, f"not YAML: {error.problem}")
    line = next(iter(text.splitlines()[mark.line : mark.line + 1]), "")
    message = f"not YAML: {error.problem}"
    if error.context and error.context_mark and error.context_mark.line != mark.line:
        message += f" ({error.context} from line {error.context_mark.line + 1})"
    if "\t" in line[: mark.column + 1]:
        message = "a tab: YAML wants spaces here"
    elif "${" in line and "flow" in (error.context or ""):
        message += '; inside { } or [ ] a reference needs quotes: "${NAME}"'
    return Problem(name, mark.line + 1, mark.column + 1, message)
