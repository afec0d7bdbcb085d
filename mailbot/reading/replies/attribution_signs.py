"""What speaks for a line that introduces a quote: an address, a date, a time, a verb; and when that is enough."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mailbot.reading.words.phrases import Phrases, tokens

_D = "0-9۰-۹٠-٩"
ADDRESS = re.compile(r"[\w.+'-]@[\w-]{1,63}\.\w|\w@\[|\[(?:e-?mail|hidden|mailto)[ :]", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[<(\[＜（][^<>()\s]{0,200}[\w.+'-]@[\w-]{1,63}\.\w")
ENDS_IN_ADDRESS = re.compile(r"@[\w.\u200e\u200f\u202a-\u202e-]{1,250}[>)\]＞）]\W{0,8}$")
_TIME = re.compile(rf"(?<![{_D}.:/])[{_D}]{{1,2}}\s?[:.：٫h時时点시]\s?[{_D}]{{2}}(?![{_D}]|[./][{_D}])", re.IGNORECASE)
_DATE = re.compile(
    rf"[{_D}]{{1,4}}[./-]\s?[{_D}]{{1,2}}[./-]\s?[{_D}]{{2,4}}|(?<![{_D}])(?:19|20|25)[{_D}]{{2}}(?![{_D}])"
    r"|(?<!\d)1[34]\d\d(?!\d)|۱[۳۴][۰-۹]{2}|۲۰[۰-۹]{2}|٢٠[٠-٩]{2}|[月월]"
)
_HAS_DIGIT = re.compile(rf"[{_D}]")
_FULL_DATE = re.compile(rf"(?:19|20|25)[{_D}]{{2}}|[{_D}]{{1,2}}[./-][{_D}]{{1,2}}[./-][{_D}]{{2,4}}|۱[۳۴][۰-۹]{{2}}")
_NAME_AND_TIME = re.compile(
    r"(?P<name>(?:[^\W\d_a-z][\w.'-]{0,30} ){0,3}[^\W\d_a-z][\w.'-]{0,30}(?: \([^()]{1,40}\))?), [^:]{3,40}"
    r"\d{1,2}[:.]\d{2}(?: ?[AaPp]\.?[Mm]\.?)?,? (?:[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}):?\s*$"
)
_UNSPACED = "\u0e00"
_MOST_WORDS_SAID = 10
TAIL = " \t\r\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*_"


@cache
def wrote_words() -> Phrases:
    """The verbs of attributions in all languages."""
    return Phrases("wrote")


@cache
def date_words() -> frozenset[str]:
    """The names of months and weekdays in all languages."""
    return Phrases("months", "weekdays").first_words


@cache
def _dated_openings() -> Phrases:
    return Phrases("dated_openings")


@dataclass(frozen=True, slots=True)
class Signs:
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
        """How many of the four signs there are."""
        return self.address + self.date + self.time + self.wrote


def signs_of(text: str) -> Signs:
    """The signs in `text`, the lines of what may be an attribution."""
    words = tokens(text)
    has_digit = bool(_HAS_DIGIT.search(text))
    named = any(_is_date_word(words, at) and (has_digit or len(word) >= 4) for at, word in enumerate(words))
    return Signs(
        address=bool(ADDRESS.search(text)),
        date=named or (has_digit and bool(_DATE.search(text))),
        time=has_digit and bool(_TIME.search(text)),
        wrote=wrote_words().found_in(words),
        starts=has_digit and (opens_dated(words) or any(_is_dated(words, at) for at in range(min(4, len(words))))),
        text=text,
        words=tuple(words),
    )


def opens_dated(words: Sequence[str]) -> bool:
    """Whether a program speaks of the mail before it names its date: «In a message dated …»."""
    return _dated_openings().opens(words)


def _is_dated(words: Sequence[str], at: int) -> bool:
    return bool(_HAS_DIGIT.search(words[at])) or _is_date_word(words, at)


def _is_date_word(words: Sequence[str], at: int) -> bool:
    """Whether a word names a month or a weekday; one of two letters, a word in many languages, only by its place."""
    if words[at] not in date_words():
        return False
    near = (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
    return len(words[at]) > 2 or at == 0 or words[at] >= _UNSPACED or any(_HAS_DIGIT.search(word) for word in near)


def introduces_marks(signs: Signs, *, bracketed: bool) -> bool:
    """Whether enough is said for a line directly above a quote with marks."""
    if signs.count >= 2 or (bracketed and len(signs.words) <= _MOST_WORDS_SAID):
        return True
    return _names_writer(signs) or bool(ENDS_IN_ADDRESS.search(signs.text))


def introduces_text(signs: Signs, *, bracketed: bool) -> bool:
    """Whether enough is said for a line above a quote without marks."""
    if signs.address and signs.date and (signs.time or signs.wrote):
        return signs.starts or bracketed
    return bracketed and signs.wrote


def stands_alone(signs: Signs, *, is_one: bool) -> bool:
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
    return not any(word in date_words() or _HAS_DIGIT.search(word) for word in words)


def _is_full(signs: Signs) -> bool:
    """Whether the date has its year and whoever wrote has a name: «On 3.11.2026 at 10:11, Mari Tamm wrote:»."""
    return bool(_FULL_DATE.search(signs.text)) and len(signs.words) <= 24


def _names_writer(signs: Signs) -> bool:
    """Whether the line is a name and a verb: «Mari Tamm wrote:»."""
    words = signs.text.strip(TAIL + ":：").split()
    names = sum(word[:1].isupper() or not word[:1].islower() for word in words)
    if signs.wrote and len(words) <= 3:
        return True
    return signs.wrote and len(words) <= 6 and names >= len(words) - 2 and words[0][:1].lower() != words[0][:1]


def closes_bracket(signs: Signs) -> bool:
    """Whether the text ends with the bracket around an address."""
    return signs.text.rstrip(TAIL).endswith((">", ")", "＞"))
