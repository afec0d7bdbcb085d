"""HTML that does no harm to those to whom it is passed on; owns nh3."""

import html as entities
import re
from functools import lru_cache

import nh3
from selectolax.lexbor import LexborHTMLParser

from mailbot.reading.html.depth import is_hostile
from mailbot.reading.html.text import html_to_text

_MOST_PASSES = 4
_MOST_ENTITIES = 50_000
_TAGS = {
    "a", "abbr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "p", "br", "div", "span", "ul", "ol", "li",
    "dl", "dt", "dd", "blockquote", "pre", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "sub", "sup", "small", "font", "center", "bdi", "bdo", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "table": {"border", "cellpadding", "cellspacing"},
    "ol": {"start", "type"},
    "font": {"color"},
    "*": {"dir", "lang", "style"},
}
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "template", "noscript", "svg", "iframe", "noembed", "noframes", "audio", "video",
    "canvas", "datalist",
}  # fmt: skip
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20\x7f<>\"]*\Z", re.IGNORECASE)
_INLINE_PICTURE = re.compile(r"cid:[^\x00-\x20\x7f<>\"]+\Z", re.IGNORECASE)
_COLOR = r"#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%/]{5,40}\)"
# What each attribute may say. Sizes are small enough to stay inside the page that we put around them.
_VALUES = {
    "href": _LINK,
    "src": _INLINE_PICTURE,
    "dir": re.compile(r"(?:ltr|rtl|auto)\Z", re.IGNORECASE),
    "lang": re.compile(r"[a-z0-9-]{1,35}\Z", re.IGNORECASE),
    "width": re.compile(r"(?:\d{1,3}|100%)\Z"),
    "height": re.compile(r"\d{1,3}\Z"),
    "colspan": re.compile(r"\d{1,2}\Z"),
    "rowspan": re.compile(r"\d{1,2}\Z"),
    "border": re.compile(r"\d\Z"),
    "cellpadding": re.compile(r"\d{1,2}\Z"),
    "cellspacing": re.compile(r"\d{1,2}\Z"),
    "start": re.compile(r"\d{1,6}\Z"),
    "type": re.compile(r"[1aAiI]\Z"),
    "align": re.compile(r"(?:left|right|center|justify)\Z", re.IGNORECASE),
    "valign": re.compile(r"(?:top|middle|bottom|baseline)\Z", re.IGNORECASE),
    "color": re.compile(rf"(?:{_COLOR})\Z", re.IGNORECASE),
}
_NO_MARGIN = re.compile(r"(?:0(?:\.0+1?)?(?:px|pt|cm|in|em)?\s?){1,4}\Z")
_STYLES = {
    "margin": _NO_MARGIN,
    "margin-top": _NO_MARGIN,
    "margin-bottom": _NO_MARGIN,
    "color": re.compile(rf"(?:{_COLOR})\Z"),
    "font-weight": re.compile(r"(?:normal|bold|bolder|lighter|[1-9]00)\Z"),
    "font-style": re.compile(r"(?:normal|italic|oblique)\Z"),
    "text-align": re.compile(r"(?:left|right|center|justify|start|end)\Z"),
    "direction": re.compile(r"(?:ltr|rtl)\Z"),
    "text-decoration": re.compile(r"(?:none|underline|line-through)\Z"),
    "white-space": re.compile(r"(?:normal|pre-wrap|pre-line)\Z"),
}
_UNSEEN = frozenset({"transparent", "inherit"})
_REL = "noopener noreferrer nofollow"
_REL_INSIDE = f'rel="{_REL}" '


def sanitise(html: str) -> str:
    """`html` without script, remote content and style that breaks out; as escaped text if it is too large or deep."""
    html = html.encode("utf-8", "replace").decode("utf-8")
    if is_hostile(html) or html.count("&") > _MOST_ENTITIES:
        return _as_text(html)
    clean = _CLEANER.clean(html)
    if _is_read_as_written(clean):
        return clean
    for _ in range(_MOST_PASSES):  # what is left when a tag goes can read differently
        before, clean = clean, _CLEANER.clean(clean)
        if clean == before:
            return clean
    return _as_text(html)


def _is_read_as_written(clean: str) -> bool:
    """Whether a parser several times as fast as another pass reads and writes `clean` as it stands: so would that pass.

    It would turn the attributes of a link that does not end with `rel`.
    """
    body = LexborHTMLParser(f"<!DOCTYPE html>{clean}").body
    return body is not None and body.inner_html == clean and _REL_INSIDE not in clean


def _as_text(html: str) -> str:
    return f'<div style="white-space:pre-wrap">{entities.escape(html_to_text(html), quote=False)}</div>'


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, or None where it would fetch, run or hide something, or lead nowhere from a mail."""
    if attribute == "style":
        return _style(value) or None
    if attribute in ("alt", "rel"):  # words, and what we say of links ourselves
        return value
    value = value.strip()
    allowed = _VALUES.get(attribute)
    return value if allowed is not None and allowed.match(value) and value.lower() not in _UNSEEN else None


@lru_cache(maxsize=1024)  # a mail says the same of hundreds of cells
def _style(value: str) -> str:
    """The declarations that change how words look, and nothing else."""
    kept: dict[str, str] = {}
    for declaration in value.lower().split(";"):
        name, _, said = (part.strip() for part in declaration.partition(":"))
        allowed = _STYLES.get(name)
        if allowed is not None and allowed.match(said) and said not in _UNSEEN:
            kept[name] = said
    return ";".join(f"{name}:{said}" for name, said in kept.items())


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    attribute_filter=_harmless,
    link_rel=_REL,
    clean_content_tags=_DROPPED_WITH_CONTENT,
)
