"""Plain bodies: format=flowed, transfer encodings whole and damaged, odd characters."""

from .row import Row, b64, letter

LINES = "Tere,\n\nPakk on katki.\n  Taandega rida.\n\nMari"
FLOWED = "Content-Type: text/plain; charset=utf-8; format=flowed"


def flowed(id: str, body: str, text: str, more: str = "") -> Row:
    return letter(f"flowed-{id}", f"{FLOWED}{more}\n\n{body}", text=text)


def printable(id: str, body: str, *, text: str) -> Row:
    return letter(
        f"printable-{id}",
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}",
        text=text,
    )


def base64(id: str, body: str, *, text: str = LINES, exact: bool = False) -> Row:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    return letter(f"base64-{id}", head + body, text=text, exact=exact)


WHOLE = b64(LINES.encode())
ONE_LINE = WHOLE.replace("\n", "")

MAILS = (
    flowed("paragraph", "The parcel is \nbroken and late.\n", "The parcel is broken and late."),
    flowed("two-paragraphs", "One \ntwo.\n\nThree \nfour.\n", "One two.\n\nThree four."),
    flowed("hard-breaks", "One\ntwo\nthree\n", "One\ntwo\nthree"),
    flowed("stuffed", " From here\n  indented\n >not a quote\n", "From here\n indented\n>not a quote"),
    flowed("signature", "Words \nand more.\n-- \nMari \nMaasikas\n", "Words and more.\n--\nMari Maasikas"),
    flowed("quotes", "> The parcel is \n> broken.\nYes.\n", "> The parcel is broken.\nYes."),
    flowed("depths-are-not-joined", ">> deep \n> less\nYes.\n", ">> deep\n> less\nYes."),
    flowed("delsp", "包裹损 \n坏了。\n", "包裹损坏了。", "; delsp=yes"),
    flowed("delsp-keeps-one-space", "The parcel  \nis late.\n", "The parcel is late.", "; DelSp=Yes"),
    letter("flowed-capitals", "Content-Type: text/plain; Format=Flowed\n\nOne \ntwo.\n", text="One two."),
    letter("fixed-is-not-joined", "Content-Type: text/plain; format=fixed\n\nOne \ntwo.\n", text="One\ntwo."),
    letter("no-format-is-not-joined", "Content-Type: text/plain\n\nOne \ntwo.\n", text="One\ntwo."),
    letter(
        "flowed-in-quoted-printable",
        f"{FLOWED}\nContent-Transfer-Encoding: quoted-printable\n\nT=C3=B5rge on=20\nsuur.\n",
        text="Tõrge on suur.",
    ),
    letter(
        "flowed-in-base64",
        f"{FLOWED}\nContent-Transfer-Encoding: base64\n\n" + b64("Tõrge on \r\nsuur.\r\n".encode()),
        text="Tõrge on suur.",
    ),
    printable("soft-breaks", "The parcel =\nis bro=\nken.\n", text="The parcel is broken."),
    printable("soft-break-with-spaces-after", "The parcel =  \nis late.\n", text="The parcel is late."),
    printable("small-hex", "T=c3=b5rge\n", text="Tõrge"),
    printable("character-divided-by-a-soft-break", "T=C3=\n=B5rge\n", text="Tõrge"),
    printable("bare-equals", "a = b and 1=1\n", text="a = b and 1=1"),
    printable("equals-and-no-hex", "T=C3=B5rge =ZZ end\n", text="Tõrge =ZZ end"),
    printable("equals-at-the-end", "The end=", text="The end"),
    printable("half-an-escape-at-the-end", "The end =E", text="The end =E"),
    printable("raw-utf-8-between", "T=C3=B5rge õhtu\n", text="Tõrge õhtu"),
    printable("encoded-line-breaks", "One=0ATwo=0D=0AThree\n", text="One\nTwo\nThree"),
    printable("trailing-spaces-of-relays", "One   \nTwo=20  \n", text="One\nTwo"),
    printable("encoded-dot-and-from", "=2E\n=46rom here\n", text=".\nFrom here"),
    printable("address-of-a-page", "https://shop.example/?a=3D1&b=3D=32\n", text="https://shop.example/?a=1&b=2"),
    printable("long-line", "a" * 5000 + "\n", text="a" * 5000),
    printable("underscore-stays", "a_b=5Fc\n", text="a_b_c"),
    base64("whole", WHOLE),
    base64("one-long-line", ONE_LINE),
    base64("without-padding", ONE_LINE.rstrip("=")),
    base64("no-line-break-at-its-end", ONE_LINE),
    base64("lines-of-odd-lengths", "\n".join(ONE_LINE[at : at + 7] for at in range(0, len(ONE_LINE), 7)) + "\n"),
    base64("spaces-at-line-ends", WHOLE.replace("\n", "  \n")),
    base64("blank-lines-between", WHOLE.replace("\n", "\n\n")),
    base64("indented", "".join(f"    {line}\n" for line in WHOLE.splitlines())),
    base64("exclamation-marks-between", ONE_LINE[:20] + "!\n " + ONE_LINE[20:] + "\n"),
    base64("of-lines-with-cr-lf", b64(LINES.replace("\n", "\r\n").encode())),
    base64("two-pieces-each-padded", b64(b"Hello t").strip() + "\n" + b64(b"here.") + "\n", text="Hello there."),
    letter(
        "base64-with-a-footer-in-plain-text",
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{WHOLE}\n"
        "_______________________________________________\nlist mailing list\nlist@lists.example\n",
        has=["Pakk on katki."],
    ),
    letter(
        "seven-bit-plain-text",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\nPlain words.\n",
        text="Plain words.",
    ),
    letter("base64-empty", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n\n", text=""),
    letter("body-of-blank-lines", "Content-Type: text/plain\n\n\n\n  \n\n", text=""),
    letter("body-with-leading-blank-lines", "Content-Type: text/plain\n\n\n\nHello.\n", text="Hello."),
    letter("body-without-a-last-line-break", "Content-Type: text/plain\n\nHello.", text="Hello."),
    letter("body-with-a-mbox-from", "Content-Type: text/plain\n\n>From here it broke.\n", has=["From here it broke."]),
    letter(
        "body-that-looks-like-a-header",
        "Content-Type: text/plain\n\nSubject: in the body\nTo: me\n\nHello.\n",
        text="Subject: in the body\nTo: me\n\nHello.",
    ),
    letter("body-with-tabs", "Content-Type: text/plain\n\na\tb\n\tc\n", text="a\tb\n\tc"),
    letter("body-with-nul", "Content-Type: text/plain\n\nHello\0 there, Mari.\n", has=["there, Mari."]),
    letter(
        "body-with-control-characters",
        "Content-Type: text/plain\n\nHello \x07\x1b[1mbold, Mari.\n",
        has=["bold, Mari."],
    ),
    letter("body-with-form-feed", "Content-Type: text/plain\n\nPage one\n\f\nPage two\n", has=["Page one", "Page two"]),
    letter(
        "body-with-no-break-spaces",
        "Content-Type: text/plain; charset=utf-8\n\n25\u00a0€ at\u2009once\n",
        has=["25 € at once"],
    ),
    letter("body-of-very-long-line", "Content-Type: text/plain\n\n" + "word " * 40_000 + "\n", text="word " * 40_000),
    letter("body-with-dots-alone", "Content-Type: text/plain\n\nOne\n.\n..\nTwo\n", text="One\n.\n..\nTwo"),
    letter("body-of-rtl", "Content-Type: text/plain; charset=utf-8\n\nהזמנה 4471 שבורה\n", text="הזמנה 4471 שבורה"),
    letter("body-decomposed", "Content-Type: text/plain; charset=utf-8\n\nTo\u0303rge\n", has=["rge"]),
    letter(
        "body-of-uuencoded-transfer",
        "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\n"
        "begin 644 a.txt\n,2&5L;&\\@=&AE<F4N\n`\nend\n",
        text="Hello there.",
    ),
    letter(
        "body-of-enriched-text",
        "Content-Type: text/enriched\n\n<bold>Broken</bold> parcel, <italic>please</italic> answer.\n",
        words="Broken parcel, please answer.",
    ),
    letter(
        "body-of-binary-transfer",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: binary\n\nTõrge\n",
        text="Tõrge",
    ),
    letter(
        "html-alone",
        "Content-Type: text/html; charset=utf-8\n\n<html><head><title>T</title><style>p{color:red}</style>"
        "</head><body><p>Tõrge &amp; viga</p><p>Teine l&otilde;ik&nbsp;siin</p></body></html>\n",
        words="Tõrge & viga Teine lõik siin",
        html_has=["<p>Tõrge"],
    ),
    letter("html-without-a-frame", "Content-Type: text/html\n\nOne<br>Two<br/>Three\n", text="One\nTwo\nThree"),
    letter(
        "html-in-quoted-printable",
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        '<p style=3D"color:red">T=C3=B5rge on su=\nur</p>\n',
        words="Tõrge on suur",
    ),
    letter(
        "html-comments-and-scripts",
        "Content-Type: text/html\n\n<!-- hidden --><script>var x = 'no';</script>"
        "<p>Shown</p><!--[if mso]>no<![endif]-->\n",
        words="Shown",
    ),
    letter(
        "html-table",
        "Content-Type: text/html\n\n<table><tr><td>Order</td><td>4471</td></tr><tr><td>Sum</td><td>25</td>"
        "</tr></table>\n",
        words="Order 4471 Sum 25",
    ),
    letter(
        "html-entities",
        "Content-Type: text/html\n\n<p>&lt;b&gt; &#8364;5 &#x20AC;6 &hellip; &copy;</p>\n",
        words="<b> €5 €6 … ©",
    ),
    letter(
        "html-broken",
        "Content-Type: text/html\n\n<p>One <b>two <i>three</p><div>four</b></div></body>five\n",
        has=["One two three", "four", "five"],
    ),
    letter("html-empty", "Content-Type: text/html\n\n<html><body></body></html>\n", text=""),
    letter(
        "html-of-images", 'Content-Type: text/html\n\n<p>Look</p><img src="https://shop.example/a.png">\n', has=["Look"]
    ),
    letter(
        "html-in-text-plain",
        "Content-Type: text/plain\n\nI write <b>bold</b> in plain text.\n",
        text="I write <b>bold</b> in plain text.",
    ),
    letter(
        "base64-with-a-mark-of-utf-8",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        + b64(b"\xef\xbb\xbf" + LINES.encode()),
        text=LINES,
    ),
    letter(
        "body-named-as-a-file", "Content-Type: text/plain; charset=utf-8; name=letter.txt\n\nTõrge\n", has=["Tõrge"]
    ),
    letter(
        "body-inline-with-a-name",
        "Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline; filename=l.txt\n\nTõrge\n",
        has=["Tõrge"],
    ),
    letter(
        "body-of-markdown", "Content-Type: text/markdown; charset=utf-8\n\n# Tõrge\n\n*suur*\n", has=["Tõrge", "suur"]
    ),
    letter("body-of-unknown-text", "Content-Type: text/x-whatever; charset=utf-8\n\nTõrge\n", has=["Tõrge"]),
    letter("html-of-plain-lines", "Content-Type: text/html\n\nOne two\nthree four\n", words="One two three four"),
    letter(
        "html-with-a-base64-image",
        "Content-Type: text/html\n\n<p>One</p><img src='data:image/png;base64," + "A" * 200_000 + "'><p>Two</p>\n",
        words="One Two",
    ),
    letter(
        "html-of-word",
        "Content-Type: text/html\n\n<html xmlns:o='urn:x'><head><!--[if gte mso 9]><xml><o:x>no</o:x></xml>"
        "<![endif]--></head><body><p class=MsoNormal>One<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal>Two</p></body></html>\n",
        words="One Two",
    ),
    letter(
        "html-in-xhtml",
        "Content-Type: application/xhtml+xml; charset=utf-8\n\n<html xmlns='x'><body><p>Tõrge</p></body></html>\n",
        subject="About my order",
    ),
    letter(
        "html-numeric-of-windows", "Content-Type: text/html\n\n<p>It&#146;s &#150; 5&#128;</p>\n", words="It’s – 5€"
    ),
    letter("html-with-nul", "Content-Type: text/html\n\n<p>On\0e</p><p>Two</p>\n", has=["Two"]),
    letter("html-with-pre", "Content-Type: text/html\n\n<pre>a  b\n  c</pre>\n", has=["a b", "c"]),
    letter(
        "html-in-capitals", "Content-Type: text/html\n\n<HTML><BODY><P>One<BR>Two</P></BODY></HTML>\n", text="One\nTwo"
    ),
)
