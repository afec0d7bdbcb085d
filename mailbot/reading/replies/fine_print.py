"""The small print below a mail: what lawyers, virus scanners, free mailers and list programs append to it."""

import re
from collections.abc import Sequence
from functools import cache

from mailbot.reading.words.phrases import Phrases, tokens
from mailbot.reading.words.telltales import plain, present, sections_in

_ABOUT, _OPINIONS = "fine_print.about", "fine_print.opinions"
_GROUPS = (_ABOUT, _OPINIONS, *(f"fine_print.{name}" for name in (
    "secret", "addressee", "error", "asked", "forbidden", "viruses", "tax",
)))  # fmt: skip
_ROW_MARKS = "_-*=#~+—–―─‐"
_MOST_LINES = 40
_LONGEST = 4000
_LONGEST_AD = 700
_LONGEST_PHRASE = 500
_LEAST_ALONE = 60
_WIDE_ROW = 70
_LEAST_ROW = 20
_LEAST_TIGHT_ROW = 40
_MOST_AD_LINES = 4
_LINK = re.compile(r"<?(?:https?://|www\.)\S{3,500}$")
_LEAST_OPENED = 180


@cache
def _openings() -> Phrases:
    return Phrases("disclaimers")


@cache
def _ads() -> Phrases:
    return Phrases("small_ads")


@cache
def _mailers() -> Phrases:
    return Phrases("free_mailers")


@cache
def _headings() -> Phrases:
    return Phrases("fine_print_headings")


@cache
def _writer() -> Phrases:
    return Phrases("writer")


def is_heading(line: str) -> bool:
    """Whether a line is nothing but the title of small print: «Disclaimer»."""
    return len(line) <= 60 and _headings().are(tokens(line))


def is_row(line: str) -> bool:
    """Whether a line is a row of marks, such as servers set above and below what they add."""
    stripped = line.strip() if len(line) <= 300 else ""
    return len(stripped) >= 3 and not stripped.strip(">").strip(_ROW_MARKS) and stripped[0] in _ROW_MARKS


def fine_print_start(lines: Sequence[str], start: int, end: int) -> int | None:
    """Where the last paragraph of `lines[start:end]`, or the box of rows at its end, begins if it is small print."""
    last = _filled_before(lines, start, end)
    if last is not None and is_row(lines[last]):
        box = _box_start(lines, start, last)
        if box is not None and _is_small(lines[box + 1 : last], ruled=True):
            return box
        last = _filled_before(lines, start, last)
    return _paragraph_at_end(lines, start, last) if last is not None else None


def _paragraph_at_end(lines: Sequence[str], start: int, last: int) -> int | None:
    """Where the paragraph that ends with line `last` begins, with the row above it, if it is small print."""
    first = _paragraph_start(lines, start, last)
    above = _filled_before(lines, start, first)
    if above is None:
        return first if start > 0 and is_advertisement_head(lines[first]) else None
    if is_row(lines[above]):
        opened = above == start or not lines[above - 1].strip()
        sponsored = above == first - 1 and _is_sponsored(lines[above].strip(), lines[first : last + 1], opened=opened)
        return above if sponsored or _is_small(lines[first : last + 1], ruled=True) else None
    if is_advertisement_head(lines[first]):
        return first
    first += _names_above(lines[first : last + 1])
    return first if _is_small(lines[first : last + 1], ruled=False) else None


def is_advertisement_head(line: str) -> bool:
    """Whether a line is the title of an advertisement between marks: «----- Yahoo! Groups Sponsor -----»."""
    stripped = line.strip()
    inner = stripped.strip(_ROW_MARKS + "> ")
    return len(stripped) - len(inner) >= 10 and len(inner) <= 40 and _ads().opens(tokens(inner))


def _filled_before(lines: Sequence[str], start: int, end: int) -> int | None:
    return next((i for i in range(end - 1, start - 1, -1) if lines[i].strip()), None)


def _box_start(lines: Sequence[str], start: int, last: int) -> int | None:
    rows = (i for i in range(last - 1, max(start, last - _MOST_LINES) - 1, -1) if is_row(lines[i]))
    found = next(rows, None)
    return found if found is not None and _filled_before(lines, start, found) is not None else None


def _paragraph_start(lines: Sequence[str], start: int, last: int) -> int:
    first = last
    while first > max(start, last - _MOST_LINES) and lines[first - 1].strip() and not is_row(lines[first - 1]):
        first -= 1
    return first


def _names_above(paragraph: Sequence[str]) -> int:
    """How many lines of a name or a title stand directly above the small print, which is wider than they are."""
    for i, line in enumerate(paragraph[:6]):
        if len(line.strip()) > 40 or _openings().opens(tokens(line)) or _ads().opens(tokens(line)):
            return i
    return 0


def _is_small(paragraph: Sequence[str], *, ruled: bool) -> bool:
    shown = " ".join(line.strip() for line in paragraph)
    if len(shown) > _LONGEST:
        return False
    words = tokens(shown[:_LONGEST_PHRASE])
    return _is_ad(paragraph, shown, words, ruled=ruled) or _is_notice(shown, words, ruled=ruled)


def _is_ad(paragraph: Sequence[str], shown: str, words: Sequence[str], *, ruled: bool) -> bool:
    """Whether a paragraph begins with `words` as small ads do; without a row above, in some that no customer does."""
    if len(shown) > _LONGEST_AD:
        return False
    bare = words[1:] if len(words[0:1]) and len(words[0]) == 1 else words
    if ruled:
        begins = any(_ads().opens(tokens(line[:200])) for line in paragraph) or _ads().opens(bare)
    else:
        begins = max(_ads().begins(words), _ads().begins(bare)) >= 3 and not shown.rstrip().endswith("?")
    return begins and not _has_writer(shown)


def _is_sponsored(row: str, paragraph: Sequence[str], *, opened: bool) -> bool:
    """Whether a row as wide as the page, as lists for programs set it, or a call to buy stands above a link."""
    shown = " ".join(paragraph)
    if len(shown) > _LONGEST_AD or _has_writer(shown):
        return False
    if "://" in paragraph[-1] and not row.strip("-") and len(row) >= _WIDE_ROW:
        return True
    called = len(row) >= (_LEAST_ROW if opened else _LEAST_TIGHT_ROW) and not row.strip("-_")
    return called and 2 <= len(paragraph) <= _MOST_AD_LINES and _calls_to_buy(paragraph)


def _calls_to_buy(paragraph: Sequence[str]) -> bool:
    """Whether lines cry out or name a free mailer, and one is only a link or the last ends with one."""
    linked = any(_LINK.fullmatch(line.strip()) for line in paragraph) or bool(_LINK.search(paragraph[-1]))
    cries = any(line.rstrip().endswith("!") or "! " in line for line in paragraph)
    return linked and (cries or _mailers().found_in(tokens(" ".join(paragraph))))


def _has_writer(shown: str) -> bool:
    """Whether somebody speaks of oneself, as small print never does."""
    return _writer().found_in(tokens(shown))


def _is_notice(shown: str, words: Sequence[str], *, ruled: bool) -> bool:
    """Whether several things are said of which only lawyers speak together, the mail itself among them."""
    opened = _openings().opens(words)
    if opened and len(shown) >= _LEAST_OPENED:
        return True
    if not (ruled or opened or len(shown) >= _LEAST_ALONE or shown.endswith(".")):
        return False
    text = plain(shown)
    signs = sections_in(text, *_GROUPS)
    if ruled or opened:
        enough = len(signs) >= 2
    else:
        plenty = len(signs) >= 3 or (_OPINIONS in signs and len(present(text, _OPINIONS)) >= 2)
        told = plenty and _ABOUT in signs and len(shown) >= _LEAST_ALONE
        enough = told or (shown.endswith(".") and len(present(text, "letterhead")) >= 2)
    return enough and (ruled or len(signs) >= 4 or not _has_writer(shown))
