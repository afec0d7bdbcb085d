"""The HTML of a reply without the mail that it answers, and without an agent's command lines."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailbot.reading.html import children, is_hostile, sanitise, shown_text
from mailbot.reading.reply_text import is_attribution, is_header_block, opens_header_block

# Containers in which mail programs put the old mail.
_QUOTES = (
    "blockquote.gmail_quote", "div.gmail_quote", "div.gmail_quote_container", "div.gmail_attr",
    'blockquote[type="cite"]', "div.moz-cite-prefix", "div.yahoo_quoted", '[id^="yahoo_quoted"]',
    ".protonmail_quote", ".tutanota_quote", '[data-marker="__HEADERS__"]', '[data-marker="__QUOTED_TEXT__"]',
    "#mail-editor-reference-message-container", "div.ms-outlook-mobile-reference-message", "div.mail-quote-collapse",
)  # fmt: skip
_MARKED = 'blockquote[type="cite"], blockquote.gmail_quote'
# Marks behind which everything is the old mail.
_LAST = ("#divRplyFwdMsg", "#appendonsend", "#zwchr", 'div[style*="border-top:solid #E1E1E1"]',
         'div[style*="border-top:solid #B5C4DF"]', 'div[style*="border-top: 1px solid rgb(181, 196, 223)"]',
         "#stopSpelling", "#OLK_SRC_BODY_SECTION")  # fmt: skip

_BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "table", "tbody", "tr", "td", "blockquote", "section", "center", "pre", "h1", "h2",
    "h3", "h4",
})  # fmt: skip
_MOST_CANDIDATES = 400


def new_html(html: str) -> str | None:
    """What the writer of a reply added, sanitised; None if nothing is left when the quotes are gone."""
    if is_hostile(html):
        return None
    tree = LexborHTMLParser(html)
    if tree.body is None:
        return None
    if not _answers_inside(tree):
        _cut_quotes(tree)
    if not _plain(tree.body).strip() and not tree.css_first('img[src^="cid:"]'):
        return None
    return sanitise(tree.body.inner_html or "").strip() or None


def without_top_lines(html: str, is_dropped: Callable[[str], bool]) -> str:
    """`html` without its first lines, as far as `is_dropped` holds for their text; empty lines among them go too."""
    if is_hostile(html):
        return html
    body = LexborHTMLParser(html).body
    if body is None:
        return html
    for line in list(_lines(body)):
        text = "".join(node.text_content or "" for node in line if node.tag == "-text").strip()
        if text and not is_dropped(text):
            break
        for node in line:
            node.decompose()
    return (body.inner_html or "").strip()


def _answers_inside(tree: LexborHTMLParser) -> bool:
    """Whether words follow between two quotes: then the quotes are needed to understand them."""
    quotes = tree.css('blockquote[type="cite"]')
    tops = [q for q in quotes if not _inside_quote(q)]
    return any(_words_between(a, b) for a, b in pairwise(tops))


def _plain(node: LexborNode) -> str:
    return (node.text_content if node.tag == "-text" else node.text()) or ""


def _inside_quote(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.tag != "body":
        if parent.tag == "blockquote":
            return True
        parent = parent.parent
    return False


def _words_between(start: LexborNode, end: LexborNode) -> bool:
    node = start.next
    words = False
    while node is not None:
        if node == end:
            return words
        words = words or bool(_plain(node).strip())
        node = node.next
    return False


def _cut_quotes(tree: LexborHTMLParser) -> None:
    for selector in _LAST:
        if (mark := tree.css_first(selector)) is not None:
            _cut_from(mark)
    if (block := _header_block(tree)) is not None:
        _cut_from(block)
    for node in tree.css("blockquote"):
        if _inside_quote(node):
            continue
        above = _words_above(node)
        if above is not None and is_attribution(_last_line(above)):
            above.decompose()
            node.decompose()
        elif not node.css_matches(_MARKED) and is_attribution(shown_text(node).partition("\n")[0].lstrip("> ")):
            node.decompose()
    for selector in _QUOTES:
        for node in tree.css(selector):
            node.decompose()


def _header_block(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that begins with the old mail's headers in a reply of a program whose marks are not known."""
    for node in tree.css("p, div, font, span")[:_MOST_CANDIDATES]:
        start = (node.text() or "").lstrip()[:80]
        if opens_header_block(start) and is_header_block(shown_text(node).split("\n")[:12], 0):
            return node
    return None


def _words_above(node: LexborNode) -> LexborNode | None:
    """The nearest element or text with words that stands before `node` under the same parent or its parents."""
    place: LexborNode | None = node
    while place is not None and place.tag not in ("body", "html"):
        above = place.prev
        while above is not None:
            if _plain(above).strip():
                return above
            above = above.prev
        place = place.parent
    return None


def _last_line(node: LexborNode) -> str:
    return (node.text_content or "" if node.tag == "-text" else shown_text(node)).strip().rpartition("\n")[2]


def _cut_from(mark: LexborNode) -> None:
    """Remove `mark` and everything after it in document order."""
    node: LexborNode | None = mark
    while node is not None and node.tag not in ("body", "html"):
        after = node.next
        while after is not None:
            following = after.next
            after.decompose()
            after = following
        parent = node.parent
        if node is mark:
            node.decompose()
        node = parent


def _lines(body: LexborNode) -> Iterator[list[LexborNode]]:
    """The nodes of each line as a reader sees it, in their order: texts, and the break that ends the line."""
    line: list[LexborNode] = []
    stack = [(body, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or "-"
        if tag == "-text":
            line.append(node)
        elif tag == "br":
            yield [*line, node]
            line = []
        elif tag in _BLOCKS and any((n.text_content or "").strip() for n in line):
            yield line
            line = []
        if leaving or tag in ("-text", "br", "style", "script"):
            continue
        if tag in _BLOCKS:
            stack.append((node, True))
        stack.extend((child, False) for child in reversed(list(children(node))))
    if line:
        yield line
