"""The text of a forwarded mail without what its forwarder's mail program put around it."""

import re
from collections.abc import Sequence
from textwrap import dedent

from mailbot.reading.forwards.headers import is_blank
from mailbot.reading.forwards.signs import end_mark, is_scissors

_MARK = re.compile(r"^[ \t]?> ?")
_DEEPEST = 10
_AROUND = "\n\r\t \xa0\u200b\u200e\u200f\ufeff"
_OPENING_RULE = re.compile(r"[-_]{20,}")
_CLOSING_RULE = re.compile(r"[-=_]{20,}")


def forwarded_body(lines: Sequence[str], start: int, mark: str, *, depth: int) -> str:
    """What stands from line `start` to the mark that ends the forward, unquoted where all of it is a quote.

    `depth`: how many quote marks stand before its headers.
    """
    start = _below_repeated(lines, start, mark)
    end = end_mark(lines, start, mark) if mark else None
    body = list(lines[start : len(lines) if end is None else end])
    body = _without_own_words(body) if depth else body
    if not depth and all(_MARK.match(line) for line in body if not is_blank(line)):
        depth = 1
    body = [_without_marks(line, depth) for line in body]
    return dedent("\n".join(line.rstrip() for line in _between_rules(body, mark))).strip(_AROUND)


def _without_marks(line: str, depth: int) -> str:
    for _ in range(min(depth, _DEEPEST)):
        line = _MARK.sub("", line, count=1)
    return line


def _below_repeated(lines: Sequence[str], start: int, mark: str) -> int:
    """The line below the mark where a program, as Zoho does, repeats it under the headers."""
    first = next((i for i in range(start, min(start + 4, len(lines))) if not is_blank(lines[i])), None)
    return start if first is None or not mark or lines[first].strip() != mark.strip() else first + 1


def _without_own_words(body: list[str]) -> list[str]:
    """A quoted forward without what its forwarder wrote below it."""
    last = next((i for i in range(len(body) - 1, -1, -1) if _MARK.match(body[i])), None)
    if last is None or last + 1 >= len(body) or body[last + 1].strip():
        return body
    return body[: last + 1]


def _between_rules(body: list[str], mark: str) -> list[str]:
    """`body` without the rules right at its beginning and end with which some programs frame it."""
    written = [i for i, line in enumerate(body) if not is_blank(line)]
    if not written:
        return []
    first, last = written[0], written[-1]
    begin, end = 0, len(body)
    if last > first and _OPENING_RULE.fullmatch(body[first].strip()):
        begin = first + 1
    if is_scissors(body[first]):
        begin = first + 1
        end = next((i for i in reversed(written) if i > first and is_scissors(body[i])), end)
    if mark.startswith("-") and last > first and _CLOSING_RULE.fullmatch(body[last].strip()):
        end = min(end, last)
    return body[begin:end]
