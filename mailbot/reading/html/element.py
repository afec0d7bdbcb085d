"""What one tag of HTML does to the page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mailbot.reading.html.page import Page
from mailbot.reading.html.style import PLAIN, Style

INLINE, LINE, PARAGRAPH = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Element:
    """A tag: its name, whether it opens (1) or closes (-1), and what it does; gaps are INLINE, LINE or PARAGRAPH."""

    name: str
    change: int
    hidden: bool = False
    above: int = INLINE
    below: int = INLINE
    sets: int = 0
    undoes: int = 0
    style: Style = PLAIN
    attributes: dict[str, str] = field(default_factory=dict)
    enter: "Step | None" = None
    leave: "Step | None" = None
    plain: bool = True


Step = Callable[[Page, Element], None]
"""What an element writes on the page where it begins or ends."""
