"""What phones, mail programs and mailing lists append to a mail."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from mailbot.reading.replies.fine_print import is_row
from mailbot.reading.words.phrases import Phrases, tokens

_LINK = re.compile(r"https?://|www\.\w|[\w.+-]@[\w-]{1,63}\.\w|mailto:", re.IGNORECASE)
_TARGET = re.compile(r"<[^<>\s]{1,500}>")
_LEAVE = re.compile(
    r"subscri|mailman|listinfo|mailing.list|-request@|[/@.]lists?\.|[/@.-]groups?[./]|/lists?/|\bunsub", re.IGNORECASE
)
_NUMBER = re.compile(r"\s{0,8}(?:[^\W\d_]{1,8}[.:]{1,2} ?)?[+(]?\d[\d ()./-]{5,22}\d\s{0,8}")
_EDGE = " \t\r\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*_-–—~<>[]()|"
_LEAST_ROW = 10
_LONGEST_FOOTER = 140
_LONGEST_SENTENCE = 80
_LONGEST_LONE = 80


@cache
def _footers() -> Phrases:
    return Phrases("footers")


def is_footer(line: str) -> bool:
    """Whether a line begins as those that phones and mail programs append."""
    stripped = _TARGET.sub(" ", line).strip(_EDGE) if "<" in line else line.strip(_EDGE)
    if not stripped or len(stripped) > (_LONGEST_SENTENCE if _ends(line) else _LONGEST_FOOTER):
        return False
    return _footers().opens(tokens(stripped[:100]))


def footer_start(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """«Sent from my iPhone» as the last line, or with a link, one short line or a name and its number below."""
    if len(filled) > 2 and is_footer(lines[filled[2]]) and _is_named_number(lines, filled[1], filled[0]):
        return filled[2]
    for at, i in enumerate(filled[:3]):
        if is_footer(lines[i]):
            return i if all(_LINK.search(lines[j]) or len(lines[j].strip()) <= 40 for j in filled[:at][:-1]) else None
        if at < 2 and not _LINK.search(lines[i]) and not _joins(lines, i):
            return None
    return None


def lone_footers(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """Footers that stand above other words: a paragraph of their own, and short."""
    for i in range(start, end):
        if len(lines[i]) > _LONGEST_LONE or not (line := lines[i].strip()):
            continue
        alone = (i == 0 or not lines[i - 1].strip()) and (i + 1 >= end or not lines[i + 1].strip())
        if alone and not _ends(line) and is_footer(line):
            yield i


def list_tail_start(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """A row of marks and below it the address of a mailing list, as list servers add it."""
    below: list[str] = []
    for i in filled:
        if lines[i].strip() == "-" and below and _LEAVE.search(below[-1]):  # Majordomo's row is one dash
            return i if any(map(_LINK.search, below)) else None
        if not is_row(lines[i]):
            below.append(lines[i][:500])
        elif below and len(lines[i].strip()) >= _LEAST_ROW:
            return i if any(map(_LINK.search, below)) and any(map(_LEAVE.search, below)) else None
    return None


def _is_named_number(lines: Sequence[str], name: int, number: int) -> bool:
    """Whether a name and nothing but a telephone number stand on two lines that follow each other."""
    words = lines[name].split()
    titled = all(word[:1].isupper() and word.replace("-", "").rstrip(".").isalpha() for word in words)
    return number == name + 1 and 2 <= len(words) <= 4 and titled and bool(_NUMBER.fullmatch(lines[number][:60]))


def _joins(lines: Sequence[str], at: int) -> bool:
    """Whether a short line goes on with the footer above it."""
    return len(lines[at].strip()) <= 40 and at > 0 and is_footer(lines[at - 1]) and not _ends(lines[at - 1])


def _ends(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?"))
