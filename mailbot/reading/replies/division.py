"""Divides the lines of a mail into new words, old mail and signature, for plain text and HTML alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mailbot.core.message import SpanKind
from mailbot.reading.replies.attribution import attribution_start, opens_quote
from mailbot.reading.replies.footer import is_footer
from mailbot.reading.replies.old_mail_head import (
    Head,
    asks_to_reply_above,
    forward_end,
    head_at,
    header_block_end,
    label_of,
    with_rule_above,
)
from mailbot.reading.replies.old_programs import old_program_head
from mailbot.reading.replies.quote_marks import odd_quote_end
from mailbot.reading.replies.signature import signature_lines


@dataclass(frozen=True, slots=True)
class Division:
    """What each line is, and whether it counts as new."""

    kinds: tuple[SpanKind, ...]
    kept: tuple[bool, ...]


@dataclass(slots=True)
class _Page:
    """A text's lines while it is found out what each of them is."""

    lines: Sequence[str]
    quoted: Sequence[bool]
    kinds: list[SpanKind]
    heads: set[int] = field(default_factory=set)
    """The lines of attributions and header blocks, which are nobody's words."""
    is_reply: bool = False
    first_new: int | None = None
    """The first line so far with words of the writer's own."""

    def mark(self, start: int, end: int, kind: SpanKind) -> None:
        self.kinds[start:end] = [kind] * (end - start)

    def has_words(self, kind: SpanKind) -> bool:
        return any(found is kind and line.strip() for line, found in zip(self.lines, self.kinds, strict=True))


def divide(lines: Sequence[str], quoted: Sequence[bool], *, is_reply: bool = False) -> Division:
    """`lines` divided, given which of them carry a quote mark. Linear; never raises.

    Where it is known that the mail `is_reply`, a quote in the middle of the text is the old mail.
    """
    page = _Page(lines, quoted, [SpanKind.QUOTED if q else SpanKind.NEW for q in quoted], is_reply=is_reply)
    _mark_old_mail(page)
    _join_blank_lines(page)
    _mark_signatures(page)
    if not page.has_words(SpanKind.NEW) and not _is_only_footer(page):
        page.kinds = [SpanKind.NEW if kind is SpanKind.SIGNATURE else kind for kind in page.kinds]
    return Division(tuple(page.kinds), _kept(page))


def _kept(page: _Page) -> tuple[bool, ...]:
    """Which lines are the writer's own, with the quoted ones that they answer where they stand between."""
    if SpanKind.QUOTED not in page.kinds:
        return tuple([kind is SpanKind.NEW for kind in page.kinds])
    last = max((i for i, kind in enumerate(page.kinds) if kind is SpanKind.NEW and page.lines[i].strip()), default=-1)
    with_quotes = _is_interleaved(page, last)
    return tuple(
        kind is SpanKind.NEW or (with_quotes and kind is SpanKind.QUOTED and i < last and i not in page.heads)
        for i, kind in enumerate(page.kinds)
    )


def _is_interleaved(page: _Page, last: int) -> bool:
    """Whether the writer answered between the lines of the quote, so that the answers need it."""
    written = [page.kinds[i] for i in range(last + 1) if page.lines[i].strip()]
    runs = [kind for i, kind in enumerate(written) if i == 0 or written[i - 1] is not kind]
    quotes = runs.count(SpanKind.QUOTED)
    if quotes == 1 and not (page.is_reply or page.heads):
        return runs[0] is SpanKind.NEW  # a quote of the writer's own choice in the middle of the text
    return quotes >= 2


def _mark_old_mail(page: _Page) -> None:
    """Find each head of an old mail and mark it with what belongs to it."""
    at = 0
    while at < len(page.lines):
        head = _head(page, at) if page.lines[at].strip() else None
        if head is None:
            if page.first_new is None and not page.quoted[at] and page.lines[at].strip():
                page.first_new = at
            at += 1
        else:
            at = _mark_below(page, head)


def _head(page: _Page, at: int) -> Head | None:
    if page.quoted[at]:
        if page.lines[at].lstrip().startswith(">>>") and (found := _arrowed(page.lines, at)):
            return found
        if _begins_run(page, at):
            _look_inside(page, at)
        return None
    if (head := head_at(page.lines, at)) is not None:
        return None if _is_form(page, head) else head
    if (head := old_program_head(page.lines, at)) is not None:
        return head
    start = attribution_start(page.lines, at, page.quoted)
    return Head(with_rule_above(page.lines, start), at + 1, None) if start is not None else None


def _arrowed(lines: Sequence[str], at: int) -> Head | None:
    """A head between arrows, which are no quote marks: of GroupWise, or of a desk above its letters."""
    if len(lines[at]) <= 200 and asks_to_reply_above(lines[at]):
        return Head(at, at + 1, None)
    return old_program_head(lines, at)


def _look_inside(page: _Page, at: int) -> None:
    """Note what a quote begins with: old headers or an attribution say that it is the old mail."""
    block = header_block_end(page.lines, at, below_rule=True)
    page.is_reply = page.is_reply or block is not None or opens_quote(page.lines[at : at + 4])


def _is_form(page: _Page, head: Head) -> bool:
    """Whether header lines begin the text and name no recipient: those of a form, and what follows is its writer's."""
    if head.block != head.start or page.first_new is not None:
        return False
    labels = (label_of(line) for line in page.lines[head.start : head.end])
    return not any(label is not None and label[0] in ("to", "other") for label in labels)


def _begins_run(page: _Page, at: int) -> bool:
    return at == 0 or not page.quoted[at - 1]


def _mark_below(page: _Page, head: Head) -> int:
    """Mark a head and the old mail below it; the line at which to go on."""
    if page.first_new is not None and page.first_new >= head.start:
        page.first_new = None
    page.mark(head.start, head.end, SpanKind.QUOTED)
    page.heads.update(range(head.start, head.end))
    first = next((i for i in range(head.end, len(page.lines)) if page.lines[i].strip()), len(page.lines))
    is_top_posted = head.block is not None and page.first_new is not None
    if first < len(page.lines) and page.quoted[first] and not (is_top_posted and not _has_answers(page, first)):
        return first
    if (end := forward_end(page.lines, head.start, head.end)) is not None:
        page.mark(head.end, end, SpanKind.QUOTED)
        return end
    if (end := odd_quote_end(page.lines, head.end)) is not None:
        page.mark(head.end, end, SpanKind.QUOTED)
        return end
    if head.block is None and (page.first_new is None or _is_head_again(page, first)):
        return head.end
    page.mark(head.end, len(page.lines), SpanKind.QUOTED)
    return len(page.lines)


def _has_answers(page: _Page, start: int) -> bool:
    """Whether words without a mark begin, below an empty line, under a marked one: the ends of wrapped lines do not."""
    above = start
    for i in range(start + 1, len(page.lines)):
        if page.lines[i].strip():
            if page.quoted[above] and not page.quoted[i] and above < i - 1:
                return True
            above = i
    return False


def _is_head_again(page: _Page, first: int) -> bool:
    """Whether below a separator an attribution follows within four lines, which knows better what is the quote."""
    near = range(first, min(first + 4, len(page.lines)))
    return any(attribution_start(page.lines, i, page.quoted) is not None for i in near)


def _join_blank_lines(page: _Page) -> None:
    """Empty lines between two lines of a quote belong to it."""
    if SpanKind.QUOTED not in page.kinds:
        return
    above = 0
    for i, line in enumerate(page.lines):
        if not line.strip() and page.kinds[i] is SpanKind.NEW:
            continue
        if i > above + 1 and page.kinds[above] is page.kinds[i] is SpanKind.QUOTED:
            page.mark(above, i, SpanKind.QUOTED)
        above = i


def _is_only_footer(page: _Page) -> bool:
    """Whether a phone alone says something above an old mail: its owner passed that on, or sent it by mistake."""
    added = [line for line, kind in zip(page.lines, page.kinds, strict=True) if kind is SpanKind.SIGNATURE]
    return page.has_words(SpanKind.QUOTED) and all(is_footer(line) for line in added if line.strip())


def _mark_signatures(page: _Page) -> None:
    for start, end, kind in runs(page.kinds):
        if kind is SpanKind.NEW:
            for i in signature_lines(page.lines, start, end):
                page.kinds[i] = SpanKind.SIGNATURE


def runs(kinds: Sequence[SpanKind]) -> Iterator[tuple[int, int, SpanKind]]:
    """Where each run of lines of one kind begins and ends."""
    start = 0
    for i in range(1, len(kinds) + 1):
        if i == len(kinds) or kinds[i] is not kinds[start]:
            yield start, i, kinds[start]
            start = i
