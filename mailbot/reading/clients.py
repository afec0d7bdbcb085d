"""The words that mail programs and mail servers write by themselves, of all languages at once (mail_programs/).

One set serves every mail: a Slovenian writes with an English phone and answers a German notice.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from mailbot.yaml_file import parse_yaml

_FOLDER = resources.files("mailbot.reading").joinpath("mail_programs")
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
}


@cache
def words(*sections: str) -> tuple[str, ...]:
    """Every word or phrase of sections such as `wrote` or `headers.subject`, casefolded, the longest first."""
    found = {word.casefold() for language in _languages() for name in sections for word in _section(language, name)}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def any_of(*sections: str) -> str:
    """A pattern that matches any word of the sections, the longest first; to be compiled with IGNORECASE."""
    alternatives = ("".join(_VARIANTS.get(letter, re.escape(letter)) for letter in word) for word in words(*sections))
    return "(?:" + "|".join(alternatives) + ")"


def _section(language: dict[str, Any], section: str) -> Iterator[str]:
    data: Any = language
    for name in section.split("."):
        data = data.get(name) or {}
    yield from data


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    files = sorted((file for file in _FOLDER.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(parse_yaml(f"mail_programs/{file.name}", file.read_bytes()).data for file in files)
