"""One Markdown source, two parts of a mail: plain text and HTML; the only user of markdown-it-py.

Values never pass through Markdown. While a template is filled in, each printed value becomes a slot (a word of letters
and digits); after the conversion the value takes the slot's place, in the form that the part needs.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from mailbot.core.letters import Block, Link, Ltr

_SLOT = re.compile(r"zq9(\d+)qz")
_HTML_PIECE = re.compile(rf"<p>{_SLOT.pattern}</p>|<[^>]*>|{_SLOT.pattern}")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})

# Isolates of the Unicode bidirectional algorithm (UAX 9): left to right, by the first strong letter, and their end.
_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OF_LINKS = ":/?#[]@!$&()*+,;=%~"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Slots:
    """The values of one mail in the order in which they were printed, and how each part shows them."""

    def __init__(self, *, right_to_left: bool, strict: bool = False) -> None:
        self._right_to_left = right_to_left
        self._strict = strict
        self._values: list[object] = []

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
        self._values.append(value)
        return f"zq9{len(self._values) - 1}qz"

    def of(self, section: str) -> tuple[str, "Slots"]:
        """A part of the source with its slots counted from zero, and the values that stand in it."""
        own = Slots(right_to_left=self._right_to_left, strict=self._strict)

        def counted(slot: re.Match[str]) -> str:
            own._values.append(self._value(slot[1]))
            return f"zq9{len(own._values) - 1}qz"

        return _SLOT.sub(counted, section), own

    def plain(self, source: str) -> str:
        """`source` as one line of text, for a subject: values as they are, white space collapsed."""
        filled = _SLOT.sub(lambda slot: without_bidi_controls(str(self._value(slot[1]))), source)
        return " ".join(_CONTROLS.sub(" ", filled).split())

    def text(self, source: str) -> str:
        """`source` with its values as plain text, kept apart from right-to-left surroundings where needed."""
        return _SLOT.sub(lambda slot: self._as_text(self._value(slot[1])), source)

    def code(self, source: str) -> str:
        """`source` as something to type, which reads from left to right."""
        typed = _SLOT.sub(lambda slot: _harmless(self._value(slot[1])), source)
        return f"{_LRI}{typed}{_PDI}" if self._right_to_left else typed

    def url(self, source: str) -> str:
        """`source` with its values quoted for a link's target: none but a link can change its scheme or its host."""
        return _SLOT.sub(lambda slot: _quoted(self._value(slot[1])), source)

    def html(self, source: str) -> str:
        """`source`, which is HTML, with its values escaped; a block that is a paragraph takes the paragraph's place."""
        return _HTML_PIECE.sub(self._html_piece, source)

    def _html_piece(self, piece: re.Match[str]) -> str:
        paragraph, inline = piece.groups()
        if paragraph is not None:
            value = self._value(paragraph)
            return _block(value) if isinstance(value, Block) else f"<p>{self._as_html(value)}</p>"
        return self.url(piece[0]) if inline is None else self._as_html(self._value(inline))

    def _value(self, number: str) -> object:
        return self._values[int(number)] if int(number) < len(self._values) else ""

    def _as_text(self, value: object) -> str:
        if isinstance(value, Block):
            return _CONTROLS.sub("", value.text).strip("\n")
        before, after = self._isolates(value)
        return before + _harmless(value) + after

    def _as_html(self, value: object) -> str:
        if isinstance(value, Block):
            return escape(value.text)
        before, _ = self._isolates(value)
        inner = escape(_harmless(value))
        direction = ' dir="ltr"' if before == _LRI else ""
        return f"<bdi{direction}>{inner}</bdi>" if before else inner

    def _isolates(self, value: object) -> tuple[str, str]:
        if isinstance(value, Ltr):
            return (_LRI, _PDI) if self._right_to_left else ("", "")
        against = ("L",) if self._right_to_left else ("R", "AL")
        return (_FSI, _PDI) if any(unicodedata.bidirectional(c) in against for c in str(value)) else ("", "")


def parts(source: str, slots: Slots) -> tuple[str, str]:
    """Plain text and HTML body of a Markdown source whose values stand in `slots`."""
    texts, pages = [], []
    for section in _sections(source):
        local, own = slots.of(section)
        tree, html = _converted(local)
        texts.append(_blocks(tree.children, own))
        pages.append(own.html(html))
    return "\n\n".join(text for text in texts if text) + "\n", "".join(pages)


def _sections(source: str) -> list[str]:
    """The source divided into blocks that mean the same by themselves: what varies in one leaves the others known.

    Items of a list stay together, and so does what is indented below something (CommonMark 0.31, section 5.3).
    """
    if "```" in source or "~~~" in source:
        return [source]
    found: list[str] = []
    for piece in _BLANK_LINES.split(source.strip("\n")):
        goes_on = piece[:1].isspace() or (found and _ITEM.match(piece) and _ITEM.match(found[-1]))
        if found and goes_on:
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
    return found


def without_bidi_controls(text: str) -> str:
    """`text` without the characters that turn the reading direction of what follows them."""
    return _BIDI_CONTROLS.sub("", text)


@lru_cache(maxsize=2048)
def _converted(source: str) -> tuple[SyntaxTreeNode, str]:
    """Worth keeping: with its values still in slots, one template gives the same few sources again and again."""
    tokens = _MARKDOWN.parse(source)
    for token in (child for inline in tokens for child in inline.children or ()):
        if token.type == "code_inline":
            token.attrSet("dir", "ltr")
    return SyntaxTreeNode(tokens), _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})


def _harmless(value: object) -> str:
    return without_bidi_controls(_CONTROLS.sub(" ", str(value)).replace("\n", " "))


def _quoted(value: object) -> str:
    return quote(str(value), safe=_OF_LINKS if isinstance(value, Link) else "@")


def _block(block: Block) -> str:
    inner = escape(block.text.strip("\n")).replace("\n", "<br>\n") if block.html is None else block.html
    return f'<div class="words" dir="auto" style="text-align: start">{inner}</div>'


def _blocks(nodes: Iterable[SyntaxTreeNode], slots: Slots, between: str = "\n\n") -> str:
    return between.join(_TEXT_OF_BLOCK.get(node.type, _paragraph)(node, slots) for node in nodes)


def _paragraph(node: SyntaxTreeNode, slots: Slots) -> str:
    return "".join(_inline(child, slots) for child in node.children)


def _list(node: SyntaxTreeNode, slots: Slots) -> str:
    first = int(str(node.attrs.get("start", 1)))
    marks = (f"{first + n}. " if node.type == "ordered_list" else "- " for n in range(len(node.children)))
    items = (_blocks(item.children, slots, "\n") for item in node.children)
    return "\n".join(mark + item.replace("\n", "\n" + " " * len(mark)) for mark, item in zip(marks, items, strict=True))


def _quotation(node: SyntaxTreeNode, slots: Slots) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children, slots).split("\n"))


def _code(node: SyntaxTreeNode, slots: Slots) -> str:
    return slots.text(node.content.rstrip("\n"))


def _rule(_node: SyntaxTreeNode, _slots: Slots) -> str:
    return "* * *"


_TEXT_OF_BLOCK: dict[str, Callable[[SyntaxTreeNode, Slots], str]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quotation,
    "code_block": _code,
    "fence": _code,
    "hr": _rule,
}


def _inline(node: SyntaxTreeNode, slots: Slots) -> str:
    match node.type:
        case "text" | "image":
            return slots.text(node.content)
        case "code_inline":
            return slots.code(node.content)
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            label = "".join(_inline(child, slots) for child in node.children)
            target = slots.url(str(node.attrs["href"]))
            # A mail that is to be sent says by its label what it does; its address is no reading matter.
            says_it = target.startswith("mailto:") or without_bidi_controls(label) == target
            return label if says_it else f"{label}: {target}"
    return "".join(_inline(child, slots) for child in node.children)
