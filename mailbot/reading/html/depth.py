"""Whether HTML is worth the time of a parser, found out without one."""

import re
from functools import lru_cache

from mailbot.reading.html.tokens import VOID

LIMIT = 2_000_000
MOST_TAGS = 100_000
_DEEPEST = 500
_MOST_REPEATED = 200_000
_LONG_TAG = 4_000
_MOST_ATTRIBUTES = 1_000
_OPENS = re.compile(r"</?[a-zA-Z]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^\s<>/]*", re.DOTALL)
# Their ends are often left out, and a parser ends them by itself.
_NOT_COUNTED = VOID | {"p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead", "tfoot"}
_FREE, _FREE_ENDS = frozenset(f"<{name}" for name in _NOT_COUNTED), frozenset(f"</{name}" for name in _NOT_COUNTED)
# A parser opens these again in each block that follows until they are closed.
_REPEATED = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip


def is_hostile(html: str) -> bool:
    """Whether `html` is too large or too deep to be worth the time of a parser."""
    return len(html) > LIMIT or html.count("<") > MOST_TAGS or is_too_deep(html)


@lru_cache(maxsize=4)  # a mail's HTML is looked at for its text and again for its new part
def is_too_deep(html: str) -> bool:
    """Whether its tags nest so deeply, stay open so often or have so many attributes that a parser is slow."""
    if _has_endless_tag(html):
        return True
    opens = html.count("<")
    if not _may_be_deep(opens) or not _may_be_deep(opens - html.count("</")):
        return False
    deepest, repeated = _depths(html)
    return deepest > _DEEPEST or repeated > _MOST_REPEATED


def _may_be_deep(opens: int) -> bool:
    """Whether so many tags that stay open can nest too deep, or stay open too often."""
    return opens > _DEEPEST or opens * opens > _MOST_REPEATED


def _has_endless_tag(html: str) -> bool:
    """Whether a tag has thousands of attributes: parsers compare each with all the others."""
    half = _LONG_TAG // 2  # one such stretch at least is without an end where a whole one is
    if all(html.find(">", start, start + half) >= 0 for start in range(0, len(html) - half + 1, half)):
        return False
    pieces = html.split(">")
    starts = [piece[match.start() :] for piece in pieces if len(piece) > _LONG_TAG and (match := _OPENS.search(piece))]
    return any(len(_QUOTED.sub("", start).split()) > _MOST_ATTRIBUTES for start in starts)


def nesting(html: str) -> int:
    """The deepest nesting of tags, counted without a parser: parsers are slow on what is too deep."""
    return _depths(html)[0]


def _depths(html: str) -> tuple[int, int]:
    """How deep tags nest, and how many open formats a parser repeats, summed over all tags that open."""
    opened: dict[str, int] = {}
    depth = deepest = formats = repeated = 0
    for written in _TAG.findall(html):
        if written in _FREE_ENDS:
            continue
        if written in _FREE:
            repeated += formats
            continue
        name = written[1:].lower()
        if name[0] == "/":
            name = name[1:]
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
                formats -= name in _REPEATED
            continue
        if name not in _NOT_COUNTED and name[0] != "!":
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
            formats += name in _REPEATED
        repeated += formats
    return deepest, repeated
