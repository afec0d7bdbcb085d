"""What the tags that are more than a line break write on the page when they open and when they close."""

from collections.abc import Mapping

from mailbot.reading.html.element import Element, Step
from mailbot.reading.html.fields import (
    enter_apart,
    enter_input,
    enter_select,
    leave_apart,
    leave_option,
    leave_select,
)
from mailbot.reading.html.link import address_beside
from mailbot.reading.html.page import Page

_RULE = "_" * 32
_SPOTS = ("0", "1", "0px", "1px")


def _enter_break(page: Page, br: Element) -> None:
    if "apple-interchange-newline" not in br.attributes.get("class", "").lower():
        page.line()


def _enter_image(page: Page, image: Element) -> None:
    sides = (image.attributes.get("width"), image.attributes.get("height"))
    alt = " ".join(image.attributes.get("alt", "").split())
    if alt and not all(side in _SPOTS for side in sides):
        page.words(f"[{alt}]" if any(sign.isalnum() for sign in alt) else alt)


def _enter_rule(page: Page, _: Element) -> None:
    page.words(_RULE)
    page.flush()


def _enter_list(page: Page, _: Element) -> None:
    page.open_list(None)


def _enter_numbers(page: Page, numbers: Element) -> None:
    page.open_list(_number(numbers.attributes.get("start", "")) or 1)


def _leave_list(page: Page, _: Element) -> None:
    page.close_list()


def _enter_item(page: Page, item: Element) -> None:
    page.item(_number(item.attributes.get("value", "")), marked=not item.style.unmarked)


def _leave_item(page: Page, _: Element) -> None:
    page.flush()
    page.marker = ""
    page.gap = 0


def _enter_quote(page: Page, quote: Element) -> None:
    if _is_quote(quote):
        page.quotes += 1
    else:
        page.indent += 2


def _leave_quote(page: Page, quote: Element) -> None:
    page.flush()
    if _is_quote(quote):
        page.quotes -= 1
    else:
        page.indent -= 2


def _is_quote(quote: Element) -> bool:
    """Whether a block quote is one: mail programs also indent with it."""
    classes = quote.attributes.get("class", "")
    if quote.attributes.get("type", "").lower() == "cite" or "cite" in quote.attributes or "quote" in classes:
        return True
    return not (quote.style.unframed or "indent" in classes)


def _enter_paragraph(page: Page, paragraph: Element) -> None:
    is_item = "listparagraph" in paragraph.attributes.get("class", "").lower()
    page.word_list = paragraph.style.word_list or int(is_item)


def _leave_paragraph(page: Page, _: Element) -> None:
    page.flush()
    page.word_list = 0


def _enter_description(page: Page, _: Element) -> None:
    page.indent += 2


def _leave_description(page: Page, _: Element) -> None:
    page.flush()
    page.indent -= 2


def _enter_row(page: Page, _: Element) -> None:
    page.open_row()


def _leave_row(page: Page, _: Element) -> None:
    page.close_row()


def _enter_cell(page: Page, _: Element) -> None:
    page.open_cell()


def _leave_cell(page: Page, _: Element) -> None:
    page.close_cell()


def _enter_link(page: Page, _: Element) -> None:
    page.anchor = []


def _leave_link(page: Page, link: Element) -> None:
    words, page.anchor = " ".join(page.anchor or ()), None
    address = address_beside(link.attributes.get("href", ""), words, page.base)
    if address:
        page.beside(f"<{address}>")


def _enter_base(page: Page, base: Element) -> None:
    page.base = page.base or base.attributes.get("href", "")


def _enter_reading(page: Page, _: Element) -> None:
    page.words("(")


def _leave_reading(page: Page, _: Element) -> None:
    page.words(")")


def _enter_saying(page: Page, _: Element) -> None:
    page.words("“")


def _leave_saying(page: Page, _: Element) -> None:
    page.words("”")


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 8 else None


ENTER: Mapping[str, Step] = {
    "a": _enter_link,
    "base": _enter_base,
    "blockquote": _enter_quote,
    "br": _enter_break,
    "button": enter_apart,
    "dd": _enter_description,
    "dir": _enter_list,
    "hr": _enter_rule,
    "img": _enter_image,
    "input": enter_input,
    "li": _enter_item,
    "menu": _enter_list,
    "ol": _enter_numbers,
    "p": _enter_paragraph,
    "q": _enter_saying,
    "rt": _enter_reading,
    "select": enter_select,
    "td": _enter_cell,
    "textarea": enter_apart,
    "th": _enter_cell,
    "tr": _enter_row,
    "ul": _enter_list,
}
LEAVE: Mapping[str, Step] = {
    "a": _leave_link,
    "blockquote": _leave_quote,
    "button": leave_apart,
    "dd": _leave_description,
    "dir": _leave_list,
    "li": _leave_item,
    "menu": _leave_list,
    "ol": _leave_list,
    "option": leave_option,
    "p": _leave_paragraph,
    "q": _leave_saying,
    "rt": _leave_reading,
    "select": leave_select,
    "td": _leave_cell,
    "textarea": leave_apart,
    "th": _leave_cell,
    "tr": _leave_row,
    "ul": _leave_list,
}
