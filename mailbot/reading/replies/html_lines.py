"""The lines of HTML as a reader sees them, with the nodes of which each consists, so that lines can be removed."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from mailbot.reading.html import children

_BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "blockquote", "section", "center", "pre", "h1",
    "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "article", "header", "footer", "address",
})  # fmt: skip
_SILENT = frozenset({"style", "script", "head", "title", "template"})
_SPACED = frozenset({"p", "blockquote", "table", "ul", "ol", "pre"})
RULE = "________"
_DEEPEST = 8


@dataclass(frozen=True)
class HtmlLine:
    """One line: its texts with the break that ends it; and the `mem_id` of each marked element around it."""

    nodes: tuple[LexborNode, ...]
    around: tuple[int, ...] = ()
    """The outermost first."""

    @cached_property
    def text(self) -> str:
        """The words on the line, and addresses behind their links; a rule as underscores."""
        if self.nodes and self.nodes[0].tag == "hr":
            return RULE
        return " ".join("".join(_words_of(node) for node in self.nodes if node.tag == "-text").split())

    @property
    def words(self) -> str:
        """The text unless it is a rule."""
        return "" if self.text == RULE else self.text


def html_lines(body: LexborNode, marked: Set[int] = frozenset()) -> Iterator[HtmlLine]:
    """The lines of a parsed element in their order; `marked` are the elements whose lines are to be told apart."""
    line: list[LexborNode] = []
    around: list[int] = []
    shown: tuple[int, ...] = ()
    for node, leaving in _walk(body):
        tag = node.tag or "-"
        if tag == "-text":
            line.append(node)
            continue
        is_marked = node.mem_id in marked
        if tag == "br":
            yield HtmlLine((*line, node), shown)
            line = []
        elif line and (is_marked or ((tag in _BLOCKS or tag == "hr") and _has_words(line))):
            yield HtmlLine(tuple(line), shown)
            line = []
        if is_marked and not leaving:
            around.append(node.mem_id)
            shown = tuple(around[:_DEEPEST])
        elif is_marked:
            around.pop()
            shown = tuple(around[:_DEEPEST])
        if tag == "hr" and not leaving:
            yield HtmlLine((node,), shown)
        elif tag in _SPACED and leaving:
            yield HtmlLine((), shown)
    if line:
        yield HtmlLine(tuple(line), shown)


def _walk(body: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every node in the order of the document, and every element again when it ends."""
    stack = [(body, False)]
    while stack:
        node, leaving = stack.pop()
        yield node, leaving
        if leaving or node.tag in ("-text", "br") or node.tag in _SILENT:
            continue
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(list(children(node))))


def _words_of(node: LexborNode) -> str:
    """The words of a text, with the address behind them if they are a link to one: `Desk <desk@acme.example>`."""
    words, parent = node.text_content or "", node.parent
    link = (parent.attributes.get("href") or "") if parent is not None and parent.tag == "a" else ""
    return f"{words} <{link[7:200]}>" if link.startswith("mailto:") and "@" not in words else words


def _has_words(line: list[LexborNode]) -> bool:
    return any((node.text_content or "").strip() for node in line)
