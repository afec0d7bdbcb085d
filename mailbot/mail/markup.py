"""One Markdown source, two parts of a mail: plain text and HTML; the only user of markdown-it-py.

Values never pass through Markdown. While a template is filled in, each printed value becomes a slot (a word of letters
and digits); after the conversion the value takes the slot's place, in the form that the part needs.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from mailbot.mail.slots import SLOT, Slots, slot, without_bidi_controls

_HTML_PIECE = re.compile(rf"<p>{SLOT.pattern}</p>|<[^>]*>|{SLOT.pattern}")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})

# A piece of a finished part: words of the template, or what stands for a value once the values are there.
_Filling = Callable[[Slots], str]
_Piece = str | _Filling


def parts(source: str, slots: Slots) -> tuple[str, str]:
    """Plain text and HTML body of a Markdown source whose values stand in `slots`."""
    texts, pages = [], []
    for section in _sections(source):
        words = SLOT.split(section)  # words and numbers by turns
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


@lru_cache(maxsize=2048)
def _converted(words: tuple[str, ...]) -> tuple[_Filling, _Filling]:
    """What makes text and HTML of the values that stand between the words of a section.

    Worth keeping: without its values, one template gives the same few sections again and again.
    """
    source = words[0] + "".join(slot(number) + after for number, after in enumerate(words[1:]))
    tokens = _MARKDOWN.parse(source)
    for token in (child for inline in tokens for child in inline.children or ()):
        if token.type == "code_inline":
            token.attrSet("dir", "ltr")
    page = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return _blocks(SyntaxTreeNode(tokens).children), _filling(_html(page))


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
    for place, piece in enumerate(SLOT.split(source)):
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
    label, href = _filling(_inlines(node.children)), str(node.attrs["href"])
    target = _filling(_pieces(href, Slots.url))

    def filled(slots: Slots) -> str:
        says, leads_to = label(slots), target(slots)
        says_it = leads_to.startswith("mailto:") or without_bidi_controls(says) == leads_to
        return says if says_it else f"{says}: {leads_to}"

    # A mail that is to be sent says by its label what it does; its address is no reading matter.
    return label if href.startswith("mailto:") else filled
