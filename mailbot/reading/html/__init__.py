"""HTML of mails: its text as a reader sees it, and a form of it that does no harm."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from mailbot.reading.html.clean import sanitise
from mailbot.reading.html.depth import is_hostile, nesting
from mailbot.reading.html.text import html_to_text, shown_text

__all__ = ["children", "html_to_text", "is_hostile", "nesting", "sanitise", "shown_text"]


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The direct children of an element."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
