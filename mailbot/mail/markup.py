"""One Markdown source, two parts of a mail: plain text and HTML; the only user of markdown-it-py.

Values never pass through Markdown. While a template is filled in, each printed value becomes a slot (a word of letters
and digits); after the conversion the value takes the slot's place, in the form that the part needs.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
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
        return _slot(len(self._values) - 1)

    def at(self, numbers: Iterable[str]) -> "Slots":
        """The values of these slots alone, in this order."""
        own = Slots(right_to_left=self._right_to_left, strict=self._strict)
        own._values = [self._value(int(number)) for number in numbers]
        return own

    def plain(self, source: str) -> str:
        """`source` as one line of text, for a subject: values as they are, white space collapsed."""
        filled = _SLOT.sub(lambda slot: without_bidi_controls(str(self._value(int(slot[1])))), source)
        return " ".join(_CONTROLS.sub(" ", filled).split())

    def text(self, number: int) -> str:
        """A value as plain text, kept apart from right-to-left surroundings where needed."""
        value = self._value(number)
        if isinstance(value, Block):
            return _CONTROLS.sub("", value.text).strip("\n")
        before, after = self._isolates(value)
        return before + _harmless(str(value)) + after

    def code(self, number: int) -> str:
        """A value within something to type."""
        return _harmless(str(self._value(number)))

    def typed(self, line: str) -> str:
        """Something to type, which reads from left to right."""
        return f"{_LRI}{line}{_PDI}" if self._right_to_left else line

    def url(self, number: int) -> str:
        """A value quoted for a link's target: none but a link can change its scheme or its host."""
        value = self._value(number)
        return _quoted(str(value), _OF_LINKS if isinstance(value, Link) else "@")

    def html(self, number: int) -> str:
        """A value escaped."""
        value = self._value(number)
        if isinstance(value, Block):
            return escape(value.text)
        before, _ = self._isolates(value)
        inner = escape(_harmless(str(value)))
        direction = ' dir="ltr"' if before == _LRI else ""
        return f"<bdi{direction}>{inner}</bdi>" if before else inner

    def paragraph(self, number: int) -> str:
        """A value that is a paragraph: a block takes the paragraph's place."""
        value = self._value(number)
        return _block(value) if isinstance(value, Block) else f"<p>{self.html(number)}</p>"

    def _value(self, number: int) -> object:
        return self._values[number] if number < len(self._values) else ""

    def _isolates(self, value: object) -> tuple[str, str]:
        if isinstance(value, Ltr):
            return (_LRI, _PDI) if self._right_to_left else ("", "")
        text = str(value)
        if text.isascii() and not self._right_to_left:
            return "", ""
        against = ("L",) if self._right_to_left else ("R", "AL")
        return (_FSI, _PDI) if _has_letters(text, against) else ("", "")


# A piece of a finished part: words of the template, or what stands for a value once the values are there.
_Filling = Callable[[Slots], str]
_Piece = str | _Filling


def parts(source: str, slots: Slots) -> tuple[str, str]:
    """Plain text and HTML body of a Markdown source whose values stand in `slots`."""
    texts, pages = [], []
    for section in _sections(source):
        words = _SLOT.split(section)  # words and numbers by turns
        own = slots.at(words[1::2])
        text, page = _converted(tuple(words[::2]))
        texts.append(text(own))
        pages.append(page(own))
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
def _converted(words: tuple[str, ...]) -> tuple[_Filling, _Filling]:
    """What makes text and HTML of the values that stand between the words of a section.

    Worth keeping: without its values, one template gives the same few sections again and again.
    """
    source = words[0] + "".join(_slot(number) + after for number, after in enumerate(words[1:]))
    tokens = _MARKDOWN.parse(source)
    for token in (child for inline in tokens for child in inline.children or ()):
        if token.type == "code_inline":
            token.attrSet("dir", "ltr")
    page = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return _blocks(SyntaxTreeNode(tokens).children), _filling(_html(page))


def _slot(number: int) -> str:
    return f"zq9{number}qz"


def _filling(pieces: Iterable[_Piece]) -> _Filling:
    """All pieces in one, with neighbouring words put together."""
    joined: list[_Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    words = ["" if callable(piece) else piece for piece in joined]
    holes = [(place, piece) for place, piece in enumerate(joined) if callable(piece)]
    return _filled(words, holes) if holes else _always("".join(words))


def _filled(words: list[str], holes: list[tuple[int, _Filling]]) -> _Filling:
    def filled(slots: Slots) -> str:
        pieces = words.copy()
        for place, hole in holes:
            pieces[place] = hole(slots)
        return "".join(pieces)

    return filled


def _always(words: str) -> _Filling:
    return lambda _slots: words


def _pieces(source: str, form: Callable[[Slots, int], str]) -> Iterator[_Piece]:
    """`source` divided into its words and its slots, whose values take this form."""
    for place, piece in enumerate(_SLOT.split(source)):
        yield piece if place % 2 == 0 else _hole(form, int(piece))


def _hole(form: Callable[[Slots, int], str], number: int) -> _Filling:
    return lambda slots: form(slots, number)


def _html(page: str) -> Iterator[_Piece]:
    end = 0
    for piece in _HTML_PIECE.finditer(page):
        yield page[end : piece.start()]
        end = piece.end()
        paragraph, inline = piece.groups()
        if paragraph is not None:
            yield _hole(Slots.paragraph, int(paragraph))
        elif inline is not None:
            yield _hole(Slots.html, int(inline))
        else:
            yield from _pieces(piece[0], Slots.url)
    yield page[end:]


# Most values are words of ours: the same in every mail, and in both parts of it.
@lru_cache(maxsize=2048)
def _harmless(text: str) -> str:
    return without_bidi_controls(_CONTROLS.sub(" ", text).replace("\n", " "))


@lru_cache(maxsize=2048)
def _has_letters(text: str, directions: tuple[str, ...]) -> bool:
    return any(unicodedata.bidirectional(c) in directions for c in text)


@lru_cache(maxsize=2048)
def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe)


def _block(block: Block) -> str:
    inner = escape(block.text.strip("\n")).replace("\n", "<br>\n") if block.html is None else block.html
    return f'<div class="words" dir="auto" style="text-align: start">{inner}</div>'


def _blocks(nodes: Iterable[SyntaxTreeNode], between: str = "\n\n") -> _Filling:
    blocks = [_TEXT_OF_BLOCK.get(node.type, _paragraph)(node) for node in nodes]
    if len(blocks) == 1:
        return blocks[0]
    return lambda slots: between.join([block(slots) for block in blocks])


def _paragraph(node: SyntaxTreeNode) -> _Filling:
    return _filling(_inlines(node.children))


def _list(node: SyntaxTreeNode) -> _Filling:
    first = int(str(node.attrs.get("start", 1)))
    is_ordered = node.type == "ordered_list"
    marks = [f"{first + number}. " if is_ordered else "- " for number in range(len(node.children))]
    items = [_blocks(item.children, "\n") for item in node.children]
    return lambda slots: "\n".join(
        [mark + item(slots).replace("\n", "\n" + " " * len(mark)) for mark, item in zip(marks, items, strict=True)]
    )


def _quotation(node: SyntaxTreeNode) -> _Filling:
    quoted = _blocks(node.children)
    return lambda slots: "\n".join([f"> {line}".rstrip() for line in quoted(slots).split("\n")])


def _code(node: SyntaxTreeNode) -> _Filling:
    return _filling(_pieces(node.content.rstrip("\n"), Slots.text))


def _rule(_node: SyntaxTreeNode) -> _Filling:
    return lambda _slots: "* * *"


_TEXT_OF_BLOCK: dict[str, Callable[[SyntaxTreeNode], _Filling]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quotation,
    "code_block": _code,
    "fence": _code,
    "hr": _rule,
}


def _inlines(nodes: Iterable[SyntaxTreeNode]) -> Iterator[_Piece]:
    return (piece for node in nodes for piece in _inline(node))


def _inline(node: SyntaxTreeNode) -> Iterator[_Piece]:
    match node.type:
        case "text" | "image":
            yield from _pieces(node.content, Slots.text)
        case "code_inline":
            line = _filling(_pieces(node.content, Slots.code))
            yield lambda slots: slots.typed(line(slots))
        case "softbreak":
            yield " "
        case "hardbreak":
            yield "\n"
        case "link":
            yield _link(node)
        case _:
            yield from _inlines(node.children)


def _link(node: SyntaxTreeNode) -> _Filling:
    label = _filling(_inlines(node.children))
    target = _filling(_pieces(str(node.attrs["href"]), Slots.url))

    def filled(slots: Slots) -> str:
        says, leads_to = label(slots), target(slots)
        # A mail that is to be sent says by its label what it does; its address is no reading matter.
        says_it = leads_to.startswith("mailto:") or without_bidi_controls(says) == leads_to
        return says if says_it else f"{says}: {leads_to}"

    return filled
