import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.html import html_to_text
from mailbot.reading.replies.html_reply import new_html, without_top_lines

HTML_REPLIES = yaml.load(
    Path(__file__).with_name("html_replies.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)


def new(html: str) -> str | None:
    return new_html(html).html


@pytest.mark.parametrize("client", HTML_REPLIES)
def test_the_new_words_of_an_html_reply(client):
    assert html_to_text(new(HTML_REPLIES[client])) == "The lamp is dark."


def test_an_answer_below_an_html_quote_is_kept():
    html = (
        '<div class="moz-cite-prefix">On 04/11/2026 M wrote:</div><blockquote type="cite">old</blockquote><p>New.</p>'
    )
    assert html_to_text(new(html)) == "New."


def test_a_quote_of_the_writers_own_choice_is_kept_in_html():
    assert "your words" in new("<p>You said</p><blockquote>your words</blockquote><p>but no</p>")


def test_answers_between_html_quotes_keep_the_quotes():
    first, second = (f'<blockquote type="cite">{line}</blockquote>' for line in ("Which lamp?", "Which bulb?"))
    html = f"{first}<p>Red.</p>{second}<p>Big.</p>"
    assert html_to_text(new(html)).replace("> ", "").split("\n\n") == [
        "Which lamp?",
        "Red.",
        "Which bulb?",
        "Big.",
    ]


def test_an_html_reply_of_quotes_alone_is_none():
    assert new('<blockquote type="cite">old</blockquote>') is None


def test_answers_between_the_quotes_of_gmail_keep_them_without_the_attribution():
    first, second = (f'<blockquote class="gmail_quote">{line}</blockquote>' for line in ("Which lamp?", "Which bulb?"))
    attribution = '<div class="gmail_attr">On Wed, Nov 4, 2026 at 9:05 AM Desk wrote:</div>'
    html = f'<div class="gmail_quote">{attribution}{first}<div>Red.</div>{second}<div>Big.</div></div>'
    assert html_to_text(new(html)).replace("> ", "").split("\n\n") == [
        "Which lamp?",
        "Red.",
        "Which bulb?",
        "Big.",
    ]


def test_what_a_mail_program_sets_above_its_quote_goes_whatever_its_words():
    html = '<p>New.</p><div class="gmail_quote"><div class="gmail_attr">Foo bar</div><blockquote>old</blockquote></div>'
    assert html_to_text(new(html)) == "New."


def test_a_picture_above_the_quote_is_kept():
    html = (
        '<div>See:</div><img src="cid:1"><div class="gmail_quote"><blockquote>old <img src="cid:2"></blockquote></div>'
    )
    assert "cid:1" in new(html)
    assert "cid:2" not in new(html)


def test_a_mail_that_is_all_signature_is_kept_in_html():
    assert "Mari" in new('<div class="gmail_signature">Mari</div>')


def test_a_web_form_table_of_the_writers_own_is_kept():
    html = "<p>My parcel:</p><table><tr><td>From:</td><td>Tallinn</td></tr><tr><td>To:</td><td>Tartu</td></tr></table>"
    assert "Tartu" in new(html)


def test_the_first_lines_can_be_taken_away():
    html = "<div>#take</div><div><br></div><div>#resolve</div><div>Done.</div><div>#not</div>"
    assert html_to_text(without_top_lines(html, lambda line: line.startswith("#"))).split() == ["Done.", "#not"]


PIECES = [
    "<div>", "</div>", "<blockquote type=cite>", "</blockquote>", '<div class="gmail_quote">', "<br>", "<p>", "</p>",
    "<hr>", "On Wed, Nov 4, 2026 at 9:05 AM D &lt;d@a.example&gt; wrote:", "word ", '<div id="Signature">', "-- ",
    '<img src="cid:1">', "From: D &lt;d@a.example&gt;", "Sent: 4.11.2026 9:05", "Subject: x",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_nesting_is_survived(pieces):
    html = "".join(pieces)
    left = new(html)
    assert left is None or set(html_to_text(left).split()) <= set(html_to_text(html).split())


@given(st.lists(st.sampled_from(["<div>", "</div>", "<br>", "<p>", "</p>", "word ", "lamp "]), max_size=40))
def test_html_without_a_quote_keeps_every_word(pieces):
    html = "".join(pieces)
    assert html_to_text(new(html) or "").split() == html_to_text(html).split()


@pytest.mark.parametrize(
    "hostile",
    [
        "<blockquote type=cite>x</blockquote>y" * 30_000,
        "<div class=gmail_quote>" * 300 + "x<br>" * 100_000,
        "<p>From: x</p>" * 80_000,
        "<div>" * 300 + "<p>x wrote 10:11 2026 on:</p>" * 30_000,
        "x " * 900_000,
    ],
    ids=["blockquotes", "wrappers", "headers", "attributions", "words"],
)
def test_hostile_html_takes_linear_time(hostile):
    start = time.process_time()
    new(hostile)
    assert time.process_time() - start < 4


def test_without_containers_and_with_a_new_text_all_of_it_is_new():
    found = new_html("<p>On Monday he wrote:</p><p>nothing.</p>", text_is_new=True)
    assert not found.is_divided
    assert html_to_text(found.html) == html_to_text("<p>On Monday he wrote:</p><p>nothing.</p>")


def test_containers_are_looked_for_even_if_the_text_shows_nothing_old():
    found = new_html('<p>New.</p><div class="gmail_quote">old</div>', text_is_new=True)
    assert found.is_divided
    assert html_to_text(found.html) == "New."
