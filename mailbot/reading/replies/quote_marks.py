"""Which lines of a text carry a quote mark: `>` mostly, and what other programs set in its place."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from mailbot.reading.words.phrases import Phrases, tokens

_MARK = re.compile(r"[ \t\xa0\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]{0,40}[>＞]")
_INITIALS = re.compile(r"[ \t]{0,4}([A-Z]{1,3})[ ]?>(?:\s|>|$)")
_AMOUNT = re.compile(r"[ \t]*[>＞]\s*=?\s*[\d€$£+-]")
_ENVELOPE = re.compile(r">From\s")
_ODD_MARK = re.compile(r"[ \t]{0,4}(?:([|:}])(?:\s|$|(?=[|:}>]))|(\w{1,12})>)")
_ANGLES = "<<"
_BAR_HEAD = re.compile(r"\|(?:From|Date|>?From:)\b.{0,200}(?:@|\d:\d\d)")
_BLOCK_SIGNS = frozenset("[|>")
_CITED = re.compile(r">{1,6} \"(?P<name>\w{1,20})\" == ")
_MOST_BLOCK_LINES = 100
_ENDS_SENTENCE = tuple(".!?…。؟:;")


@cache
def _wrote() -> Phrases:
    return Phrases("wrote")


def quoted_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it carries a quote mark and is not the writer's own `>` (a code, `> 5 kg`, `>From`)."""
    marks = [bool(line) and _MARK.match(line) is not None for line in lines]
    _unmark_code(lines, marks)
    _mark_initials(lines, marks)
    _mark_blocks(lines, marks)
    if any(marks):
        _unmark_own(lines, marks)
        _mark_overflow(lines, marks)
    return marks


def odd_mark(lines: Sequence[str], start: int) -> str | None:
    """The mark other than `>` with which the next line with words, close below `start`, begins."""
    line = next((line for line in lines[start : start + 4] if line.strip()), "")
    if line.startswith(_ANGLES):
        return _ANGLES
    found = None if line.rstrip().endswith("|") else _ODD_MARK.match(line)
    return found[0].strip() if found else None


def odd_quote_end(lines: Sequence[str], start: int) -> int | None:
    """Where a quote ends that begins at or below `start` with marks such as `|` or `Ann>`; None if there is none.

    It is asked for below an attribution alone: elsewhere these are lists, tables and chats.
    """
    first = next((i for i in range(start, min(start + 4, len(lines))) if lines[i].strip()), start)
    mark = odd_mark(lines, start)
    if mark is None:
        return None
    if mark == _ANGLES:
        return next(
            (
                i + 1
                for i in range(first, min(first + _MOST_BLOCK_LINES, len(lines)))
                if lines[i].rstrip().endswith(">>")
            ),
            None,
        )
    end = first
    for i in range(first, len(lines)):
        if lines[i].lstrip().startswith(mark):
            end = i + 1
        elif lines[i].strip():
            break
    return end


def _unmark_code(lines: Sequence[str], marks: list[bool]) -> None:
    fences = [i for i, line in enumerate(lines) if line.startswith("```")]
    for opened, closed in zip(fences[::2], fences[1::2], strict=False):
        marks[opened : closed + 1] = [False] * (closed + 1 - opened)


def _mark_initials(lines: Sequence[str], marks: list[bool]) -> None:
    """`JD> text`, which older programs write, if two lines have the same letters."""
    found = {i: match[1] for i, line in enumerate(lines) if ">" in line[:10] and (match := _INITIALS.match(line))}
    often = {name for name, count in Counter(found.values()).items() if count >= 2}
    for i, name in found.items():
        marks[i] = marks[i] or name in often


def _unmark_own(lines: Sequence[str], marks: list[bool]) -> None:
    only = sum(marks) == 1
    for i, marked in enumerate(marks):
        if not marked or _near(marks, i - 1) or _near(marks, i + 1):
            continue
        above = _line(lines, i - 1)
        own = (
            only and not _is_open(above) and not lines[i].rstrip().endswith("<") and (above or _AMOUNT.match(lines[i]))
        )
        if own or _ENVELOPE.match(lines[i]) or above.rfind("<") > above.rfind(">"):
            marks[i] = False


def _mark_overflow(lines: Sequence[str], marks: list[bool]) -> None:
    """The rest of a quoted line that a gateway broke off: short, unmarked, between quoted lines that it joins."""
    for i in range(1, len(lines) - 1):
        if marks[i] or not (marks[i - 1] and marks[i + 1]):
            continue
        above, line = lines[i - 1].rstrip(), lines[i].strip()
        first = line.partition(" ")[0]
        if line and len(line) <= 40 and len(above) + len(first) >= 60 and not above.endswith(_ENDS_SENTENCE):
            marks[i] = True


def _mark_blocks(lines: Sequence[str], marks: list[bool]) -> None:
    """Quotes of forums, of Sun's mail program and of Supercite, each known by its first line."""
    for i in [i for i, line in enumerate(lines) if line[:1] in _BLOCK_SIGNS]:
        line = lines[i]
        if line.startswith("[quote") and not marks[i]:
            _mark_forum(lines, marks, i)
        elif line.startswith("|") and not marks[i] and _BAR_HEAD.match(line):
            _mark_while(lines, marks, i, "|")
        elif line.startswith(">") and (found := _CITED.match(line)):
            _mark_cited(lines, marks, i, f"{found['name']}>")


def _mark_forum(lines: Sequence[str], marks: list[bool], start: int) -> None:
    for i in range(start, min(start + _MOST_BLOCK_LINES, len(lines))):
        if lines[i].rstrip().endswith("[/quote]"):
            marks[start : i + 1] = [True] * (i + 1 - start)
            return


def _mark_while(lines: Sequence[str], marks: list[bool], start: int, mark: str) -> None:
    for i in range(start, len(lines)):
        if not lines[i].startswith(mark):
            return
        marks[i] = True


def _mark_cited(lines: Sequence[str], marks: list[bool], start: int, mark: str) -> None:
    for i in range(start + 1, min(start + _MOST_BLOCK_LINES, len(lines))):
        marks[i] = marks[i] or lines[i].lstrip().startswith(mark)


def _near(marks: Sequence[bool], at: int) -> bool:
    return 0 <= at < len(marks) and marks[at]


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at].strip() if 0 <= at < len(lines) else ""


def _is_open(line: str) -> bool:
    """Whether a line may introduce a quote: by a colon, an address, an article's number or a verb at its end."""
    stripped = line.rstrip(" \t*_\u200e\u200f\u202c\u2069")
    if stripped.endswith((":", "：", ">", "--", "]", "--:")):
        return True
    if stripped.endswith("...") and ("news:" in line[-300:] or "@" in line[-300:]):
        return True
    return "@" in line[:300] and _wrote().found_in(tokens(stripped[-40:]))
