"""The head that a mail program sets above an old mail: separator lines and blocks of header lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mailbot.reading.forwards.signs import end_mark
from mailbot.reading.replies.pasted import is_pasted
from mailbot.reading.words import clients
from mailbot.reading.words.phrases import Phrases, tokens

_CLASSES = ("from", "sent", "to", "cc", "subject", "other")
_PREFIX = re.compile(r"[>\s*_|\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*")
_LABEL = re.compile(r"([^:：\n]{1,40}?)\s*[:：]")
_ADDRESS = re.compile(r"[\w.+-]@[\w-]{1,63}\.\w|mailto:", re.IGNORECASE)
_MOMENT = re.compile(r"\d{1,2}[:.٫：]\d{2}|(?:19|20|25)\d{2}|1[34]\d{2}|\d[./-]\d")
_EXACT = re.compile(r"(?:19|20|25)\d{2}\D.{0,20}\d{1,2}[:.]\d{2}")
_MAILBOX = re.compile(r"\w\W{0,3} <[^<>\s]{1,200}@[^<>\s]{1,200}>")
_RULE = re.compile(r"\s*(?:[_\-=*‐–—]\s?){5,}\s*$")
_QUICK_TEXT = re.compile(r"\s{0,8}\S[^\n]{0,80}?\s---\s?\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}[:.]\d{2}[^\n]{0,20}---")
_FENCED_START = re.compile(r"\s{0,8}-{3,20} ?([^-:\n]{4,60}?) ?-{3,20}\s{1,8}")
_DASHES = frozenset("-_=‐–—#~+*")
_LONGEST_LINE = 1000
_MOST_LINES = 24
_MANY_DASHES = 10


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above an old mail: its lines, and the line of its header block where it has one."""

    start: int
    end: int
    block: int | None


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    for name in _CLASSES:
        for word in clients.words(f"headers.{name}"):
            labels.setdefault("".join(tokens(word)), name)
    labels.pop("", None)
    return labels


@cache
def _separators() -> Phrases:
    return Phrases("original", "forwarded")


@cache
def _forwards() -> Phrases:
    return Phrases("forwarded")


@cache
def _above() -> Phrases:
    return Phrases("reply_above")


def label_of(line: str) -> tuple[str, str] | None:
    """The kind of header (`from`, `sent`, …) that a line begins with, and its value; None if it is no header line."""
    if ":" not in line[:80] and "：" not in line[:80]:
        return None
    start = _PREFIX.match(line[:200])
    found = _LABEL.match(line, start.end() if start else 0)
    if not found or found[1][:1].isdigit():
        return None
    name = _labels().get("".join(tokens(found[1])))
    return (name, line[found.end() : _LONGEST_LINE].strip(" \t*_\u200e\u200f\u202c")) if name else None


def kind_of_label(words: str) -> str | None:
    """The kind of header of which `words` are the label."""
    return _labels().get("".join(tokens(words)))


def header_block_end(lines: Sequence[str], start: int, *, below_rule: bool = False) -> int | None:
    """The line after the last header line of the block that begins at `start`; None if there is no block."""
    if label_of(lines[start]) is None:
        return None
    found: dict[str, str] = {}
    labels: set[str] = set()
    end, gap, blank = start, 0, 0
    for i in range(start, min(start + _MOST_LINES, len(lines))):
        if field := label_of(lines[i]):
            value = field[1] or (lines[i + 1].strip() if i + 1 < len(lines) else "")
            found[field[0]] = f"{found.get(field[0], '')} {value}"
            labels.add(lines[i].partition(":")[0].strip(" *_>"))
            end, gap, blank = i + 1, 0, 0
            continue
        blank, gap = (blank, gap + 1) if lines[i].strip() else (blank + 1, gap)
        if blank > 1 or gap > 3 or (blank and gap):
            break
    return end if _is_mail(found, len(labels), below_rule=below_rule) else None


def _is_mail(found: dict[str, str], count: int, *, below_rule: bool) -> bool:
    """Whether these headers are those of a mail, and not the lines of an order (From: Tallinn, To: Tartu)."""
    people = " ".join(found.get(name, "") for name in ("from", "to", "cc", "other"))
    addressed = bool(_ADDRESS.search(people))
    moment = bool(_MOMENT.search(found.get("sent", "") or found.get("other", "")))
    if "from" not in found:
        return addressed and {"sent", "to", "subject"} <= found.keys()
    if addressed and _tells_enough(found, count, moment=moment, below_rule=below_rule):
        return True
    if any(letter.isdigit() for letter in found["from"]):
        return False
    if "subject" in found and count >= 3 and (moment or count >= 4 or below_rule):
        return True
    return below_rule and count >= 2 and (moment or "subject" in found)


def _tells_enough(found: dict[str, str], count: int, *, moment: bool, below_rule: bool) -> bool:
    """Whether beside a sender with an address enough is told: two of date, recipient and subject; less below a rule.

    A writer who names a mail may give its sender with a date or a subject, but no mailbox with a time of day.
    """
    if moment + bool(found.keys() & {"to", "cc"}) + ("subject" in found) >= 2:
        return True
    if count < 2 or not (moment or "subject" in found):
        return False
    exact = bool(_EXACT.search(found.get("sent", ""))) and bool(_MAILBOX.search(found.get("from", "")))
    return below_rule or exact


def head_at(lines: Sequence[str], at: int) -> Head | None:
    """The head that begins at line `at`: a separator, or header lines with or without a rule above."""
    return _separated(lines, at) or _block_head(lines, at)


def with_rule_above(lines: Sequence[str], start: int) -> int:
    """`start`, or the line of a rule or of words between dashes that stands directly above it."""
    above = start - 1 if start > 0 and lines[start - 1].strip() else start - 2
    if above < 0 or not lines[above].strip() or len(lines[above]) > 200:
        return start
    return above if _RULE.match(lines[above]) or _is_title(lines[above]) else start


def _is_title(line: str) -> bool:
    """Whether words between dashes are known as a separator, or the dashes are too many for a person's."""
    if not _is_fenced(line):
        return False
    return _separators().opens(tokens(line)) or sum(mark in _DASHES for mark in line) >= _MANY_DASHES


def _separated(lines: Sequence[str], at: int) -> Head | None:
    line = lines[at]
    if _has_all_in_one(line):
        return Head(at, at + 1, at)
    if len(line) <= 200 and not line[0].isalnum():
        if _RULE.match(line):
            return _below_rule(lines, at)
        if asks_to_reply_above(line):
            return Head(at, at + 1, None)
        if _is_fenced(line):
            return _below_separator(lines, at)
    return _below_separator(lines, at) if len(line) <= 80 and _separators().are(tokens(line)) else None


def _block_head(lines: Sequence[str], at: int) -> Head | None:
    if label_of(lines[at]) is None or (at > 0 and label_of(lines[at - 1]) is not None):
        return None  # one block is read once, from its first line
    end = header_block_end(lines, at)
    if end is None or is_pasted(lines, at, end):
        return None
    return Head(_quick_text_above(lines, at), end, at)


def _quick_text_above(lines: Sequence[str], at: int) -> int:
    """`at`, or the line above in which Notes says who wrote when, and the old mail's first words."""
    above = at - 1 if at > 0 and lines[at - 1].strip() else at - 2
    return above if above >= 0 and _QUICK_TEXT.match(lines[above][:_LONGEST_LINE]) else at


def _has_all_in_one(line: str) -> bool:
    """Whether separator and headers stand in one line, as Yahoo writes them."""
    found = _FENCED_START.match(line) if "--" in line[:20] else None
    if found is None or not _separators().are(tokens(found[1])):
        return False
    field = label_of(line[found.end() : _LONGEST_LINE])
    return field is not None and field[0] == "from" and bool(_ADDRESS.search(field[1]))


def forward_end(lines: Sequence[str], start: int, end: int) -> int | None:
    """The line below the mark that closes a forward whose head is `lines[start:end]`; None if there is none."""
    title = lines[start][:_LONGEST_LINE]
    if not (_is_fenced(title) and _forwards().found_in(tokens(title))):
        return None
    first = next((i for i in range(end, len(lines)) if lines[i].strip()), end)
    last = end_mark(lines, first + 1, title)  # Zoho repeats its mark below the headers
    return last + 1 if last is not None else None


def _below_rule(lines: Sequence[str], at: int) -> Head | None:
    for i in range(at + 1, min(at + 4, len(lines))):
        if lines[i].strip():
            end = header_block_end(lines, i, below_rule=True)
            return Head(at, end, i) if end is not None else None
    return None


def _below_separator(lines: Sequence[str], at: int) -> Head | None:
    known = _separators().opens(tokens(lines[at]))
    for i in range(at + 1, min(at + 5, len(lines))):
        if (end := header_block_end(lines, i, below_rule=True)) is not None:
            return Head(at, end, i)
        if lines[i].strip() and not known:
            return None
    return Head(at, at + 1, None) if known and _is_fenced(lines[at]) else None


def asks_to_reply_above(line: str) -> bool:
    """Whether a line is the mark of a desk above its letters: «## Please reply above this line ##»."""
    framed = not line.strip()[:1].isalnum()
    words = tokens(line) if framed else []
    return 0 < len(words) <= 16 and _above().found_in(words)


def _is_fenced(line: str) -> bool:
    """Whether words stand between dashes."""
    inner = line.strip(" \t\r\xa0>\u200e\u200f\u202a\u202b\u202c")
    inner = inner if inner.startswith("**") else inner.strip("*")
    return len(inner) > 4 and _DASHES.issuperset(inner[:2] + inner[-2:]) and not _DASHES.issuperset(inner)
