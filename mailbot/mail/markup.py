"""One Markdown source, two parts of a mail: plain text and HTML; the only user of markdown-it-py.

Values never pass through Markdown. While a template is filled in, each printed value becomes a slot (a word of letters
and digits); after the conversion the value takes the slot's place, in the form that the part needs.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from mailbot.mail.slots import SLOT, Shown, Slots, slot, typed, without_bidi_controls

_HTML_PIECE = re.compile(rf"<p>{SLOT.pattern}</p>|<[^>]*>|{SLOT.pattern}")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})

# A piece of a finished part: words of the template, or what stands for a value once the values are there.
_Filling = Callable[[Sequence[Shown]], str]
_Piece = str | _Filling
_Form = Callable[[Shown], str]
_TEXT: _Form = attrgetter("text")
_CODE: _Form = attrgetter("code")
_URL: _Form = attrgetter("url")
_HTML: _Form = attrgetter("html")
_PARAGRAPH: _Form = attrgetter("paragraph")


def parts(source: str, slots: Slots) -> tuple[str, str]:
    """Plain text and HTML body of a Markdown source whose values stand in `slots`."""
    words = SLOT.split(source)  # words and numbers by turns
    shown = slots.shown(words[1::2])
    sections = _sections(tuple(words[::2]), slots.right_to_left)
    texts = [text(shown[start:end]) for start, end, text, _ in sections]
    pages = [page(shown[start:end]) for start, end, _, page in sections]
    return "\n\n".join(filter(None, texts)) + "\n", "".join(pages)


# Worth keeping: mails that have the same things to say have all their words in common.
@lru_cache(maxsize=512)
def _sections(words: tuple[str, ...], right_to_left: bool) -> tuple[tuple[int, int, _Filling, _Filling], ...]:
    """The sections of a source: between which values each stands, and what makes text and HTML of them."""
    found, end = [], 0
    for section in _divided(_source(words)):
        own = SLOT.split(section)
        start, end = end, end + len(own) // 2
        found.append((start, end, *_converted(tuple(own[::2]), right_to_left)))
    return tuple(found)


def _source(words: tuple[str, ...]) -> str:
    """The words with the slots between them, numbered as they come."""
    return words[0] + "".join(slot(number) + after for number, after in enumerate(words[1:]))


def _divided(source: str) -> list[str]:
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
def _converted(words: tuple[str, ...], right_to_left: bool) -> tuple[_Filling, _Filling]:
    """What makes text and HTML of the values that stand between the words of a section.

    Worth keeping: without its values, one template gives the same few sections again and again.
    """
    tokens = _MARKDOWN.parse(_source(words))
    for token in (child for inline in tokens for child in inline.children or ()):
        if token.type == "code_inline":
            token.attrSet("dir", "ltr")
            token.meta["around"] = typed(right_to_left)
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
    def filled(shown: Sequence[Shown]) -> str:
        pieces = words.copy()
        for place, hole in holes:
            pieces[place] = hole(shown)
        return "".join(pieces)

    return filled


def _always(words: str) -> _Filling:
    return lambda _shown: words


def _pieces(source: str, form: _Form) -> Iterator[_Piece]:
    """`source` divided into its words and its slots, whose values take this form."""
    for place, piece in enumerate(SLOT.split(source)):
        yield piece if place % 2 == 0 else _hole(form, int(piece))


def _hole(form: _Form, number: int) -> _Filling:
    return lambda shown: form(shown[number])


def _html(page: str) -> Iterator[_Piece]:
    end = 0
    for piece in _HTML_PIECE.finditer(page):
        yield page[end : piece.start()]
        end = piece.end()
        paragraph, inline = piece.groups()
        if paragraph is not None:
            yield _hole(_PARAGRAPH, int(paragraph))
        elif inline is not None:
            yield _hole(_HTML, int(inline))
        else:
            yield from _pieces(piece[0], _URL)
    yield page[end:]


def _blocks(nodes: Iterable[SyntaxTreeNode], between: str = "\n\n") -> _Filling:
    blocks = [_TEXT_OF_BLOCK.get(node.type, _paragraph)(node) for node in nodes]
    if len(blocks) == 1:
        return blocks[0]
    return lambda shown: between.join([block(shown) for block in blocks])


def _paragraph(node: SyntaxTreeNode) -> _Filling:
    return _filling(_inlines(node.children))


def _list(node: SyntaxTreeNode) -> _Filling:
    first = int(str(node.attrs.get("start", 1)))
    is_ordered = node.type == "ordered_list"
    marks = [f"{first + number}. " if is_ordered else "- " for number in range(len(node.children))]
    items = [_blocks(item.children, "\n") for item in node.children]
    return lambda shown: "\n".join(
        [mark + item(shown).replace("\n", "\n" + " " * len(mark)) for mark, item in zip(marks, items, strict=True)]
    )


def _quotation(node: SyntaxTreeNode) -> _Filling:
    quoted = _blocks(node.children)
    return lambda shown: "\n".join([f"> {line}".rstrip() for line in quoted(shown).split("\n")])


def _code(node: SyntaxTreeNode) -> _Filling:
    return _filling(_pieces(node.content.rstrip("\n"), _TEXT))


def _rule(_node: SyntaxTreeNode) -> _Filling:
    return lambda _shown: "* * *"


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
            yield from _pieces(node.content, _TEXT)
        case "code_inline":
            before, after = node.meta["around"]
            yield before
            yield from _pieces(node.content, _CODE)
            yield after
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
    target = _filling(_pieces(href, _URL))

    def filled(shown: Sequence[Shown]) -> str:
        says, leads_to = label(shown), target(shown)
        says_it = leads_to.startswith("mailto:") or without_bidi_controls(says) == leads_to
        return says if says_it else f"{says}: {leads_to}"

    # A mail that is to be sent says by its label what it does; its address is no reading matter.
    return label if href.startswith("mailto:") else filled
