"""Which words of a plain text are new, and which are a quote or a signature; structure first, words second."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.message import Span, SpanKind
from mailbot.reading import clients

_DIGIT = "0-9۰-۹٠-٩"
_TIME = re.compile(rf"[{_DIGIT}]{{1,2}}[:.٫][{_DIGIT}]{{2}}")
_DATE = re.compile(
    rf"[{_DIGIT}]{{1,4}}[./-]\s?[{_DIGIT}]{{1,2}}[./-]\s?[{_DIGIT}]{{2,4}}|(?:19|20)[{_DIGIT}]{{2}}|۱[۳۴][۰-۹]{{2}}|۲۰[۰-۹]{{2}}"
)
_ADDRESS = re.compile(r"[\w.+-]@[\w-]{1,63}\.\w")
_WROTE = re.compile(rf"(?<!\w){clients.any_of('wrote')}(?!\w)|napisal\(a\)|написал\(а\)", re.IGNORECASE)
_MARKS = r"[>\s*_\u200e\u200f\u202a-\u202e]*"
_FROM = re.compile(rf"^{_MARKS}{clients.any_of('headers.from')}\s*:\s*[*_]*\s*\S", re.IGNORECASE)
_HEADER = re.compile(rf"^{_MARKS}{clients.any_of('headers.other', 'headers.subject')}\s*:", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:_{20,}|-{3,}\s*\w[\w .\u200c]{3,60}?\s*-{3,})\s*$")
_FORWARDED = re.compile(rf"^\W*{clients.any_of('forwarded')}\s*:?\W*$", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$")
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Split:
    """The spans of a text, its new words, and where a forwarded mail's header block begins, if there is one."""

    spans: tuple[Span, ...]
    reply_text: str
    header_block: int | None


def split(text: str) -> Split:
    """`text` divided into new words, quotes and signature. Linear in the length of the text; never raises."""
    lines = text.split("\n")
    cut, block = _first_cut(lines)
    kinds = _kinds(lines, cut, is_block=block is not None)
    keep_quotes = _is_interleaved(lines, kinds, cut)
    if not any(k is SpanKind.NEW and line.strip() for line, k in zip(lines, kinds, strict=True)):
        kinds = [SpanKind.NEW if k is SpanKind.SIGNATURE else k for k in kinds]
    kept = (SpanKind.NEW, SpanKind.QUOTED) if keep_quotes else (SpanKind.NEW,)
    reply = _joined(lines, kinds, kept)
    return Split(_spans(lines, kinds), reply, None if block is None else sum(len(x) + 1 for x in lines[:block]))


def all_new(text: str) -> Split:
    """`text` as the writer's own from end to end."""
    return Split((Span(0, len(text), SpanKind.NEW),) if text else (), text.strip(), None)


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether a block of old headers begins at line `at`: a «from» line with two others below it."""
    if not _FROM.match(lines[at][:_LONGEST_LINE]):
        return False
    below = [line for line in lines[at + 1 : at + 9] if line.strip()][:5]
    return sum(bool(_HEADER.match(line[:_LONGEST_LINE])) for line in below) >= 2


def opens_header_block(text: str) -> bool:
    """Whether `text` begins with a «from» line, as a block of old headers does."""
    return bool(_FROM.match(text))


def is_attribution(line: str) -> bool:
    """Whether `line`, which stands directly above a quote, introduces it («On …, … wrote:»)."""
    return len(line) <= _LONGEST_LINE and _ends_open(line) and _signs(line) >= 2


def _first_cut(lines: Sequence[str]) -> tuple[int | None, int | None]:
    """The line with which the old mail begins, and the line of its header block where it has one."""
    tail = _trailing_quote(lines)
    for i, line in enumerate(lines):
        if not line.strip():
            continue
        if (_RULE.match(line) or _FORWARDED.match(line)) and (block := _block_soon(lines, i + 1)) is not None:
            return i, block
        if is_header_block(lines, i):
            return i, i
        if (start := _attribution_start(lines, i)) is not None:
            return start, None
        if tail == i:
            return i, None
    return None, None


def _block_soon(lines: Sequence[str], start: int) -> int | None:
    return next((j for j in range(start, min(start + 4, len(lines))) if is_header_block(lines, j)), None)


def _trailing_quote(lines: Sequence[str]) -> int | None:
    """The first line of a quote of two lines or more that ends the text."""
    first, count = None, 0
    for i in range(len(lines) - 1, -1, -1):
        if _is_quoted(lines[i]):
            first, count = i, count + 1
        elif lines[i].strip():
            break
    return first if count >= 2 else None


def _attribution_start(lines: Sequence[str], last: int) -> int | None:
    """The first line of the attribution that ends with line `last`: mail programs wrap it over up to three lines."""
    if not _ends_open(lines[last]) or len(lines[last]) > _LONGEST_LINE:
        return None
    above_quote = _quote_follows(lines, last + 1)
    found = None
    for width in (1, 2, 3):
        part = lines[max(0, last - width + 1) : last + 1]
        if not all(line.strip() and len(line) <= _LONGEST_LINE and not _is_quoted(line) for line in part):
            return found
        joined = " ".join(line.strip() for line in part)
        signs = _signs(joined)
        if signs >= (2 if above_quote else 3) and (above_quote or _ADDRESS.search(joined)):
            start = last - len(part) + 1
            if _ADDRESS.search(joined) or _WROTE.search(joined):
                return _widened(lines, start, joined)
            found = start if found is None else found
    return found


def _widened(lines: Sequence[str], start: int, joined: str) -> int:
    for above in range(start, max(start - 3, -1), -1):
        if _TIME.search(joined) or _DATE.search(joined):
            return above
        if above == 0 or not lines[above - 1].strip():
            break
        joined = lines[above - 1]
    return start


def _ends_open(line: str) -> bool:
    return line.rstrip(" \t\u200e\u200f*").endswith(":")


def _signs(text: str) -> int:
    return sum(bool(sign.search(text)) for sign in (_ADDRESS, _TIME, _DATE, _WROTE))


def _quote_follows(lines: Sequence[str], start: int) -> bool:
    following = next((line for line in lines[start : start + 3] if line.strip()), "")
    return _is_quoted(following)


def _is_quoted(line: str) -> bool:
    return line.lstrip(" \u200e\u200f").startswith(">")


def _kinds(lines: Sequence[str], cut: int | None, *, is_block: bool) -> list[SpanKind]:
    kinds: list[SpanKind] = []
    before_quote = cut is not None
    signature = False
    for i, line in enumerate(lines):
        if cut is not None and i >= cut and (is_block or before_quote or _is_quoted(line)):
            before_quote = before_quote and not _is_quoted(line)
            signature = False
            kinds.append(SpanKind.QUOTED)
        elif _is_quoted(line):
            kinds.append(SpanKind.QUOTED)
        else:
            signature = signature or bool(_SIGNATURE.match(line))
            kinds.append(SpanKind.SIGNATURE if signature else SpanKind.NEW)
    return kinds if not before_quote or is_block else _only_attribution(lines, kinds, cut)


def _only_attribution(lines: Sequence[str], kinds: list[SpanKind], cut: int | None) -> list[SpanKind]:
    """An attribution with no `>` below it: the old mail was quoted without marks and ends the text."""
    start = len(lines) if cut is None else cut
    return [*kinds[:start], *[SpanKind.QUOTED] * (len(lines) - start)]


def _is_interleaved(lines: Sequence[str], kinds: Sequence[SpanKind], cut: int | None) -> bool:
    """Whether the writer answered between the lines of the quote, so that the answers need it."""
    written = [k for line, k in zip(lines, kinds, strict=True) if line.strip()]
    runs = [k for i, k in enumerate(written) if i == 0 or written[i - 1] is not k]
    last_new = max((i for i, k in enumerate(runs) if k is SpanKind.NEW), default=-1)
    quotes_before_words = sum(k is SpanKind.QUOTED for k in runs[: last_new + 1])
    if cut is None and quotes_before_words == 1:
        return runs[0] is SpanKind.NEW  # a quote of the writer's own choice in the middle of the text
    return quotes_before_words >= 2


def _joined(lines: Sequence[str], kinds: Sequence[SpanKind], kept: Sequence[SpanKind]) -> str:
    runs: list[list[str]] = []
    inside = False
    for line, kind in zip(lines, kinds, strict=True):
        if kind in kept:
            if not inside:
                runs.append([])
            runs[-1].append(line.rstrip())
        inside = kind in kept
    return "\n\n".join(filter(None, ("\n".join(run).strip("\n") for run in runs))).strip()


def _spans(lines: Sequence[str], kinds: Sequence[SpanKind]) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        end = at + len(line) + (i < len(lines) - 1)
        if spans and spans[-1].kind is kind:
            spans[-1] = Span(spans[-1].start, end, kind)
        elif end > at:
            spans.append(Span(at, end, kind))
        at = end
    return tuple(spans)
