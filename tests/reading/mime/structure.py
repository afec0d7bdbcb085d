"""Multipart messages in every nesting: what is the text, what is the HTML, what is attached."""

from .row import PDF, PNG, Row, b64, letter

TEXT = "Content-Type: text/plain; charset=utf-8\n\nThe parcel is broken.\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>The parcel is <b>broken</b>.</p>\n"
IMAGE = (
    "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=a.png\n\n{b64(PNG)}"
)
LOGO = (
    "Content-Type: image/png; name=logo.png\nContent-Transfer-Encoding: base64\nContent-ID: <logo@x>\n"
    f"Content-Disposition: inline; filename=logo.png\n\n{b64(PNG)}"
)
PAPER = (
    "Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}"
)
RELATED_HTML = 'Content-Type: text/html\n\n<p>The parcel is broken.</p><img src="cid:logo@x">\n'
FOOTER = "Content-Type: text/plain\n\n--\nshop mailing list\n"
CALENDAR = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@kaup.example\n"
    "DTSTART:20140512T080000Z\nSUMMARY:Visit\nEND:VEVENT\nEND:VCALENDAR\n"
)
INNER = "From: Ann <ann@post.example>\nSubject: Inside\nDate: Mon, 12 May 2014 08:09:10 +0300\n\nInner words.\n"
SAID = "The parcel is broken."


def multi(kind: str, *parts: str, boundary: str = "bnd", more: str = "") -> str:
    """A multipart of the parts, from its Content-Type field on."""
    body = "".join(f"--{boundary}\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\n\n{body}--{boundary}--\n'


def nested(kind: str, *parts: str) -> str:
    return multi(kind, *parts, boundary=f"in-{kind}")


def row(id: str, content: str, **expected: object) -> Row:
    return letter(f"structure-{id}", content, **expected)


A_PNG, BILL = ("a.png", len(PNG), False), ("bill.pdf", len(PDF), False)
LOGO_SHOWN = ("logo.png", len(PNG), True)

MAILS = (
    row("mixed-of-one-text", multi("mixed", TEXT), text=SAID, attachments=[]),
    row("mixed-text-and-image", multi("mixed", TEXT, IMAGE), text=SAID, attachments=[A_PNG]),
    row("mixed-image-then-text", multi("mixed", IMAGE, TEXT), text=SAID, attachments=[A_PNG]),
    row(
        "mixed-text-image-text",
        multi("mixed", TEXT, IMAGE, "Content-Type: text/plain\n\nSecond words.\n"),
        has=[SAID, "Second words."],
        attachments=[A_PNG],
    ),
    row("mixed-of-images-alone", multi("mixed", IMAGE, PAPER), text="", attachments=[A_PNG, BILL]),
    row("mixed-html-and-footer", multi("mixed", HTML, FOOTER), has=[SAID, "shop mailing list"], attachments=[]),
    row("mixed-text-and-footer", multi("mixed", TEXT, FOOTER), has=[SAID, "shop mailing list"], attachments=[]),
    row(
        "mixed-of-three-texts",
        multi("mixed", TEXT, "\nTwo.\n", "\nThree.\n"),
        has=[SAID, "Two.", "Three."],
        attachments=[],
    ),
    row(
        "mixed-of-html-image-html",
        multi("mixed", HTML, LOGO, "Content-Type: text/html\n\n<p>After it.</p>\n"),
        has=[SAID, "After it."],
        attachments=[("logo.png", len(PNG), None)],
    ),
    row("alternative", multi("alternative", TEXT, HTML), text=SAID, html_has=["<b>broken</b>"], attachments=[]),
    row("alternative-of-html-first", multi("alternative", HTML, TEXT), text=SAID, attachments=[]),
    row("alternative-of-one-text", multi("alternative", TEXT), text=SAID, attachments=[]),
    row("alternative-of-one-html", multi("alternative", HTML), text=SAID, html_has=["<b>broken</b>"]),
    row("alternative-with-empty-text", multi("alternative", "Content-Type: text/plain\n\n\n", HTML), text=SAID),
    row("alternative-with-empty-html", multi("alternative", TEXT, "Content-Type: text/html\n\n\n"), text=SAID),
    row(
        "alternative-with-enriched",
        multi("alternative", TEXT, "Content-Type: text/enriched\n\n<bold>The parcel</bold> is broken.\n"),
        text=SAID,
    ),
    row(
        "alternative-with-page-for-watches",
        multi("alternative", TEXT, "Content-Type: text/x-amp-html\n\n<html amp4email>no</html>\n", HTML),
        text=SAID,
    ),
    row(
        "alternative-with-calendar",
        multi("alternative", TEXT, HTML, f"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n{CALENDAR}"),
        text=SAID,
    ),
    row(
        "alternative-with-related",
        multi("alternative", TEXT, nested("related", RELATED_HTML, LOGO)),
        text=SAID,
        attachments=[LOGO_SHOWN],
    ),
    row(
        "alternative-with-mixed",
        multi("alternative", TEXT, nested("mixed", HTML, PAPER)),
        text=SAID,
        attachments=[BILL],
    ),
    row(
        "alternative-of-apple-with-paper-between",
        multi("alternative", TEXT, nested("mixed", HTML, PAPER, "Content-Type: text/html\n\n<p>Bye.</p>\n")),
        has=[SAID],
        attachments=[BILL],
    ),
    row(
        "mixed-alternative-and-paper",
        multi("mixed", nested("alternative", TEXT, HTML), PAPER),
        text=SAID,
        html_has=["<b>broken</b>"],
        attachments=[BILL],
    ),
    row(
        "mixed-alternative-related-and-paper",
        multi("mixed", nested("alternative", TEXT, nested("related", RELATED_HTML, LOGO)), PAPER),
        text=SAID,
        attachments=[LOGO_SHOWN, BILL],
    ),
    row(
        "mixed-related-alternative-and-paper",
        multi("mixed", nested("related", nested("alternative", TEXT, RELATED_HTML), LOGO), PAPER),
        text=SAID,
        attachments=[LOGO_SHOWN, BILL],
    ),
    row(
        "mixed-alternative-and-footer",
        multi("mixed", nested("alternative", TEXT, HTML), FOOTER),
        has=[SAID, "shop mailing list"],
        attachments=[],
    ),
    row(
        "mixed-in-mixed",
        multi("mixed", multi("mixed", TEXT, IMAGE, boundary="in"), PAPER),
        text=SAID,
        attachments=[A_PNG, BILL],
    ),
    row("related-html-and-image", multi("related", RELATED_HTML, LOGO), text=SAID, attachments=[LOGO_SHOWN]),
    row(
        "related-with-type",
        multi("related", RELATED_HTML, LOGO, more='; type="text/html"; start="<r@x>"'),
        has=[SAID],
        attachments=[LOGO_SHOWN],
    ),
    row("related-with-text", multi("related", TEXT, IMAGE), text=SAID, attachments=[A_PNG]),
    row(
        "related-image-without-disposition",
        multi(
            "related",
            RELATED_HTML,
            f"Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-ID: <logo@x>\n\n{b64(PNG)}",
        ),
        text=SAID,
        attachments=[(None, len(PNG), True)],
    ),
    row("related-with-paper", multi("related", RELATED_HTML, LOGO, PAPER), attachments=[LOGO_SHOWN, BILL]),
    row(
        "sixteen-deep",
        "".join(f'Content-Type: multipart/mixed; boundary="d{n}"\n\n--d{n}\n' for n in range(16))
        + TEXT
        + "".join(f"--d{n}--\n" for n in range(15, -1, -1)),
        text=SAID,
        attachments=[],
    ),
    row("hundred-parts", multi("mixed", TEXT, *[IMAGE] * 100), text=SAID, attachments=[A_PNG] * 100),
    row("part-without-header", multi("mixed", "\nThe parcel is broken.\n"), text=SAID),
    row("part-without-header-or-blank-line-after", multi("mixed", TEXT, "\n"), text=SAID),
    row("empty-part-first", multi("mixed", "\n\n", TEXT, PAPER), text=SAID, attachments=[BILL]),
    row(
        "part-of-zero-length",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/pdf; name=none.pdf\nContent-Disposition: attachment; filename=none.pdf\n\n",
        ),
        text=SAID,
        attachments=[("none.pdf", 0, False)],
    ),
    row(
        "preamble-and-epilogue-are-not-shown",
        multi("mixed", TEXT).replace("\n\n--bnd", "\n\nThis is a multi-part message in MIME format.\n--bnd", 1)
        + "\nAn epilogue.\n",
        text=SAID,
        lacks=["multi-part message", "epilogue"],
    ),
    row(
        "multipart-with-transfer-encoding-of-its-own",
        multi("mixed", TEXT, PAPER).replace("\n\n--bnd", "\nContent-Transfer-Encoding: quoted-printable\n\n--bnd", 1),
        text=SAID,
        attachments=[BILL],
    ),
    row(
        "multipart-said-to-be-base64-and-is-not",
        multi("mixed", TEXT, PAPER).replace("\n\n--bnd", "\nContent-Transfer-Encoding: base64\n\n--bnd", 1),
        text=SAID,
        attachments=[BILL],
    ),
    row("multipart-without-mime-version", "X-Mailer: x\n" + multi("mixed", TEXT, PAPER), text=SAID, attachments=[BILL]),
    row(
        "same-boundary-inside",
        multi("mixed", TEXT, multi("mixed", "\nInner.\n", boundary="bnd-2"), boundary="bnd"),
        has=[SAID, "Inner."],
    ),
    row(
        "text-and-html-side-by-side",
        multi("mixed", TEXT, "Content-Type: text/html\n\n<p>Other words.</p>\n"),
        has=[SAID, "Other words."],
        attachments=[],
    ),
    row(
        "related-of-which-the-second-is-the-root",
        multi("related", LOGO, "Content-ID: <root@x>\n" + RELATED_HTML, more='; start="<root@x>"; type="text/html"'),
        text=SAID,
        attachments=[LOGO_SHOWN],
    ),
    row("alternative-with-a-paper", multi("alternative", TEXT, HTML, PAPER), text=SAID, attachments=[BILL]),
    row("alternative-with-an-image", multi("alternative", TEXT, HTML, IMAGE), text=SAID, attachments=[A_PNG]),
    row(
        "alternative-with-rtf",
        multi("alternative", TEXT, "Content-Type: text/rtf\n\n{\\rtf1 The parcel is broken.}\n"),
        text=SAID,
    ),
    row(
        "alternative-without-a-boundary-inside",
        multi("mixed", TEXT, "Content-Type: multipart/alternative\n\nx\n"),
        has=[SAID],
    ),
    row(
        "mixed-of-nothing-but-mixed",
        multi("mixed", multi("mixed", multi("mixed", boundary="c"), boundary="b")),
        text="",
        attachments=[],
    ),
    row("many-alternatives", multi("alternative", *["Content-Type: text/x-a\n\nno\n"] * 20, TEXT, HTML), has=[SAID]),
    row(
        "two-alternatives-in-mixed",
        multi(
            "mixed",
            multi("alternative", TEXT, HTML, boundary="a1"),
            IMAGE,
            multi(
                "alternative", "\nSecond words.\n", "Content-Type: text/html\n\n<p>Second words.</p>\n", boundary="a2"
            ),
        ),
        has=[SAID, "Second words."],
        attachments=[A_PNG],
    ),
    row(
        "image-first-then-alternative",
        multi("mixed", IMAGE, multi("alternative", TEXT, HTML, boundary="a1")),
        text=SAID,
        attachments=[A_PNG],
    ),
    row("part-with-fields-of-a-mail", multi("mixed", "Subject: no\nFrom: other@post.example\n" + TEXT), text=SAID),
    row(
        "part-with-folded-fields",
        multi(
            "mixed",
            'Content-Type: text/plain;\n\tcharset="utf-8";\n\tformat=flowed\n'
            "Content-Transfer-Encoding:\n 8bit\n\nTõrge on \nsuur.\n",
        ),
        text="Tõrge on suur.",
    ),
)
