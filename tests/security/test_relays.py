"""Decision 6: whatever a mail program makes of a notification, only the customer's own lines reach the customer."""

import base64
import textwrap
import unicodedata
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

import pytest

from mailbot.core.letters import LetterKind
from tests.desk import Sent
from tests.security.play import KATE, MARI, Play, every_form

ANSWER = "Dear Kate,\n\nthe fee is on its way to you."
# What stands in the notification, in the agent's language, and must never be seen by the customer.
INTERNAL = ("raskusaste", "prioriteet", "hilinenud tarne", "keegi veel mitte", "everything has an owner", "logistics",
            "saabus uus kaebus", "[ref:", "mida kirjast", "vastuse ees")  # fmt: skip
Dressed = Callable[[Sent], str]


def _lines(mark: str) -> Dressed:
    return lambda mail: "\n".join(f"{mark}{line}" for line in mail.text.splitlines())


def _below(head: str, mark: str = "") -> Dressed:
    return lambda mail: f"{head}\n{_lines(mark)(mail)}"


def _wrapped(mail: Sent) -> str:
    return "\n".join(f"> {piece}" for line in mail.text.splitlines() for piece in textwrap.wrap(line, 60) or [""])


def _wrapped_badly(mail: Sent) -> str:
    """The mark only on the first piece of each line, as some programs do it."""
    return "\n".join("\n".join(textwrap.wrap(f"> {line}", 60)) for line in mail.text.splitlines())


QUOTES: dict[str, Dressed] = {
    "no marks": _lines(""),
    "marks": _lines("> "),
    "marks without space": _lines(">"),
    "deep marks": _lines("> > > "),
    "bars": _lines("| "),
    "a colon": _lines(": "),
    "indented": _lines("        "),
    "tabs": _lines("\t"),
    "initials": _lines("MT> "),
    "no-break spaces": lambda mail: mail.text.replace(" ", "\u00a0"),
    "zero-width spaces": lambda mail: mail.text.replace("s", "s\u200b"),
    "soft hyphens": lambda mail: mail.text.replace("ri", "r\u00adi"),
    "accents taken apart": lambda mail: unicodedata.normalize("NFD", mail.text),
    "wide letters": lambda mail: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in mail.text),
    "upper case": lambda mail: mail.text.upper(),
    "wrapped at 60": _wrapped,
    "wrapped at 60, marks lost": _wrapped_badly,
    "wrapped at 20": lambda mail: "\n".join(p for x in mail.text.splitlines() for p in textwrap.wrap(x, 20)),
    "all on one line": lambda mail: " ".join(mail.text.split()),
    "no blank lines": lambda mail: "\n".join(line for line in mail.text.splitlines() if line.strip()),
    "wrote": _below("On 2 Nov 2026, at 12:00, Kate Bell via Acme Support <support@acme.example> wrote:", "> "),
    "wrote, no marks": _below("On 2 Nov 2026, at 12:00, Kate Bell via Acme Support <support@acme.example> wrote:"),
    "wrote, in an unknown language": _below("Am 2. 11. soll Kate Bell via Acme Support gesagt haben", "> "),
    "wrote, in an unknown language, no marks": _below("Zzz qqq Kate Bell via Acme Support"),
    "outlook": _below(
        "From: Kate Bell via Acme Support <support@acme.example>\nSent: Monday, November 2, 2026 12:00\n"
        "To: Mari Tamm <mari@acme.example>\nSubject: Five days"
    ),
    "outlook, in an unknown language": _below(
        "Zender: Kate Bell via Acme Support\nVerzonden: maandag\nAan: Mari Tamm\nOnderwerp: Five days"
    ),
    "original message": _below("-----Original Message-----"),
    "a rule": _below("_" * 40),
}  # fmt: skip


def seen_by_customer(play: Play) -> str:
    return "\n".join(every_form(m.raw, m.mail) for m in play.to_outsiders(play.fresh)).replace("\u200b", "")


def assert_clean(play: Play) -> None:
    seen = unicodedata.normalize("NFKC", seen_by_customer(play)).replace("\u00ad", "").replace("\u00a0", " ").casefold()
    assert not [words for words in INTERNAL if words in seen], seen
    assert play.token() not in seen
    assert play.fresh, "the agent has to be told when nothing was sent"


def answer(play: Play, make: Callable[[EmailMessage], None]) -> None:
    """Mari's reply, with a body as `make` sets it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Message-ID"] = MARI, "<reply@acme.example>"
    for name, value in play.thread(play.notification()).items():
        mail[name.replace("_", "-").title()] = value
    make(mail)
    play.arrive(mail.as_bytes())


@pytest.mark.parametrize("name", QUOTES)
@pytest.mark.parametrize("on_top", [True, False], ids=["answer on top", "answer below"])
def test_a_quoted_notification_never_reaches_the_customer_in_text(play: Play, name: str, *, on_top: bool) -> None:
    quote = QUOTES[name](play.notification())
    play.answer(f"{ANSWER}\n\n{quote}" if on_top else f"{quote}\n\n{ANSWER}")
    assert_clean(play)


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("name", ["no marks", "marks", "outlook", "bars"])
def test_no_transfer_encoding_hides_an_internal_line(play: Play, name: str, encoding: str) -> None:
    quote = QUOTES[name](play.notification())
    answer(play, lambda mail: mail.set_content(f"{ANSWER}\n\n{quote}", cte=encoding))
    assert_clean(play)


def test_flowed_text_is_put_together_before_it_is_looked_at(play: Play) -> None:
    flowed = "\n".join(f"{word} " for word in play.notification().text.split())
    answer(play, lambda mail: mail.set_content(f"{ANSWER}\n\n{flowed}", params={"format": "flowed"}))
    assert_clean(play)


def _body(mail: Sent) -> str:
    return mail.html.partition("<body>")[2].partition("</body>")[0]


def _cells(mail: Sent) -> str:
    return "<table><tr>" + "".join(f"<td>{escape(line)}</td>" for line in mail.text.splitlines()) + "</tr></table>"


PAGES: dict[str, Dressed] = {
    "blockquote": lambda mail: f"<blockquote>{_body(mail)}</blockquote>",
    "cite": lambda mail: f'<blockquote type="cite">{_body(mail)}</blockquote>',
    "gmail": lambda mail: f'<div class="gmail_quote">{_body(mail)}</div>',
    "outlook": lambda mail: f'<div id="divRplyFwdMsg"><b>From:</b> Kate</div>{_body(mail)}',
    "outlook without its mark": lambda mail: f"<hr><p><b>Zender:</b> Kate<br><b>Aan:</b> Mari</p>{_body(mail)}",
    "bare": _body,
    "table": _cells,
    "preformatted": lambda mail: f"<pre>{escape(mail.text)}</pre>",
    "letters apart": lambda mail: "".join(f"<span>{escape(c)}</span>" for c in mail.text[:3000]),
    "hidden": lambda mail: f'<div style="display:none">{_body(mail)}</div>',
    "hidden by attribute": lambda mail: f"<div hidden>{_body(mail)}</div>",
    "tiny": lambda mail: f'<div style="font-size:0;max-height:0">{_body(mail)}</div>',
    "in a button": lambda mail: f"<button>{escape(mail.text)}</button>",
    "in a text area": lambda mail: f"<textarea>{escape(mail.text)}</textarea>",
    "in a title": lambda mail: f"<p title='{escape(mail.text)}'>.</p><title>{escape(mail.text)}</title>",
    "in a drawing": lambda mail: f"<svg><text>{escape(mail.text)}</text></svg>",
    "in a comment": lambda mail: f"<!-- {escape(mail.text)} -->",
    "in the text of a picture": lambda mail: f'<img src="cid:x" alt="{escape(mail.text)}">',
    "in a noscript": lambda mail: f"<noscript>{escape(mail.text)}</noscript>",
    "in a template": lambda mail: f"<template>{escape(mail.text)}</template>",
    "in a select": lambda mail: f"<select><option>{escape(mail.text)}</option></select>",
    "in math": lambda mail: f"<math><mtext>{escape(mail.text)}</mtext></math>",
    "too deep": lambda mail: "<div>" * 450 + _body(mail) + "</div>" * 450,
    "very deep": lambda mail: "<div>" * 5000 + _body(mail),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("twin", ["clean", "none"])
def test_a_notification_in_html_never_reaches_the_customer(play: Play, name: str, twin: str) -> None:
    page = f"<p>Dear Kate,</p><p>the fee is on its way to you.</p>{PAGES[name](play.notification())}"

    def body(mail: EmailMessage) -> None:
        if twin == "clean":
            mail.set_content(ANSWER)
            mail.add_alternative(page, subtype="html")
        else:
            mail.set_content(page, subtype="html")

    answer(play, body)
    assert_clean(play)


TOKENS: dict[str, Callable[[Play], str]] = {
    "in a link": lambda play: f'<a href="mailto:support+{play.token()}@acme.example">Acme Support</a>',
    "in a quoted link": lambda play: f'<a href="mailto:support%2B{play.token()}%40acme.example">Acme Support</a>',
    "in entities": lambda play: "<a href='mailto:" + "".join(f"&#{ord(c)};" for c in play.token()) + "'>x</a>",
    "in a web link": lambda play: f'<a href="https://acme.example/?t={play.token()}">x</a>',
    "in text": lambda play: f"support+{play.token()}@acme.example",
    "in text, upper case": lambda play: f"Write to SUPPORT+{play.token().upper()}@acme.example, please.",
    "as a reference": lambda play: f"Kind regards [ref:{play.token()}]",
    "as a Message-ID": lambda play: f"Message-ID: {play.notification().mail['Message-ID']}",
}


@pytest.mark.parametrize("place", TOKENS)
def test_a_token_never_reaches_the_customer_in_html(play: Play, place: str) -> None:
    page = f"<p>Dear Kate,</p><p>it is on its way.</p><p>{TOKENS[place](play)}</p>"
    answer(play, lambda mail: (mail.set_content(ANSWER), mail.add_alternative(page, subtype="html"))[0])
    assert_clean(play)


@pytest.mark.parametrize("place", ["in text", "in text, upper case", "as a reference", "as a Message-ID"])
def test_an_answer_that_shows_a_token_is_held(play: Play, place: str) -> None:
    play.answer(f"{ANSWER}\n\n{TOKENS[place](play)}")
    assert [m.row.kind for m in play.fresh] == [LetterKind.RECEIPT]


def _as_eml(mail: Sent) -> tuple[bytes, str, str, str]:
    return mail.raw, "application", "octet-stream", "Five days.EML"


def _as_outlook_file(mail: Sent) -> tuple[bytes, str, str, str]:
    return b"\xd0\xcf\x11\xe0" + mail.text.encode("utf-16-le"), "application", "vnd.ms-outlook", "mail.msg"


def _as_zero_terminated(mail: Sent) -> tuple[bytes, str, str, str]:
    return mail.text.encode(), "text", "plain", "note.txt"


def _as_page(mail: Sent) -> tuple[bytes, str, str, str]:
    return mail.html.encode(), "text", "html", "mail.html"


def _in_two_envelopes(mail: Sent) -> tuple[bytes, str, str, str]:
    inner = base64.encodebytes(mail.raw).decode()
    outer = (
        "From: mari@acme.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        'Content-Type: application/octet-stream; name="x.eml"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{inner}--b--\r\n"
    )
    return outer.encode(), "application", "octet-stream", "outer.eml"


@pytest.mark.parametrize("file", [_as_eml, _as_outlook_file, _as_zero_terminated, _as_page, _in_two_envelopes])
def test_a_notification_among_the_attachments_is_held(
    play: Play, file: Callable[[Sent], tuple[bytes, str, str, str]]
) -> None:
    content, maintype, subtype, name = file(play.notification())

    def body(mail: EmailMessage) -> None:
        mail.set_content(ANSWER)
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)

    answer(play, body)
    assert [m.row.kind for m in play.fresh] == [LetterKind.RECEIPT]
    assert name in play.fresh[0].text


@pytest.mark.parametrize("disposition", ["attachment", "inline"])
def test_a_notification_forwarded_as_a_mail_is_held(play: Play, disposition: str) -> None:
    def body(mail: EmailMessage) -> None:
        mail.set_content(ANSWER)
        mail.add_attachment(play.notification().mail, disposition=disposition)

    answer(play, body)
    assert [m.row.kind for m in play.fresh] == [LetterKind.RECEIPT]


def test_other_attachments_are_passed_on(play: Play) -> None:
    def body(mail: EmailMessage) -> None:
        mail.set_content(ANSWER)
        mail.add_attachment(b"%PDF-1.7 receipt", maintype="application", subtype="pdf", filename="receipt.pdf")
        mail.add_attachment(b"Tracking: 12345", maintype="text", subtype="plain", filename="tracking.txt")

    answer(play, body)
    names = [part.get_filename() for part in play.to_outsiders(play.fresh)[0].mail.walk() if part.get_filename()]
    assert names == ["receipt.pdf", "tracking.txt"]


ORDINARY = [
    ANSWER,
    "Dear Kate,\n\nthe fee is on its way.\n\nKind regards,\nMari Tamm\nAcme Support",
    "Lugupidamisega,\nMari Tamm\nAcme Support",
    "Hi Kate Bell,\n\nyour order A-10293 came late. Sorry.\n\nMari",
    "> My order A-10293 came five days late, I had paid for next-day delivery.\n\nThat was our fault.\n\n"
    "> Please refund the delivery fee of 9.90 EUR.\n\nDone.",
    "You wrote:\nThe birthday was over by then, and nobody told me anything.\nI am sorry.",
    "Hea Kate, raha on teel.",
    "Hi,\n\nrefund: 9,90 €\n\nMari",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_answer_is_not_held(play: Play, text: str) -> None:
    quote = "\n".join(f"> {line}" for line in play.notification().text.splitlines())
    play.answer(f"{text}\n\nOn 02/11/2026 12:00, Kate Bell via Acme Support wrote:\n{quote}")
    assert ("answer", "kate.bell@mail.example") in play.kinds(), play.fresh[0].text
    assert_clean(play)


def test_what_a_note_says_stays_inside_later_too(play: Play) -> None:
    secret = "She threatened the driver once and we keep an eye on her address"
    play.answer(f"#note {secret}")
    play.answer("#status")
    status = play.fresh[-1]
    assert secret in status.text
    for quoted in (status.text, secret):
        play.write(f"{ANSWER}\n\n{quoted}", by=MARI, **play.thread(play.notification()))
        assert not [m for m in play.to_outsiders(play.fresh) if "threatened" in m.text + m.html]


def test_another_cases_notification_is_not_pasted_into_an_answer_with_its_token(play: Play) -> None:
    play.complain("My order B-2 came five days late. Refund me.", by="Juhan Org <juhan@kodu.example>", subject="Late")
    other = play.mails(LetterKind.NOTIFICATION, "mari@acme.example")[-1]
    play.answer(f"{ANSWER}\n\n{other.text}")
    assert play.to_outsiders(play.fresh) == []


def test_the_customers_later_words_may_be_quoted_to_the_customer(play: Play) -> None:
    later = "The box was wet as well, see the photo that I took."
    play.write(later, by=KATE, **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    play.write(f"You wrote:\n{later}\n\nI see.", by=MARI, **play.thread(play.notification()))
    assert later in play.to_outsiders(play.fresh)[0].text
