"""The words that mail programs and mail servers write by themselves, of all languages at once (mail_programs/).

One set serves every mail: a Slovenian writes with an English phone and answers a German notice.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

from mailbot.yaml_file import parse_yaml

_FOLDER = resources.files("mailbot.reading.words").joinpath("mail_programs")
# What keyboards and programs write in place of one another.
_VARIANTS = {
    " ": r"[\s\u200c]+",
    "\u200c": r"[\s\u200c]*",
    "'": "['’ʼ`]",
    "’": "['’ʼ`]",
    "-": "[-–—‐]",
    "ی": "[یيى]",
    "ي": "[یيى]",
    "ک": "[کك]",
    "ك": "[کك]",
    "ё": "[её]",
    "ß": "(?:ss|ß)",  # casefolding writes the one as the other
}
_NOTHING = r"(?!)"
_END = ""
_Tree: TypeAlias = "dict[str, _Tree]"


@cache
def words(*sections: str) -> tuple[str, ...]:
    """Every word or phrase of sections such as `wrote` or `headers.subject`, casefolded, the longest first."""
    found = {word.casefold() for language in _languages() for name in sections for word in _section(language, name)}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def any_of(*sections: str) -> str:
    """A pattern that matches any word of the sections, the longest first; to be compiled with IGNORECASE.

    Words share their beginnings in it: a plain list of alternatives would be tried one after the other at each letter.
    """
    tree: _Tree = {}
    for word in words(*sections):
        node = tree
        for letter in word.replace("ss", "ß"):
            node = node.setdefault(_VARIANTS.get(letter) or re.escape(letter), {})
        node[_END] = {}
    return f"(?:{_pattern(tree)})" if tree else _NOTHING


def _pattern(node: _Tree) -> str:
    chain = ""
    while len(node) == 1:
        ((letter, node),) = node.items()
        if letter == _END:
            return chain
        chain += letter
    branches = "|".join(letter + _pattern(below) for letter, below in node.items() if letter != _END)
    return f"{chain}(?:{branches}){'?' if _END in node else ''}"


def _section(language: dict[str, Any], section: str) -> Iterator[str]:
    data: Any = language
    for name in section.split("."):
        data = data.get(name) or {}
    yield from data


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    files = sorted((file for file in _FOLDER.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(parse_yaml(f"mail_programs/{file.name}", file.read_bytes()).data for file in files)
