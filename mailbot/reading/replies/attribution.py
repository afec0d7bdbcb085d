"""The line that introduces a quote: «On 3 November 2026 at 10:11, Mari <mari@…> wrote:», in any language and order.

Signs count, not sentences: an address, a date, a time, a verb, and the colon at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mailbot.reading.replies.quote_marks import odd_mark
from mailbot.reading.words.phrases import Phrases, tokens

_D = "0-9۰-۹٠-٩"
_ADDRESS = re.compile(r"[\w.+'-]@[\w-]{1,63}\.\w|\w@\[|\[(?:e-?mail|hidden|mailto)[ :]", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[<(\[＜（][^<>()\s]{0,200}[\w.+'-]@[\w-]{1,63}\.\w")
_ENDS_IN_ADDRESS = re.compile(r"@[\w.\u200e\u200f\u202a-\u202e-]{1,250}[>)\]＞）]\W{0,8}$")
_TIME = re.compile(rf"(?<![{_D}.:/])[{_D}]{{1,2}}\s?[:.：٫h時时点시]\s?[{_D}]{{2}}(?![{_D}]|[./][{_D}])", re.IGNORECASE)
_DATE = re.compile(
    rf"[{_D}]{{1,4}}[./-]\s?[{_D}]{{1,2}}[./-]\s?[{_D}]{{2,4}}|(?<![{_D}])(?:19|20|25)[{_D}]{{2}}(?![{_D}])"
    r"|(?<!\d)1[34]\d\d(?!\d)|۱[۳۴][۰-۹]{2}|۲۰[۰-۹]{2}|٢٠[٠-٩]{2}|[月월]"
)
_HAS_DIGIT = re.compile(rf"[{_D}]")
_FULL_DATE = re.compile(rf"(?:19|20|25)[{_D}]{{2}}|[{_D}]{{1,2}}[./-][{_D}]{{1,2}}[./-][{_D}]{{2,4}}|۱[۳۴][۰-۹]{{2}}")
_TAIL = " \t\r\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*_"
_COLONS = (":", "：", "︰", "﹕")
_QUOTE_IN_LINE = re.compile(r"[:：](?= >|[ ]{2,9}\S)")
_ARTICLE = re.compile(r"news:\S{1,200}$|<\S{1,200}@\S{1,200}>?\.\.\.$", re.IGNORECASE)
_NAME_AND_TIME = re.compile(
    r"(?P<name>(?:[^\W\d_a-z][\w.'-]{0,30} ){0,3}[^\W\d_a-z][\w.'-]{0,30}(?: \([^()]{1,40}\))?), [^:]{3,40}"
    r"\d{1,2}[:.]\d{2}(?: ?[AaPp]\.?[Mm]\.?)?,? (?:[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}):?\s*$"
)
_UNSPACED = "\u0e00"
_MOST_WORDS_SAID = 10
_LONGEST_ABOVE = 120
_LONGEST_PREPOSITION = 14
_LONGEST_LINE = 300
_LONGEST = 500
_WIDEST = 4


@cache
def _wrote() -> Phrases:
    return Phrases("wrote")


@cache
def _date_words() -> frozenset[str]:
    return Phrases("months", "weekdays").first_words


@cache
def _dated_openings() -> Phrases:
    return Phrases("dated_openings")


@cache
def _prepositions() -> Phrases:
    return Phrases("date_prepositions")


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for an attribution in one or several lines taken together."""

    address: bool
    date: bool
    time: bool
    wrote: bool
    starts: bool
    """Whether a date stands at its beginning, behind at most three words."""
    text: str
    words: tuple[str, ...]

    @property
    def count(self) -> int:
        return self.address + self.date + self.time + self.wrote


def is_attribution(line: str) -> bool:
    """Whether `line`, which stands directly above a quote, introduces it («On …, … wrote:»)."""
    return len(line) <= _LONGEST_LINE and _ends_open(line) and _signs(line).count >= 2


def attribution_start(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> int | None:
    """The first line of the attribution that ends with line `last`: mail programs wrap it over up to four lines."""
    line = lines[last]
    if (": >" in line or ":  " in line) and _goes_on_in_line(line[:_LONGEST]):
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
    if not (last + 1 < len(lines) and quoted[last + 1] and _signs(lines[last]).starts):
        return False
    below = " ".join(line.lstrip("> \t＞") for line in lines[last + 1 : last + 3] if _ends_open(line))
    return bool(below) and _signs(f"{lines[last]} {below[:_LONGEST_LINE]}").count >= 3


def _goes_on_in_line(line: str) -> bool:
    """Whether the old mail begins on the attribution's own line, as in mail of phones and where breaks were lost."""
    found = _QUOTE_IN_LINE.search(line)
    signs = _signs(line[: found.start()]) if found else None
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
    signs = _signs(" ".join(lines[max(0, last - 1) : last + 1])[:_LONGEST])
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
    return bool(_ENDS_IN_ADDRESS.search(line)) and not any(_ADDRESS.search(below) for below in lines[at + 1 : at + 2])


def _begins_date(line: str) -> bool:
    if not line or len(line) > 80 or _ends_open(line) or _ends_sentence(line):
        return False
    words = tokens(line)
    dates = _date_words()
    last = words[-1] if words else ""
    broken = line.endswith((",", "،")) or len(last) <= 2 or last in dates or last.isdigit()
    return broken and any(word in dates for word in words[:4])


def _widths(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> list[tuple[int, _Signs]]:
    """The last line alone, with the one above, and so on, as far as they can be one sentence."""
    found: list[tuple[int, _Signs]] = []
    joined = ""
    for start in range(last, max(last - _WIDEST, -1), -1):
        line = lines[start].strip()
        if not line or quoted[start] or len(line) > _LONGEST_LINE or len(joined) + len(line) > _LONGEST:
            break
        if start < last and (_ends_open(line) or _ends_sentence(line)):
            break
        joined = f"{line} {joined}" if joined else line
        found.append((start, _signs(joined)))
    return found


def _signs(text: str) -> _Signs:
    words = tokens(text)
    has_digit = bool(_HAS_DIGIT.search(text))
    named = any(_is_date_word(words, at) and (has_digit or len(word) >= 4) for at, word in enumerate(words))
    return _Signs(
        address=bool(_ADDRESS.search(text)),
        date=named or (has_digit and bool(_DATE.search(text))),
        time=has_digit and bool(_TIME.search(text)),
        wrote=_wrote().found_in(words),
        starts=has_digit and (_opens_dated(words) or any(_is_dated(words, at) for at in range(min(4, len(words))))),
        text=text,
        words=tuple(words),
    )


def _opens_dated(words: Sequence[str]) -> bool:
    """Whether a program speaks of the mail before it names its date: «In a message dated …»."""
    return _dated_openings().opens(words)


def _is_dated(words: Sequence[str], at: int) -> bool:
    return bool(_HAS_DIGIT.search(words[at])) or _is_date_word(words, at)


def _is_date_word(words: Sequence[str], at: int) -> bool:
    """Whether a word names a month or a weekday; one of two letters, a word in many languages, only by its place."""
    if words[at] not in _date_words():
        return False
    near = (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
    return len(words[at]) > 2 or at == 0 or words[at] >= _UNSPACED or any(_HAS_DIGIT.search(word) for word in near)


def _is_enough(signs: _Signs, lines: Sequence[str], start: int, last: int, *, marked: bool, is_open: bool) -> bool:
    if not is_open:
        return signs.date and signs.starts and ((signs.address and _closes(signs)) or (signs.wrote and signs.time))
    if signs.date and _opens_dated(signs.words):
        return True
    bracketed = signs.address and bool(_IN_BRACKETS.search(signs.text))
    if marked:
        return _introduces_marks(signs, bracketed=bracketed)
    if not any(line.strip() for line in lines[last + 1 : last + 6]):
        return False
    alone = start == 0 or not lines[start - 1].strip()
    return _introduces_text(signs, bracketed=bracketed) or (alone and _stands_alone(signs, is_one=start == last))


def _introduces_marks(signs: _Signs, *, bracketed: bool) -> bool:
    """Whether enough is said for a line directly above a quote with marks."""
    if signs.count >= 2 or (bracketed and len(signs.words) <= _MOST_WORDS_SAID):
        return True
    return _names_writer(signs) or bool(_ENDS_IN_ADDRESS.search(signs.text))


def _introduces_text(signs: _Signs, *, bracketed: bool) -> bool:
    """Whether enough is said for a line above a quote without marks."""
    if signs.address and signs.date and (signs.time or signs.wrote):
        return signs.starts or bracketed
    return bracketed and signs.wrote


def _stands_alone(signs: _Signs, *, is_one: bool) -> bool:
    """Whether a paragraph without an address says who wrote when."""
    if not (signs.date and signs.time):
        return False
    return (is_one and _is_chat(signs.text)) or (signs.wrote and signs.starts and _is_full(signs))


def _is_chat(line: str) -> bool:
    """Whether a line is a name, a date and a time with its zone, as help desks set above a letter."""
    found = _NAME_AND_TIME.match(line)
    if found is None:
        return False
    words = tokens(found["name"])
    return not any(word in _date_words() or _HAS_DIGIT.search(word) for word in words)


def _is_full(signs: _Signs) -> bool:
    """Whether the date has its year and whoever wrote has a name: «On 3.11.2026 at 10:11, Mari Tamm wrote:»."""
    return bool(_FULL_DATE.search(signs.text)) and len(signs.words) <= 24


def _names_writer(signs: _Signs) -> bool:
    """Whether the line is a name and a verb: «Mari Tamm wrote:»."""
    words = signs.text.strip(_TAIL + ":：").split()
    names = sum(word[:1].isupper() or not word[:1].islower() for word in words)
    if signs.wrote and len(words) <= 3:
        return True
    return signs.wrote and len(words) <= 6 and names >= len(words) - 2 and words[0][:1].lower() != words[0][:1]


def _closes(signs: _Signs) -> bool:
    return signs.text.rstrip(_TAIL).endswith((">", ")", "＞"))


def _may_end(line: str) -> bool:
    stripped = line.rstrip(_TAIL)
    return stripped.endswith((">", ")", "＞")) or _wrote().found_in(tokens(stripped[-40:]))


def _ends_open(line: str) -> bool:
    """Whether a line ends with a colon, or with the dashes that some programs set around an attribution."""
    stripped = line[-60:].rstrip(_TAIL)
    if stripped.endswith(_COLONS) or _ends_in_article(line, stripped):
        return True
    inner = stripped.rstrip('-])>"' + _TAIL)
    if inner == stripped or not inner:
        return False
    if inner.endswith(_COLONS):
        return not stripped.endswith(">") or stripped.endswith((":>", ": >"))
    return stripped.endswith("--") and _wrote().found_in(tokens(inner[-30:]))


def _ends_in_article(line: str, stripped: str) -> bool:
    """Whether a line ends with the number of an article: «… wrote in message news:1234@acme.example...»."""
    return stripped.endswith(("...", "…")) and bool(_ARTICLE.search(line[-_LONGEST_LINE:]))


def _ends_sentence(line: str) -> bool:
    """Whether a line ends a sentence of its own; a full stop behind a number or a short form does not."""
    stripped = line.rstrip(_TAIL)
    if stripped.endswith(("!", "?", "…", "。", "؟")):
        return True
    if not stripped.endswith("."):
        return False
    word = (tokens(stripped[-20:]) or [""])[-1]
    return not (word in _date_words() or len(word) <= 2 or word.isdigit())


def _next_is(lines: Sequence[str], quoted: Sequence[bool], start: int) -> bool:
    """Whether the next line with words, close below, is quoted."""
    for i in range(start, min(start + 4, len(lines))):
        if quoted[i]:
            return True
        if lines[i].strip():
            return False
    return False
