"""The values of one mail, which stand in slots until its words are converted, and how text and page show each."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from urllib.parse import quote

from mailbot.core.letters import Block, Link, Ltr

SLOT = re.compile(r"zq9(\d+)qz")
"""A slot in a source: a word of letters and digits, which Markdown leaves alone."""

# Isolates of the Unicode bidirectional algorithm (UAX 9): left to right, by the first strong letter, and their end.
_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OF_LINKS = ":/?#[]@!$&()*+,;=%~"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def slot(number: int) -> str:
    """The slot of this number."""
    return f"zq9{number}qz"


class Slots:
    """The values of one mail in the order in which they were printed, and how each part shows them."""

    def __init__(self, *, right_to_left: bool, strict: bool = False) -> None:
        self._right_to_left = right_to_left
        self._strict = strict
        self._values: list[object] = []

    def put(self, value: object) -> str:
        """The slot that stands for `value` until the conversion is over; an absent value prints as nothing.

        Raises ValueError for an absent value if strict: a template should ask `if` before it prints one.
        """
        if value is None:
            if self._strict:
                raise ValueError(
                    "this prints a value that can be absent; put it between `{% if … %}` and `{% endif %}`"
                )
            return ""
        self._values.append(value)
        return slot(len(self._values) - 1)

    def at(self, numbers: Iterable[str]) -> "Slots":
        """The values of these slots alone, in this order."""
        own = Slots(right_to_left=self._right_to_left, strict=self._strict)
        own._values = [self._value(int(number)) for number in numbers]
        return own

    def plain(self, source: str) -> str:
        """`source` as one line of text, for a subject: values as they are, white space collapsed."""
        filled = SLOT.sub(lambda slot: without_bidi_controls(str(self._value(int(slot[1])))), source)
        return " ".join(_CONTROLS.sub(" ", filled).split())

    def text(self, number: int) -> str:
        """A value as plain text, kept apart from right-to-left surroundings where needed."""
        value = self._value(number)
        if isinstance(value, Block):
            return _CONTROLS.sub("", value.text).strip("\n")
        return self._shown(value)[0]

    def code(self, number: int) -> str:
        """A value within something to type."""
        return _harmless(str(self._value(number)))

    def typed(self, line: str) -> str:
        """Something to type, which reads from left to right."""
        return f"{_LRI}{line}{_PDI}" if self._right_to_left else line

    def url(self, number: int) -> str:
        """A value quoted for a link's target: none but a link can change its scheme or its host."""
        value = self._value(number)
        return _quoted(str(value), _OF_LINKS if isinstance(value, Link) else "@")

    def html(self, number: int) -> str:
        """A value escaped."""
        value = self._value(number)
        if isinstance(value, Block):
            return escape(value.text)
        return self._shown(value)[1]

    def paragraph(self, number: int) -> str:
        """A value that is a paragraph: a block takes the paragraph's place."""
        value = self._value(number)
        return _block(value) if isinstance(value, Block) else f"<p>{self.html(number)}</p>"

    def _value(self, number: int) -> object:
        return self._values[number] if number < len(self._values) else ""

    def _shown(self, value: object) -> tuple[str, str]:
        return _shown(str(value), isinstance(value, Ltr), self._right_to_left)


def without_bidi_controls(text: str) -> str:
    """`text` without the characters that turn the reading direction of what follows them."""
    return _BIDI_CONTROLS.sub("", text)


# Most values are words of ours: the same in every mail, and in both parts of it.
@lru_cache(maxsize=2048)
def _shown(text: str, is_ltr: bool, right_to_left: bool) -> tuple[str, str]:
    """A value as text and as HTML, isolated where it could turn the direction of what stands around it."""
    if is_ltr:
        before, after = (_LRI, _PDI) if right_to_left else ("", "")
    else:
        before, after = (_FSI, _PDI) if _runs_against(text, right_to_left) else ("", "")
    harmless = _harmless(text)
    direction = ' dir="ltr"' if before == _LRI else ""
    inner = escape(harmless)
    return before + harmless + after, f"<bdi{direction}>{inner}</bdi>" if before else inner


def _harmless(text: str) -> str:
    return without_bidi_controls(_CONTROLS.sub(" ", text).replace("\n", " "))


def _runs_against(text: str, right_to_left: bool) -> bool:
    if text.isascii() and not right_to_left:
        return False
    against = ("L",) if right_to_left else ("R", "AL")
    return any(unicodedata.bidirectional(c) in against for c in text)


@lru_cache(maxsize=2048)
def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe)


def _block(block: Block) -> str:
    inner = escape(block.text.strip("\n")).replace("\n", "<br>\n") if block.html is None else block.html
    return f'<div class="words" dir="auto" style="text-align: start">{inner}</div>'
