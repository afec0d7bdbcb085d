"""HTML of mails: its text as a reader sees it, and a form of it that does no harm."""

import html as entities
import re
from collections.abc import Iterator

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

_LIMIT = 2_000_000
_DEEPEST = 400
_BLOCKS = frozenset({
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "blockquote", "section",
    "article", "header", "footer", "center", "dl", "dt", "dd", "address", "form", "fieldset", "hr", "pre",
})  # fmt: skip
_PARAGRAPHS = frozenset({
    "p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "pre",
})  # fmt: skip
_SILENT = frozenset({
    "script", "style", "head", "title", "template", "noscript", "svg", "iframe", "object", "select", "textarea",
    "button",
})  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_ABSOLUTE = re.compile(r"[a-z]+:", re.IGNORECASE)
# A backslash or a comment can hide the others from us, not from a browser.
_ACTIVE_STYLE = re.compile(r"url\s*\(|expression|\\|/\*", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip

_ALLOWED_TAGS = {
    "a", "abbr", "b", "strong", "i", "em", "u", "s", "p", "br", "div", "span", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "pre", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "img", "sub", "sup", "small", "font", "center", "bdi", "bdo",
}  # fmt: skip
_ALLOWED_ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
    "*": {"dir", "lang", "style"},
}  # fmt: skip
_ALLOWED_STYLES = {
    "color", "font-weight", "font-style", "text-align", "direction", "text-decoration", "white-space",
}  # fmt: skip


def html_to_text(html: str) -> str:
    """The words that a reader of `html` sees, as plain text; quotes begin with `> `."""
    if nesting(html[:_LIMIT]) > _DEEPEST * 10:
        return entities.unescape(re.sub(r"<[^>]{0,2000}>", " ", html[:_LIMIT])).strip()
    body = LexborHTMLParser(html[:_LIMIT]).body
    return shown_text(body) if body else ""


def sanitise(html: str) -> str:
    """`html` without script, remote content and style that breaks out; as escaped text if it is too large or deep."""
    if is_hostile(html):
        return f'<div style="white-space:pre-wrap">{entities.escape(html_to_text(html))}</div>'
    return nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        attribute_filter=_harmless,
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        filter_style_properties=_ALLOWED_STYLES,
    )


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, or None where it would fetch, run or hide something, or lead nowhere from a mail."""
    if tag == "img" and attribute == "src":
        return value if value.startswith("cid:") else None
    if attribute == "href":
        return value if _ABSOLUTE.match(value) else None
    if attribute == "style":
        return None if _ACTIVE_STYLE.search(value) else value
    return value


def is_hostile(html: str) -> bool:
    """Whether `html` is too large or too deep to be worth the time of a parser."""
    return len(html) > _LIMIT or nesting(html) > _DEEPEST


def nesting(html: str) -> int:
    """The deepest nesting of tags, counted without a parser: parsers are slow on what is too deep."""
    depth = deepest = 0
    for closing, tag in _TAG.findall(html):
        if tag.lower() in _VOID:
            continue
        depth += -1 if closing else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


class _Writer:
    """Collects text, line breaks and quote marks."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.breaks = 0
        self.at_start = True
        self.quotes = 0
        self.quotes_before = 0
        self.verbatim = 0

    def block(self, breaks: int) -> None:
        self.breaks = max(self.breaks, breaks)

    def line(self) -> None:
        if self.breaks:
            self._break()
        self.out.append("\n" + "> " * self.quotes)
        self.at_start = True

    def _break(self) -> None:
        mark = "> " * self.quotes
        between = "\n" + "> " * min(self.quotes, self.quotes_before)  # an empty line next to a quote is not quoted
        self.out.append(between * (self.breaks - 1) + "\n" + mark if self.out else mark)
        self.breaks = 0
        self.at_start = True

    def put(self, text: str) -> None:
        if not text.strip() and (self.breaks or self.at_start):
            return
        if self.breaks:
            self._break()
        text = text.lstrip(" ") if self.at_start else text
        self.out.append(text)
        self.quotes_before = self.quotes
        self.at_start = text.endswith((" ", "\n"))


def shown_text(body: LexborNode) -> str:
    """The text of a parsed element, laid out in lines as a mail program would."""
    writer = _Writer()
    stack: list[tuple[LexborNode, bool]] = [(body, False)]
    while stack:
        node, closing = stack.pop()
        if closing:
            _leave(node, writer)
        elif node.tag == "-text":
            text = node.text_content or ""
            writer.put(text if writer.verbatim else _SPACE.sub(" ", text))
        elif _enter(node, writer):
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(children(node))))
    text = re.sub(r"[ \t]+\n", "\n", "".join(writer.out))
    return re.sub(r"\n(?:>? ?\n){2,}", "\n\n", text).strip()


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The direct children of an element."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _enter(node: LexborNode, writer: _Writer) -> bool:
    """Write what stands before the node's content; whether its content is shown."""
    tag = node.tag or "-"
    attributes = node.attributes
    if tag.startswith("-") or tag in _SILENT or "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
        return False
    if tag == "br":
        writer.line()
    elif tag == "img" and (alt := (attributes.get("alt") or "").strip()):
        writer.put(f"[{alt}]")
    if tag in _BLOCKS:
        writer.block(2 if tag in _PARAGRAPHS else 1)
    if tag == "blockquote":
        writer.quotes += 1
    elif tag == "pre":
        writer.verbatim += 1
    elif tag == "li":
        writer.put("- ")
    return tag not in ("br", "img")


def _leave(node: LexborNode, writer: _Writer) -> None:
    tag = node.tag or "-"
    if tag == "pre":
        writer.verbatim -= 1
    elif tag == "blockquote":
        writer.quotes -= 1
    elif tag in ("td", "th") and node.next is not None:
        writer.put(" ")
    elif tag == "a":
        address = node.attributes.get("href") or ""
        if address.startswith(("http://", "https://")) and address.rstrip("/") not in (node.text() or ""):
            writer.put(f" <{address}>")
    if tag in _BLOCKS:
        writer.block(2 if tag in _PARAGRAPHS else 1)
