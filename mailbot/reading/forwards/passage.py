"""The passage of a text that is a forwarded mail: where it begins, who wrote it, what it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.core.message import Address
from mailbot.reading.forwards.body import forwarded_body
from mailbot.reading.forwards.headers import (
    HeaderBlock,
    Role,
    block_at,
    block_in_line,
    field_of,
    is_blank,
    is_quoted,
    quote_depth,
    unquoted,
)
from mailbot.reading.forwards.notes import notes_block
from mailbot.reading.forwards.sender import introduced_sender, written_sender
from mailbot.reading.forwards.signs import Opening, is_mark, is_title, opening, without_prefix


@dataclass(frozen=True, slots=True)
class Passage:
    """A forwarded mail; `start` is the character of the text with which it, or the mark above it, begins."""

    start: int
    sender: Address
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Old:
    """An old mail in the lines of a text: the lines above its headers, and where its own text begins."""

    first: int
    body: int
    title: str
    sender: Address
    block: HeaderBlock | None
    depth: int
    alone: bool

    @property
    def marked(self) -> bool:
        return is_mark(self.title)


# A forward begins near the top: below the forwarder's own words.
_MOST_LINES = 10_000
_MOST_TRIES = 200
_MARK_END = 100
_TIME = re.compile(r"\d[:.٫h]\s?\d\d|[۰-۹٠-٩]{1,2}[:٫]")


@dataclass(frozen=True, slots=True)
class _Heading:
    """What the mail's own subject says, and the old subject that it repeats."""

    says: Opening
    old: str


def find_passage(text: str, subject: str) -> Passage | None:
    """The first old mail in `text`, if the text or its subject says that it was passed on and not answered."""
    lines = text.split("\n")
    heading = _Heading(opening(subject), without_prefix(subject))
    old = _first_old(lines, heading)
    if old is None or not _is_passed_on(old, heading.says):
        return None
    found, body = _subject(old, lines, heading.old)
    start = sum(len(line) + 1 for line in lines[: old.first])
    return Passage(start, old.sender, found, forwarded_body(lines, body, old.title, depth=old.depth))


def _first_old(lines: Sequence[str], heading: _Heading) -> _Old | None:
    above: tuple[int, ...] = ()
    introduced: _Old | None = None
    is_quote = False  # whether an attribution stood above, so that what follows is rather quoted than passed on
    tries = 0
    for at, line in enumerate(lines[:_MOST_LINES]):
        if is_blank(line):
            continue
        if tries < _MOST_TRIES and _may_begin(lines, at, above, heading):
            tries += 1
            if old := _old_at(lines, at, above, heading):
                is_own = not old.depth and (old.marked or heading.says is Opening.FORWARD)
                return old if is_own or not is_quote else introduced
        if not is_quote and _introduces(lines, at):
            is_quote, introduced = True, _introduced(lines, at, above)
            if heading.says is Opening.REPLY or (introduced and introduced.marked):
                return introduced
        above = (*above[-2:], at)
    return introduced


def _may_begin(lines: Sequence[str], at: int, above: tuple[int, ...], heading: _Heading) -> bool:
    """Whether it is worth a closer look whether a header block begins in line `at`."""
    field = field_of(lines[at])
    if field is not None and field.role is not Role.UNKNOWN:
        return True
    if field is None:
        if _has_all_in_one(lines[at]):
            return True
        below_mark = _is_below_title(lines, above) and is_mark(_title(lines, at, above)[1])
        return below_mark and not lines[at].rstrip().endswith("--")
    return _is_below_title(lines, above) or (heading.says is Opening.FORWARD and (at == 0 or is_blank(lines[at - 1])))


def _is_below_title(lines: Sequence[str], above: tuple[int, ...]) -> bool:
    above_it = lines[above[-1]].rstrip() if above else ""
    return above_it.endswith("--") or (bool(above_it) and is_title(above_it))


def _old_at(lines: Sequence[str], at: int, above: tuple[int, ...], heading: _Heading) -> _Old | None:
    first, title = _title(lines, at, above)
    if _has_all_in_one(lines[at]):
        title = lines[at][:_MARK_END]
        block = block_in_line(lines[at], at)
    else:
        block = block_at(lines, at) or (notes_block(lines, at) if is_mark(title) else None)
    if block is None or not _is_sound(block, title, heading):
        return None
    sender = written_sender(block.sender or "")
    if sender is None:
        return None
    return _Old(first, block.end, title, sender, block, quote_depth(lines[at]), alone=not _words_above(lines, first))


def _has_all_in_one(line: str) -> bool:
    """Whether mark and headers stand in one line, as Yahoo writes them."""
    return "@" in line and "@" in line[:2000] and ":" in line[:2000] and is_mark(line[:_MARK_END])


def _is_sound(block: HeaderBlock, title: str, heading: _Heading) -> bool:
    """Whether a block is one of a mail: with less above it, it must say more itself."""
    count, known = len(block.fields), block.roles
    if is_mark(title) and count >= 2:
        return True
    if count < 3 or (title and Role.FROM in known):
        return count >= 3
    if heading.says is Opening.FORWARD:
        if heading.old and any(heading.old == field.value for field in block.fields):
            return True
        enough = len(known) >= 2
    else:
        enough = len(known) >= 3
    has_mailbox = any("@" in field.value or _TIME.search(field.value) for field in block.fields)
    return Role.FROM in known and enough and has_mailbox


def _title(lines: Sequence[str], at: int, above: tuple[int, ...]) -> tuple[int, str]:
    """The line with which the lead of the block in line `at` begins, and the lead's words."""
    near = [i for i in above if at - i <= 6 and len(lines[i]) <= 200]
    shown = [unquoted(lines[i]).strip() for i in near]
    if len(near) > 1 and not is_mark(shown[-1]) and is_title(shown[-2]) and is_mark(" ".join(shown[-2:])):
        return near[-2], " ".join(shown[-2:])  # a long mark, wrapped
    first = at
    for i in reversed(near):
        if not (is_title(lines[i]) or _leads_in_quote(lines[i], lines[at]) or (first != at and _is_subject(lines[i]))):
            break
        first = i
    return first, shown[-1] if shown and (first != at or is_mark(shown[-1])) else ""


def _is_subject(line: str) -> bool:
    """Whether `line` is the subject that Gmail puts between the mark of a forwarded conversation and its first rule."""
    field = field_of(line)
    return field is not None and field.role is Role.SUBJECT


def _leads_in_quote(line: str, below: str) -> bool:
    """Whether `line` stands in the quote above its headers, as Apple Mail's mark does in any language."""
    return is_quoted(line) and is_quoted(below) and line.rstrip().endswith((":", "："))


def _is_passed_on(old: _Old, says: Opening) -> bool:
    if old.marked:
        return not (says is Opening.REPLY and old.depth)
    if says in (Opening.FORWARD, Opening.EMPTY):
        return old.block is not None or says is Opening.FORWARD
    whole = old.block is not None and {Role.FROM, Role.TO} < old.block.roles
    return says is Opening.PLAIN and old.alone and whole


def _subject(old: _Old, lines: Sequence[str], fallback: str) -> tuple[str, int]:
    """The old subject, and the line in which the old text begins: a long subject may go on where it seems to."""
    value = old.block.value(Role.SUBJECT) if old.block else None
    if value is None:
        return fallback, old.body
    last = old.block.fields[-1] if old.block else None
    if last and last.role is Role.SUBJECT and old.body < len(lines) and len(value) < len(fallback):
        rest = " ".join(unquoted(lines[old.body]).split())
        if rest and fallback.startswith(value) and fallback in (f"{value} {rest}", f"{value}{rest}"):
            return fallback, old.body + 1
    return value, old.body


def _introduces(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` introduces a quote («On …, Mari wrote:»)."""
    line = lines[at].strip(" \t*\xa0\u200e\u200f")
    if not line.endswith((":", "：")) or len(line) > 400 or is_mark(line) or is_quoted(line):
        return False
    below = next((lines[i] for i in range(at + 1, min(at + 4, len(lines))) if lines[i].strip()), "")
    known = f"{lines[at - 1][:400]} {line}" if at else line
    signs = ("@" in known) + bool(_TIME.search(known))
    return signs >= (1 if is_quoted(below) else 2)


def _introduced(lines: Sequence[str], at: int, above: tuple[int, ...]) -> _Old | None:
    """The old mail that an attribution introduces, by its address."""
    wrapped = at > 0 and "<" not in lines[at] and not is_blank(lines[at - 1]) and not is_title(lines[at - 1])
    top = at - 1 if wrapped else at
    sender = introduced_sender(" ".join(line.strip() for line in lines[top : at + 1]))
    if sender is None:
        return None
    first, title = _title(lines, top, tuple(i for i in above if i < top))
    return _Old(first, at + 1, title, sender, None, depth=0, alone=False)


def _words_above(lines: Sequence[str], first: int) -> bool:
    return any(not is_blank(line) for line in lines[:first])
