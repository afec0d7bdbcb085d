"""Which of the marks of mail programs a page has is told from its tags as surely as by looking for each."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from mailbot.reading.replies.html_containers import (
    ATTRIBUTIONS,
    LAST,
    PROGRAMS,
    QUOTES,
    SIGNATURES,
    WRAPPERS,
    containers_in,
)

SELECTORS = (*ATTRIBUTIONS, *QUOTES, *WRAPPERS, *PROGRAMS, *SIGNATURES, *(selector for selector, _ in LAST))


def tag_of(selector, beside=""):
    """A tag that a selector finds: `div.a` is `<div class="a">`."""
    found = {
        "class": re.findall(r"\.(-?[A-Za-z_][\w-]*)(?![^\[]*\])", selector),
        "id": re.findall(r"#([\w-]+)(?![^\[]*\])", selector),
    }
    for name, sign, value in re.findall(r"\[([\w-]+)([*^]?)=\"([^\"]+)\"\]", selector):
        found.setdefault(name, []).append({"*": f"x{value}y", "^": f"{value}1", "": value}[sign])
    inside = " ".join(f'{name}="{" ".join(values)}"' for name, values in found.items() if values)
    return f"<{re.match(r'[a-z]*', selector)[0] or 'span'} {beside}{inside}>"


@pytest.mark.parametrize("beside", ["", 'title="a<b>c" '], ids=["alone", "behind signs"])
@pytest.mark.parametrize("selector", SELECTORS)
def test_every_mark_is_seen(selector, beside):
    page = LexborHTMLParser(tag_of(selector, beside))
    assert page.css_first(selector) is not None
    assert page.css_first(containers_in(page.html).any) is not None


def test_words_are_no_marks():
    page = LexborHTMLParser("<p class=MsoNormal>The blockquote and the gmail_quote of your signature, id=Signature</p>")
    assert not containers_in(page.html).any


def test_only_what_a_page_has_is_looked_for():
    page = LexborHTMLParser('<div class="a gmail_quote">x</div><div id="Signature">y</div>')
    found = containers_in(page.html)
    assert (found.wrappers, found.quotes, found.attributions) == ("div.gmail_quote", "", "")
    assert found.signatures == "#Signature, #signature"
