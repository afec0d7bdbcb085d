"""Reads what one tag of HTML means to the text around it."""

import re
from functools import lru_cache
from html import unescape

from mailbot.reading.html.element import INLINE, LINE, PARAGRAPH, Element
from mailbot.reading.html.steps import ENTER, LEAVE
from mailbot.reading.html.style import PLAIN, UNSEEN, VERBATIM, Style, style_of
from mailbot.reading.html.tokens import VOID, name_of

_PARAGRAPHS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "table", "blockquote", "pre", "listing", "xmp",
})  # fmt: skip
_LINES = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "frameset", "header", "hgroup", "hr", "html", "legend", "li",
    "main", "marquee", "menu", "nav", "ol", "optgroup", "search", "section", "summary", "tr", "ul",
})  # fmt: skip
_SILENT = frozenset({
    "annotation", "annotation-xml", "audio", "canvas", "datalist", "head", "rp", "script", "style", "svg", "template",
    "title", "video", "xml",
})  # fmt: skip
_LONGEST_REMEMBERED = 300
_VERBATIM = frozenset({"pre", "listing", "xmp", "textarea"})
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?""")


def element(tag: str, hidden_names: frozenset[str] | None) -> Element:
    """The element that the inside of a tag stands for.

    `hidden_names` are hidden by a style sheet (`.class`, `#id`); None: what is hidden is shown.
    """
    # Mail programs write the same few tags again and again; addresses and pictures are different each time.
    remember = len(tag) < _LONGEST_REMEMBERED and tag[:2] != "a " and tag[:3] != "img"
    return (_remembered if remember else _read)(tag, hidden_names)


def _read(tag: str, hidden_names: frozenset[str] | None) -> Element:
    name = name_of(tag)
    if not name or name[0] == "/":
        return Element(name[1:], -1 if name else 0)
    attributes = _attributes(tag[len(name) :])
    style = style_of(attributes["style"]) if attributes.get("style") else PLAIN
    above, below = _gaps(name, attributes.get("class", ""), style)
    sets = _sets(name, style, shows_all=hidden_names is None)
    enter, leave = ENTER.get(name), LEAVE.get(name)
    return Element(
        name=name,
        change=0 if name in VOID else 1,
        hidden=name in _SILENT or (hidden_names is not None and _is_hidden(name, attributes, style, hidden_names)),
        above=above,
        below=below,
        sets=sets,
        undoes=style.undoes,
        style=style,
        attributes=attributes,
        enter=enter,
        leave=leave,
        plain=not (sets or style.undoes or enter or leave) and above == below == INLINE,
    )


_remembered = lru_cache(maxsize=2_000)(_read)


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if not source or source.isspace():
        return found
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        value = double or single or bare
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found


def _sets(name: str, style: Style, *, shows_all: bool) -> int:
    sets = style.sets & ~UNSEEN if shows_all else style.sets
    return sets | VERBATIM if name in _VERBATIM and not style.undoes & VERBATIM else sets


def _gaps(name: str, classes: str, style: Style) -> tuple[int, int]:
    gap = PARAGRAPH if name in _PARAGRAPHS else LINE if name in _LINES else INLINE
    if style.is_block is True and gap == INLINE and name not in ("td", "th"):
        gap = LINE
    elif style.is_block is False and name in ("p", "div"):
        gap = INLINE
    if gap == PARAGRAPH and name != "table":
        word = "mso" in classes.lower()
        return (LINE if word or style.tight_above else gap), (LINE if word or style.tight_below else gap)
    return gap, gap


def _is_hidden(name: str, attributes: dict[str, str], style: Style, hidden_names: frozenset[str]) -> bool:
    if style.hidden or "hidden" in attributes:
        return True
    if style.hidden_in_word and name != "a":  # a button that Word is to replace by a drawing of its own
        return True
    if not hidden_names or style.is_block is not None:
        return False
    own = {f".{word}" for word in attributes.get("class", "").split()} | {f"#{attributes.get('id', '')}"}
    return not hidden_names.isdisjoint(own)
