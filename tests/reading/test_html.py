"""What a reader sees of HTML: words, lines, lists, tables, links, and nothing that is hidden."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mailbot.reading.html import html_to_text, is_hostile, nesting, shown_text

WORDS = {
    "a tag inside a word": ("A<b>B</b>C<wbr>D", "ABCD"),
    "entities": ("a&nbsp;&amp;&nbsp;b &eacute; &#1078; &#x4e2d;", "a & b é ж 中"),
    "entities without their end, or of the wrong charset": ("&copy 2026 &#150; &apos;", "© 2026 – '"),
    "an entity that was escaped": ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    "signs without width": ("D&shy;E&#8203;F\ufeff G\u2060H", "DEF GH"),
    "a joiner that spells a word": ("می\u200cروم", "می\u200cروم"),
    "a direction mark in a word": ("AC\u200e-12\u200f34 \u200f", "AC\u200e-1234 \u200f"),
    "right to left": ("<p dir=rtl>سلام <span dir=ltr>A-1</span></p>", "سلام A-1"),
    "words that are no HTML": ("one\ntwo &amp; three", "one\ntwo & three"),
    "capital tags": ("<P>one<BR>two<P>three", "one\ntwo\n\nthree"),
    "XHTML": ('<?xml version="1.0"?><html xmlns="x"><body><p>one<br/>two</p></body></html>', "one\ntwo"),
    "words behind the end": ("<html><body><p>one</body></html>\ntwo", "one\n\ntwo"),
    "two pages": ("<html><body>one</body></html><html><body>two</body></html>", "one\ntwo"),
    "character data": ("<div><![CDATA[one <b>two</b>]]></div>", "one two"),
    "plain text": ("<plaintext>a<b>c", "a<b>c"),
    "frames": ("<frameset><frame><noframes><p>Hi</p></noframes></frameset>", "Hi"),
    "nothing": ("", ""),
    "only tags": ("<p></p><br><div>&nbsp;</div>", ""),
    "a ruby": ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
    "no script": ("<noscript>turn it on</noscript>", "turn it on"),
}
LAYOUT = {
    "paragraphs": ("<p>one</p><p>two</p>", "one\n\ntwo"),
    "breaks": ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
    "a break at the end of a block": ("<div>one<br></div><div>two</div>", "one\ntwo"),
    "a line a block": ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
    "an empty line of a hard space": ("<div>one</div><div>&nbsp;</div><div>two</div>", "one\n\ntwo"),
    "blocks in a line": ("<span style='display:block'>A</span><span style='display:block'>B</span>", "A\nB"),
    "a block that is none": ("<div style='display:inline'>A</div><div style='display:inline'>B</div>", "AB"),
    "Outlook's paragraphs": (
        "<p class=MsoNormal>one<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal>two\n three</p>",
        "one\n\ntwo three",
    ),
    "paragraphs without margins": ("<p style='margin:0in 0in .0001pt'>one</p><p style='margin:0'>two</p>", "one\ntwo"),
    "kept spaces": ("<pre>\na\n  b\n\nc\n</pre>", "a\n  b\n\nc"),
    "kept spaces by style": ("<div style='white-space: pre-wrap'>x  y\nz</div>", "x  y\nz"),
    "spaces kept no longer": ("<pre>a  b<span style='white-space:normal'>c\n d</span></pre>", "a  bc d"),
    "a heading": ("a<h1>H</h1>b", "a\n\nH\n\nb"),
    "a rule": ("a<hr>b", f"a\n{'_' * 32}\nb"),
    "a quotation": ("<q>yes</q>", "“yes”"),
    "a glossary": ("<dl><dt>t<dd>d</dl>", "t\n  d"),
}
LISTS = {
    "bullets": ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    "numbers": ("<ol start=3><li>a<li>b<li value=9>c</ol>", "3. a\n4. b\n9. c"),
    "lists in lists": ("<ol><li>a<ul><li>b<br>c<li>d</ul><li>e</ol>x", "1. a\n   - b\n     c\n   - d\n2. e\n\nx"),
    "paragraphs in items": ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b"),
    "items without marks": ("<ul><li style='list-style:none'>a</ul>", "a"),
    "Word's items": (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span><![endif]>one</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>o<span>&nbsp; </span>two</p>",
        "- one\n  - two",
    ),
    "Word's numbers": ("<p style='mso-list:l0 level1 lfo1'>1.<span>&nbsp;&nbsp; </span>one</p>", "1. one"),
}
TABLES = {
    "a label and its value": ("<table><tr><td>Sum</td><td>5 €</td></tr></table>", "Sum 5 €"),
    "paragraphs in cells": ("<table><tr><td><p>Name</p></td><td><p>Mari</p></td></tr></table>", "Name Mari"),
    "columns": (
        "<table><tr><th>Item<th>Qty<th>Sum<tr><td>Lamp<td>2<td>19,90</table>",
        "Item | Qty | Sum\nLamp | 2 | 19,90",
    ),
    "two numbers": ("<table><tr><td>2</td><td>190</td></tr></table>", "2 | 190"),
    "a value of two lines": ("<table><tr><td>Text</td><td>one<br>two</td></tr></table>", "Text\none\ntwo"),
    "empty cells": ("<table><tr><td>&nbsp;</td><td>a</td><td></td></tr><tr><td>&nbsp;</td></tr></table>", "a"),
    "a table in a table": (
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>c",
        "a b\n\nc",
    ),
    "cells alone": ("<div style='display:table-cell'>a</div><div>b</div>", "a\nb"),
}
LINKS = {
    "words": ('<a href="https://a.example/x">here</a>.', "here <https://a.example/x>."),
    "its own address": ('<a href="https://a.example/">https://a.example</a>', "https://a.example"),
    "without the scheme": ('<a href="http://www.a.example/">a.example</a>', "a.example"),
    "behind a guard": (
        '<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F&amp;x=1">a.example</a>',
        "a.example",
    ),
    "a mail address": ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
    "a name": ('<a href="mailto:a@b.example?subject=x">Ann</a>', "Ann <a@b.example>"),
    "within the page": ('<a href="#top">up</a> <a href="javascript:x()">run</a> <a name=x>anchor</a>', "up run anchor"),
    "a button": ('<a href="https://b.example"><div>Buy</div></a>next', "Buy <https://b.example>\nnext"),
    "two in a row": (
        '<a href="https://a.example">A</a><a href="https://b.example">B</a>',
        "A <https://a.example> B <https://b.example>",
    ),
    "a base": ('<base href="https://b.example/d/"><a href="x.html">x</a>', "x <https://b.example/d/x.html>"),
    "no words": ('a<a href="https://a.example"><img src=x></a>b', "ab"),
}
QUOTES = {
    "a quote": ("<blockquote>old</blockquote>new", "> old\n\nnew"),
    "quotes in quotes": ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
    "an introduction": (
        "<div>On Wed Ann wrote:<br></div><blockquote><p>old</p></blockquote>",
        "On Wed Ann wrote:\n> old",
    ),
    "an indent": ('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>b', "a\nb"),
    "a line at the side": ("<blockquote style='border:none;border-left:solid blue 1pt'>a</blockquote>", "> a"),
}
PICTURES_AND_FIELDS = {
    "a picture": ('<img alt="logo" src="cid:1">text', "[logo]text"),
    "a face": ('ok <img alt="😊">', "ok 😊"),
    "a spot": ("<img alt=spot width=1 height=1>", ""),
    "fields": ("Name <input value=Mari> <input type=hidden value=no>", "Name Mari"),
    "boxes": ("<input type=checkbox checked>yes<input type=radio>no", "[x] yes [ ] no"),
    "a choice": ("<select><option>a<option selected>b</select>!", "b !"),
    "a choice nobody made": ("<select><option>a<option>b</select>", "a"),
    "a text": ("<textarea>one\n two</textarea>", "one\n two"),
    "buttons": ("<button>Go</button><input type=submit value=Send>", "Go [Send]"),
}
HIDDEN = {
    "no display": '<div style="display:none">no</div>yes',
    "not visible": '<div style="visibility: hidden">no</div>yes',
    "visible again": '<div style="visibility:hidden">no<b style="visibility:visible">yes</b></div>',
    "see-through": '<div style="opacity:0">no</div>yes',
    "too small": '<div style="font-size:1px;line-height:1px">no</div>yes',
    "large again": '<div style="font-size:0">no<p style="font-size:13px">yes</p></div>',
    "a part of nothing": '<div style="font-size:0">no<i style="font-size:1.2em">no</i></div>yes',
    "clipped": '<div style="max-height:0;overflow:hidden">no</div>yes',
    "cut off at its side": '<div style="max-width:0;overflow:hidden;text-overflow:ellipsis">yes</div>',
    "white on white": '<span style="color:#fff;background-color:#FFF">no</span>yes',
    "hidden": "<div hidden>no</div>yes",
    "by Word": '<span style="mso-hide:all">no</span>yes',
    "but not a button": '<a style="mso-hide:all">yes</a>',
    "by a sheet": "<style>.pre, p.x{display:none !important}</style><i class='a pre'>no</i>yes",
    "by a sheet for another screen": "<style>@media(x){.m{display:none}}</style><i class=m>yes</i>",
    "for Word only": "<!--[if mso]>no<![endif]--><!--[if !mso]><!-->yes<!--<![endif]-->",
    "not for people": "<head><title>no</title></head><style>no</style><script>no</script><template>no</template>yes",
    "Office's own": "<xml><w:View>no</w:View></xml>yes",
    "for ears": '<b aria-hidden="true">yes</b>',
}
EVERY = WORDS | LAYOUT | LISTS | TABLES | LINKS | QUOTES | PICTURES_AND_FIELDS


@pytest.mark.parametrize("name", EVERY)
def test_text_is_what_a_reader_sees(name):
    html, text = EVERY[name]
    assert html_to_text(html) == text


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_left_out(name):
    assert html_to_text(HIDDEN[name]) == "yes"


@pytest.mark.parametrize("html", ['<div style="display:none">all</div>', "<body style='font-size:0'>all</body>"])
def test_a_mail_that_hides_everything_is_shown(html):
    assert html_to_text(html) == "all"


def test_an_attribution_stands_directly_above_its_quote():
    html = (
        '<div dir="ltr">New.</div><br><div class="gmail_quote"><div class="gmail_attr">On Wed, Ann &lt;'
        '<a href="mailto:a@b.example">a@b.example</a>&gt; wrote:<br></div><blockquote><div>old</div></blockquote></div>'
    )
    assert html_to_text(html) == "New.\n\nOn Wed, Ann <a@b.example> wrote:\n> old"


def test_a_part_of_a_page_is_read_alike():
    tree = LexborHTMLParser("<table><tr><td>a</td><td><p>one</p><p>two</p></td></tr></table>")
    assert shown_text(tree.css("td")[1]) == "one\n\ntwo"
    assert shown_text(tree.css_first("td").first_child) == "a"


def test_what_is_beyond_the_limit_is_not_lost():
    assert html_to_text("<p>start</p>" + "<i>x </i>" * 240_000 + "<b>end</b>").endswith("end")


def test_html_too_deep_for_a_parser_keeps_its_lines():
    deep = "<div>" * 5_000 + "<p>one<p>two</div>" + "<table><tr><td>a<td>b</table>"
    assert html_to_text(deep) == "one\n\ntwo\n\na b"


def test_ends_that_are_left_out_are_no_depth():
    assert not is_hostile("<p>a" * 3_000 + "<ul>" + "<li>b" * 3_000)
    assert nesting("<div><br><p>x<p>y</div>") == 1


HOSTILE = {
    "deep": "<div>" * 20_000 + "x",
    "deep quotes": "<blockquote>x" * 100_000,
    "deep lists": "<ul><li>x" * 100_000,
    "deep tables": "<table><tr><td>x" * 3_000,
    "cells": "<td>x" * 300_000,
    "a tag without end": "<a " * 50_000,
    "attributes": "<a " + " ".join(f"x{i}=1" for i in range(100_000)) + ">x",
    "open brackets": "<" * 1_000_000,
    "comments": "<!--" * 300_000,
    "scripts": "<script " * 200_000,
    "ends of scripts": "<script>" + "</script " * 200_000,
    "repeated formats": "<p>" + "".join(f"<font color={i}>" for i in range(400)) + "<p>x" * 100_000,
    "depth behind false ends": "<div></x>" * 100_000,
    "depth behind comments": "<div><!--</div>-->" * 100_000,
    "ampersands": "&" * 1_000_000,
    "style sheets": "<style>" + ".a{display:none}" * 60_000,
    "breaks": "<br>" * 400_000,
    "hard spaces": "<b>" + "&nbsp;" * 300_000,
    "choices": "<select><option>x" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_is_read_in_a_second(name):
    start = time.process_time()
    html_to_text(HOSTILE[name])
    assert time.process_time() - start < 1


TAGS = [
    "p",
    "div",
    "b",
    "a href=x",
    "table",
    "tr",
    "td",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "br",
    "select",
    "option",
    "textarea",
    "q",
    "rt",
    "dd",
    "/p",
    "/div",
    "/table",
    "/tr",
    "/td",
    "/ul",
    "/li",
    "/blockquote",
    "/select",
    "svg",
    "style",
    "/style",
    "script",
    "xmp",
    "frameset",
    "p style='display:none'",
    "!--",
    "hr",
    "input value=v",
]
SOUP = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS]) | st.sampled_from(["word", " ", "\xa0", "&lt;", "<", "-->"])
)


@given(SOUP.map("".join) | st.text(max_size=80))
def test_any_html_has_a_text(html):
    text = html_to_text(html)
    assert text == text.strip()
    assert "\n\n\n" not in text


FORMS = ["<p>{}</p>", "<div>{}</div>", "<li>{}</li>", "<b>{}</b> ", "<table><tr><td>{}<td>and</table>"]


@given(st.lists(st.sampled_from(FORMS), max_size=30))
def test_no_word_is_lost_or_glued(forms):
    words = [f"w{i}w" for i in range(len(forms))]
    text = html_to_text("<div>" + "".join(form.format(word) for form, word in zip(forms, words, strict=True)))
    assert sorted(word for word in text.split() if word.startswith("w")) == sorted(words)


@given(SOUP.map("".join))
def test_deep_html_is_read_without_a_fault(html):
    html_to_text("<div>" * 600 + html)
