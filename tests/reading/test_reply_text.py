import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import SpanKind
from mailbot.reading.html import html_to_text
from mailbot.reading.html_reply import new_html
from mailbot.reading.reply_text import split

NEW = "Hello,\n\nthe lamp is still dark.\n- bulb\n- socket\n\nThanks, but I want 19,90 EUR back:\nsoon\n\nMari"
DESK = "Acme Desk <desk@acme.example>"

ATTRIBUTIONS = {
    "gmail english": f"On Wed, Nov 4, 2026 at 9:05 AM {DESK} wrote:",
    "gmail estonian": "Kontakt Acme Desk (<desk@acme.example>) kirjutas kuupäeval K, 4. november 2026 kell 09:05:",
    "gmail slovene": f"V V sre., 4. nov. 2026 ob 09:05 je oseba {DESK} napisala:",
    "gmail russian": f"ср, 4 нояб. 2026 г. в 09:05, {DESK}:",
    "gmail persian": f"در تاریخ چهارشنبه ۴ نوامبر ۲۰۲۶، ۹:۰۵ {DESK} نوشت:",
    "gmail wrapped": "On Wed, Nov 4, 2026 at 9:05 AM Acme Customer Care Desk <\ndesk@acme.example> wrote:",
    "apple russian": f"4 нояб. 2026 г., в 09:05, {DESK} написал(а):",
    "thunderbird english": "On 04/11/2026 09:05, Acme Desk wrote:",
    "thunderbird estonian": "Acme Desk kirjutas 04.11.2026 kell 09:05:",
    "thunderbird slovene": "Dne 4. 11. 2026 ob 09:05 je Acme Desk napisal(a):",
    "thunderbird persian": "در ۱۴۰۵/۰۸/۱۳ ۰۹:۰۵، Acme Desk نوشت:",
    "mail.ru": f"Среда, 4 ноября 2026, 9:05 +03:00 от {DESK}:",
    "yandex": '04.11.2026, 09:05, "Acme Desk" <desk@acme.example>:',
}
HEADER_BLOCKS = {
    "outlook english": f"From: {DESK}\nSent: Wednesday, November 4, 2026 9:05 AM\nTo: Mari\nSubject: Lamp",
    "outlook estonian": f"Saatja: {DESK}\nSaadetud: kolmapäev, 4. november 2026 9:05\nAdressaat: Mari\nTeema: Lamp",
    "outlook slovene": f"Od: {DESK}\nPoslano: sreda, 4. november 2026 9:05\nZa: Mari\nZadeva: Lamp",
    "outlook russian": f"От: {DESK}\nОтправлено: 4 ноября 2026 г. 9:05\nКому: Mari\nТема: Lamp",
    "outlook persian": f"از: {DESK}\nارسال شده: چهارشنبه ۴ نوامبر ۲۰۲۶ ۹:۰۵\nبه: Mari\nموضوع: Lamp",
    "outlook mobile": f"________________________________\nFrom: {DESK}\nSent: today\nTo: Mari\nSubject: Lamp",
    "samsung estonian": f"-------- Algne kiri --------\nSaatja: {DESK}\nKuupäev: 04.11.26 09:05\nSaaja: Mari\nTeema: L",
    "gmail bold": f"*From:* {DESK}\n*Sent:* today\n*To:* Mari\n*Subject:* Lamp",
}


def lines(text):
    return [line.strip() for line in text.strip().split("\n")]


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_the_quote_below_an_attribution_is_cut(client):
    text = f"{NEW}\n\n{ATTRIBUTIONS[client]}\n\n> We looked at it.\n>\n> Your desk\n"
    assert lines(split(text).reply_text) == lines(NEW)


@pytest.mark.parametrize("client", HEADER_BLOCKS)
def test_the_mail_below_a_header_block_is_cut(client):
    text = f"{NEW}\n\n{HEADER_BLOCKS[client]}\n\nWe looked at it.\n\nYour desk\n"
    assert lines(split(text).reply_text) == lines(NEW)


@pytest.mark.parametrize(
    "text",
    [
        "From: Tallinn\nTo: Tartu\nthe courier took a week. On Monday he wrote: soon",
        "Write to me at mari@kodu.example:\nit is my only address",
        "I bought it on 3.11.2026 at 10:11:\na lamp and a bulb",
        "On the box you wrote:\nfragile. It was not.",
        "Hi\n------\nList\n- a\n- b",
        "Ma maksin 3.11.2026 kell 10:11:\nraha on läinud",
        "You said\n> the money is on its way\nbut it never came",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text):
    assert split(text).reply_text == text


def test_a_reply_below_the_quote_is_kept():
    text = "On 04/11/2026 09:05, Mari wrote:\n> the lamp is dark\n>\nWe send you a new one.\n"
    assert split(text).reply_text == "We send you a new one."


def test_a_signature_below_an_answer_below_the_quote_is_no_new_text():
    text = "On 04/11/2026 09:05, Mari wrote:\n> the lamp is dark\nNew one sent.\n-- \nAnn, desk"
    assert split(text).reply_text == "New one sent."
    assert split(text).spans[-1].kind is SpanKind.SIGNATURE


def test_answers_between_the_lines_keep_the_lines():
    text = "On 04/11/2026 09:05, Desk wrote:\n> Which lamp?\nThe red one.\n> Which bulb?\nThe big one.\n"
    assert split(text).reply_text == text.strip()


def test_nothing_but_a_quote_has_no_new_text():
    assert split("On 04/11/2026 09:05, Desk wrote:\n> Which lamp?\n> Which bulb?\n").reply_text == ""


def test_a_mail_that_is_all_signature_is_kept():
    assert "Jane" in split("-- \nJane").reply_text


@given(st.text(alphabet="a:>@1. -\n\r\u200f", max_size=200) | st.text(max_size=100))
def test_the_spans_cover_the_whole_text_in_order(text):
    spans = split(text).spans
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert all(s.start < s.end for s in spans)


@pytest.mark.parametrize(
    "hostile", ["On a " * 20_000, "From: x\n" * 5_000, "> " * 20_000, "_" * 100_000, ("a" * 399 + ":\n") * 1_000]
)
def test_hostile_text_takes_linear_time(hostile):
    start = time.process_time()
    split(hostile)
    assert time.process_time() - start < 1


TOP = "<div>The lamp is dark.</div><div>19,90 EUR</div>"
HTML_REPLIES = {
    "gmail": f'{TOP}<br><div class="gmail_quote"><div class="gmail_attr">On Wed Desk wrote:<br></div>'
    '<blockquote class="gmail_quote"><p>old</p></blockquote></div>',
    "apple": f'{TOP}<div><blockquote type="cite"><div>On 4 Nov 2026, at 09:05, Desk wrote:</div>old</blockquote></div>',
    "apple, attribution outside": f"{TOP}<div><div>4 нояб. 2026 г., в 09:05, Desk &lt;d@a.example&gt; написал(а):</div>"
    '<br><blockquote type="cite">old</blockquote></div>',
    "outlook": f'<div class="WordSection1">{TOP}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    "<p><b>Saatja:</b> Desk<br><b>Saadetud:</b> eile<br><b>Teema:</b> x</p></div></div><p>old</p></div>",
    "outlook web": f'{TOP}<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Od:</b> Desk</div><div>old</div>',
    "outlook without a known mark": f"{TOP}<p><b>От:</b> Desk<br><b>Отправлено:</b> вчера<br><b>Кому:</b> x<br>"
    "<b>Тема:</b> y</p><p>old</p>",
    "yahoo": f'{TOP}<div id="yahoo_quoted_7" class="yahoo_quoted"><div>On Wed, Desk wrote:</div><div>old</div></div>',
    "thunderbird": f'{TOP}<div class="moz-cite-prefix">Desk kirjutas:</div><blockquote type="cite">old</blockquote>',
    "mail.ru": f"{TOP}<blockquote>Среда, 4 ноября 2026, 9:05 от Desk &lt;d@a.example&gt;:<br>old</blockquote>",
    "yandex": f'{TOP}<div>04.11.2026, 09:05, "Desk" &lt;d@a.example&gt;:</div><blockquote><p>old</p></blockquote>',
    "proton": f'{TOP}<div class="protonmail_quote">On Wed Desk wrote:<blockquote>old</blockquote></div>',
    "zimbra": f'{TOP}<hr id="zwchr"><div data-marker="__HEADERS__">x</div><div data-marker="__QUOTED_TEXT__">old</div>',
}


@pytest.mark.parametrize("client", HTML_REPLIES)
def test_the_quote_in_an_html_reply_is_cut(client):
    assert html_to_text(new_html(HTML_REPLIES[client])).split() == ["The", "lamp", "is", "dark.", "19,90", "EUR"]


def test_an_answer_below_an_html_quote_is_kept():
    html = (
        '<div class="moz-cite-prefix">On 04/11/2026 M wrote:</div><blockquote type="cite">old</blockquote><p>New.</p>'
    )
    assert html_to_text(new_html(html)) == "New."


def test_a_quote_of_the_writers_own_choice_is_kept_in_html():
    assert "your words" in new_html("<p>You said</p><blockquote>your words</blockquote><p>but no</p>")


def test_answers_between_html_quotes_keep_the_quotes():
    first, second = (f'<blockquote type="cite">{line}</blockquote>' for line in ("Which lamp?", "Which bulb?"))
    html = f"{first}<p>Red.</p>{second}<p>Big.</p>"
    assert html_to_text(new_html(html)).replace("> ", "").split("\n\n") == [
        "Which lamp?",
        "Red.",
        "Which bulb?",
        "Big.",
    ]


def test_an_html_reply_of_quotes_alone_is_none():
    assert new_html('<blockquote type="cite">old</blockquote>') is None
