"""Where a signature begins, and what phones, mailing lists and virus scanners append to a mail."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from mailbot.reading.words.phrases import Phrases, tokens

_DELIMITER = re.compile(r"[ \u200e\u200f]?(?:--|—|–|__|--­|‐‐)[ \t\xa0\r\u200e\u200f]*$")
_STANDARD = re.compile(r"-- \r?$")
_RULE = re.compile(r"\s*(?:_{20,}|-{40,}|={40,}|~{20,}|[-~]{20,60})\s*$")
_LINK = re.compile(r"https?://|www\.\w|[\w.+-]@[\w-]{1,63}\.\w|mailto:", re.IGNORECASE)
_TARGET = re.compile(r"<[^<>\s]{1,500}>")
_LEAVE = re.compile(
    r"subscri|mailman|listinfo|mailing.list|-request@|[/@.]lists?\.|[/@.-]groups?[./]|/lists?/", re.IGNORECASE
)
_PHONE = re.compile(r"(?:\+|\(|\b0)[\d()][\d\s()./-]{5,20}\d")
_EDGE = " \t\r\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*_-–—~<>[]()|"
_MOST_SIGNATURE_LINES = 12
_MOST_TAIL_LINES = 14
_LONGEST_FOOTER = 140
_LONGEST_SENTENCE = 80


@cache
def _footers() -> Phrases:
    return Phrases("footers")


@cache
def _closings() -> Phrases:
    return Phrases("closings")


@cache
def _disclaimers() -> Phrases:
    return Phrases("disclaimers")


def signature_lines(lines: Sequence[str], start: int, end: int) -> set[int]:
    """Which lines of `lines[start:end]`, all of them the writer's own, are a signature or a footer."""
    cut = _delimiter(lines, start, end)
    found = set(range(cut, end))
    end = cut
    while (tail := _tail(lines, start, end)) is not None:
        found.update(range(tail, end))
        end = tail
    found.update(_lone_footers(lines, start, end))
    return found


def _delimiter(lines: Sequence[str], start: int, end: int) -> int:
    """The line of the first signature delimiter; `end` if there is none.

    Some programs strip the space behind `--`; then it is told from a rule in the text by what follows.
    """
    below = 0
    found = end
    for i in range(end - 1, start - 1, -1):
        line = lines[i]
        if len(line) < 12 and _DELIMITER.match(line) and (_STANDARD.match(line) or _is_card(lines, i + 1, end, below)):
            found = i
        below += bool(line.strip())
    return found


def _is_card(lines: Sequence[str], start: int, end: int, count: int) -> bool:
    """Whether lines are few and rather names and addresses than sentences."""
    if count > _MOST_SIGNATURE_LINES:
        return False
    filled = [line[:300] for line in lines[start : min(end, start + 40)] if line.strip()]
    sentences = sum(_ends(line) for line in filled)
    return sentences < 3 or sentences * 2 < len(filled) or any(_is_contact(line) for line in filled)


def _is_contact(line: str) -> bool:
    return bool(_LINK.search(line) or _PHONE.search(line))


def _tail(lines: Sequence[str], start: int, end: int) -> int | None:
    """Where the last piece begins if it is a footer, a mailing list's tail, a disclaimer or a block of contacts."""
    filled = list(_filled_from_below(lines, start, end))
    if not filled:
        return None
    for tail in (_footer, _list_tail, _disclaimer, _contacts):
        if (found := tail(lines, filled)) is not None:
            return found
    return None


def _filled_from_below(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    count = 0
    for i in range(end - 1, start - 1, -1):
        if lines[i].strip():
            yield i
            count += 1
        if count > _MOST_TAIL_LINES:
            return


def _footer(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """«Sent from my iPhone» as the last line, or with a link or one short line below."""
    for at, i in enumerate(filled[:3]):
        if is_footer(lines[i]):
            return i if all(_LINK.search(lines[j]) or len(lines[j].strip()) <= 40 for j in filled[:at][:-1]) else None
        if at < 2 and not _LINK.search(lines[i]) and not _joins(lines, i):
            return None
    return None


def _joins(lines: Sequence[str], at: int) -> bool:
    """Whether a short line goes on with the footer above it."""
    return len(lines[at].strip()) <= 40 and at > 0 and is_footer(lines[at - 1]) and not _ends(lines[at - 1])


def _ends(line: str) -> bool:
    return line.rstrip().endswith((".", "!", "?"))


def is_footer(line: str) -> bool:
    """Whether a line begins as those that phones and mail programs append."""
    stripped = _TARGET.sub(" ", line).strip(_EDGE) if "<" in line else line.strip(_EDGE)
    if not stripped or len(stripped) > (_LONGEST_SENTENCE if _ends(line) else _LONGEST_FOOTER):
        return False
    return _footers().opens(tokens(stripped[:100]))


def _lone_footers(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """Footers that stand above other words: a paragraph of their own, and short."""
    for i in range(start, end):
        line = lines[i].strip()
        alone = bool(line) and (i == 0 or not lines[i - 1].strip()) and (i + 1 >= end or not lines[i + 1].strip())
        if alone and len(line) <= 60 and not _ends(line) and is_footer(line):
            yield i


def _list_tail(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """A rule and below it the address of a mailing list, as list servers add it."""
    for at, i in enumerate(filled):
        line = lines[i]
        if len(line) < 200 and _RULE.match(line):
            below = [lines[j][:500] for j in filled[:at]]
            linked = any(_LINK.search(text) for text in below)
            return i if linked and any(_LEAVE.search(text) for text in below) else None
    return None


def _disclaimer(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """A paragraph of a lawyer's at the very end, known by its beginning."""
    for i in filled:
        words = tokens(lines[i][:120])
        if _disclaimers().opens(words) and (i == 0 or not lines[i - 1].strip()):
            text = " ".join(lines[j] for j in reversed(filled) if j >= i)
            return i if len(text) >= 180 else None
    return None


def _contacts(lines: Sequence[str], filled: Sequence[int]) -> int | None:
    """Phone, address and link below a closing and a name: at least two such lines and nothing but short ones."""
    for at, i in enumerate(filled):
        line = lines[i].strip()
        if at >= 3 and len(line) <= 50 and _closings().are(tokens(line)):
            block = filled[: at - 1]
            contacts = [j for j in block if _is_contact(lines[j][:300])]
            short = all(len(lines[j].strip()) <= 100 and not _is_sentence(lines[j]) for j in block)
            return block[-1] if len(contacts) >= 2 and short else None
    return None


def _is_sentence(line: str) -> bool:
    """Whether a line is rather a sentence than a title, a name or a number."""
    small = sum(word.isalpha() and word[0].islower() for word in line.split())
    return _ends(line) or small > 3
