"""The lines of HTML as a reader sees them, with the nodes of which each consists, so that lines can be removed."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

_BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "blockquote", "section", "center", "pre", "h1",
    "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "article", "header", "footer", "address",
})  # fmt: skip
_BREAKING = _BLOCKS | {"hr"}
_SILENT = frozenset({"style", "script", "head", "title", "template"})
_ALONE = _SILENT | {"-text", "br"}
_SPACED = frozenset({"p", "blockquote", "table", "ul", "ol", "pre"})
RULE = "________"
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """One line: its texts with the break that ends it, and its words with the addresses behind links; a rule as
    underscores. `around`: the `mem_id` of each marked element around it, the outermost first."""

    nodes: tuple[LexborNode, ...]
    text: str
    around: tuple[int, ...]

    @property
    def words(self) -> str:
        """The text unless it is a rule."""
        return "" if self.text == RULE else self.text


def html_lines(body: LexborNode, marked: Set[int] = frozenset()) -> Iterator[HtmlLine]:
    """The lines of a parsed element in their order; `marked` are the elements whose lines are to be told apart."""
    line: list[LexborNode] = []
    words: list[str] = []
    has_words = False
    around: list[int] = []
    shown: tuple[int, ...] = ()
    for node, tag, leaving in _walk(body):
        if tag == "-text":
            said = node.text_content or ""
            line.append(node)
            words.append(_with_address(said, node.parent))
            has_words = has_words or bool(said.strip())
            continue
        is_marked = bool(marked) and node.mem_id in marked
        if tag == "br" or (line and (is_marked or (has_words and tag in _BREAKING))):
            yield HtmlLine((*line, node) if tag == "br" else tuple(line), _joined(words), shown)
            line, words, has_words = [], [], False
        if is_marked:
            if leaving:
                around.pop()
            else:
                around.append(node.mem_id)
            shown = tuple(around[:_DEEPEST])
        if tag == "hr" and not leaving:
            yield HtmlLine((node,), RULE, shown)
        elif tag in _SPACED and leaving:
            yield HtmlLine((), "", shown)
    if line:
        yield HtmlLine(tuple(line), _joined(words), shown)


def _walk(body: LexborNode) -> Iterator[tuple[LexborNode, str, bool]]:
    """Every node with its tag in the order of the document, and every element again when it ends."""
    stack: list[tuple[LexborNode, str]] = []
    node: LexborNode | None = body
    while True:
        if node is None:
            node, tag = stack.pop()
            yield node, tag, True
            if not stack:
                return
            node = node.next
            continue
        tag = node.tag or "-"
        yield node, tag, False
        if tag in _ALONE:
            node = node.next
        else:
            stack.append((node, tag))
            node = node.first_child


def _joined(words: Iterable[str]) -> str:
    return " ".join("".join(words).split())


def _with_address(words: str, parent: LexborNode | None) -> str:
    """The words of a text, with the address behind them if they are a link to one: `Desk <desk@acme.example>`."""
    link = (parent.attributes.get("href") or "") if parent is not None and parent.tag == "a" else ""
    return f"{words} <{link[7:200]}>" if link.startswith("mailto:") and "@" not in words else words
