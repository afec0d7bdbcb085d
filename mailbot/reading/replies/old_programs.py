"""The heads that mail programs of the nineties set above an old mail: Notes, GroupWise, CompuServe."""

import re
from collections.abc import Sequence
from functools import cache

from mailbot.reading.replies.old_mail_head import Head, kind_of_label, label_of
from mailbot.reading.words.phrases import Phrases, tokens

_COLUMN = re.compile(r"(?:[ ]{3}|\t)[ \t]*(?=[^\s:]{1,12}:)")
_ADDRESS = re.compile(r"[\w.+-]@[\w-]{1,63}\.\w")
_DAY = re.compile(r"\d[./-]\d{1,2}[./-]\d|(?:19|20)\d{2}")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")
_LONGEST_LINE = 200
_LONGEST_LABEL = 20
_MOST_BELOW = 10
_MOST_ABOVE = 8


@cache
def _written_by() -> Phrases:
    return Phrases("written_by")


def old_program_head(lines: Sequence[str], at: int) -> Head | None:
    """The head at line `at` of Notes, GroupWise or CompuServe."""
    line = lines[at]
    if len(line) > _LONGEST_LINE:
        return None
    if line.lstrip().startswith(">>>"):
        return _arrows(lines, at)
    if line[:1] in "MmТ" and _written_by().opens(tokens(line[:60])):
        return Head(at, at + 1, None)
    may_be_label = len(line) <= _LONGEST_LABEL or ":" in line or "   " in line or "\t" in line
    return _notes(lines, at) if may_be_label else None


def _arrows(lines: Sequence[str], at: int) -> Head | None:
    """`>>> Ann Bell <ann@…> 03/18/98 10:32am >>>`, on one line or two."""
    for end in (at + 1, at + 2):
        shown = " ".join(line.strip()[:_LONGEST_LINE] for line in lines[at:end])
        if shown.rstrip().endswith(">>>") and shown.strip("> "):
            told = _ADDRESS.search(shown) or (_DAY.search(shown) and _TIME.search(shown))
            return Head(at, end, None) if told else None
    return None


def _notes(lines: Sequence[str], at: int) -> Head | None:
    """The writer and the time; beside or below them To, cc and Subject, often without a colon."""
    if _kind(lines[at]) != "to" or (at > 0 and label_of(lines[at - 1]) is not None):
        return None
    below = range(at + 1, min(at + _MOST_BELOW, len(lines)))
    kinds = {kind: i for i in below if (kind := _kind(lines[i]))}
    last, start = kinds.get("subject"), _first_above(lines, at)
    if start == at and not _in_column(lines[at]):
        return None
    if last is None or (label_of(lines[at]) is None and not _in_column(lines[at]) and "cc" not in kinds):
        return None
    shown = " ".join(line[:_LONGEST_LINE] for line in lines[start : last + 1])
    if not (_ADDRESS.search(shown) or _DAY.search(shown)) or not (_TIME.search(shown) or _in_column(lines[at])):
        return None
    is_bare = not lines[last].strip().partition(" ")[2]
    return Head(start, min(last + 1 + (is_bare and _goes_on(lines, last)), len(lines)), None)


def _goes_on(lines: Sequence[str], last: int) -> bool:
    """Whether the subject stands on the line below its label."""
    return last + 1 < len(lines) and bool(lines[last + 1].strip()) and ":" not in lines[last]


def _first_above(lines: Sequence[str], at: int) -> int:
    """Where the lines with the writer and the time begin that stand above «To»."""
    start = at
    for i in range(at - 1, max(at - _MOST_ABOVE, 0) - 1, -1):
        if len(lines[i]) > _LONGEST_LINE or (not lines[i].strip() and (start < at or i < at - 2)):
            break
        start = i if lines[i].strip() else start
    shown = " ".join(lines[start:at])
    if any(label_of(line) is not None for line in lines[start:at]):
        return at
    return start if _ADDRESS.search(shown) or (_DAY.search(shown) and _TIME.search(shown)) else at


def _kind(line: str) -> str | None:
    """The kind of header that a line is, with a colon, in the right column, or as the label alone."""
    stripped = line.strip()
    if not stripped or len(line) > _LONGEST_LINE:
        return None
    if field := label_of(line):
        return field[0]
    return _in_column(line) or (kind_of_label(stripped) if len(stripped) <= 12 else None)


def _in_column(line: str) -> str | None:
    """The kind of header that stands in the right column of a line."""
    found = _COLUMN.search(line[:160]) if "   " in line or "\t" in line else None
    field = label_of(line[found.end() :]) if found else None
    return field[0] if field else None
