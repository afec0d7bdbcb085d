import pytest

from mailbot.reading.html import html_to_text
from mailbot.reading.html_reply import new_html

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
