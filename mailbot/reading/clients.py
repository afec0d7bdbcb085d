"""The words that mail programs write by themselves, of all languages at once (clients.toml)."""

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def any_of(section: str) -> str:
    """A pattern that matches any word of a section, the longest first; to be compiled with IGNORECASE."""
    words = sorted({word.casefold() for word in _file()[section]}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) + ")"


@cache
def _file() -> dict[str, list[str]]:
    text = resources.files("mailbot.reading").joinpath("clients.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
