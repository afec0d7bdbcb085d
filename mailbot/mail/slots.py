"""The values of one mail, which stand in slots until its words are converted, and how text and page show each."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NoReturn, TypeVar, cast
from urllib.parse import quote

from mailbot.core.letters import Block, Link, Ltr

SLOT = re.compile(r"zq9(\d+)qz")
"""A slot in a source: a word of letters and digits, which Markdown leaves alone."""

# Isolates of the Unicode bidirectional algorithm (UAX 9): left to right, by the first strong letter, and their end.
_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OF_LINKS = ":/?#[]@!$&()*+,;=%~"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


_T = TypeVar("_T")


class SealedError(Exception):
    """Somebody asked a sealed value for more than to be printed."""


class _Sealed:
    """A value that can be printed, and of which a template learns nothing but that it is there."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def _refuse(self, *_asked: object) -> NoReturn:
        raise SealedError("this value is only to be printed")

    __getattr__ = __str__ = __repr__ = __eq__ = __hash__ = _refuse


def sealed(value: _T) -> _T:
    """What can stand in the place of `value` for as long as it is only printed; everything else is a SealedError."""
    return cast(_T, _Sealed(value))


def slot(number: int) -> str:
    """The slot of this number."""
    return f"zq9{number}qz"


@dataclass(frozen=True, slots=True)
class _Words:
    """A value in every form that a part of a mail can have for it."""

    raw: str
    safe: str
    text: str
    html: str

    @property
    def code(self) -> str:
        """Within something to type."""
        return _harmless(self.raw)

    @property
    def url(self) -> str:
        """Quoted for a link's target: none but a link can change its scheme or its host."""
        return _quoted(self.raw, self.safe)

    @property
    def paragraph(self) -> str:
        """In place of a whole paragraph of the page."""
        return f"<p>{self.html}</p>"


@dataclass(frozen=True, slots=True)
class _Passage:
    """Somebody's own words in the same forms."""

    block: Block

    @property
    def raw(self) -> str:
        return self.block.text

    @property
    def text(self) -> str:
        return _CONTROLS.sub("", self.block.text).strip("\n")

    @property
    def html(self) -> str:
        return escape(self.block.text)

    @property
    def code(self) -> str:
        return _harmless(self.block.text)

    @property
    def url(self) -> str:
        return quote(self.block.text, safe="@")

    @property
    def paragraph(self) -> str:
        """A block takes the paragraph's place."""
        html = self.block.html
        inner = escape(self.block.text.strip("\n")).replace("\n", "<br>\n") if html is None else html
        return f'<div class="words" dir="auto" style="text-align: start">{inner}</div>'


Shown = _Words | _Passage
"""A value in every form that a part of a mail can have for it: `text`, `html`, `code`, `url` and `paragraph`."""


class Slots:
    """The values of one mail in the order in which they were printed."""

    def __init__(self, *, right_to_left: bool, strict: bool = False) -> None:
        self.right_to_left = right_to_left
        self._strict = strict
        self._shown: list[Shown] = []

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
        self._shown.append(_shown(value, self.right_to_left))
        return slot(len(self._shown) - 1)

    def shown(self, numbers: Iterable[str]) -> list[Shown]:
        """The values of these slots, in this order; a slot that was never given prints as nothing."""
        return [self._at(int(number)) for number in numbers]

    def plain(self, source: str) -> str:
        """`source` as one line of text, for a subject: values as they are, white space collapsed."""
        filled = SLOT.sub(lambda slot: without_bidi_controls(self._at(int(slot[1])).raw), source)
        return " ".join(_CONTROLS.sub(" ", filled).split())

    def _at(self, number: int) -> Shown:
        return self._shown[number] if number < len(self._shown) else _shown("", self.right_to_left)


def typed(right_to_left: bool) -> tuple[str, str]:
    """What stands around something to type, which reads from left to right, in text of this direction."""
    return (_LRI, _PDI) if right_to_left else ("", "")


def without_bidi_controls(text: str) -> str:
    """`text` without the characters that turn the reading direction of what follows them."""
    return _BIDI_CONTROLS.sub("", text)


def _shown(value: object, right_to_left: bool) -> Shown:
    if type(value) is _Sealed:
        value = value._value
    if isinstance(value, Block):
        return _Passage(value)
    return _words(str(value), isinstance(value, Ltr), isinstance(value, Link), right_to_left)


# Most values are words of ours: the same in every mail, and in both parts of it.
@lru_cache(maxsize=2048)
def _words(text: str, is_ltr: bool, is_link: bool, right_to_left: bool) -> _Words:
    """A value isolated where it could turn the direction of what stands around it."""
    if is_ltr:
        before, after = (_LRI, _PDI) if right_to_left else ("", "")
    else:
        before, after = (_FSI, _PDI) if _runs_against(text, right_to_left) else ("", "")
    harmless = _harmless(text)
    direction = ' dir="ltr"' if before == _LRI else ""
    inner = escape(harmless)
    html = f"<bdi{direction}>{inner}</bdi>" if before else inner
    return _Words(text, _OF_LINKS if is_link else "@", before + harmless + after, html)


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
