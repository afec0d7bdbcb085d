"""The line that introduces a quote: «On 3 November 2026 at 10:11, Mari <mari@…> wrote:», in any language and order.

Signs count, not sentences: an address, a date, a time, a verb, and the colon at the end.
"""

import re
from collections.abc import Sequence
from functools import cache

from mailbot.reading.replies.attribution_signs import (
    ADDRESS,
    ENDS_IN_ADDRESS,
    IN_BRACKETS,
    TAIL,
    Signs,
    closes_bracket,
    date_words,
    introduces_marks,
    introduces_text,
    opens_dated,
    signs_of,
    stands_alone,
    wrote_words,
)
from mailbot.reading.replies.quote_marks import odd_mark
from mailbot.reading.words.phrases import Phrases, tokens

_COLONS = (":", "：", "︰", "﹕")
_QUOTE_IN_LINE = re.compile(r"[:：](?= >|[ ]{2,9}\S)")
_ARTICLE = re.compile(r"news:\S{1,200}$|<\S{1,200}@\S{1,200}>?\.\.\.$", re.IGNORECASE)
_LONGEST_ABOVE = 120
_LONGEST_PREPOSITION = 14
_LONGEST_LINE = 300
_LONGEST = 500
_WIDEST = 4


@cache
def _prepositions() -> Phrases:
    return Phrases("date_prepositions")


def is_attribution(line: str) -> bool:
    """Whether `line`, which stands directly above a quote, introduces it («On …, … wrote:»)."""
    return len(line) <= _LONGEST_LINE and _ends_open(line) and signs_of(line).count >= 2


def attribution_start(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> int | None:
    """The first line of the attribution that ends with line `last`: mail programs wrap it over up to four lines."""
    line = lines[last]
    if ":" in line and (": >" in line or ":  " in line) and _goes_on_in_line(line[:_LONGEST]):
        return last
    if len(line) > _LONGEST_LINE:
        return None
    is_open = _ends_open(line)
    marked = _next_is(lines, quoted, last + 1) or (is_open and _is_oddly_quoted(lines, last))
    if not is_open and not (marked and _may_end(line)):
        return last if marked and _goes_on_quoted(lines, last, quoted) else None
    best: tuple[int, int] | None = None
    for start, signs in _widths(lines, last, quoted):
        if _is_enough(signs, lines, start, last, marked=marked, is_open=is_open):
            weight = signs.count + signs.starts
            if best is None or weight > best[0]:
                best = weight, start
        if signs.starts and signs.count >= 3:
            break
    return _with_lines_above(lines, best[1], last, quoted) if best else None


def _goes_on_quoted(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> bool:
    """Whether the attribution that begins on line `last` was wrapped into the quote: «On …, Mari» above «> wrote:»."""
    if not (last + 1 < len(lines) and quoted[last + 1] and signs_of(lines[last]).starts):
        return False
    below = " ".join(line.lstrip("> \t＞") for line in lines[last + 1 : last + 3] if _ends_open(line))
    return bool(below) and signs_of(f"{lines[last]} {below[:_LONGEST_LINE]}").count >= 3


def _goes_on_in_line(line: str) -> bool:
    """Whether the old mail begins on the attribution's own line, as in mail of phones and where breaks were lost."""
    found = _QUOTE_IN_LINE.search(line)
    signs = signs_of(line[: found.start()]) if found else None
    return signs is not None and signs.starts and signs.address and signs.wrote and signs.count >= 3


def opens_quote(lines: Sequence[str]) -> bool:
    """Whether quoted lines begin with an attribution, as those of programs that quote it too."""
    joined = ""
    for line in lines[:_WIDEST]:
        joined = f"{joined} {line.lstrip('> ＞')}".strip()
        if is_attribution(joined):
            return True
    return False


def _is_oddly_quoted(lines: Sequence[str], last: int) -> bool:
    """Whether a quote with other marks than `>` follows: the line above says then who wrote it, not only when."""
    if odd_mark(lines, last + 1) is None:
        return False
    signs = signs_of(" ".join(lines[max(0, last - 1) : last + 1])[:_LONGEST])
    return signs.wrote or signs.address


def _with_lines_above(lines: Sequence[str], start: int, last: int, quoted: Sequence[bool]) -> int:
    """`start`, or the line further up on which the attribution begins, with a date or an address broken off."""
    while start > max(0, last - _WIDEST + 1) and not quoted[start - 1] and _goes_on_below(lines, start - 1):
        start -= 1
    return start


def _goes_on_below(lines: Sequence[str], at: int) -> bool:
    line = lines[at].strip()
    if len(line) > _LONGEST_ABOVE:
        return False
    if len(line) <= _LONGEST_PREPOSITION and _prepositions().are(tokens(line)):
        return True
    if _begins_date(line):
        return True
    return bool(ENDS_IN_ADDRESS.search(line)) and not any(ADDRESS.search(below) for below in lines[at + 1 : at + 2])


def _begins_date(line: str) -> bool:
    if not line or len(line) > 80 or _ends_open(line) or _ends_sentence(line):
        return False
    words = tokens(line)
    dates = date_words()
    last = words[-1] if words else ""
    broken = line.endswith((",", "،")) or len(last) <= 2 or last in dates or last.isdigit()
    return broken and any(word in dates for word in words[:4])


def _widths(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> list[tuple[int, Signs]]:
    """The last line alone, with the one above, and so on, as far as they can be one sentence."""
    found: list[tuple[int, Signs]] = []
    joined = ""
    for start in range(last, max(last - _WIDEST, -1), -1):
        line = lines[start].strip()
        if not line or quoted[start] or len(line) > _LONGEST_LINE or len(joined) + len(line) > _LONGEST:
            break
        if start < last and (_ends_open(line) or _ends_sentence(line)):
            break
        joined = f"{line} {joined}" if joined else line
        found.append((start, signs_of(joined)))
    return found


def _is_enough(signs: Signs, lines: Sequence[str], start: int, last: int, *, marked: bool, is_open: bool) -> bool:
    if not is_open:
        return (
            signs.date and signs.starts and ((signs.address and closes_bracket(signs)) or (signs.wrote and signs.time))
        )
    if signs.date and opens_dated(signs.words):
        return True
    bracketed = signs.address and bool(IN_BRACKETS.search(signs.text))
    if marked:
        return introduces_marks(signs, bracketed=bracketed)
    if not any(line.strip() for line in lines[last + 1 : last + 6]):
        return False
    alone = start == 0 or not lines[start - 1].strip()
    return introduces_text(signs, bracketed=bracketed) or (alone and stands_alone(signs, is_one=start == last))


def _may_end(line: str) -> bool:
    stripped = line.rstrip(TAIL)
    return stripped.endswith((">", ")", "＞")) or wrote_words().found_in(tokens(stripped[-40:]))


def _ends_open(line: str) -> bool:
    """Whether a line ends with a colon, or with the dashes that some programs set around an attribution."""
    stripped = line[-60:].rstrip(TAIL)
    if stripped[-1:].isalnum():
        return False
    if stripped.endswith(_COLONS) or _ends_in_article(line, stripped):
        return True
    inner = stripped.rstrip('-])>"' + TAIL)
    if inner == stripped or not inner:
        return False
    if inner.endswith(_COLONS):
        return not stripped.endswith(">") or stripped.endswith((":>", ": >"))
    return stripped.endswith("--") and wrote_words().found_in(tokens(inner[-30:]))


def _ends_in_article(line: str, stripped: str) -> bool:
    """Whether a line ends with the number of an article: «… wrote in message news:1234@acme.example...»."""
    return stripped.endswith(("...", "…")) and bool(_ARTICLE.search(line[-_LONGEST_LINE:]))


def _ends_sentence(line: str) -> bool:
    """Whether a line ends a sentence of its own; a full stop behind a number or a short form does not."""
    stripped = line.rstrip(TAIL)
    if stripped.endswith(("!", "?", "…", "。", "؟")):
        return True
    if not stripped.endswith("."):
        return False
    word = (tokens(stripped[-20:]) or [""])[-1]
    return not (word in date_words() or len(word) <= 2 or word.isdigit())


def _next_is(lines: Sequence[str], quoted: Sequence[bool], start: int) -> bool:
    """Whether the next line with words, close below, is quoted."""
    for i in range(start, min(start + 4, len(lines))):
        if quoted[i]:
            return True
        if lines[i].strip():
            return False
    return False
