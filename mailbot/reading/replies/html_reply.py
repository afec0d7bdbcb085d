"""The HTML of a reply without the mail that it answers, and without an agent's command lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mailbot.reading.html import children, is_hostile, sanitise
from mailbot.reading.replies.division import divide
from mailbot.reading.replies.html_containers import Containers, containers_in
from mailbot.reading.replies.html_lines import RULE, HtmlLine, html_lines
from mailbot.reading.replies.old_mail_head import label_of
from mailbot.reading.replies.quote_marks import quoted_lines

_MOST_LINES = 5_000
_MOST_MARKS = 1_000
_SHOWN = frozenset({"img", "hr"})
_TABLE_PARTS = frozenset({"td", "th", "tr", "tbody"})
_Marked = dict[int, LexborNode]
"""Elements that mean something, by their `mem_id`."""


@dataclass(frozen=True, slots=True)
class NewHtml:
    """What the writer of a reply added, sanitised (None: nothing is left), and whether old mail was looked for."""

    html: str | None
    is_divided: bool


def new_html(html: str, *, text_is_new: bool = False) -> NewHtml:
    """The HTML without the mail that it answers. `text_is_new`: the same mail's text was found to hold nothing old,
    so that only containers that show nothing in a text are left to look for."""
    if is_hostile(html):
        return NewHtml(None, is_divided=False)
    tree = LexborHTMLParser(html)
    if tree.body is None:
        return NewHtml(None, is_divided=False)
    containers = containers_in(tree.html or "")
    if text_is_new and not _has(tree, containers.any):
        return NewHtml(_clean(tree), is_divided=False)
    _cut_at_marks(tree, containers)
    _cut_old_lines(tree, tree.body, containers)
    return NewHtml(_clean(tree), is_divided=True)


def _clean(tree: LexborHTMLParser) -> str | None:
    if tree.body is None or not (_plain(tree.body).strip() or tree.css_first('img[src^="cid:"]')):
        return None
    return sanitise(tree.body.inner_html or "").strip() or None


def without_top_lines(html: str, is_dropped: Callable[[str], bool]) -> str:
    """`html` without its first lines, as far as `is_dropped` holds for their text; empty lines among them go too."""
    if is_hostile(html):
        return html
    body = LexborHTMLParser(html).body
    if body is None:
        return html
    for line in list(islice(html_lines(body), _MOST_LINES)):
        text = "".join(node.text_content or "" for node in line.nodes if node.tag == "-text").strip()
        if text and not is_dropped(text):
            break
        _remove_with_frame(line.nodes)
    return (body.inner_html or "").strip()


def _remove_with_frame(nodes: Sequence[LexborNode]) -> None:
    """Remove a line, and the bullet, heading or bold type around it that nothing is left of."""
    around = nodes[0].parent if nodes else None
    _remove(nodes)
    frame: LexborNode | None = None
    while around is not None and around.tag not in ("body", "html") and _shows_nothing(around):
        frame, around = around, around.parent
    if frame is not None and frame.tag not in _TABLE_PARTS:
        frame.decompose()


def _shows_nothing(node: LexborNode) -> bool:
    inside = node.traverse(include_text=True)
    return not any(one.tag in _SHOWN or (one.tag == "-text" and (one.text_content or "").strip()) for one in inside)


def _found(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    return tree.css(selector) if selector else []


def _has(tree: LexborHTMLParser, selector: str) -> bool:
    return bool(selector) and tree.css_first(selector) is not None


def _cut_at_marks(tree: LexborHTMLParser, containers: Containers) -> None:
    """Remove what stands behind the marks of programs that set no container around the old mail."""
    for selector, needs_header in containers.last:
        for mark in tree.css(selector)[:20]:
            if not needs_header or label_of((mark.text() or "")[:400].strip().partition("\n")[0]) is not None:
                _cut_from(mark)
                break


def _cut_old_lines(tree: LexborHTMLParser, body: LexborNode, containers: Containers) -> None:
    wrappers = _found(tree, containers.wrappers)
    attributions = _by_id((*_found(tree, containers.attributions), *_introductions(wrappers)))
    quotes = attributions | _by_id((*_found(tree, containers.quotes), *filter(_holds_no_quote, wrappers)))
    signatures = _by_id(_found(tree, containers.signatures))
    marked = quotes | signatures
    lines = list(islice(html_lines(body, marked.keys()), _MOST_LINES))
    texts = [line.text for line in lines]
    marks = quoted_lines(texts)
    quoted = [mark or _is_within(line, quotes) for mark, line in zip(marks, lines, strict=True)]
    is_reply = bool(quotes or wrappers) and _has(tree, containers.programs)
    found = divide(texts, quoted, is_reply=is_reply)
    kept = [keep and not _is_within(line, attributions) for line, keep in zip(lines, found.kept, strict=True)]
    _drop(lines, _without_signatures(lines, kept, signatures), marked)


def _by_id(nodes: Iterable[LexborNode]) -> _Marked:
    return {node.mem_id: node for node in nodes}


def _introductions(wrappers: Sequence[LexborNode]) -> Iterator[LexborNode]:
    """In each wrapper all above its first quote, which introduces it."""
    for wrapper in wrappers[:_MOST_MARKS]:
        inside = list(children(wrapper))
        first = next((i for i, node in enumerate(inside) if node.tag == "blockquote"), 0)
        yield from inside[:first]


def _holds_no_quote(wrapper: LexborNode) -> bool:
    """Whether a wrapper is itself what is quoted."""
    return all(child.tag != "blockquote" for child in children(wrapper))


def _is_within(line: HtmlLine, marked: _Marked) -> bool:
    if not marked:
        return False
    return any(around in marked for around in line.around) or any(node.mem_id in marked for node in line.nodes)


def _without_signatures(lines: Sequence[HtmlLine], kept: list[bool], signatures: _Marked) -> list[bool]:
    """Which lines stay when the containers of signatures go too, if words are left without them."""
    if not signatures:
        return kept
    without = [
        keep and not any(around in signatures for around in line.around) for line, keep in zip(lines, kept, strict=True)
    ]
    has_words = any(keep and line.text for line, keep in zip(lines, without, strict=True))
    return without if has_words else kept


def _drop(lines: Sequence[HtmlLine], kept: Sequence[bool], marked: _Marked) -> None:
    """Remove the lines that are not kept: whole containers, the end of the document, single lines."""
    used = {i for line, keep in zip(lines, kept, strict=True) if keep and line.words for i in line.around}
    last = max((i for i, keep in enumerate(kept) if keep and lines[i].words), default=-1)
    rest = range(last + 1, len(lines))
    tail = next((i for i in rest if lines[i].text == RULE or (lines[i].text and not kept[i])), len(lines))
    containers = [next((i for i in line.around if i not in used), None) for line in lines]
    cut = next((i for i in range(tail, len(lines)) if containers[i] is None and lines[i].nodes), len(lines))
    for i in range(tail):
        if containers[i] is None and not kept[i]:
            _remove(lines[i].nodes)
    for container in {found for found in containers[:cut] if found is not None}:
        _take_out(marked[container])
    if cut < len(lines):
        _cut_from(lines[cut].nodes[0])


def _remove(nodes: Sequence[LexborNode]) -> None:
    for node in nodes:
        if node.tag == "hr":
            _take_out(node)
        else:
            node.decompose()


def _take_out(block: LexborNode) -> None:
    """Remove a block so that the words before and after it stay apart."""
    block.insert_before(" ")
    block.decompose()


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


def _plain(node: LexborNode) -> str:
    return node.text() or ""
