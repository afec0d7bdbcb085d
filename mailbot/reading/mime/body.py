"""The text and the HTML of a mail, out of those parts that are its text."""

import html as html_escape
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from mailbot.reading.html import html_to_text
from mailbot.reading.mime.armour import without_signature
from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.enriched import enriched_to_text, richtext_to_text
from mailbot.reading.mime.flowed import unflowed
from mailbot.reading.mime.invitation import words_of_calendar
from mailbot.reading.mime.parts import Part

_MAX_TEXT = 10_000_000
_MAX_BYTES = 4 * _MAX_TEXT
_MOST_PAGES = 1000
_SHOWN_ID = re.compile(r"""\bcid:([^"'\s<>()]{1,500})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says; `from_html`: some of its text was made from HTML."""

    text: str
    html: str | None
    from_html: bool
    problems: tuple[str, ...]

    @property
    def shown_ids(self) -> frozenset[str]:
        """The Content-IDs of what its HTML shows."""
        html = self.html or ""
        return frozenset(map(unquote, _SHOWN_ID.findall(html))) if "cid:" in html.lower() else frozenset()


@dataclass(frozen=True, slots=True)
class _Shown:
    part: Part
    source: str
    guessed: bool

    @property
    def is_html(self) -> bool:
        return self.part.content_type == "text/html"


def body_of(parts: Sequence[Part]) -> Body:
    """The body: of alternatives the plain text as the text, of a mail of HTML alone the text of that."""
    own = [part for part in parts if part.is_text and not part.wrapped]
    body = _body(own)
    for others in (
        [part for part in parts if part.is_text and part.wrapped],
        [part for part in parts if part.is_shown_file],
    ):
        if not body.text.strip() and others:
            body = _body([*own, *others])
    if not body.text.strip() and (calendar := _calendar(parts)):
        return Body(calendar, body.html, body.from_html, body.problems)
    return body


def _body(parts: Iterable[Part]) -> Body:
    shown = _with_few_pages([_shown(part) for part in parts])
    plain_groups = {one.part.alternative for one in shown if not one.part.is_rich and one.source.strip()} - {None}
    rich_groups = {one.part.alternative for one in shown if one.is_html} - {None}
    texts: list[str] = []
    said: set[str] = set()
    from_html = False
    for one in shown:
        if one.part.is_rich and one.part.alternative in plain_groups:
            continue
        text = html_to_text(one.source) if one.is_html else one.source
        words = " ".join(text.split()) if len(shown) > 1 else text.strip()
        # Some programs send both forms without saying that they are alternatives.
        if words and not (words in said and (one.part.is_rich or one.part.alternative is not None)):
            said.add(words)
            texts.append(text)
            from_html = from_html or one.is_html
    return _finished(texts, _pages(shown, rich_groups), from_html, shown)


def _with_few_pages(shown: list[_Shown]) -> list[_Shown]:
    """`shown` with the pages behind the first thousand in one, for laying out a page has its price."""
    pages = [one for one in shown if one.is_html and one.part.alternative is None]
    if len(pages) <= _MOST_PAGES:
        return shown
    last, rest = pages[_MOST_PAGES - 1], pages[_MOST_PAGES:]
    joined = replace(last, source="\n".join(f"<div>{one.source}</div>" for one in (last, *rest)))
    left_out = set(map(id, rest))
    return [joined if one is last else one for one in shown if id(one) not in left_out]


def _finished(texts: list[str], html: str | None, from_html: bool, shown: list[_Shown]) -> Body:
    text = "\n".join(texts)
    problems = ["a charset is missing or wrong: guessed"] if any(one.guessed for one in shown) else []
    if len(text) > _MAX_TEXT or any(len(one.part.content) > _MAX_BYTES for one in shown):
        problems.append(f"the text is cut after {_MAX_TEXT} characters")
    return Body(text[:_MAX_TEXT], html, from_html, tuple(problems))


def _pages(shown: Iterable[_Shown], rich_groups: set[int | None]) -> str | None:
    pages: list[str] = []
    has_page = False
    for one in shown:
        if one.is_html:
            pages.append(one.source)
            has_page = True
        elif one.source.strip() and (one.part.alternative is None or one.part.alternative not in rich_groups):
            pages.append(f'<div style="white-space: pre-wrap">{html_escape.escape(one.source)}</div>')
    return "\n".join(pages) if has_page else None


def _shown(part: Part) -> _Shown:
    source, guessed = decode(_beginning(part.content), part.charset, html=part.content_type == "text/html")
    if part.content_type == "text/plain":
        source = without_signature(source)
        if part.flowed:
            source = unflowed(source, delete_space=part.delete_space)
    elif part.content_type == "text/enriched":
        source = enriched_to_text(source)
    elif part.content_type == "text/richtext":
        source = richtext_to_text(source)
    return _Shown(part, source, guessed)


def _beginning(content: bytes) -> bytes:
    """As much as can be shown, whole lines if there are any."""
    if len(content) <= _MAX_BYTES:
        return content
    line_end = content.rfind(b"\n", _MAX_BYTES // 2, _MAX_BYTES)
    return content[: line_end + 1 if line_end >= 0 else _MAX_BYTES]


def _calendar(parts: Iterable[Part]) -> str:
    calendars = (part for part in parts if part.content_type == "text/calendar")
    return next((words_of_calendar(decode(part.content, part.charset)[0]) for part in calendars), "")
