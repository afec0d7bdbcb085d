import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import MailKind
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.reader import Reader
from mailbot.reading.sketch import sketch_of
from tests.reading.mails import mail, multipart

HINTS = Hints(default_language="en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The heating has been cold for a week and nobody calls back.", "en"),
        ("Küte on nädal aega külm ja keegi ei helista tagasi.", "et"),
        ("Ogrevanje je že en teden hladno in nihče ne pokliče nazaj.", "sl"),
        ("Отопление холодное уже неделю, и никто не перезванивает.", "ru"),
        ("شوفاژ یک هفته است که سرد است و هیچ‌کس زنگ نمی‌زند.", "fa"),
    ],
)
def test_the_language_is_that_of_the_new_words(reader, text, language):
    quote = (
        "\n\nOn 3 Nov 2026, at 10:11, Desk <d@a.example> wrote:\n> Thank you for your message.\n> We look into it.\n"
    )
    reading = reader.read(mail(text + quote), HINTS)
    assert (reading.language, reading.language_certain) == (language, True)


FINNISH = "Hei, lämmitys on ollut kylmä koko viikon eikä kukaan soita"


@pytest.mark.parametrize(("text", "otherwise"), [("Refund", "en"), ("4471", "en"), ("", "en"), (FINNISH, "fi")])
def test_a_short_or_foreign_text_takes_the_known_language(reader, text, otherwise):
    hints = Hints(default_language="en", known_language="sl")
    assert reader.read(mail(text), hints).language == "sl"
    assert reader.read(mail(text), HINTS).language == otherwise


def test_the_script_of_a_short_word_goes_before_the_known_language(reader):
    hints = Hints(default_language="en", known_language="sl")
    assert reader.read(mail("Возврат"), hints).language == "ru"


def test_the_sketch_is_that_of_the_new_words(reader):
    words = "The heating has been cold for a week now and nobody of your people ever calls back."
    quote = "\n\nOn 3 Nov 2026, at 10:11, Desk <d@a.example> wrote:\n> Thank you for your message to all of us.\n"
    assert reader.read(mail(words + quote), HINTS).wording == sketch_of(words) != sketch_of(words + quote)
    assert reader.read(mail("> " + words), HINTS).wording == sketch_of(words)


def test_the_reply_of_an_html_mail_is_its_new_html(reader):
    html = "<p>Lamp on <b>katki</b></p><div class=gmail_quote><blockquote class=gmail_quote>old</blockquote></div>"
    reading = reader.read(mail(html, content_type="text/html"), HINTS)
    assert reading.reply_text == "Lamp on katki"
    assert "old" not in reading.reply_html


def test_a_complaint_is_assessed_by_its_new_words_alone(reader):
    text = (
        "The lamp is dark.\n\nOn 3 Nov 2026, at 10:11, D <d@a.example> wrote:\n> wrong size, charged twice, lawyer\n> x"
    )
    assessment = reader.read(mail(text), HINTS).assessment
    assert assessment.threat == "none"
    assert not {"wrong size", "charged twice", "lawyer"} & {w for words in assessment.evidence.values() for w in words}


def test_an_inline_forward_is_read_and_assessed(reader):
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Juhan Puu <juhan@kodu.example>\n"
        "Date: Tue, Nov 3, 2026\nSubject: Lamp\nTo: <desk@acme.example>\n\nThe lamp is broken.\n"
    )
    forwarded = reader.read(mail(text, "Subject: Fwd: Lamp"), HINTS).forwarded
    assert (forwarded.from_.name, forwarded.from_.address) == ("Juhan Puu", "juhan@kodu.example")
    assert (forwarded.subject, forwarded.text) == ("Lamp", "The lamp is broken.")


def test_an_attached_forward_is_read(reader):
    inner = mail("The lamp is broken.", "From: Juhan <juhan@kodu.example>", "Subject: Lamp").decode()
    raw = multipart("mixed", "Content-Type: text/plain\n\nsee", f"Content-Type: message/rfc822\n\n{inner}")
    assert reader.read(raw, HINTS).forwarded.text == "The lamp is broken."


def test_a_reply_is_no_forward(reader):
    text = "ok\n\nFrom: Desk <d@a.example>\nSent: today\nTo: me\nSubject: Lamp\n\nold"
    assert reader.read(mail(text, "Subject: Re: Lamp"), HINTS).forwarded is None


def test_all_fields_of_a_web_form_are_new_text(reader):
    form = "From: Juhan\nSubject: Lamp\nDate: today\nMessage: the lamp is dark\n"
    raw = mail(form, "From: noreply@acme.example", "Reply-To: j@kodu.example", "Auto-Submitted: auto-generated")
    reading = reader.read(raw, HINTS)
    assert reading.kind is MailKind.WEB_FORM
    assert "the lamp is dark" in reading.reply_text


def test_reading_is_deterministic(reader):
    raw = mail("The lamp is broken, refund 40 EUR, order A-10293")
    assert reader.read(raw, HINTS) == reader.read(raw, HINTS)


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"  "])
def test_nothing_at_all_is_unreadable(reader, raw):
    with pytest.raises(UnreadableMail):
        reader.read(raw, HINTS)


def test_a_mail_without_headers_is_read(reader):
    assert reader.read(b"\r\nThe lamp is broken.", HINTS).message.text == "The lamp is broken."


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "References"]
VALUES = [
    "multipart/mixed; boundary=b",
    "multipart/report; report-type=delivery-status; boundary=b",
    "text/html",
    "base64",
]
HEADER = st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES) | st.text(max_size=30))
BODY = st.lists(
    st.sampled_from([b"--b\r\n", b"--b--", b"Content-Type: message/rfc822\r\n\r\n", b"<a>", b"> x\n", b"=?utf-8?B?"])
)


@st.composite
def almost_mail(draw) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in draw(st.lists(HEADER, max_size=6)))
    return head.encode("utf-8", "surrogatepass") + b"\r\n" + b"".join(draw(BODY)) + draw(st.binary(max_size=60))


def survives(reader: Reader, raw: bytes) -> None:
    if not raw.strip():
        return
    reading = reader.read(raw, HINTS)
    for text in (reading.message.text, reading.reply_text, reading.message.subject, reading.reply_html or ""):
        assert "\x00" not in text
        text.encode("utf-8")
    assert not any(ord(c) < 32 for c in reading.message.subject)
    spans = reading.spans
    assert "".join(reading.message.text[s.start : s.end] for s in spans) == reading.message.text


@given(raw=almost_mail() | st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_survived(reader, raw):
    survives(reader, raw)


def test_every_prefix_of_a_mail_is_survived(reader):
    raw = multipart("alternative", "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>html</p>")
    for length in range(1, len(raw), 7):
        survives(reader, raw[:length])
