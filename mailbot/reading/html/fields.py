"""The fields of a form that somebody mailed, as a reader sees them filled in."""

from mailbot.reading.html.element import Element
from mailbot.reading.html.page import Page

_BUTTONS = frozenset({"submit", "reset", "button"})
_BOXES = frozenset({"checkbox", "radio"})
_UNSEEN = frozenset({"hidden", "password", "file", "range", "color"})


def enter_input(page: Page, field: Element) -> None:
    """Write the value of a field, the mark of a box, or the words of a button."""
    kind = field.attributes.get("type", "text").lower()
    value = field.attributes.get("value", "")
    if kind in _BOXES:
        value = "[x]" if "checked" in field.attributes else "[ ]"
    elif kind == "image":
        value = field.attributes.get("alt", "")
    if kind in _UNSEEN or not value.strip():
        return
    page.space()
    page.words(f"[{value.strip()}]" if kind in _BUTTONS else value)
    page.parts.append(" ")


def enter_apart(page: Page, _: Element) -> None:
    """Keep a field's words apart from those before it."""
    page.space()


def leave_apart(page: Page, _: Element) -> None:
    """Keep a field's words apart from those behind it."""
    page.space()


def enter_select(page: Page, _: Element) -> None:
    """Hold the line until it is known what was chosen."""
    page.space()
    page.choices.append((page.parts, []))
    page.parts = []


def leave_option(page: Page, option: Element) -> None:
    """Remember an option."""
    if page.choices:
        page.choices[-1][1].append(("selected" in option.attributes, "".join(page.parts).strip()))
        page.parts = []
    else:
        page.block(0)


def leave_select(page: Page, field: Element) -> None:
    """Write the options that are chosen; a list that unfolds shows its first one if none is."""
    if not page.choices:
        return
    rest = "".join(page.parts)
    page.parts, options = page.choices.pop()
    chosen = [text for selected, text in options if selected]
    if not chosen and "multiple" not in field.attributes:
        chosen = [text for _, text in options[:1]]
    page.words(" ".join(filter(None, (", ".join(chosen), rest))))
    page.space()
