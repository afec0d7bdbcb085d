"""Whether header lines are part of what a writer tells, and not the head of the mail that he answers."""

import re
from collections.abc import Sequence

_COMMIT = re.compile(r"\s*commit [0-9a-f]{7,40}\b")
_ON_THE_WIRE = re.compile(
    r"[ \t]*(?:Received:\s+(?:from|by|\(qmail)|Return-Path:\s*<|DKIM-Signature:|ARC-|Authentication-Results:"
    r"|Received-SPF:|X-Spam-|X-Received:|X-Originating-IP:)",
    re.IGNORECASE,
)
_OPENS_QUOTATION = ('"', "“", "„", "«", "»", "‘", "「", "『", "”")
_MOMENT = re.compile(r"\d[:.]\d{2}|(?:19|20|25)\d{2}|[/.-]\d")
_FENCE = "```"
_MOST_LINES = 60
_LEAST_INDENT = 2


def is_pasted(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether the block of header lines `lines[start:end]` is a quotation, a log or raw headers out of a report."""
    return (
        lines[start].lstrip().startswith(_OPENS_QUOTATION)
        or (start > 0 and lines[start - 1].lstrip().startswith(_OPENS_QUOTATION) and ":" in lines[start - 1])
        or any(_COMMIT.match(line[:60]) for line in lines[max(0, start - 2) : start])
        or _is_told(lines, start, end)
        or _is_on_the_wire(lines, start, end)
        or _is_indented(lines, start, end)
        or sum(line.startswith(_FENCE) for line in lines[max(0, start - _MOST_LINES) : start]) % 2 == 1
    )


def _is_told(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether a sentence with a colon leads to few headers without a time, which no mail program writes."""
    above = next((line for line in reversed(lines[max(0, start - 2) : start]) if line.strip()), "")
    block = "\n".join(line[:200] for line in lines[start:end])
    return end - start <= 3 and above.rstrip().endswith(":") and above[:1].isalpha() and not _MOMENT.search(block)


def _is_on_the_wire(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether among the lines or directly around them stand headers that only servers write."""
    first, last = start, end
    while first > max(0, start - _MOST_LINES) and lines[first - 1].strip():
        first -= 1
    while last < min(len(lines), end + _MOST_LINES) and lines[last].strip():
        last += 1
    return any(_ON_THE_WIRE.match(line[:60]) for line in lines[first:last])


def _is_indented(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether the lines alone are indented, all of them alike, between words that are not."""
    depths = {_depth(line) for line in lines[start:end] if line.strip()}
    below = next((line for line in lines[end : end + 4] if line.strip()), " ")
    above = next((line for line in reversed(lines[max(0, start - 3) : start]) if line.strip()), " ")
    return len(depths) == 1 and min(depths) >= _LEAST_INDENT and not _depth(below) and not _depth(above)


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip()) if line[:1] in " \t" else 0
