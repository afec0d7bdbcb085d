"""The text of HTML as a reader sees it."""

import re
from collections.abc import Callable, Iterable
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailbot.reading.html.depth import LIMIT, MOST_TAGS, is_too_deep
from mailbot.reading.html.element import Element
from mailbot.reading.html.page import Page
from mailbot.reading.html.sheet import hidden_names
from mailbot.reading.html.style import UNSEEN, VERBATIM
from mailbot.reading.html.tag import element
from mailbot.reading.html.tokens import Token, raw_tokens, tokens, unescape_few, without_unread

_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_TAG = re.compile(r"<[^<>]*>")
_NO_WIDTH = "\u200b\u2060\ufeff\u00ad\u034f\u180e\u2061\u2062\u2063\u2064"
_JOINER_ALONE = re.compile(r"(?<!\w)\u200c+|\u200c+(?!\w)")
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DIRECTION_IN_WORD = re.compile(rf"(?<=\w)[{_DIRECTIONS}]+(?=\w)")
_END_INSIDE = re.compile(r"</(?:body|html)\s{0,99}>(?!\s{0,99}(?:</(?:body|html)\b|\Z))", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^<>]{0,200}?href\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_FRAMES = re.compile(r"<frameset\b", re.IGNORECASE)
_WITHOUT_FRAMES = re.compile(r"<noframes\b[^<>]*>(.*?)(?:</noframes|\Z)", re.DOTALL | re.IGNORECASE)


def html_to_text(html: str) -> str:
    """The words that a reader of `html` sees, as plain text; quotes begin with `> `."""
    if not _MARKUP.search(html):
        return _plain(html)
    page, rest = html[:LIMIT], html[LIMIT:]
    if page.count("<") > MOST_TAGS:
        return _stripped(html)
    text = _shown(_one_page(page))
    return f"{text}\n{_stripped(rest)}".strip() if rest else text


def shown_text(node: LexborNode) -> str:
    """The text of a parsed element, laid out in lines as a mail program would."""
    return _laid_out(tokens(_without_marks(node.html or "")), Page(), frozenset())


def _one_page(html: str) -> str:
    """`html` whose words all count: those in character data, and those behind its end, on a line of their own."""
    if "<![CDATA[" in html:
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    return _END_INSIDE.sub("<div></div>", html)


def _shown(html: str) -> str:
    """The text of a page; that of its hidden parts if it has no other."""
    if is_too_deep(html):
        return _without_marks(_laid_out(raw_tokens(html), Page(), hidden_names(html), unescape))
    body = LexborHTMLParser(html).body
    if body is None:
        found = _WITHOUT_FRAMES.search(html)
        return _shown(_FRAMES.sub("<div", found[1])) if found else ""
    base = _BASE.search(html)
    source = tokens(_without_marks(body.html or ""))
    page = Page(base=unescape(base[1]) if base else "")
    return _laid_out(source, page, hidden_names(html)) or _laid_out(source, Page(), None)


def _laid_out(
    source: Iterable[Token], page: Page, hidden: frozenset[str] | None, read: Callable[[str], str] = unescape_few
) -> str:
    """The text of the tags in `source`; `hidden` names what a style sheet hides, None shows what is hidden too."""
    known: dict[str, Element] = {}
    stack: list[Element] = []
    states: list[int] = []
    state = 0  # effects of the open elements
    skipped = 0  # open elements inside which nothing is shown
    for tag, text in source:
        if tag:
            it = known.get(tag) or known.setdefault(tag, element(tag, hidden))
            if skipped:
                skipped += it.change
            elif it.change < 0:
                if stack and not (last := stack.pop()).plain:
                    state = _leave(page, last, states, state)
            elif it.plain and not it.hidden:
                if it.change:
                    stack.append(it)
            elif it.hidden:
                skipped = it.change
            else:
                state = _enter(page, it, stack, states, state)
        if text and not skipped and not state & UNSEEN:
            words = read(text) if "&" in text else text
            (page.verbatim if state & VERBATIM else page.words)(words)
    return page.text()


def _enter(page: Page, it: Element, stack: list[Element], states: list[int], state: int) -> int:
    """Begin an element; the effects that hold inside it."""
    if it.above >= 0:
        page.block(it.above)
    if it.enter is not None:
        it.enter(page, it)
    if not it.change:
        return state
    stack.append(it)
    if it.sets or it.undoes:
        states.append(state)
        return state & ~it.undoes | it.sets
    return state


def _leave(page: Page, it: Element, states: list[int], state: int) -> int:
    """End an element; the effects that hold after it."""
    if it.leave is not None:
        it.leave(page, it)
    if it.below >= 0:
        page.block(it.below)
    return states.pop() if it.sets or it.undoes else state


def _stripped(html: str) -> str:
    """The words between the tags, for what is too large to be laid out."""
    return _plain(re.sub(r" {2,}", " ", _TAG.sub(" ", without_unread(html))))


def _plain(text: str) -> str:
    """A text that came as HTML without being any: its lines are kept."""
    page = Page()
    page.verbatim(_without_marks(unescape(text)))
    return page.text()


def _without_marks(text: str) -> str:
    """`text` without signs that have no width, except those that words are spelt with."""
    text = text.replace("&nbsp;", "\xa0")
    if text.isascii():
        return text
    for sign in _NO_WIDTH:
        text = text.replace(sign, "")
    if "\u200c" in text:
        text = _JOINER_ALONE.sub("", text)
    if any(mark in text for mark in _DIRECTIONS):
        text = _DIRECTION_IN_WORD.sub("", text)
    return text
