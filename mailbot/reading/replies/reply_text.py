"""Which words of a plain text are new, and which are a quote or a signature; structure first, words second."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.message import Span, SpanKind
from mailbot.reading.replies.attribution import is_attribution
from mailbot.reading.replies.division import divide, runs
from mailbot.reading.replies.quote_marks import quoted_lines

__all__ = ["Split", "all_new", "is_attribution", "split"]

_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Split:
    """The spans of a text, and its new words."""

    spans: tuple[Span, ...]
    reply_text: str


def split(text: str) -> Split:
    """`text` divided into new words, quotes and signature. Linear in the length of the text; never raises."""
    lines = text.split("\n", _MOST_LINES)  # no person's mail is longer; what follows counts as one line
    found = divide(lines, quoted_lines(lines))
    return Split(_spans(lines, found.kinds), _joined(lines, found.kept))


def all_new(text: str) -> Split:
    """`text` as the writer's own from end to end."""
    return Split((Span(0, len(text), SpanKind.NEW),) if text else (), text.strip())


def _joined(lines: Sequence[str], kept: Sequence[bool]) -> str:
    """The kept lines, with an empty one where others are left out."""
    pieces: list[list[str]] = []
    for i, line in enumerate(lines):
        if not kept[i]:
            continue
        if i == 0 or not kept[i - 1]:
            pieces.append([])
        pieces[-1].append(line.rstrip())
    return "\n\n".join(filter(None, ("\n".join(piece).strip("\n") for piece in pieces))).strip()


def _spans(lines: Sequence[str], kinds: Sequence[SpanKind]) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for start, end, kind in runs(kinds):
        size = sum(len(line) + 1 for line in lines[start:end]) - (end == len(lines))
        if size:
            spans.append(Span(at, at + size, kind))
        at += size
    return tuple(spans)
