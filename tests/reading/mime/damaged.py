"""Mail that clients, relays, archives and attackers have damaged: it is read as far as it can be."""

from .row import PDF, PNG, Row, b64, letter, mail, qp
from .structure import HTML, SAID, TEXT, multi

SHOWN = {"from_": ("Mari Maasikas", "mari@kaup.example"), "subject": "About my order"}
HEAD = "From: Mari Maasikas <mari@kaup.example>\nTo: support@acme.example\nSubject: About my order\n"
PAPER = (
    "Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}"
)
BILL = ("bill.pdf", len(PDF), False)


def hurt(id: str, rest: str | bytes, *, exact: bool = False, **expected: object) -> Row:
    return letter(f"damaged-{id}", rest, exact=exact, **expected)


MAILS = (
    mail("damaged-a-nul", b"\0", exact=True, from_=None, attachments=[]),
    mail("damaged-mark-of-utf-8-alone", b"\xef\xbb\xbf", exact=True, from_=None, attachments=[]),
    mail("damaged-random-bytes", bytes(range(256)) * 50, exact=True),
    mail("damaged-blank-line-first", f"\nBody after nothing.\n{HEAD}", has=["Body after nothing."]),
    mail("damaged-last-field-cut", f"{HEAD}Content-Type: multi", **SHOWN, text=""),
    mail("damaged-sender-cut", "Subject: About my order\nFrom: Mari <mari@kaup", subject="About my order"),
    mail(
        "damaged-line-ends-half-and-half",
        HEAD.replace("\n", "\r\n") + "\nOne\nTwo\r\nThree\rFour\n",
        exact=True,
        **SHOWN,
        has=["One", "Two", "Three", "Four"],
    ),
    hurt(
        "type-twice",
        "Content-Type: text/plain; charset=utf-8\nContent-Type: text/plain; charset=utf-8\n\nTõrge\n",
        text="Tõrge",
    ),
    hurt(
        "transfer-twice",
        "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 7bit\n\nPlain words.\n",
        text="Plain words.",
    ),
    hurt("mime-version-twice", f"MIME-Version: 1.0\nMIME-Version: 1.0\n{TEXT}", text=SAID),
    hurt(
        "from-twice-the-same",
        "From: Mari Maasikas <mari@kaup.example>\nFrom: Mari Maasikas <mari@kaup.example>",
        from_=("Mari Maasikas", "mari@kaup.example"),
    ),
    hurt("id-twice", "Message-ID: <one@kaup.example>\nMessage-ID: <one@kaup.example>", message_id="one@kaup.example"),
    hurt(
        "base64-that-is-plain",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        "Hello, the parcel (of May) is broken!\nPlease answer.\n",
        text="Hello, the parcel (of May) is broken!\nPlease answer.",
    ),
    hurt(
        "quoted-printable-that-is-8-bit",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nTõrge on suur.\n",
        text="Tõrge on suur.",
    ),
    hurt(
        "7-bit-that-is-8-bit",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\nTõrge on suur.\n",
        text="Tõrge on suur.",
    ),
    hurt(
        "encoding-misspelt",
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printeable\n\n{qp(b'Plain.')}\n",
        has=["Plain."],
    ),
    hurt(
        "encoding-of-utf-8",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: utf-8\n\nTõrge\n",
        text="Tõrge",
    ),
    hurt(
        "encoding-with-a-semicolon",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64;\n\n" + b64("Tõrge".encode()),
        text="Tõrge",
    ),
    hurt("type-with-two-slashes", "Content-Type: text/plain/x; charset=utf-8\n\nTõrge\n", has=["Tõrge"]),
    hurt("type-with-equals-alone", "Content-Type: text/plain; =; charset=utf-8; ;\n\nTõrge\n", text="Tõrge"),
    hurt("type-with-colon", "Content-Type: text/plain: charset=utf-8\n\nTõrge\n", has=["Tõrge"]),
    hurt("type-without-semicolon", "Content-Type: text/plain charset=utf-8\n\nTõrge\n", has=["Tõrge"]),
    hurt("type-of-charset-alone", "Content-Type: charset=utf-8\n\nTõrge\n", has=["Tõrge"]),
    hurt("type-in-quotes", 'Content-Type: "text/plain"; charset=utf-8\n\nTõrge\n', has=["Tõrge"]),
    hurt("parameters-unclosed", 'Content-Type: text/plain; charset="utf-8\n\nTõrge\n', text="Tõrge"),
    hurt(
        "parameter-of-two-hundred-kilobytes",
        f'Content-Type: text/plain; x="{"a" * 200_000}"; charset=utf-8\n\nTõrge\n',
        text="Tõrge",
    ),
    hurt(
        "many-parameters",
        "Content-Type: text/plain;" + "".join(f" x{n}=y;" for n in range(5000)) + " charset=utf-8\n\nTõrge\n",
        text="Tõrge",
    ),
    hurt("nested-comments", f"Content-Type: text/plain; charset=utf-8 {'(' * 5000}\n\nTõrge\n", has=["rge"]),
    hurt(
        "thousand-deep",
        "".join(f'Content-Type: multipart/mixed; boundary="d{n}"\n\n--d{n}\n' for n in range(1000)) + TEXT,
        from_=SHOWN["from_"],
    ),
    hurt(
        "messages-in-messages",
        "".join("Content-Type: message/rfc822\n\nSubject: deeper\n" for _ in range(300)) + f"\n{SAID}\n",
        from_=SHOWN["from_"],
    ),
    hurt("ten-thousand-parts", multi("mixed", TEXT, *["\nx\n"] * 10_000), has=[SAID]),
    hurt("hostile-words-in-subject", "Subject: " + "=?utf-8?Q?" * 100_000, from_=SHOWN["from_"], exact=True),
    hurt("hostile-brackets-in-to", "To: " + "<" * 2_000_000, from_=SHOWN["from_"], to=[], exact=True),
    hurt("hostile-quotes-in-to", 'To: "' + '\\"' * 1_000_000, from_=SHOWN["from_"], exact=True),
    hurt(
        "hostile-equals",
        "Content-Transfer-Encoding: quoted-printable\n\n" + "=" * 2_000_000 + "\nEnd.\n",
        has=["End."],
        exact=True,
    ),
    hurt(
        "hostile-html",
        "Content-Type: text/html\n\n" + "<div>" * 400_000 + "Deep words" + "\n",
        has=["Deep words"],
        exact=True,
    ),
    hurt("hostile-tags", "Content-Type: text/html\n\n<p>Words</p>" + "<" * 2_000_000 + "\n", has=["Words"], exact=True),
    hurt(
        "html-cut-in-a-tag", 'Content-Type: text/html\n\n<p>The parcel is broken.</p><a href="https://x.exa', has=[SAID]
    ),
    hurt("html-cut-in-a-style", "Content-Type: text/html\n\n<p>The parcel is broken.</p><style>p { color", words=SAID),
    hurt(
        "image-cut",
        multi(
            "mixed",
            TEXT,
            "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n"
            f"Content-Disposition: attachment; filename=a.png\n\n{b64(PNG)[:61]}\n",
        ),
        text=SAID,
        attachments=[("a.png", None, False)],
    ),
    hurt(
        "image-of-nonsense",
        multi(
            "mixed",
            TEXT,
            "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=a.png\n\n!!!! ???? ....\n",
        ),
        text=SAID,
        attachments=[("a.png", None, False)],
    ),
    hurt("html-part-cut", multi("alternative", TEXT, HTML)[:-60], text=SAID),
    hurt("footer-after-base64-of-a-part", multi("mixed", TEXT, PAPER + "\n\n"), text=SAID, attachments=[BILL]),
    hurt(
        "part-header-of-one-line",
        multi("mixed", "Content-Type: text/plain; charset=utf-8; format=fixed\n\n" + SAID + "\n"),
        text=SAID,
    ),
    hurt(
        "part-with-8-bit-fields",
        multi("mixed", TEXT, PAPER.replace("bill.pdf", "õ.pdf")),
        text=SAID,
        attachments=[("õ.pdf", len(PDF), False)],
    ),
    hurt(
        "part-fields-end-in-a-line-of-spaces",
        multi("mixed", TEXT, "Content-Type: text/plain\n \nSecond words.\n"),
        has=[SAID],
    ),
    hurt("spam-note-above", "X-Spam-Report: \n\t* 1.0 A\n\t* 2.0 B\n\t\n" + TEXT, **SHOWN),
    hurt("field-name-with-a-space", f"X Broken Name: y\n{TEXT}", **SHOWN),
    hurt("field-of-a-colon-alone", f": y\n{TEXT}", **SHOWN),
    hurt(
        "mbox-from-in-the-middle",
        "Received: x\n>From mari@kaup.example Mon May 12 08:09:10 2014\nX-Mailer: x\n" + TEXT,
        **SHOWN,
    ),
    hurt("text-of-a-million", "Content-Type: text/plain\n\n" + "A line of words.\n" * 60_000, has=["A line of words."]),
    hurt(
        "nul-between-everything",
        b"Content-Type: text/plain\n\n" + b"\0".join([b"Hello", b"there", b"Mari"]) + b"\n",
        has=["Mari"],
    ),
    hurt("dot-stuffed", "Content-Type: text/plain\n\n..hidden\nShown\n", has=["hidden", "Shown"]),
    hurt("end-of-file-of-dos", "Content-Type: text/plain\n\nHello there.\n\x1a", has=["Hello there."]),
    hurt("hostile-colons-in-to", "To: " + "a:" * 1_000_000, from_=SHOWN["from_"], exact=True),
    hurt("hostile-semicolons-in-to", "To: " + "a;" * 1_000_000, from_=SHOWN["from_"], exact=True),
    hurt("hostile-commas-in-to", "To: " + "," * 100_000 + "a@post.example", to=[("", "a@post.example")], exact=True),
    hurt(
        "hostile-ampersands",
        "Content-Type: text/html\n\n<p>Words</p>" + "&" * 2_000_000 + "\n",
        has=["Words"],
        exact=True,
    ),
    hurt(
        "many-quotes-of-html",
        "Content-Type: text/html\n\n" + "<blockquote>a" * 130_000 + "\n",
        from_=SHOWN["from_"],
        exact=True,
    ),
    hurt("hostile-quoted-commas-in-to", "To: " + '"a",' * 500_000, from_=SHOWN["from_"], exact=True),
    hurt("hostile-quotes-alone-in-to", "To: " + '"' * 2_000_000, from_=SHOWN["from_"], to=[], exact=True),
    hurt(
        "many-recipients",
        "To: a@post.example\nCc: " + ", ".join(f"u{n}@post.example" for n in range(150_000)),
        from_=SHOWN["from_"],
        to=[("", "a@post.example")],
        exact=True,
    ),
    hurt("many-fields", "".join(f"X-{n}: a\n" for n in range(300_000)) + "\nThe end.", has=["The end."], exact=True),
    hurt(
        "many-lone-carriage-returns", "X-Odd: " + "a\r" * 1_000_000 + "\n\nThe end.", exact=True, from_=SHOWN["from_"]
    ),
    hurt("many-pages", multi("mixed", *["Content-Type: text/html\n\n<p>a</p>\n"] * 40_000), **SHOWN, exact=True),
    hurt(
        "many-pictures",
        multi(
            "related",
            "Content-Type: text/html\n\n<p>Words</p>\n",
            *(f"Content-Type: image/png\nContent-ID: <i{n}@post.example>\n\nabc\n" for n in range(20_000)),
        ),
        text="Words",
        exact=True,
    ),
    hurt(
        "many-mails",
        multi("mixed", TEXT, *["Content-Type: message/rfc822\n\nSubject: x\n\nWords\n"] * 30_000),
        text=SAID,
        exact=True,
    ),
    hurt("many-begins", "Content-Type: text/plain\n\nWords\n" + "begin 644 a\n" * 150_000, has=["Words"], exact=True),
)
