"""The words of a calendar part, for a mail that has no others (RFC 5545)."""

import re

_FOLD = re.compile(r"\n[ \t]")
_SHOWN = re.compile(r"^(SUMMARY|LOCATION|DESCRIPTION|COMMENT)(?:;[^:\n]*)?:(.*)$", re.MULTILINE | re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")
_ORDER = ("SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT")


def words_of_calendar(text: str) -> str:
    """What an invitation is about, where, and what its sender wrote; each on lines of its own."""
    found: dict[str, str] = {}
    for name, value in _SHOWN.findall(_FOLD.sub("", text)):
        found.setdefault(name.upper(), _ESCAPE.sub(_unescaped, value).strip())
    return "\n".join(found[name] for name in _ORDER if found.get(name))


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] in "nN" else escape[1]
