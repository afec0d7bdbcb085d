"""Whether HTML is worth the time of a parser, found out without one."""

import re
from collections.abc import Iterator
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
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][^\s<>/]*)", re.DOTALL)
# Their ends are often left out, and a parser ends them by itself.
_NOT_COUNTED = VOID | {"", "p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead", "tfoot"}
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
    opens = html.count("<") - html.count("</")
    if opens <= _DEEPEST and opens * opens <= _MOST_REPEATED:
        return False
    repeated = 0
    for depth, formats in _depths(html):
        repeated += formats
        if depth > _DEEPEST or repeated > _MOST_REPEATED:
            return True
    return False


def _has_endless_tag(html: str) -> bool:
    """Whether a tag has thousands of attributes: parsers compare each with all the others."""
    pieces = html.split(">")
    if len(max(pieces, key=len)) < _LONG_TAG:
        return False
    starts = [piece[match.start() :] for piece in pieces if len(piece) > _LONG_TAG and (match := _OPENS.search(piece))]
    return any(len(_QUOTED.sub("", start).split()) > _MOST_ATTRIBUTES for start in starts)


def nesting(html: str) -> int:
    """The deepest nesting of tags, counted without a parser: parsers are slow on what is too deep."""
    return max((depth for depth, _ in _depths(html)), default=0)


def _depths(html: str) -> Iterator[tuple[int, int]]:
    """How deep each opening tag stands, and how many open formats a parser repeats at it."""
    counts: dict[str, int] = {}
    depth = formats = 0
    for closing, name in _TAG.findall(html):
        tag = name if name in counts else name.lower()
        if tag in _NOT_COUNTED:
            if not closing and formats:
                yield depth, formats
            continue
        count = counts.get(tag, 0)
        if closing:
            if count:
                counts[tag] = count - 1
                depth -= 1
                formats -= tag in _REPEATED
            continue
        counts[tag] = count + 1
        depth += 1
        formats += tag in _REPEATED
        yield depth, formats
